/** Sign-in: BankID, a passkey, an organisation's own provider, or e-mail and password with a second step. */
import { useRef, useState } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { call } from '../../api/call.ts';
import { deviceId } from '../../api/device.ts';
import { Entrance } from '../../app/Entrance.tsx';
import { Page } from '../../app/Page.tsx';
import { useSession } from '../../app/useSession.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { hasReturnedElsewhere, hasReturnedHere } from './bankId/returning.ts';
import { destination, destinationOfNewcomer, useCameFrom } from './destination.ts';
import { Flow } from './flow/Flow.tsx';
import { PageStep } from './flow/frames.tsx';
import { PasswordForm } from './flow/PasswordForm.tsx';
import type { Go, Step } from './flow/steps.ts';
import { WayButtons } from './flow/WayButtons.tsx';

/** The page for who has an account; who has none but BankID gets one here too. */
export function SignInPage() {
  const { bankId } = useLanguage().text;
  const session = useSession();
  const state = useCameFrom();
  const { hash, search } = useLocation();
  const [isElsewhere] = useState(() => hasReturnedElsewhere(hash));
  const isNew = useRef(false);
  if (session.status === 'signedIn') {
    return <Navigate to={isNew.current ? destinationOfNewcomer(state) : destination(state)} replace />;
  }
  return (
    <Entrance>
      {isElsewhere ? (
        <Page title={bankId.returnedTitle} intro={bankId.returnedText} />
      ) : (
        <Flow
          purpose="signIn"
          Frame={PageStep}
          initial={initialStep(hash, search)}
          Start={Start}
          onDone={(outcome) => (isNew.current = outcome.isNew)}
        />
      )}
    </Entrance>
  );
}

/** Members come by their organisation's address; who was in the BankID app goes on there. */
function initialStep(hash: string, search: string): Step {
  if (hasReturnedHere(hash, 'signIn')) return { kind: 'bankId', sameDevice: true };
  return { kind: new URLSearchParams(search).has('organisation') ? 'organisation' : 'start' };
}

function Start({ go }: { readonly go: Go }) {
  const { text, locale } = useLanguage();
  const { identity } = text;
  const session = useSession();
  const state = useCameFrom();
  const reason = session.status === 'signedOut' ? session.reason : 'none';
  return (
    <Page title={identity.signInTitle}>
      {reason !== 'none' && (
        <Banner kind="info" role="status">
          {reason === 'timeout' ? identity.timeout : reason === 'ended' ? identity.ended : identity.signedOut}
        </Banner>
      )}
      <WayButtons go={go} hasOrganisation />
      <p className="field-hint">{identity.strengthHint}</p>
      <p className="divider">{identity.orPassword}</p>
      <PasswordForm go={go} begin={(email, password) => call('signInBegin', { email, password, locale, deviceId: deviceId() })} />
      <p className="aside">
        {identity.noAccount}{' '}
        <Link to="/sign-up" state={state}>
          {identity.createAccount}
        </Link>
        <br />
        {identity.cannotSignIn} <Link to="/recovery">{identity.toRecovery}</Link>
      </p>
    </Page>
  );
}
