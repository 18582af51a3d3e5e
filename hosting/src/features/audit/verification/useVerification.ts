/** A verification while a page shows it: one at a time, with its progress, and a way to end it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { toApiError, type ApiError } from '../../../api/apiError.ts';
import { fetchCheckpointKey, openAuditLog } from '../../../api/auditLog.ts';
import { nowMs } from '../../../api/clock.ts';
import { newBreather, type Progressed } from './verifyStream.ts';
import { verifyWork, type Means, type Problem, type Verification, type Work } from './verifyWork.ts';

/** Where a verification stands. */
export type VerificationState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly fileName: string | null; readonly progress: Progressed }
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: ApiError };

const nothingYet: Progressed = { events: 0, ofEvents: 0 };
const giveWay = () => new Promise<void>((resolve) => setTimeout(resolve));

const means = (): Means => ({
  openLog: openAuditLog,
  fetchKey: fetchCheckpointKey,
  // Not there on a page without TLS, whatever the types say.
  subtle: window.crypto.subtle,
  storage: {
    getItem: (place) => localStorage.getItem(place),
    setItem: (place, value) => localStorage.setItem(place, value),
  },
  now: () => new Date(nowMs()),
  breathe: newBreather(() => performance.now(), giveWay),
});

/** Starts and ends verifications of an organisation's log. Leaving the page ends the one that runs. */
export function useVerification(orgId: string) {
  const [state, setState] = useState<VerificationState>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    async (work: Work) => {
      running.current?.abort();
      const controller = new AbortController();
      const { signal } = controller;
      running.current = controller;
      const fileName = work.kind === 'file' ? work.file.name : null;
      const onProgress = (progress: Progressed) => setState({ kind: 'running', fileName, progress });
      onProgress(nothingYet);
      try {
        const outcome = await verifyWork(means(), orgId, work, onProgress, signal);
        if (!signal.aborted) setState(outcome);
      } catch (error) {
        if (!signal.aborted) setState({ kind: 'failed', error: toApiError(error) });
      }
    },
    [orgId],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState({ kind: 'cancelled' });
  }, []);
  return { state, start, cancel };
}
