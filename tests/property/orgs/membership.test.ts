/** Laws of who may change whom: nobody rises by an own doing, and the owners are counted right. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { givenRoles, roles, type GivenRole, type Role } from '../../../functions/src/orgs/contract.ts';
import { mayGive, planChange, planRemoval, type Membership } from '../../../functions/src/orgs/members/membership.ts';
import { mayReadFolder, mayWriteFolder } from '../../../functions/src/documents/policy.ts';
import { isAppError } from '../../../functions/src/shared/errors.ts';
import type { AccountId, TeamId } from '../../../functions/src/shared/ids.ts';

const anyRole = fc.constantFrom(...roles);
const anyGiven = fc.constantFrom(...givenRoles);
const teamIds = fc.uniqueArray(fc.constantFrom('team-a', 'team-b', 'team-c', 'team-d').map((id) => id as TeamId)); // stand-ins for ids
const accountId = (name: string) => name as AccountId; // a stand-in for an id

const rank: Record<Role, number> = { owner: 3, administrator: 2, editor: 1, reader: 1, auditor: 1, billing: 1, support: 0 };

/** The plan, or the code of the refusal. */
function tried<T>(plan: () => T): T | string {
  try {
    return plan();
  } catch (thrown) {
    if (isAppError(thrown)) return thrown.code;
    throw thrown;
  }
}

describe('changing a member', () => {
  test('nobody gives or takes a role above the own; administrators only what is below them', () => {
    fc.assert(
      fc.property(anyRole, anyRole, anyGiven, teamIds, (decider, before, after, teams) => {
        const member: Membership = { accountId: accountId('other'), role: before, teamIds: [] };
        const plan = tried(() => planChange({ accountId: accountId('me'), role: decider }, member, { role: after, teamIds: teams }));
        const isAllowed =
          before !== 'support' && (decider === 'owner' || (decider === 'administrator' && rank[before] === 1 && rank[after] === 1));
        expect(typeof plan === 'string').toBe(!isAllowed);
        if (typeof plan === 'string') expect(plan).toBe('orgs/not-allowed');
      }),
      { numRuns: 500 },
    );
  });

  test('of oneself: an owner keeps the role or steps down to administrator, nobody else anything', () => {
    fc.assert(
      fc.property(anyRole, anyGiven, teamIds, (role, after, teams) => {
        const me: Membership = { accountId: accountId('me'), role, teamIds: [] };
        const plan = tried(() => planChange(me, me, { role: after, teamIds: teams }));
        expect(typeof plan === 'string').toBe(!(role === 'owner' && (after === 'owner' || after === 'administrator')));
      }),
    );
  });

  test('moves the number of owners by exactly what it changes, and writes what differs', () => {
    fc.assert(
      fc.property(anyGiven, anyGiven, teamIds, teamIds, (before, after, from, to) => {
        const member: Membership = { accountId: accountId('other'), role: before, teamIds: from };
        const plan = planChange({ accountId: accountId('me'), role: 'owner' }, member, { role: after, teamIds: to });
        expect(plan.ownerDelta).toBe(Number(after === 'owner') - Number(before === 'owner'));
        expect(plan.changes.role).toBe(before === after ? undefined : after);
        expect(plan.changes.teamIds === undefined).toBe(from.toSorted().join() === to.toSorted().join());
      }),
      { numRuns: 300 },
    );
  });
});

describe('removing a member', () => {
  test('follows the right to give the role, and never oneself', () => {
    fc.assert(
      fc.property(anyRole, anyRole, fc.boolean(), (decider, role, isSelf) => {
        const member: Membership = { accountId: accountId(isSelf ? 'me' : 'other'), role: isSelf ? decider : role, teamIds: [] };
        const removed = tried(() => planRemoval({ accountId: accountId('me'), role: decider }, member));
        if (isSelf) expect(removed).toBe('shared/invalid-input');
        else if (mayGive(decider, role)) expect(removed).toBe(role === 'owner' ? -1 : 0);
        else expect(removed).toBe('orgs/not-allowed');
      }),
    );
  });

  test('support is nobody’s to give', () => {
    for (const role of roles) expect(mayGive(role, 'support')).toBe(false);
  });
});

describe('folders', () => {
  const rights = fc
    .record({ openTo: fc.constantFrom('everyone' as const, 'teams' as const), readTeams: teamIds, writeTeams: teamIds })
    .map((folder) => ({
      ...folder,
      readTeams: [...new Set([...folder.readTeams, ...folder.writeTeams])], // as every stored folder has it
    }));

  test('whoever may write may read', () => {
    fc.assert(
      fc.property(anyRole, teamIds, rights, (role, teams, folder) => {
        const member = { role, teamIds: teams };
        if (mayWriteFolder(member, folder)) expect(mayReadFolder(member, folder)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('readers, auditors, billing and support never write; the last three never read', () => {
    fc.assert(
      fc.property(teamIds, rights, (teams, folder) => {
        for (const role of ['reader', 'auditor', 'billing', 'support'] as const)
          expect(mayWriteFolder({ role, teamIds: teams }, folder)).toBe(false);
        for (const role of ['auditor', 'billing', 'support'] as const) expect(mayReadFolder({ role, teamIds: teams }, folder)).toBe(false);
      }),
    );
  });

  test('another team opens no less, and only what names it', () => {
    fc.assert(
      fc.property(fc.constantFrom<GivenRole>('editor', 'reader'), teamIds, rights, (role, teams, folder) => {
        const without = { role, teamIds: [] };
        const withTeams = { role, teamIds: teams };
        if (mayReadFolder(without, folder)) expect(mayReadFolder(withTeams, folder)).toBe(true);
        else expect(mayReadFolder(withTeams, folder)).toBe(teams.some((id) => folder.readTeams.includes(id)));
      }),
      { numRuns: 300 },
    );
  });
});
