/** A new passkey: it gets a name, then the device makes it. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { call } from '../../../api/call.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText } from '../../../app/formFields.tsx';
import { workIsSent } from '../../../app/unsavedWork.ts';
import { useText } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { DialogStep } from '../flow/frames.tsx';
import { createPasskey, type PasskeyProblem } from '../flow/passkey.ts';
import { factorName } from './factors.ts';

const longestLabel = 60;

type AddPasskeyProps = { readonly onAdded: (name: string) => void; readonly onClose: () => void };

/** The form. */
export function AddPasskey({ onAdded, onClose }: AddPasskeyProps) {
  const text = useText();
  const { app, identity, ownAccount } = text;
  const [problem, setProblem] = useState<PasskeyProblem | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, formState } = useForm({ defaultValues: { label: ownAccount.passkeyLabelDefault } });
  const add = handleSubmit(async (form) => {
    setProblem(null);
    setFailure(null);
    const label = form.label.trim();
    try {
      const { enrolmentId, options } = await call('passkeyEnrolBegin', {});
      const response = await createPasskey(options);
      if (typeof response === 'string') return setProblem(response);
      await call('passkeyEnrolConfirm', { enrolmentId, response, label });
      workIsSent();
      onAdded(factorName(text, { kind: 'passkey', label }));
    } catch (error) {
      setFailure(error);
    }
  });
  const words = { cancelled: ownAccount.passkeyFailed, exists: ownAccount.passkeyExists, unsupported: identity.passkeyUnsupported };
  return (
    <DialogStep title={ownAccount.addPasskey} intro={identity.strengthNotes.passkey}>
      {problem !== null && (
        <Banner kind="warning" role="alert">
          {words[problem]}
        </Banner>
      )}
      {failure !== null && <ErrorPanel error={failure} />}
      <form onSubmit={(event) => void add(event)} noValidate className="form narrow-form">
        <FormText
          control={control}
          name="label"
          label={ownAccount.passkeyLabel}
          hint={ownAccount.passkeyLabelHint}
          rules={{
            validate: (value) => value.trim() !== '' || app.required,
            maxLength: { value: longestLabel, message: app.tooLong(longestLabel) },
          }}
          isRequired
        />
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {ownAccount.passkeyCreate}
          </Button>
          <Button variant="secondary" onPress={onClose}>
            {app.cancel}
          </Button>
        </div>
      </form>
    </DialogStep>
  );
}
