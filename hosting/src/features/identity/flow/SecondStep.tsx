/** The second step: one of the ways that the account has, each with what it is worth. */
import { useEffect, useRef, useState } from 'react';
import { codeRules } from '../../../../../functions/src/identity/contract.ts';
import { call } from '../../../api/call.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { digitsOf } from '../rules.ts';
import { CodeForm } from './CodeForm.tsx';
import { EmailCode } from './EmailCode.tsx';
import type { Frame } from './frames.tsx';
import { cleanRecoveryCode, isRecoveryCode } from './recoveryCode.ts';
import { waysOf, type Confirmed, type Opened, type Purpose, type SecondFactor } from './steps.ts';
import { usePasskey } from './usePasskey.ts';

type SecondStepProps = {
  readonly Frame: Frame;
  readonly purpose: Purpose;
  readonly attempt: Opened;
  /** Where the code went; null when only the server knows. */
  readonly email: string | null;
  readonly onAttempt: (attempt: Opened) => void;
  readonly onConfirmed: (answer: Confirmed) => Promise<void>;
  readonly onStartOver: () => void;
};

/** Asks for the second factor. */
export function SecondStep(props: SecondStepProps) {
  const { Frame, attempt, email, onAttempt } = props;
  const { identity } = useText();
  const ways = waysOf(attempt);
  const [way, setWay] = useState<SecondFactor>(ways[0] ?? 'emailCode');
  const [failure, setFailure] = useState<unknown>(null);
  const [isMailing, setMailing] = useState(false);
  // The way that was pressed last; null once the step is left.
  const wanted = useRef<SecondFactor>(null);
  useEffect(() => () => void (wanted.current = null), []);
  const mailFirst = async () => {
    setMailing(true);
    try {
      const mailed = await call('codeResend', { attemptId: attempt.attemptId });
      if (wanted.current !== null) onAttempt(mailed);
      // Who has gone on with another way is not called back.
      if (wanted.current === 'emailCode') setWay('emailCode');
    } catch (error) {
      if (wanted.current === 'emailCode') setFailure(error);
    } finally {
      setMailing(false);
    }
  };
  const choose = (next: SecondFactor) => {
    setFailure(null);
    wanted.current = next;
    if (next !== 'emailCode' || attempt.mailed) setWay(next);
    else void mailFirst();
  };
  const words = {
    emailCode: { title: identity.codeTitle, intro: email === null ? identity.codeSentUnnamed : identity.codeSent(email) },
    totp: { title: identity.totpTitle, intro: identity.totpIntro },
    passkey: { title: identity.passkeyTitle, intro: identity.passkeyIntro },
    recoveryCode: { title: identity.recoveryCodeTitle, intro: identity.recoveryCodeIntro },
  }[way];
  const others = ways.filter((other) => other !== way);
  return (
    <Frame key={way} {...words}>
      {failure !== null && <ErrorPanel error={failure} />}
      <Way {...props} way={way} />
      <p className="field-hint">{identity.strengthNotes[way]}</p>
      {others.length > 0 && (
        <div className="other-ways">
          <p id="other-ways">{identity.otherWays}</p>
          <ul aria-labelledby="other-ways">
            {others.map((other) => (
              <li key={other}>
                <Button variant="secondary" isPending={other === 'emailCode' && isMailing} onPress={() => choose(other)}>
                  {identity.ways[other]}
                </Button>
                <span className="field-hint">{identity.strengthNotes[other]}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Frame>
  );
}

function Way({ way, purpose, attempt, onAttempt, onConfirmed, onStartOver }: SecondStepProps & { readonly way: SecondFactor }) {
  const { identity } = useText();
  const { attemptId, expiresAt } = attempt;
  const passkey = usePasskey(() => call('passkeyOptions', { attemptId }), onConfirmed);
  const confirmLabel = purpose === 'reauth' ? identity.confirm : identity.confirmCode;
  const startOver = (
    <Button variant="tertiary" onPress={onStartOver}>
      {identity.startOver}
    </Button>
  );
  switch (way) {
    case 'emailCode':
      return (
        <EmailCode
          attempt={attempt}
          onAttempt={onAttempt}
          confirm={(code) => call('codeConfirm', { attemptId, code })}
          resend={() => call('codeResend', { attemptId })}
          {...{ confirmLabel, onConfirmed, onStartOver }}
        />
      );
    case 'totp':
      return (
        <CodeForm
          label={identity.totpLabel}
          hint={identity.totpHint}
          invalid={identity.codeInvalid}
          clean={digitsOf}
          isComplete={(code) => code.length === codeRules.digits}
          confirm={(code) => call('totpConfirm', { attemptId, code })}
          {...{ confirmLabel, onConfirmed, expiresAt }}
        >
          {startOver}
        </CodeForm>
      );
    case 'recoveryCode':
      return (
        <CodeForm
          label={identity.recoveryCodeLabel}
          hint={identity.recoveryCodeInvalid}
          invalid={identity.recoveryCodeInvalid}
          clean={cleanRecoveryCode}
          isComplete={isRecoveryCode}
          isDigits={false}
          confirm={(recoveryCode) => call('recoveryCodeConfirm', { attemptId, recoveryCode })}
          {...{ confirmLabel, onConfirmed, expiresAt }}
        >
          {startOver}
        </CodeForm>
      );
    case 'passkey':
      return (
        <>
          {passkey.problem !== null && (
            <p role="alert" className="field-error">
              {passkey.problem}
            </p>
          )}
          <div className="actions">
            <Button onPress={passkey.use} isPending={passkey.isBusy}>
              {identity.passkeyContinue}
            </Button>
            {startOver}
          </div>
        </>
      );
  }
}
