/**
 * What a drill has found so far, and what a failure means to it.
 *
 * Guarantees: whatever is thrown while something is checked is a failed check, also what nobody foresaw, unless it says only that
 * a service did not answer: then nothing is known, and the drill has to be tried again.
 */
import { logFailure } from '../../platform/log.ts';
import { isOutage } from '../../platform/outage.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { Check } from '../restore/checks.ts';

/** What was found so far. Owned by one run of the drill, which adds to it. */
export type Findings = {
  exportId: string | null;
  readonly checks: Check[];
  /** Until when changes are in backups; null when it is not known. */
  recordedUntil: Date | null;
  /** When the restored database could have been used; null when it could not. */
  restoredAt: Date | null;
  /** Milliseconds of the time until then that went to comparing, and not to restoring. */
  asideMs: number;
};

/** Nothing yet. */
export const noFindings = (): Findings => ({ exportId: null, checks: [], recordedUntil: null, restoredAt: null, asideMs: 0 });

/** Makes a check; its outcome is among the findings afterwards. Answers whether it passed. Throws when a service did not answer. */
export async function checked(findings: Findings, name: string, run: () => Promise<string | Check>): Promise<boolean> {
  const check = await outcomeOf(name, run);
  findings.checks.push(check);
  return check.ok;
}

async function outcomeOf(name: string, run: () => Promise<string | Check>): Promise<Check> {
  try {
    const found = await run();
    if (typeof found === 'string') return { name, ok: true, detail: found };
    if (!found.ok) logFailure('drill found a fault', new AppError('backup/damaged', found.detail), { check: name });
    return found;
  } catch (thrown) {
    if (isOutage(thrown)) throw thrown;
    logFailure('drill found a fault', thrown, { check: name });
    return { name, ok: false, detail: isAppError(thrown) ? thrown.message : 'broke off; the log says why' };
  }
}
