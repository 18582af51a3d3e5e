/** A new password at the end of a recovery, with a recovery code where one is the proof. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { passwordLength } from '../../../../../functions/src/identity/contract.ts';
import { ApiError } from '../../../api/apiError.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText } from '../../../app/formFields.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { isRecoveryCode } from '../flow/recoveryCode.ts';
import { newPasswordRules } from '../rules.ts';

type NewPasswordFormProps = {
  readonly withRecoveryCode?: boolean;
  readonly onSubmit: (newPassword: string, recoveryCode: string | undefined) => Promise<void>;
};

/** The form. */
export function NewPasswordForm({ withRecoveryCode = false, onSubmit }: NewPasswordFormProps) {
  const text = useText();
  const { app, errors, identity, recovery } = text;
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm({ defaultValues: { recoveryCode: '', newPassword: '' } });
  const submit = handleSubmit(async ({ recoveryCode, newPassword }) => {
    setFailure(null);
    try {
      await onSubmit(newPassword, withRecoveryCode ? recoveryCode.trim() : undefined);
    } catch (error) {
      const code = error instanceof ApiError ? error.code : null;
      if (code === 'identity/password-too-common') return setError('newPassword', { message: errors[code] }, { shouldFocus: true });
      if (code === 'identity/wrong-recovery-code') return setError('recoveryCode', { message: errors[code] }, { shouldFocus: true });
      setFailure(error);
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="form">
      {failure !== null && <ErrorPanel error={failure} />}
      {withRecoveryCode && (
        <FormText
          control={control}
          name="recoveryCode"
          label={identity.recoveryCodeLabel}
          rules={{ required: app.required, validate: (value) => isRecoveryCode(value.toUpperCase()) || identity.recoveryCodeInvalid }}
          isRequired
        />
      )}
      <FormText
        control={control}
        name="newPassword"
        label={recovery.passwordTitle}
        hint={identity.passwordHint(passwordLength.min, passwordLength.max)}
        type="password"
        autoComplete="new-password"
        rules={newPasswordRules(text)}
        isRequired
      />
      <div className="actions">
        <Button type="submit" isPending={formState.isSubmitting}>
          {recovery.finish}
        </Button>
      </div>
    </form>
  );
}
