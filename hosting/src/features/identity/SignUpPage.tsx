/** Sign-up: name, e-mail and password, then the code, then the first organisation. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link, Navigate } from 'react-router';
import { passwordLength } from '../../../../functions/src/identity/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call, type Output } from '../../api/call.ts';
import { Entrance } from '../../app/Entrance.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { Page } from '../../app/Page.tsx';
import { useSession } from '../../app/useSession.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { CodeStep } from './CodeStep.tsx';
import { emailRules } from './emailRules.ts';
import { newPasswordRules } from './rules.ts';

/** The page for who has no account yet. */
export function SignUpPage() {
  const { text, locale } = useLanguage();
  const { app, errors, identity } = text;
  const session = useSession();
  const [attempt, setAttempt] = useState<Output<'signUpBegin'> | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, getValues, setError, formState } = useForm({
    defaultValues: { displayName: '', email: '', password: '' },
  });
  const begin = handleSubmit(async ({ displayName, email, password }) => {
    setFailure(null);
    try {
      setAttempt(await call('signUpBegin', { displayName: displayName.trim(), email: email.trim(), password, locale }));
    } catch (error) {
      if (error instanceof ApiError && error.code === 'identity/password-too-common') {
        return setError('password', { message: errors[error.code] }, { shouldFocus: true });
      }
      const words = { displayName: app.tooLong(120), email: identity.invalidEmail, password: app.tooShort(passwordLength.min) };
      if (!showBesideField(error, setError, words)) setFailure(error);
    }
  });

  if (session.status === 'signedIn') return <Navigate to="/organisations/new" replace />;
  if (attempt !== null) {
    return (
      <Entrance>
        <CodeStep
          email={getValues('email').trim()}
          attempt={attempt}
          onAttempt={setAttempt}
          onDone={() => undefined}
          onStartOver={() => setAttempt(null)}
        />
      </Entrance>
    );
  }
  return (
    <Entrance>
      <Page title={identity.signUpTitle}>
        {failure !== null && <ErrorPanel error={failure} />}
        <form onSubmit={(event) => void begin(event)} noValidate className="form">
          <FormText
            control={control}
            name="displayName"
            label={identity.displayName}
            autoComplete="name"
            rules={{ validate: (value) => value.trim() !== '' || app.required, maxLength: { value: 120, message: app.tooLong(120) } }}
            isRequired
          />
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
          <FormText
            control={control}
            name="password"
            label={identity.password}
            hint={identity.passwordHint(passwordLength.min, passwordLength.max)}
            type="password"
            autoComplete="new-password"
            rules={newPasswordRules(text)}
            isRequired
          />
          <div className="actions">
            <Button type="submit" isPending={formState.isSubmitting}>
              {identity.continue}
            </Button>
          </div>
        </form>
        <p className="aside">
          {identity.hasAccount} <Link to="/sign-in">{identity.toSignIn}</Link>
        </p>
      </Page>
    </Entrance>
  );
}
