/** The code from the e-mail; a new one can be asked for. */
import { useState } from 'react';
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
  const sendAgain = async () => {
    setFailure(null);
    try {
      if (resend !== undefined) onAttempt(await resend(attempt.attemptId));
      setRounds(rounds + 1);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      {failure !== null && <ErrorPanel error={failure} />}
      {rounds > 0 && (
        <Banner kind="success" role="status">
          {identity.resent}
        </Banner>
      )}
      <CodeForm
        key={rounds}
        takesFocus={takesFocus || rounds > 0}
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
          <Button variant="secondary" onPress={() => void sendAgain()}>
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
