/** Pure: which errors of schedules say that something is wrong, and not that a run could not look. */
import { isOutage } from '../platform/outage.ts';
import { isAppError, type ErrorCode } from '../shared/errors.ts';

const urgent: ReadonlySet<string> = new Set([
  'backup/drill-failed',
  'backup/drill-untried',
  'backup/journal-incomplete',
  'backup/copy-differs',
  'backup/damaged',
  'backup/not-genuine',
  'backup/restore-unfinished',
  'backup/keys-fell',
  'audit/chain-broken',
  'audit/checkpoint-contradicted',
  'audit/change-without-event',
  'audit/event-not-as-sealed',
] satisfies ErrorCode[]);

/** Whether operators are told of an error at once, because no repetition cures it. */
export const isUrgent = (code: string): boolean => urgent.has(code);

/** Of several errors the one that a run must fail with: one that is urgent before others, and an outage last of all. */
export function gravest(failures: readonly unknown[]): unknown {
  const gravity = (thrown: unknown): number => (isOutage(thrown) ? 0 : isAppError(thrown) && isUrgent(thrown.code) ? 2 : 1);
  return failures.toSorted((a, b) => gravity(b) - gravity(a))[0];
}
