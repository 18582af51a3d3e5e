/** Where an organisation's identity provider sends the browser back to: finishes the sign-in, or says why it could not. */
import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import { toApiError } from '../../../api/apiError.ts';
import { call } from '../../../api/call.ts';
import { deviceId } from '../../../api/device.ts';
import { completeSignIn } from '../../../api/session.ts';
import { Entrance } from '../../../app/Entrance.tsx';
import { errorText } from '../../../app/errorText.ts';
import { ButtonLink } from '../../../app/links.tsx';
import { Page } from '../../../app/Page.tsx';
import type { Messages } from '../../../i18n/messages.ts';
import { useText } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { forgetUnderway, readUnderway, type Underway } from './underway.ts';

type Arrival = { readonly orgId: string | undefined; readonly query: URLSearchParams; readonly underway: Underway | null };
type Failure = { readonly kind: 'elsewhere' } | { readonly kind: 'declined' } | { readonly kind: 'refused'; readonly error: unknown };

/** Finishes with what the provider put into the address; answers the path to go on to, or why it failed. */
async function finish({ orgId, query, underway }: Arrival): Promise<{ readonly path: string } | Failure> {
  // Another organisation's provider sends to another address: what it brings is not shown to this one.
  if (underway === null || underway.orgId !== orgId || query.get('state') !== underway.state) return { kind: 'elsewhere' };
  const [code, iss] = [query.get('code'), query.get('iss')];
  if (code === null || query.has('error')) return { kind: 'declined' };
  try {
    const { state, browserKey, from } = underway;
    const returned = { orgId: underway.orgId, state, code, browserKey, deviceId: deviceId(), ...(iss === null ? {} : { iss }) };
    const { customToken, sessionId } = await call('oidcFinish', returned);
    await completeSignIn(customToken, sessionId);
    return { path: from ?? `/o/${orgId}` };
  } catch (thrown) {
    return { kind: 'refused', error: toApiError(thrown) };
  }
}

/** The page. */
export function OrganisationReturnPage() {
  const { pathname, search } = useLocation();
  const { orgId } = useParams();
  const navigate = useNavigate();
  const [arrival] = useState<Arrival>(() => ({ orgId, query: new URLSearchParams(search), underway: readUnderway() }));
  const [failure, setFailure] = useState<Failure | null>(null);
  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    forgetUnderway();
    // The code is good for one try and belongs in no history.
    void navigate(pathname, { replace: true });
    void finish(arrival).then((outcome) => ('path' in outcome ? navigate(outcome.path, { replace: true }) : setFailure(outcome)));
  }, [arrival, navigate, pathname]);
  return (
    <Entrance>
      <Arrived failure={failure} underway={arrival.underway} />
    </Entrance>
  );
}

function Arrived({ failure, underway }: { readonly failure: Failure | null; readonly underway: Underway | null }) {
  const text = useText();
  const { identityProvider: words } = text;
  return (
    <Page title={words.signIn}>
      {failure === null ? (
        <Loading label={words.finishing} />
      ) : (
        <>
          <Banner kind="warning" role="alert" title={words.failedTitle}>
            {wordsOf(text, failure)}
          </Banner>
          <div className="actions">
            {underway !== null && <ButtonLink to={`/sign-in?organisation=${underway.orgId}`}>{words.again}</ButtonLink>}
            <ButtonLink to="/sign-in" look="secondary">
              {words.otherWay}
            </ButtonLink>
          </div>
        </>
      )}
    </Page>
  );
}

function wordsOf(text: Messages, failure: Failure): string {
  const { identityProvider: words } = text;
  if (failure.kind !== 'refused') return words[failure.kind];
  const { code } = toApiError(failure.error);
  if (code === 'identity/wrong-credentials') return words.notVouched;
  if (code === 'identity/attempt-ended') return words.ended;
  if (code === 'shared/unavailable') return words.silent;
  return code === 'shared/invalid-input' ? words.declined : errorText(text, failure.error);
}
