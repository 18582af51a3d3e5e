/**
 * Signing in again over a page with unsaved work. The page is out of sight meanwhile and opens again for the same
 * account; for another account it is dropped.
 */
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { deviceId } from '../../../api/device.ts';
import type { SignedOutReason } from '../../../api/session.ts';
import { LockedDialog } from '../../../app/LockedDialog.tsx';
import { useLanguage } from '../../../i18n/language.tsx';
import { Flow } from '../flow/Flow.tsx';
import { DialogStep } from '../flow/frames.tsx';
import { PasswordForm } from '../flow/PasswordForm.tsx';
import type { Go } from '../flow/steps.ts';
import { WayButtons } from '../flow/WayButtons.tsx';

/** Read before the session ended; this tab still knows whose work it keeps. */
function useKeptAccount(): Output<'getAccount'> | undefined {
  return useQueryClient().getQueryData<Output<'getAccount'>>(['account']);
}

/** The dialog; `reason` is why the session ended. */
export function SignInAgain({ reason }: { readonly reason: SignedOutReason }) {
  const { identity } = useLanguage().text;
  const account = useKeptAccount();
  return (
    <LockedDialog>
      <p>{reason === 'timeout' ? identity.againTimeout : identity.againEnded}</p>
      {account !== undefined && <p>{identity.againAs(account.email)}</p>}
      <Flow purpose="signIn" Frame={DialogStep} Start={Start} />
    </LockedDialog>
  );
}

function Start({ go }: { readonly go: Go }) {
  const { text, locale } = useLanguage();
  const account = useKeptAccount();
  return (
    <>
      <WayButtons go={go} />
      <p className="divider">{account === undefined ? text.identity.orPassword : text.identity.orReauthPassword}</p>
      <PasswordForm
        go={go}
        knownEmail={account?.email}
        begin={(email, password) => call('signInBegin', { email, password, locale, deviceId: deviceId() })}
      />
    </>
  );
}
