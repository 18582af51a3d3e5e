/**
 * Keeps the session alive while the reader works, warns before it ends, and ends it here when it has.
 * Its dialogs lie over the page, so whatever was being typed is still there afterwards: also after signing in again, and
 * after confirming who one is.
 */
import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useLocation } from 'react-router';
import { sessionRules } from '../../../functions/src/identity/contract.ts';
import type { ApiError } from '../api/apiError.ts';
import { call } from '../api/call.ts';
import { nowMs } from '../api/clock.ts';
import { answerConfirmation, isConfirmationAsked, onConfirmationChange } from '../api/confirmation.ts';
import { askForUnsavedWork, endSession, sessionState } from '../api/session.ts';
import { forgetSessionTimes, rememberSessionTimes, sessionEnds } from '../api/sessionTimes.ts';
import { formatCountdown } from '../i18n/format.ts';
import { useText } from '../i18n/language.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ErrorPanel } from './ErrorPanel.tsx';
import { lazily } from './lazily.tsx';
import { LockedDialog } from './LockedDialog.tsx';
import { endOnServer, signOut } from './signOut.ts';
import { warningFor } from './sessionWarning.ts';
import { forgetUnsavedWork, hasUnsavedWork } from './unsavedWork.ts';
import { useSession } from './useSession.ts';

const Reauthenticate = lazily(async () => (await import('../features/identity/again/Reauthenticate.tsx')).Reauthenticate);
const SignInAgain = lazily(async () => (await import('../features/identity/again/SignInAgain.tsx')).SignInAgain);

/** How long after sign-in the dialogs are loaded that may be needed when the network is gone. */
const aheadMs = 5_000;

/** How long a locked tab keeps the page before it lets it go. */
const keptMinutes = 60;

/** Activity extends the session at most this often: each minute, more often when the idle limit is short. */
function extendEveryMs(): number {
  return Math.min(60, ((sessionEnds()?.idleMinutes ?? sessionRules.idleMinutes) * 60) / 15) * 1000;
}

/** Begins a new session at the absolute limit; what was typed is kept as at any other end. */
async function beginAnew(): Promise<void> {
  await endOnServer();
  await endSession('ended');
}

async function extend(): Promise<void> {
  // A failure shows by itself: the countdown goes on, and a dead session ends here too.
  const askedIn = sessionState();
  await call('sessionExtend', {}).then(
    (times) => (sessionState() === askedIn ? rememberSessionTimes(times) : undefined),
    () => undefined,
  );
}

function useExtendOnActivity(isPaused: boolean) {
  const lastMs = useRef(nowMs());
  useEffect(() => {
    if (isPaused) return;
    const onActivity = () => {
      if (nowMs() - lastMs.current < extendEveryMs()) return;
      lastMs.current = nowMs();
      void extend();
    };
    // Before anything else hears of it: buttons and fields keep from the page what they have dealt with.
    window.addEventListener('pointerdown', onActivity, { capture: true });
    window.addEventListener('keydown', onActivity, { capture: true });
    return () => {
      window.removeEventListener('pointerdown', onActivity, { capture: true });
      window.removeEventListener('keydown', onActivity, { capture: true });
    };
  }, [isPaused]);
}

/** Lets the session know of work on the page that is shown. */
function useUnsavedWork() {
  const { pathname } = useLocation();
  useEffect(() => {
    askForUnsavedWork(hasUnsavedWork);
    return () => askForUnsavedWork(() => false);
  }, []);
  // Before anything can be typed on the page that comes.
  useLayoutEffect(forgetUnsavedWork, [pathname]);
}

