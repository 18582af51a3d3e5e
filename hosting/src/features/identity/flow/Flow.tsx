/**
 * The way from a first proof to a confirmed person, the same for sign-in, sign-up and confirming again: what begins it
 * is given by the page, what follows is here and is loaded when it is reached.
 */
import { lazy, Suspense, useState, type ComponentType } from 'react';
import { completeSignIn } from '../../../api/session.ts';
import { useText } from '../../../i18n/language.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import type { Frame } from './frames.tsx';
import type { Confirmed, Go, Purpose, Step } from './steps.ts';

const SecondStep = lazy(async () => ({ default: (await import('./SecondStep.tsx')).SecondStep }));
const EmailStep = lazy(async () => ({ default: (await import('./EmailStep.tsx')).EmailStep }));
const BankIdStep = lazy(async () => ({ default: (await import('../bankId/BankIdStep.tsx')).BankIdStep }));
const OrganisationStep = lazy(async () => ({ default: (await import('../organisation/OrganisationStep.tsx')).OrganisationStep }));

const beginning: Step = { kind: 'start' };

type FlowProps = {
  readonly purpose: Purpose;
  readonly Frame: Frame;
  /** What begins it. */
  readonly Start: ComponentType<{ readonly go: Go }>;
  /** A step to begin with, when something was under way. */
  readonly initial?: Step;
  /** Called before the session begins, or after the confirmation. */
  readonly onDone?: (outcome: { readonly isNew: boolean }) => void;
};

/** Leads through the steps. */
export function Flow({ purpose, Frame, Start, initial = beginning, onDone }: FlowProps) {
  const { app } = useText();
  const [step, setStep] = useState<Step>(initial);
  const [isNew, setNew] = useState(purpose === 'signUp');
  const startOver = () => setStep(beginning);
  const confirmed = async ({ customToken, sessionId }: Confirmed) => {
    onDone?.({ isNew });
    if (customToken !== null) await completeSignIn(customToken, sessionId);
  };
  const go: Go = {
    opened: (attempt, email) => setStep({ kind: 'second', attempt, email }),
    bankId: (sameDevice) => setStep({ kind: 'bankId', sameDevice }),
    organisation: () => setStep({ kind: 'organisation' }),
    confirmed,
  };
  if (step.kind === 'start') return <Start go={go} />;
  return (
    <Suspense fallback={<Loading label={app.loading} />}>
      {step.kind === 'second' && (
        <SecondStep
          {...{ Frame, purpose }}
          attempt={step.attempt}
          email={step.email}
          onAttempt={(attempt) => setStep({ ...step, attempt })}
          onConfirmed={confirmed}
          onStartOver={startOver}
        />
      )}
      {step.kind === 'bankId' && (
        <BankIdStep
          {...{ Frame, purpose }}
          sameDevice={step.sameDevice}
          onBack={startOver}
          onOutcome={async (outcome) => {
            if (outcome.kind === 'signedIn') await confirmed(outcome);
            else if (outcome.kind === 'needsEmail') {
              setNew(true);
              setStep({ kind: 'email', attemptId: outcome.attemptId, displayName: outcome.displayName });
            } else onDone?.({ isNew });
          }}
        />
      )}
      {step.kind === 'organisation' && <OrganisationStep Frame={Frame} onBack={startOver} />}
      {step.kind === 'email' && <EmailStep Frame={Frame} attemptId={step.attemptId} displayName={step.displayName} onOpened={go.opened} />}
    </Suspense>
  );
}
