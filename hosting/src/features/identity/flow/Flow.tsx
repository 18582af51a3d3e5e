/**
 * The way from a first proof to a confirmed person, the same for sign-in, sign-up and confirming again: what begins it
 * is given by the page, what follows is here and is loaded when it is reached.
 */
import { Suspense, useState, type ComponentType } from 'react';
import { completeSignIn } from '../../../api/session.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { ErrorBoundary, NotLoaded } from '../../../app/ErrorBoundary.tsx';
import { lazily } from '../../../app/lazily.tsx';
import { useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import type { Frame } from './frames.tsx';
import type { Confirmed, Go, Purpose, Step } from './steps.ts';

const SecondStep = lazily(async () => (await import('./SecondStep.tsx')).SecondStep);
const EmailStep = lazily(async () => (await import('./EmailStep.tsx')).EmailStep);
const BankIdStep = lazily(async () => (await import('../bankId/BankIdStep.tsx')).BankIdStep);
const OrganisationStep = lazily(async () => (await import('../organisation/OrganisationStep.tsx')).OrganisationStep);

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
  const { app, identity } = useText();
  const [step, setStep] = useState<Step>(initial);
  const [isNew, setNew] = useState(purpose === 'signUp');
  // What was proven, when the session that it gives could not be begun: the proof is used up. Without an error it is being tried.
  const [kept, setKept] = useState<{ readonly answer: Confirmed; readonly error: unknown } | null>(null);
  const startOver = () => {
    setKept(null);
    setStep(beginning);
  };
  const confirmed = async (answer: Confirmed) => {
    onDone?.({ isNew });
    const { customToken, sessionId } = answer;
    if (customToken === null) return;
    try {
      await completeSignIn(customToken, sessionId);
    } catch (error) {
      setKept({ answer, error });
    }
  };
  const go: Go = {
    opened: (attempt, email) => setStep({ kind: 'second', attempt, email }),
    bankId: (sameDevice) => setStep({ kind: 'bankId', sameDevice }),
    organisation: () => setStep({ kind: 'organisation' }),
    confirmed,
  };
  if (kept !== null) {
    const retry = () => {
      setKept({ answer: kept.answer, error: null });
      void confirmed(kept.answer);
    };
    return (
      <Frame title={identity.signInTitle}>
        {kept.error === null ? <Loading label={app.loading} /> : <ErrorPanel error={kept.error} onRetry={retry} />}
        <div className="actions">
          <Button variant="tertiary" onPress={startOver}>
            {identity.startOver}
          </Button>
        </div>
      </Frame>
    );
  }
  if (step.kind === 'start') return <Start go={go} />;
  return (
    <ErrorBoundary instead={NotLoaded}>
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
        {step.kind === 'email' && (
          <EmailStep Frame={Frame} attemptId={step.attemptId} displayName={step.displayName} onOpened={go.opened} />
        )}
      </Suspense>
    </ErrorBoundary>
  );
}
