/** The code from the e-mail; a new one can be asked for. */
import { useEffect, useRef, useState } from 'react';
import { codeRules } from '../../../../../functions/src/identity/contract.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { digitsOf } from '../rules.ts';
import { CodeForm } from './CodeForm.tsx';

type EmailCodeProps<T, A extends { attemptId: string; expiresAt: string }> = {
  readonly attempt: A;
  readonly onAttempt: (attempt: A) => void;
  readonly confirm: (code: string) => Promise<T>;
  readonly confirmLabel: string;
  readonly onConfirmed: (answer: T) => void | Promise<void>;
  readonly onStartOver: () => void;
  /** How a new code is asked for; absent where there is none. */
  readonly resend?: (attemptId: A['attemptId']) => Promise<A>;
  /** Takes focus when it appears. */
  readonly takesFocus?: boolean;
};

/** Asks for the code. */
export function EmailCode<T, A extends { attemptId: string; expiresAt: string }>(props: EmailCodeProps<T, A>) {
  const { attempt, onAttempt, confirm, confirmLabel, onConfirmed, onStartOver, resend, takesFocus = false } = props;
  const { identity } = useText();
  const [failure, setFailure] = useState<unknown>(null);
  const [rounds, setRounds] = useState(0);
  const [isSending, setSending] = useState(false);
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => void (isHere.current = false);
  }, []);
  const sendAgain = async () => {
    if (resend === undefined) return;
    setFailure(null);
    setSending(true);
    try {
      const next = await resend(attempt.attemptId);
      // Who has left the step is not called back to it.
      if (!isHere.current) return;
      onAttempt(next);
      setRounds(rounds + 1);
    } catch (error) {
      setFailure(error);
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      {failure !== null && <ErrorPanel error={failure} />}
      {rounds > 0 && !isSending && (
        <Banner kind="success" role="status">
          {identity.resent}
        </Banner>
      )}
      <CodeForm
        round={rounds}
        takesFocus={takesFocus}
        label={identity.codeLabel}
        hint={identity.codeHint}
        invalid={identity.codeInvalid}
        clean={digitsOf}
        isComplete={(code) => code.length === codeRules.digits}
        confirm={confirm}
        confirmLabel={confirmLabel}
        onConfirmed={onConfirmed}
        expiresAt={attempt.expiresAt}
        expired={resend === undefined ? identity.attemptExpired : identity.codeExpired}
      >
        {resend !== undefined && (
          <Button variant="secondary" isPending={isSending} onPress={() => void sendAgain()}>
            {identity.resend}
          </Button>
        )}
        <Button variant="tertiary" onPress={onStartOver}>
          {identity.startOver}
        </Button>
      </CodeForm>
    </>
  );
}