/** While the tab is locked, nothing of the page is seen, read out or reached; the page lives on and is let go after a while. */
function useLock(isLocked: boolean) {
  const queries = useQueryClient();
  useLayoutEffect(() => {
    if (!isLocked) return;
    document.documentElement.dataset['locked'] = '';
    // They are of the session that has ended, and would end the next one at once.
    forgetSessionTimes();
    const timer = setTimeout(() => void endSession('byUser'), keptMinutes * 60_000);
    return () => {
      delete document.documentElement.dataset['locked'];
      clearTimeout(timer);
      // The new session has times of its own.
      if (sessionState().status === 'signedIn') void queries.invalidateQueries({ queryKey: ['account'] });
    };
  }, [isLocked, queries]);
}

/** Loads the dialogs ahead: when a session has ended, or a call waits, is a bad moment to find that they cannot be had. */
function usePreloaded() {
  useEffect(() => {
    const timer = setTimeout(() => {
      SignInAgain.preload();
      Reauthenticate.preload();
    }, aheadMs);
    return () => clearTimeout(timer);
  }, []);
}

/** The watch; mounted once for the signed-in area. */
export function SessionWatch() {
  const session = useSession();
  const isLocked = session.status === 'locked';
  const isAsked = useSyncExternalStore(onConfirmationChange, isConfirmationAsked);
  useUnsavedWork();
  useLock(isLocked);
  usePreloaded();
  // Who leaves without an answer has not confirmed.
  useEffect(() => () => answerConfirmation(false), []);
  return (
    <>
      {!isLocked && <Warning />}
      {isAsked && !isLocked && (
        <ErrorBoundary instead={CannotConfirm}>
          <Suspense>
            <Reauthenticate />
          </Suspense>
        </ErrorBoundary>
      )}
      {isLocked && (
        <ErrorBoundary instead={CannotSignIn}>
          <Suspense>
            <SignInAgain reason={session.reason} />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  );
}

type NotLoadedProps = { readonly error: ApiError; readonly onRetry: () => void };

/** In place of the dialog that confirms; the call that waits can be given up. */
function CannotConfirm({ error, onRetry }: NotLoadedProps) {
  const { app, identity } = useText();
  const giveUp = () => answerConfirmation(false);
  return (
    <Dialog title={identity.reauthTitle} isOpen onClose={giveUp}>
      <div className="page">
        <ErrorPanel error={error} onRetry={onRetry} />
        <div className="actions again-leave">
          <Button variant="tertiary" onPress={giveUp}>
            {app.cancel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** In place of the dialog that opens a locked tab; what is kept stays kept. */
function CannotSignIn({ error, onRetry }: NotLoadedProps) {
  return (
    <LockedDialog>
      <ErrorPanel error={error} onRetry={onRetry} />
    </LockedDialog>
  );
}

function Warning() {
  const { app } = useText();
  const [warning, setWarning] = useState<ReturnType<typeof warningFor>>(null);
  /** While somebody who wants to stay waits for the answer, the server alone says whether that was too late. */
  const isStaying = useRef(false);
  useExtendOnActivity(warning !== null);
  useEffect(() => {
    const timer = setInterval(() => {
      const next = warningFor(sessionEnds(), nowMs());
      if (next === null || next.secondsLeft > 0) setWarning(next);
      else if (!isStaying.current) void endSession('timeout');
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const stay = useCallback(async () => {
    isStaying.current = true;
    await extend();
    isStaying.current = false;
    setWarning(warningFor(sessionEnds(), nowMs()));
  }, []);
  const isFinal = warning?.isFinal === true;
  return (
    <Dialog title={app.sessionTitle} isOpen={warning !== null} onClose={() => void (isFinal || stay())}>
      <p>{isFinal ? app.sessionAbsolute : app.sessionText}</p>
      <p role="timer" className="countdown">
        {app.sessionLeft(formatCountdown(warning?.secondsLeft ?? 0))}
      </p>
      <div className="actions">
        <Button onPress={() => void (isFinal ? beginAnew() : stay())} takesFocus>
          {isFinal ? app.signInAgain : app.staySignedIn}
        </Button>
        <Button variant="secondary" onPress={() => void signOut()}>
          {app.signOut}
        </Button>
      </div>
    </Dialog>
  );
}
