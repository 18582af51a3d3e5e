/**
 * Keeps the session alive while the reader works, warns before it ends, and signs out when it has.
 * The dialog lies over the page, so whatever was being typed is still there afterwards.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { sessionRules } from '../../../functions/src/identity/contract.ts';
import { call } from '../api/call.ts';
import { nowMs } from '../api/clock.ts';
import { endSession } from '../api/session.ts';
import { rememberSessionTimes, sessionEnds, type SessionEnds } from '../api/sessionTimes.ts';
import { useText } from '../i18n/language.tsx';
import { formatCountdown } from '../i18n/format.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { signOut } from './signOut.ts';

const extendAtMostEveryMs = 60_000;

/** Seconds left when the warning must be shown, else null. `isFinal`: the absolute limit, which nothing extends. */
export function warningFor(ends: SessionEnds | null, now: number): { readonly secondsLeft: number; readonly isFinal: boolean } | null {
  if (ends === null) return null;
  const secondsLeft = (Math.min(ends.idleAtMs, ends.absoluteAtMs) - now) / 1000;
  return secondsLeft <= sessionRules.warnSeconds ? { secondsLeft, isFinal: ends.absoluteAtMs <= ends.idleAtMs } : null;
}

async function extend(): Promise<void> {
  // A failure shows by itself: the countdown goes on, and a dead session signs the tab out.
  await call('sessionExtend', {}).then(rememberSessionTimes, () => undefined);
}

function useExtendOnActivity(isWarned: boolean) {
  const lastMs = useRef(nowMs());
  useEffect(() => {
    if (isWarned) return;
    const onActivity = () => {
      if (nowMs() - lastMs.current < extendAtMostEveryMs) return;
      lastMs.current = nowMs();
      void extend();
    };
    window.addEventListener('pointerdown', onActivity);
    window.addEventListener('keydown', onActivity);
    return () => {
      window.removeEventListener('pointerdown', onActivity);
      window.removeEventListener('keydown', onActivity);
    };
  }, [isWarned]);
}

/** The watch; mounted once for the signed-in area. */
export function SessionWatch() {
  const { app } = useText();
  const [warning, setWarning] = useState<ReturnType<typeof warningFor>>(null);
  useExtendOnActivity(warning !== null);
  useEffect(() => {
    const timer = setInterval(() => {
      const next = warningFor(sessionEnds(), nowMs());
      if (next !== null && next.secondsLeft <= 0) void endSession('timeout');
      else setWarning(next);
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const stay = useCallback(() => void extend().then(() => setWarning(warningFor(sessionEnds(), nowMs()))), []);
  return (
    <Dialog title={app.sessionTitle} isOpen={warning !== null} onClose={stay}>
      <p>{warning?.isFinal === true ? app.sessionAbsolute : app.sessionText}</p>
      <p role="timer" className="countdown">
        {app.sessionLeft(formatCountdown(warning?.secondsLeft ?? 0))}
      </p>
      <div className="actions">
        {warning?.isFinal !== true && (
          <Button onPress={stay} takesFocus>
            {app.staySignedIn}
          </Button>
        )}
        <Button variant="secondary" onPress={() => void signOut()}>
          {app.signOut}
        </Button>
      </div>
    </Dialog>
  );
}
