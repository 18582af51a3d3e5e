/** Asks the person to confirm who they are, so that a call that needs it goes on by itself. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../../api/call.ts';
import { answerConfirmation } from '../../../api/confirmation.ts';
import { useAccount } from '../../../app/account.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { Flow } from '../flow/Flow.tsx';
import { DialogStep } from '../flow/frames.tsx';
import { PasswordForm } from '../flow/PasswordForm.tsx';
import type { Go } from '../flow/steps.ts';
import { WayButtons } from '../flow/WayButtons.tsx';
import { confirmingKindsQuery, type Factor } from '../account/factors.ts';

/** The dialog; shown while a call waits. */
export function Reauthenticate() {
  const { app, identity } = useText();
  const queries = useQueryClient();
  const done = () => {
    answerConfirmation(true);
    // The session is stronger or fresher now, and no longer bound to one organisation.
    for (const key of ['account', 'organisations']) void queries.invalidateQueries({ queryKey: [key] });
  };
  return (
    <Dialog title={identity.reauthTitle} isOpen onClose={() => answerConfirmation(false)}>
      <div className="page reauthenticate" data-no-work="">
        <p>{identity.reauthIntro}</p>
        <Flow purpose="reauth" Frame={DialogStep} Start={Ways} onDone={done} />
        <div className="actions again-leave">
          <Button variant="tertiary" onPress={() => answerConfirmation(false)}>
            {app.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Only the ways that the account has; all, where they are not told yet. */
function Ways({ go }: { readonly go: Go }) {
  const { app, identity } = useText();
  const account = useAccount();
  const kinds = useQuery(confirmingKindsQuery);
  if (kinds.isPending) return <Loading label={app.loading} />;
  if (kinds.data === undefined) return <ErrorPanel error={kinds.error} onRetry={() => void kinds.refetch()} />;
  const has = (kind: Factor['kind']) => kinds.data === null || kinds.data.includes(kind);
  const hasStrong = has('bankId') || has('passkey');
  return (
    <>
      {hasStrong && (
        <WayButtons go={go} hasBankId={has('bankId')} passkey={has('passkey') ? () => call('reauthPasskeyOptions', {}) : null} />
      )}
      {hasStrong && has('password') && <p className="divider">{identity.orReauthPassword}</p>}
      {has('password') && (
        <PasswordForm go={go} knownEmail={account.data?.email ?? ''} begin={(_email, password) => call('reauthBegin', { password })} />
      )}
    </>
  );
}
