/** An authenticator app: the code to scan, the key to type, and the first code as proof that it works. */
import { useEffect, useState } from 'react';
import { codeRules } from '../../../../../functions/src/identity/contract.ts';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { workIsSent } from '../../../app/unsavedWork.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { CodeForm } from '../flow/CodeForm.tsx';
import { DialogStep } from '../flow/frames.tsx';
import { QrCode } from '../QrCode.tsx';
import { digitsOf } from '../rules.ts';

type AddTotpProps = { readonly onAdded: (name: string) => void; readonly onClose: () => void };

/** The secret in groups of four, as it is easier to type. */
const grouped = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

/** Fetches a secret and adds the app when its code is right. */
export function AddTotp({ onAdded, onClose }: AddTotpProps) {
  const { app, identity, ownAccount } = useText();
  const [enrolment, setEnrolment] = useState<Output<'totpEnrolBegin'> | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isShown = true;
    setFailure(null);
    call('totpEnrolBegin', {}).then(
      (answer) => (isShown ? setEnrolment(answer) : undefined),
      (error: unknown) => (isShown ? setFailure(error) : undefined),
    );
    return () => {
      isShown = false;
    };
  }, [round]);
  const cancel = (
    <Button variant="secondary" onPress={onClose}>
      {app.cancel}
    </Button>
  );
  if (enrolment === null) {
    return (
      <>
        {failure === null ? <Loading label={app.loading} /> : <ErrorPanel error={failure} onRetry={() => setRound(round + 1)} />}
        <div className="actions">{cancel}</div>
      </>
    );
  }
  return (
    <DialogStep title={ownAccount.addTotp} intro={ownAccount.totpScan}>
      <div className="enrolment">
        <QrCode text={enrolment.uri} label={ownAccount.totpQr} />
        <p>
          <span className="field-label">{ownAccount.totpSecret}</span>
          <code>{grouped(enrolment.secret)}</code>
        </p>
      </div>
      <CodeForm
        label={identity.totpLabel}
        hint={identity.totpHint}
        invalid={identity.codeInvalid}
        clean={digitsOf}
        isComplete={(code) => code.length === codeRules.digits}
        confirm={(code) => call('totpEnrolConfirm', { enrolmentId: enrolment.enrolmentId, code })}
        confirmLabel={ownAccount.totpConfirm}
        onConfirmed={() => {
          workIsSent();
          onAdded(ownAccount.kinds.totp);
        }}
      >
        {cancel}
      </CodeForm>
    </DialogStep>
  );
}
