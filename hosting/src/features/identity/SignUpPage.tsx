/** Sign-up: by BankID, or by name, e-mail and password; then the code, then the first organisation or the invitation. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link, Navigate, useLocation } from 'react-router';
import { passwordLength } from '../../../../functions/src/identity/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { deviceId } from '../../api/device.ts';
import { Entrance } from '../../app/Entrance.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { Page } from '../../app/Page.tsx';
import { useSession } from '../../app/useSession.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { hasReturnedElsewhere, hasReturnedHere } from './bankId/returning.ts';
import { destinationOfNewcomer, useCameFrom } from './destination.ts';
import { emailRules } from './emailRules.ts';
import { Flow } from './flow/Flow.tsx';
import { PageStep } from './flow/frames.tsx';
import type { Go } from './flow/steps.ts';
import { WayButtons } from './flow/WayButtons.tsx';
import { newPasswordRules } from './rules.ts';

/** The page for who has no account yet. */
export function SignUpPage() {
  const { bankId } = useLanguage().text;
  const session = useSession();
  const state = useCameFrom();
  const { hash } = useLocation();
  const [isElsewhere] = useState(() => hasReturnedElsewhere(hash));
  if (session.status === 'signedIn') return <Navigate to={destinationOfNewcomer(state)} replace />;
  return (
    <Entrance>
      {isElsewhere ? (
        <Page title={bankId.returnedTitle} intro={bankId.returnedText} />
      ) : (
        <Flow
          purpose="signUp"
          Frame={PageStep}
          initial={hasReturnedHere(hash, 'signUp') ? { kind: 'bankId', sameDevice: true } : { kind: 'start' }}
          Start={Start}
        />
      )}
    </Entrance>
  );
}

function Start({ go }: { readonly go: Go }) {
  const { identity } = useLanguage().text;
  const state = useCameFrom();
  return (
    <Page title={identity.signUpTitle}>
      <WayButtons go={go} passkey={null} />
      <p className="field-hint">{identity.strengthHint}</p>
      <p className="divider">{identity.orSignUp}</p>
      <NewAccountForm go={go} />
      <p className="aside">
        {identity.hasAccount}{' '}
        <Link to="/sign-in" state={state}>
          {identity.toSignIn}
        </Link>
      </p>
    </Page>
  );
}

function NewAccountForm({ go }: { readonly go: Go }) {
  const { text, locale } = useLanguage();
  const { app, errors, identity } = text;
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, setError, formState } = useForm({ defaultValues: { displayName: '', email: '', password: '' } });
  const begin = handleSubmit(async (form) => {
    setFailure(null);
    const [displayName, email] = [form.displayName.trim(), form.email.trim()];
    try {
      go.opened(await call('signUpBegin', { displayName, email, password: form.password, locale, deviceId: deviceId() }), email);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'identity/password-too-common') {
        return setError('password', { message: errors[error.code] }, { shouldFocus: true });
      }
      const words = { displayName: app.tooLong(120), email: identity.invalidEmail, password: app.tooShort(passwordLength.min) };
      if (!showBesideField(error, setError, words)) setFailure(error);
    }
  });
  return (
    <form onSubmit={(event) => void begin(event)} noValidate className="form">
      {failure !== null && <ErrorPanel error={failure} />}
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
  );
}
