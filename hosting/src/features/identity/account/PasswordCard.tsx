/** A new password. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useQuery } from '@tanstack/react-query';
import { passwordLength } from '../../../../../functions/src/identity/contract.ts';
import { ApiError } from '../../../api/apiError.ts';
import { call } from '../../../api/call.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText } from '../../../app/formFields.tsx';
import { Said } from '../../../app/Said.tsx';
import { useChange } from '../../../app/useChange.ts';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { newPasswordRules } from '../rules.ts';
import { factorsQuery } from './factors.ts';

/** The form. */
export function PasswordCard() {
  const text = useText();
  const { errors, identity, ownAccount } = text;
  const factors = useQuery(factorsQuery);
  const [said, setSaid] = useState<string | null>(null);
  const { control, handleSubmit, setError, reset } = useForm({ defaultValues: { newPassword: '' } });
  const change = useChange(
    (newPassword: string) => call('changePassword', { newPassword }),
    [['factors'], ['sessions']],
    () => {
      reset();
      setSaid(ownAccount.passwordChanged);
    },
  );
  const submit = handleSubmit(async ({ newPassword }) => {
    setSaid(null);
    await change.mutateAsync(newPassword).catch((error: unknown) => {
      const isCommon = error instanceof ApiError && error.code === 'identity/password-too-common';
      if (isCommon) setError('newPassword', { message: errors[error.code] }, { shouldFocus: true });
    });
  });
  const isCommon = change.error instanceof ApiError && change.error.code === 'identity/password-too-common';
  const hasNone = factors.data !== undefined && !factors.data.factors.some(({ kind }) => kind === 'password');
  return (
    <Card title={hasNone ? ownAccount.passwordMakeTitle : ownAccount.passwordTitle}>
      <Said words={said} />
      {change.isError && !isCommon && <ErrorPanel error={change.error} />}
      <form onSubmit={(event) => void submit(event)} noValidate className="form narrow-form">
        <FormText
          control={control}
          name="newPassword"
          label={ownAccount.newPassword}
          hint={identity.passwordHint(passwordLength.min, passwordLength.max)}
          type="password"
          autoComplete="new-password"
          rules={newPasswordRules(text)}
          isRequired
        />
        <div className="actions">
          <Button type="submit" variant="secondary" isPending={change.isPending}>
            {hasNone ? ownAccount.passwordMakeTitle : ownAccount.changePassword}
          </Button>
        </div>
      </form>
    </Card>
  );
}
