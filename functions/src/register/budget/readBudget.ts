/**
 * The read budget: how many different persons' opened values a member may be given in an hour and in a day.
 *
 * Guarantees: it is charged before anything is opened, atomically, so that parallel calls together get no more than one
 * after the other; a page that does not fit is refused whole; the first refusal in an hour raises an alarm. Holds for what
 * functions open. Sealed documents, which a member may read under the rules, are not counted: nothing in them can be read.
 */
import { raiseAlarm } from '../../orgs/alarms/raiseAlarm.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { untilSettled } from '../../platform/contention.ts';
import { AppError } from '../../shared/errors.ts';
import type { DataSubjectId } from '../../shared/ids.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { spend, untouched, type BudgetLimits } from './budgetPlan.ts';
import { loadBudget, noteAlarm, personPrint, saveBudget } from './store.ts';

/** Who reads. */
type Reader = Pick<OrgActor, 'orgId' | 'accountId'>;

/**
 * Charges the persons whom a call is about to open. Whoever was shown to the member within a day costs nothing.
 * Throws `register/read-budget-spent` with `waitSeconds`, `per` and `limit`.
 */
export async function takeReads(reader: Reader, limits: BudgetLimits, persons: readonly DataSubjectId[], clock: Clock): Promise<void> {
  const prints = persons.map(personPrint);
  const refusal = await untilSettled(async () => {
    const now = clock();
    const stored = await loadBudget(reader);
    const decision = spend(stored?.state ?? untouched(now), limits, prints, now);
    if (!decision.isGranted) return { ...decision, alarmedAt: stored?.alarmedAt ?? null };
    if (!decision.isChanged || (await saveBudget(reader, stored, decision.state))) return 'granted' as const;
    return undefined;
  });
  if (refusal === 'granted') return;
  await alarmOnce(reader, refusal.alarmedAt, clock);
  const { waitSeconds, per, limit } = refusal;
  throw new AppError('register/read-budget-spent', 'too many persons read, wait a while', { waitSeconds, per, limit });
}

/** Raised before it is noted: a call that is cut off in between raises it again, which counts in the same alarm. */
async function alarmOnce({ orgId, accountId }: Reader, alarmedAt: Date | null, clock: Clock): Promise<void> {
  const now = clock();
  if (alarmedAt !== null && now.getTime() - alarmedAt.getTime() < ms.hour) return;
  await raiseAlarm(orgId, { kind: 'readBudgetSpent', actorId: accountId, targetIds: [accountId], count: 1 }, clock);
  await noteAlarm({ orgId, accountId }, now);
}
