/** The second step: the code from the e-mail, with what is left of its time and tries. */
import { useRef, useState } from 'react';
import { useController, useForm } from 'react-hook-form';
import { codeRules } from '../../../../functions/src/identity/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call, type Output } from '../../api/call.ts';
import { completeSignIn } from '../../api/session.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { errorText } from '../../app/errorText.ts';
import { Page } from '../../app/Page.tsx';
import { useSecondsLeft } from '../../app/useSecondsLeft.ts';
import { formatCountdown } from '../../i18n/format.ts';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { digitsOf } from './rules.ts';

type CodeStepProps = {
  readonly email: string;
  readonly attempt: Output<'signInBegin'>;
  readonly onAttempt: (attempt: Output<'signInBegin'>) => void;
  readonly onDone: () => void;
  readonly onStartOver: () => void;
};

/** Asks for the code and signs in. */
export function CodeStep({ email, attempt, onAttempt, onDone, onStartOver }: CodeStepProps) {
  const text = useText();
  const { identity } = text;
  const input = useRef<HTMLInputElement>(null);
  const [tries, setTries] = useState(0);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [wasResent, setWasResent] = useState(false);
  const secondsLeft = useSecondsLeft(Date.parse(attempt.expiresAt));
  const { control, handleSubmit, setValue, setError, clearErrors, formState } = useForm({ defaultValues: { code: '' } });
  const { field } = useController({ control, name: 'code' });

  const refuse = (error: unknown) => {
    const known = error instanceof ApiError ? error : new ApiError('shared/internal');
    if (known.code !== 'identity/wrong-code') return setFailure(known);
    const used = tries + 1;
    setTries(used);
    const left = typeof known.details['triesLeft'] === 'number' ? known.details['triesLeft'] : Math.max(0, codeRules.maxTries - used);
    setError('code', { message: `${errorText(text, known)} ${identity.triesLeft(left)}` });
    input.current?.select();
  };
  const confirm = handleSubmit(async ({ code }) => {
    setFailure(null);
    setWasResent(false);
    if (code.length !== codeRules.digits) return setError('code', { message: identity.codeInvalid });
    try {
      const { customToken, sessionId } = await call('codeConfirm', { attemptId: attempt.attemptId, code });
      await completeSignIn(customToken, sessionId);
      onDone();
    } catch (error) {
      refuse(error);
    }
  });
  const resend = async () => {
    setFailure(null);
    try {
      onAttempt(await call('codeResend', { attemptId: attempt.attemptId }));
      setTries(0);
      setValue('code', '');
      clearErrors();
      setWasResent(true);
      input.current?.focus();
    } catch (error) {
      refuse(error);
    }
  };

  return (
    <Page title={identity.codeTitle} intro={identity.codeSent(email)}>
      {failure !== null && <ErrorPanel error={failure} />}
      {wasResent && (
        <Banner kind="success" role="status">
          {identity.resent}
        </Banner>
      )}
      <form onSubmit={(event) => void confirm(event)} noValidate className="form">
        <TextField
          label={identity.codeLabel}
          hint={identity.codeHint}
          error={formState.errors.code?.message}
          value={field.value}
          onChange={(value) => field.onChange(digitsOf(value))}
          onBlur={field.onBlur}
          inputMode="numeric"
          autoComplete="one-time-code"
          className="code-input"
          isRequired
          ref={input}
        />
        <p className="field-hint" role="timer">
          {secondsLeft === 0 ? identity.codeExpired : secondsLeft !== null && identity.codeValid(formatCountdown(secondsLeft))}
        </p>
        <div className="actions">
          <Button type="submit" isPending={formState.isSubmitting}>
            {identity.confirmCode}
          </Button>
          <Button variant="secondary" onPress={() => void resend()}>
            {identity.resend}
          </Button>
          <Button variant="tertiary" onPress={onStartOver}>
            {identity.startOver}
          </Button>
        </div>
      </form>
    </Page>
  );
}
