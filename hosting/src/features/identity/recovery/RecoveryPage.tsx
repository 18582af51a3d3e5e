/**
 * Getting back into an account: a code by e-mail, then either a recovery code or two administrators, then a new password.
 * The recovery's secret is kept in the tab's own storage, so that a reload does not lose a wait of hours.
 */
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { deviceId } from '../../../api/device.ts';
import { Entrance } from '../../../app/Entrance.tsx';
import { ButtonLink } from '../../../app/links.tsx';
import { Page } from '../../../app/Page.tsx';
import { useLanguage } from '../../../i18n/language.tsx';
import { EmailCode } from '../flow/EmailCode.tsx';
import { EmailForm } from '../flow/EmailForm.tsx';
import { PageStep } from '../flow/frames.tsx';
import { forgetRecovery, heldRecovery, holdRecovery, type Held } from './held.ts';
import { ProofSteps } from './ProofSteps.tsx';

type Step =
  | { readonly kind: 'email' }
  | { readonly kind: 'code'; readonly email: string; readonly attempt: Output<'recoveryBegin'> }
  | { readonly kind: 'proof'; readonly held: Held }
  | { readonly kind: 'done'; readonly isApproved: boolean };

function initialStep(): Step {
  const held = heldRecovery();
  return held === null ? { kind: 'email' } : { kind: 'proof', held };
}

/** The page. */
export function RecoveryPage() {
  const { locale, text } = useLanguage();
  const { identity, recovery } = text;
  const [step, setStep] = useState<Step>(initialStep);
  const startOver = () => {
    forgetRecovery();
    setStep({ kind: 'email' });
  };
  return (
    <Entrance>
      {step.kind === 'email' && (
        <Page title={recovery.title} intro={recovery.intro}>
          <EmailForm
            submitLabel={recovery.start}
            onSubmit={async (email) =>
              setStep({ kind: 'code', email, attempt: await call('recoveryBegin', { email, locale, deviceId: deviceId() }) })
            }
          />
          <p className="aside">
            <Link to="/sign-in">{identity.toSignIn}</Link>
          </p>
        </Page>
      )}
      {step.kind === 'code' && (
        <PageStep title={identity.codeTitle} intro={recovery.codeIntro(step.email)}>
          <EmailCode
            attempt={step.attempt}
            onAttempt={(attempt) => setStep({ ...step, attempt })}
            confirm={(code) => call('recoveryConfirm', { attemptId: step.attempt.attemptId, code })}
            confirmLabel={identity.continue}
            onConfirmed={(held) => {
              holdRecovery(held);
              setStep({ kind: 'proof', held });
            }}
            onStartOver={startOver}
          />
        </PageStep>
      )}
      {step.kind === 'proof' && (
        <ProofSteps
          held={step.held}
          onStartOver={startOver}
          onDone={(isApproved) => {
            forgetRecovery();
            setStep({ kind: 'done', isApproved });
          }}
        />
      )}
      {step.kind === 'done' && (
        <PageStep title={recovery.doneTitle} intro={step.isApproved ? recovery.doneApprovedText : recovery.doneText}>
          <div className="actions">
            <ButtonLink to="/sign-in">{identity.toSignIn}</ButtonLink>
          </div>
        </PageStep>
      )}
    </Entrance>
  );
}
