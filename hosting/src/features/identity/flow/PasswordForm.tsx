/** E-mail and password, or the password alone when the account is known. A refusal keeps everything that was typed. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../../app/formFields.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { emailRules } from '../emailRules.ts';
import type { Go, Opened } from './steps.ts';

type PasswordFormProps = {
  readonly go: Go;
  /** The account's address when it is known already; then only the password is asked for. */
  readonly knownEmail?: string | undefined;
  readonly begin: (email: string, password: string) => Promise<Opened>;
};

/** The first step by password. */
export function PasswordForm({ go, knownEmail, begin }: PasswordFormProps) {
  const text = useText();
  const { app, identity } = text;
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm({ defaultValues: { email: knownEmail ?? '', password: '' } });
  const submit = handleSubmit(async ({ email, password }) => {
    setFailure(null);
    try {
      go.opened(await begin(email.trim(), password), email.trim());
    } catch (error) {
      if (!showBesideField(error, setError, { email: identity.invalidEmail, password: app.required })) setFailure(error);
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="form">
      {failure !== null && <ErrorPanel error={failure} />}
      {knownEmail === undefined && (
        <FormText
          control={control}
          name="email"
          label={identity.email}
          type="email"
          inputMode="email"
          autoComplete="username"
          rules={emailRules(text)}
          isRequired
        />
      )}
      <FormText
        control={control}
        name="password"
        label={identity.password}
        type="password"
        autoComplete="current-password"
        rules={{ required: app.required }}
        isRequired
      />
      <div className="actions">
        <Button type="submit" isPending={formState.isSubmitting}>
          {identity.continue}
        </Button>
      </div>
    </form>
  );
}
