/**
 * Pure: whether a member may be shown some persons, and what that leaves of the budget.
 *
 * Guarantees: two leaking buckets, one by the hour and one by the day, are charged one for each person who was not shown to
 * the member in the last day; a request that does not fit into both is refused whole and charges nothing.
 */
import { ms } from '../../shared/time.ts';

/** How many persons a member may be shown; a full bucket empties evenly over its hour or day. */
export type BudgetLimits = { readonly perHour: number; readonly perDay: number };

/** What a member has used. `seen` are prints of persons shown since `seenSince`, a day at most. */
export type BudgetState = {
  readonly hourSpent: number;
  readonly daySpent: number;
  readonly at: Date;
  readonly seen: ReadonlySet<string>;
  readonly seenSince: Date;
};

/** Granted with the state that follows, or refused with the seconds until the same request would fit. */
export type BudgetDecision =
  | { readonly isGranted: true; readonly state: BudgetState; readonly isChanged: boolean }
  | { readonly isGranted: false; readonly waitSeconds: number; readonly per: 'hour' | 'day'; readonly limit: number };

/** More prints than this are not remembered; whoever is not is charged again. Half a megabyte as stored. */
export const mostRemembered = 100_000;

/** The state of a member who has been shown nobody yet. */
export const untouched = (now: Date): BudgetState => ({ hourSpent: 0, daySpent: 0, at: now, seen: new Set(), seenSince: now });

/** Decides about persons, given by their prints. */
export function spend(before: BudgetState, limits: BudgetLimits, persons: readonly string[], now: Date): BudgetDecision {
  const state = leaked(before, limits, now);
  const fresh = new Set(persons.filter((print) => !state.seen.has(print)));
  if (fresh.size === 0) return { isGranted: true, state, isChanged: false };
  const hourWait = waitFor(state.hourSpent + fresh.size, limits.perHour, ms.hour);
  const dayWait = waitFor(state.daySpent + fresh.size, limits.perDay, ms.day);
  if (hourWait > 0 || dayWait > 0) {
    return dayWait > hourWait
      ? { isGranted: false, waitSeconds: dayWait, per: 'day', limit: limits.perDay }
      : { isGranted: false, waitSeconds: hourWait, per: 'hour', limit: limits.perHour };
  }
  const remembered = [...fresh].slice(0, Math.max(0, mostRemembered - state.seen.size));
  return {
    isGranted: true,
    isChanged: true,
    state: {
      ...state,
      hourSpent: state.hourSpent + fresh.size,
      daySpent: state.daySpent + fresh.size,
      seen: new Set([...state.seen, ...remembered]),
    },
  };
}

/** What is left of the spending after the time that has passed. A clock that went back forgives nothing. */
function leaked(before: BudgetState, { perHour, perDay }: BudgetLimits, now: Date): BudgetState {
  const elapsed = Math.max(0, now.getTime() - before.at.getTime());
  const isDayOver = now.getTime() - before.seenSince.getTime() >= ms.day;
  return {
    hourSpent: Math.max(0, before.hourSpent - (elapsed * perHour) / ms.hour),
    daySpent: Math.max(0, before.daySpent - (elapsed * perDay) / ms.day),
    at: elapsed > 0 ? now : before.at,
    seen: isDayOver ? new Set() : before.seen,
    seenSince: isDayOver ? now : before.seenSince,
  };
}

/** Whole seconds until `wanted` fits into a bucket; 0 when it does. What is more than the bucket waits for an empty one. */
function waitFor(wanted: number, limit: number, period: number): number {
  return Math.max(0, Math.ceil(((wanted - limit) * period) / limit / ms.second));
}
