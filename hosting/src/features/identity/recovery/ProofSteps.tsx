/** After the e-mailed code: a recovery code, or two administrators; then a new password. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { toApiError, type ApiError } from '../../../api/apiError.ts';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { formatDateTime, formatNumber } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { PageStep } from '../flow/frames.tsx';
import type { Held } from './held.ts';
import { NewPasswordForm } from './NewPasswordForm.tsx';

type RecoveryState = Output<'recoveryState'>;
type ProofStepsProps = {
  readonly held: Held;
  readonly onStartOver: () => void;
  /** `isApproved`: by administrators, which disconnects everything else. */
  readonly onDone: (isApproved: boolean) => void;
};

const askEveryMs = 5_000;

/** How the recovery stands, asked again and again while administrators are awaited. */
function useRecoveryState({ recoveryId, secret }: Held) {
  const [state, setState] = useState<RecoveryState | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const asked = useRef(0);
  const shown = useRef(0);
  const refresh = useCallback(async () => {
    const turn = (asked.current += 1);
    const answer = await call('recoveryState', { recoveryId, secret }).then(
      (next) => ({ next, error: null }),
      (thrown: unknown) => ({ next: null, error: toApiError(thrown) }),
    );
    // Answers may overtake each other; how it stood earlier is not shown again.
    if (turn < shown.current) return;
    shown.current = turn;
    if (answer.next !== null) setState(answer.next);
    setError(answer.error);
  }, [recoveryId, secret]);
  const isWaiting = state?.state === 'waiting';
  useEffect(() => {
    if (!isWaiting) return void refresh();
    const timer = setInterval(() => void refresh(), askEveryMs);
    return () => clearInterval(timer);
  }, [isWaiting, refresh]);
  return { state, error, refresh };
}

/** The steps, as the server says where they are. */
export function ProofSteps({ held, onStartOver, onDone }: ProofStepsProps) {
  const { app, recovery } = useLanguage().text;
  const { recoveryId, secret } = held;
  const { state, error, refresh } = useRecoveryState(held);
  const ending = (title: string, intro: string) => (
    <PageStep title={title} intro={intro}>
      <div className="actions">
        <Button onPress={onStartOver}>{recovery.startOver}</Button>
      </div>
    </PageStep>
  );
  const finish = (isApproved: boolean) => async (newPassword: string, recoveryCode: string | undefined) => {
    await call('recoveryFinish', { recoveryId, secret, newPassword, ...(recoveryCode === undefined ? {} : { recoveryCode }) });
    onDone(isApproved);
  };
  if (error?.code === 'identity/recovery-ended') return ending(recovery.expiredTitle, recovery.expiredText);
  if (state === null) return error === null ? <Loading label={app.loading} /> : <ErrorPanel error={error} onRetry={() => void refresh()} />;
  // What is shown is how it stood when it last could be asked.
  const failure = error !== null && <ErrorPanel error={error} onRetry={() => void refresh()} />;
  switch (state.state) {
    case 'open':
      return (
        <>
          {failure}
          <Choice state={state} held={held} onAsked={refresh} onFinish={finish(false)} />
        </>
      );
    case 'waiting':
      return (
        <>
          {failure}
          <Waiting state={state} held={held} />
        </>
      );
    case 'approved':
      return (
        <PageStep title={recovery.approvedTitle}>
          <NewPasswordForm onSubmit={finish(true)} />
        </PageStep>
      );
    case 'declined':
      return ending(recovery.declinedTitle, recovery.declinedText);
    case 'finished':
    case 'expired':
      return ending(recovery.expiredTitle, recovery.expiredText);
  }
}

type ChoiceProps = {
  readonly state: RecoveryState;
  readonly held: Held;
  readonly onAsked: () => Promise<void>;
  readonly onFinish: (newPassword: string, recoveryCode: string | undefined) => Promise<void>;
};

function Choice({ state, held: { recoveryId, secret }, onAsked, onFinish }: ChoiceProps) {
  const { recovery } = useLanguage().text;
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const ask = async () => {
    setFailure(null);
    setBusy(true);
    await call('recoveryAsk', { recoveryId, secret }).then(onAsked, setFailure);
    setBusy(false);
  };
  if (state.needed === 0 && !state.hasRecoveryCodes) {
    return (
      <PageStep title={recovery.passwordTitle} intro={recovery.aloneText}>
        <NewPasswordForm onSubmit={onFinish} />
      </PageStep>
    );
  }
  return (
    <PageStep title={recovery.howTitle} intro={recovery.howIntro}>
      {state.hasRecoveryCodes && (
        <Card title={recovery.withCodeTitle}>
          <p>{recovery.withCodeText}</p>
          <NewPasswordForm withRecoveryCode onSubmit={onFinish} />
        </Card>
      )}
      {state.needed > 0 && (
        <Card title={recovery.withAdminsTitle}>
          <p>{recovery.withAdminsText}</p>
          {failure !== null && <ErrorPanel error={failure} />}
          <div className="actions">
            <Button variant="secondary" isPending={isBusy} onPress={() => void ask()}>
              {recovery.withAdmins}
            </Button>
          </div>
        </Card>
      )}
    </PageStep>
  );
}

function Waiting({ state, held }: { readonly state: RecoveryState; readonly held: Held }) {
  const { locale, text } = useLanguage();
  const { recovery } = text;
  return (
    <PageStep title={recovery.waitTitle} intro={recovery.waitIntro}>
      <Card title={recovery.reference}>
        <p className="reference">{held.reference}</p>
        <p role="status">{recovery.approvals(formatNumber(locale, state.approvals), formatNumber(locale, state.needed))}</p>
      </Card>
      <p>
        {recovery.keepOpen} {recovery.until(formatDateTime(locale, new Date(state.expiresAt)))}
      </p>
    </PageStep>
  );
}
