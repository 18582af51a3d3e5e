/**
 * Changing an organisation's settings.
 *
 * Guarantees: only what differs is written and named in the log; nobody raises the strength of the own role above that of the
 * own session; strength, idle limit and read budget take a fresh sign-in, and the budget an owner. A lower idle limit holds at the next call of every member by
 * the rules; that their sessions also say so follows.
 */
import { isDeepStrictEqual } from 'node:util';
import { applyIdleLimit } from '../../identity/sessions/idleLimit.ts';
import { needsFresh } from '../../identity/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import type { OrgActor } from '../memberCallable.ts';
import { activeMembers } from '../members/store.ts';
import { updateSettings, type SettingChanges } from '../store.ts';

/** What may be named, each absent or undefined when it is to stay. */
export type WantedSettings = { readonly [K in keyof SettingChanges]?: SettingChanges[K] | undefined };

/**
 * Changes what differs; answers the version then. Throws `shared/conflict`, `identity/reauthentication-needed`,
 * `orgs/strength-locks-you-out`.
 */
export async function updateOrganisation(actor: OrgActor, version: number, wanted: WantedSettings, clock: Clock): Promise<number> {
  const current = actor.organisation;
  if (current.version !== version)
    throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version: current.version });
  const differing = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, current[name as keyof SettingChanges]), // the keys of `wanted`
  );
  const changes: SettingChanges = Object.fromEntries(differing);
  if (differing.length === 0) return version;
  const guarded = [changes.minimumStrength, changes.idleMinutes, changes.readBudget];
  if (guarded.some((value) => value !== undefined)) needsFresh(actor.caller, clock());
  needsOwnStrength(actor, changes);
  // Or an administrator alone could first raise the budget and then read everybody.
  if (changes.readBudget !== undefined && actor.role !== 'owner')
    throw new AppError('orgs/not-allowed', 'only an owner changes this', { field: 'readBudget' });
  const next = await updateSettings(actor, version, changes);
  if (changes.idleMinutes !== undefined && changes.idleMinutes < current.idleMinutes) {
    const members = await activeMembers(actor);
    await applyIdleLimit(
      members.map(({ accountId }) => accountId),
      changes.idleMinutes,
    );
  }
  return next;
}

function needsOwnStrength({ role, caller }: OrgActor, { minimumStrength }: SettingChanges): void {
  if (minimumStrength === undefined || role === 'support') return;
  const needed = minimumStrength[role];
  if (caller.strength >= needed) return;
  throw new AppError('orgs/strength-locks-you-out', 'your own sign-in is weaker than that', { needed, current: caller.strength });
}
