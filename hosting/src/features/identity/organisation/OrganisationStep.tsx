/** Before the browser leaves for an organisation's identity provider: which organisation, and what such a session opens. */
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { ApiError } from '../../../api/apiError.ts';
import { call } from '../../../api/call.ts';
import { errorText } from '../../../app/errorText.ts';
import { lastOrganisation } from '../../../app/lastOrganisation.ts';
import { useText } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { destination, useCameFrom } from '../destination.ts';
import type { Frame } from '../flow/frames.tsx';
import { organisationIn, organisationOfPath } from './named.ts';
import { rememberUnderway } from './underway.ts';

/** Leads to the provider. Ends with the browser on its way there. */
async function leaveFor(orgId: string, path: string): Promise<void> {
  const { redirectUrl, state, browserKey } = await call('oidcStart', { orgId });
  rememberUnderway({ state, browserKey, orgId, from: organisationOfPath(path) === orgId ? path : null });
  window.location.assign(redirectUrl);
}

/** The step. An organisation that the address names is not asked for. */
export function OrganisationStep({ Frame, onBack }: { readonly Frame: Frame; readonly onBack: () => void }) {
  const text = useText();
  const { identityProvider: words } = text;
  const { search } = useLocation();
  const path = destination(useCameFrom());
  const inAddress = organisationIn(search);
  const [typed, setTyped] = useState(() => organisationOfPath(path) ?? lastOrganisation() ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [isLeaving, setIsLeaving] = useState(false);
  useEffect(() => {
    // The browser's way back may show this very page again.
    const arrive = () => setIsLeaving(false);
    window.addEventListener('pageshow', arrive);
    return () => window.removeEventListener('pageshow', arrive);
  }, []);
  const leave = async () => {
    const orgId = inAddress ?? organisationIn(typed);
    setFailure(null);
    setProblem(orgId === null ? words.whichInvalid : null);
    if (orgId === null) return;
    setIsLeaving(true);
    await leaveFor(orgId, path).catch((thrown: unknown) => {
      setFailure(thrown);
      setIsLeaving(false);
    });
  };
  const hasNone = failure instanceof ApiError && failure.code === 'shared/not-found';
  const isSilent = failure instanceof ApiError && failure.code === 'shared/unavailable';
  return (
    <Frame title={words.signIn} intro={words.signInIntro}>
      {failure !== null && (
        <Banner kind="warning" role="alert" title={words.failedTitle}>
          {hasNone ? words.noProvider : isSilent ? words.silent : errorText(text, failure)}
        </Banner>
      )}
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void leave();
        }}
      >
        {inAddress === null && (
          <TextField label={words.which} hint={words.whichHint} value={typed} onChange={setTyped} error={problem ?? undefined} isRequired />
        )}
        <p className="field-hint">{words.reach}</p>
        <div className="actions">
          <Button type="submit" isPending={isLeaving}>
            {words.leave}
          </Button>
          <Button variant="secondary" onPress={onBack}>
            {words.otherWay}
          </Button>
        </div>
      </form>
    </Frame>
  );
}
