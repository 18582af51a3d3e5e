/** Sign-in: e-mail and password, then the code. A refusal keeps everything that was typed. */
import { lazy, useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link, Navigate, useLocation } from 'react-router';
import { call, type Output } from '../../api/call.ts';
import { Entrance } from '../../app/Entrance.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { Page } from '../../app/Page.tsx';
import { useSession } from '../../app/useSession.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { emailRules } from './emailRules.ts';

// Needed only after the first step, so it is not part of the first load.
const CodeStep = lazy(async () => ({ default: (await import('./CodeStep.tsx')).CodeStep }));

/** Where to go after sign-in: within this app only. */
function destination(state: unknown): string {
  // The state comes from the browser's history; only a path of this app is followed.
  const from = typeof state === 'object' && state !== null ? (state as { from?: unknown }).from : undefined;
  return typeof from === 'string' && /^\/(?!\/)/.test(from) ? from : '/';
}

/** The page for who has an account. */
export function SignInPage() {
  const { text, locale } = useLanguage();
  const { identity } = text;
  const session = useSession();
  const location = useLocation();
  const [attempt, setAttempt] = useState<Output<'signInBegin'> | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { control, handleSubmit, getValues, setError, formState } = useForm({ defaultValues: { email: '', password: '' } });
  const begin = handleSubmit(async ({ email, password }) => {
    setFailure(null);
    try {
      setAttempt(await call('signInBegin', { email: email.trim(), password, locale }));
    } catch (error) {
      if (!showBesideField(error, setError, { email: identity.invalidEmail, password: text.app.required })) setFailure(error);
    }
  });

  if (session.status === 'signedIn') return <Navigate to={destination(location.state)} replace />;
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
  const reason = session.status === 'signedOut' ? session.reason : 'none';
  return (
    <Entrance>
      <Page title={identity.signInTitle}>
        {reason !== 'none' && failure === null && (
          <Banner kind="info" role="status">
            {reason === 'timeout' ? identity.timeout : reason === 'ended' ? identity.ended : identity.signedOut}
          </Banner>
        )}
        {failure !== null && <ErrorPanel error={failure} />}
        <form onSubmit={(event) => void begin(event)} noValidate className="form">
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
            type="password"
            autoComplete="current-password"
            rules={{ required: text.app.required }}
            isRequired
          />
          <div className="actions">
            <Button type="submit" isPending={formState.isSubmitting}>
              {identity.continue}
            </Button>
          </div>
        </form>
        <p className="aside">
          {identity.noAccount} <Link to="/sign-up">{identity.createAccount}</Link>
        </p>
      </Page>
    </Entrance>
  );
}
