/** Members: changed, removed and left under the rules; an organisation always has an owner. */
import { beforeAll, describe, expect, test } from 'vitest';
import { givenRoles, orgsCallables, rolesBelowAdministrator, type GivenRole } from '../../../functions/src/orgs/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  eventsOf,
  makeStale,
  newOrganisation,
  refusal,
  refusedWith,
  signUp,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let other: Organisation;
let administrator: SignedIn;
beforeAll(async () => {
  [at, other] = [await newOrganisation(local), await newOrganisation(local)];
  administrator = await addMember(local, at.orgId, 'administrator');
});

const change = (accountId: string, role: GivenRole, by = at.owner, teamIds: readonly string[] = [], orgId = at.orgId) =>
  local.callable('changeMember', { orgId, accountId, role, teamIds }, by.idToken);
const remove = (accountId: string, by = at.owner, orgId = at.orgId) => local.callable('removeMember', { orgId, accountId }, by.idToken);
const leave = (orgId: string, by: SignedIn) => local.callable('leaveOrganisation', { orgId }, by.idToken);
const transfer = (orgId: string, accountId: string, by: SignedIn) => local.callable('transferOwnership', { orgId, accountId }, by.idToken);
const memberOf = (orgId: string, { accountId }: SignedIn) => stored(local, `orgs/${orgId}/members/${accountId}`);
const ownersOf = async (orgId: string): Promise<{ counted: unknown; stored: number }> => {
  const members = database(local).collection(`orgs/${orgId}/members`);
  const active = await members.where('state', '==', 'active').where('role', '==', 'owner').get();
  return { counted: (await stored(local, `orgs/${orgId}`))?.['ownerCount'], stored: active.size };
};

describe('changing a member', () => {
  test('by an owner gives any role, counts owners, and leaves its event', async () => {
    const member = await addMember(local, at.orgId, 'reader');
    for (const role of ['editor', 'administrator', 'owner', 'billing'] as const) {
      await change(member.accountId, role);
      expect(await memberOf(at.orgId, member)).toMatchObject({ role, state: 'active' });
      expect(await ownersOf(at.orgId)).toEqual(role === 'owner' ? { counted: 2, stored: 2 } : { counted: 1, stored: 1 });
    }
    const events = (await eventsOf(local, at.orgId)).filter(({ targetIds }) => (targetIds as string[])[0] === member.accountId);
    expect(events.map(({ action, targetKind, fields, actorId }) => ({ action, targetKind, fields, actorId }))).toEqual(
      Array.from({ length: 4 }, () => ({
        action: 'orgs.member.update',
        targetKind: 'member',
        fields: ['role'],
        actorId: at.owner.accountId,
      })),
    );
    await remove(member.accountId);
  });

  test('to what the member is already writes nothing', async () => {
    const member = await addMember(local, at.orgId, 'reader');
    const before = await memberOf(at.orgId, member);
    await change(member.accountId, 'reader');
    expect(await memberOf(at.orgId, member)).toEqual(before);
    await remove(member.accountId);
  });

  test('that was decided upon other access than the stored one is a conflict, unless nothing is left to change', async () => {
    const member = await addMember(local, at.orgId, 'editor');
    const changeFrom = (was: GivenRole, role: GivenRole, by: SignedIn) =>
      local.callable(
        'changeMember',
        { orgId: at.orgId, accountId: member.accountId, role, teamIds: [], was: { role: was, teamIds: [] } },
        by.idToken,
      );
    await changeFrom('editor', 'reader', at.owner);
    expect(await refusedWith(changeFrom('editor', 'auditor', administrator))).toBe('shared/conflict');
    expect(await memberOf(at.orgId, member)).toMatchObject({ role: 'reader' });
    await changeFrom('editor', 'reader', administrator);
    await changeFrom('reader', 'auditor', administrator);
    expect(await memberOf(at.orgId, member)).toMatchObject({ role: 'auditor' });
    await remove(member.accountId);
  });

  test('by an administrator reaches only roles below', async () => {
    const below: readonly GivenRole[] = rolesBelowAdministrator;
    const member = await addMember(local, at.orgId, 'reader');
    for (const role of givenRoles) {
      const asked = change(member.accountId, role, administrator);
      if (below.includes(role)) await asked;
      else expect(await refusedWith(asked)).toBe('orgs/not-allowed');
    }
    expect(await refusedWith(change(at.owner.accountId, 'reader', administrator))).toBe('orgs/not-allowed');
    expect(await refusedWith(change(administrator.accountId, 'reader', administrator))).toBe('orgs/not-allowed');
    expect(await refusedWith(change(administrator.accountId, 'owner', administrator))).toBe('orgs/not-allowed');
    await remove(member.accountId, administrator);
  });

  test('to owner takes a fresh sign-in', async () => {
    const stale = await newOrganisation(local);
    const member = await addMember(local, stale.orgId, 'editor');
    await makeStale(local, stale.owner);
    const asked = change(member.accountId, 'owner', stale.owner, [], stale.orgId);
    expect(await refusedWith(asked)).toBe('identity/reauthentication-needed');
    await change(member.accountId, 'administrator', stale.owner, [], stale.orgId);
  });

  test.each([
    ['the role support', { role: 'support' }],
    ['no known role', { role: 'king' }],
    ['one team twice', { teamIds: ['T'.repeat(20), 'T'.repeat(20)] }],
    ['a team that is a path', { teamIds: ['../../accounts/abcdefghijklm'] }],
    ['more than twenty teams', { teamIds: Array.from({ length: 21 }, (_, n) => `team-number-${String(n).padStart(10, '0')}`) }],
    ['an unknown team', { teamIds: ['U'.repeat(20)] }],
    ['something besides', { state: 'active' }],
    ['an access before that is none', { was: { role: 'king', teamIds: [] } }],
  ])('to %s is refused', async (_what, over) => {
    const input = { orgId: at.orgId, accountId: administrator.accountId, role: 'editor', teamIds: [], ...over };
    expect(await refusedWith(local.callable('changeMember', input, at.owner.idToken))).toBe('shared/invalid-input');
    expect(await memberOf(at.orgId, administrator)).toMatchObject({ role: 'administrator', teamIds: [] });
  });

  test('of another organisation, or one who was removed, finds nobody', async () => {
    const gone = await addMember(local, at.orgId, 'reader');
    await remove(gone.accountId);
    for (const accountId of [other.owner.accountId, gone.accountId, 'N'.repeat(20)]) {
      expect(await refusedWith(change(accountId, 'editor'))).toBe('shared/not-found');
      expect(await refusedWith(remove(accountId))).toBe('shared/not-found');
    }
    expect(await refusedWith(change(at.owner.accountId, 'reader', other.owner))).toBe('shared/not-found');
  });
});

describe('removing a member', () => {
  test('ends every access at the next call, while the token is valid', async () => {
    const leaving = await addMember(local, at.orgId, 'editor');
    await local.callable('listDataSubjects', { orgId: at.orgId, pageSize: 1 }, leaving.idToken);
    await remove(leaving.accountId, administrator);
    expect(await refusedWith(local.callable('listDataSubjects', { orgId: at.orgId, pageSize: 1 }, leaving.idToken))).toBe(
      'shared/not-found',
    );
    expect(await statusOfRead(local, `orgs/${at.orgId}`, leaving.idToken)).toBe(403);
    const events = (await eventsOf(local, at.orgId)).filter(({ action }) => action === 'orgs.member.remove');
    expect(events.at(-1)).toMatchObject({ targetIds: [leaving.accountId], actorId: administrator.accountId });
  });

  test('is for others: an administrator removes no administrator or owner, and nobody oneself', async () => {
    const second = await addMember(local, at.orgId, 'administrator');
    for (const accountId of [second.accountId, at.owner.accountId])
      expect(await refusedWith(remove(accountId, administrator))).toBe('orgs/not-allowed');
    expect(await refusedWith(remove(at.owner.accountId))).toBe('shared/invalid-input');
    await remove(second.accountId);
  });
});

describe('the last owner', () => {
  test('cannot leave, nor step down', async () => {
    const lone = await newOrganisation(local);
    expect(await refusal(leave(lone.orgId, lone.owner))).toMatchObject({ code: 'orgs/last-owner', status: 400 });
    expect(await refusedWith(change(lone.owner.accountId, 'administrator', lone.owner, [], lone.orgId))).toBe('orgs/last-owner');
    expect(await ownersOf(lone.orgId)).toEqual({ counted: 1, stored: 1 });
  });

  test.each(['leaving', 'removing each other', 'stepping down'] as const)('stays when all owners do it at once: %s', async (how) => {
    const many = await newOrganisation(local);
    const owners = [many.owner, await addMember(local, many.orgId, 'owner'), await addMember(local, many.orgId, 'owner')];
    const outcomes = await Promise.allSettled(
      owners.map((owner, index) => {
        if (how === 'leaving') return leave(many.orgId, owner);
        if (how === 'stepping down') return change(owner.accountId, 'administrator', owner, [], many.orgId);
        return remove(owners[(index + 1) % owners.length]?.accountId ?? '', owner, many.orgId);
      }),
    );
    const { counted, stored: left } = await ownersOf(many.orgId);
    expect(left).toBeGreaterThanOrEqual(1);
    expect(counted).toBe(left);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(owners.length - left);
    const codes = await Promise.all(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [refusedWith(Promise.reject(outcome.reason as unknown))] : [])),
    );
    const known = ['orgs/last-owner', 'shared/conflict', 'shared/not-found', 'orgs/not-allowed'];
    expect(codes.filter((code) => !known.includes(code))).toEqual([]);
  });
});

describe('leaving', () => {
  test('is everybody’s own to do, and leaves its event', async () => {
    for (const role of givenRoles) {
      const member = await addMember(local, other.orgId, role);
      await leave(other.orgId, member);
      expect(await memberOf(other.orgId, member)).toMatchObject({ state: 'removed' });
      expect(await refusedWith(leave(other.orgId, member))).toBe('shared/not-found');
    }
    expect((await eventsOf(local, other.orgId)).filter(({ action }) => action === 'orgs.member.leave')).toHaveLength(givenRoles.length);
    expect(await ownersOf(other.orgId)).toEqual({ counted: 1, stored: 1 });
  });
});

describe('the transfer of ownership', () => {
  test('makes the member owner and the caller administrator', async () => {
    const passing = await newOrganisation(local);
    const next = await addMember(local, passing.orgId, 'reader');
    await transfer(passing.orgId, next.accountId, passing.owner);
    expect(await memberOf(passing.orgId, next)).toMatchObject({ role: 'owner' });
    expect(await memberOf(passing.orgId, passing.owner)).toMatchObject({ role: 'administrator' });
    expect(await ownersOf(passing.orgId)).toEqual({ counted: 1, stored: 1 });
    expect(await refusedWith(transfer(passing.orgId, next.accountId, passing.owner))).toBe('orgs/not-allowed');
  });

  test('interrupted between its two commits leaves two owners, and a second call finishes it', async () => {
    const passing = await newOrganisation(local);
    const next = await addMember(local, passing.orgId, 'editor');
    await change(next.accountId, 'owner', passing.owner, [], passing.orgId); // the first of the two commits
    expect(await ownersOf(passing.orgId)).toEqual({ counted: 2, stored: 2 });
    await transfer(passing.orgId, next.accountId, passing.owner);
    expect(await memberOf(passing.orgId, next)).toMatchObject({ role: 'owner' });
    expect(await ownersOf(passing.orgId)).toEqual({ counted: 1, stored: 1 });
  });

  test('called twice at once comes to the same', async () => {
    const passing = await newOrganisation(local);
    const next = await addMember(local, passing.orgId, 'editor');
    await Promise.allSettled([1, 2].map(() => transfer(passing.orgId, next.accountId, passing.owner)));
    expect(await memberOf(passing.orgId, next)).toMatchObject({ role: 'owner' });
    const owners = await ownersOf(passing.orgId);
    expect(owners.counted).toBe(owners.stored);
    expect(owners.stored).toBeGreaterThanOrEqual(1);
  });

  test('takes a fresh sign-in, a member and somebody else', async () => {
    const passing = await newOrganisation(local);
    const next = await addMember(local, passing.orgId, 'editor');
    expect(await refusedWith(transfer(passing.orgId, passing.owner.accountId, passing.owner))).toBe('shared/invalid-input');
    expect(await refusedWith(transfer(passing.orgId, (await signUp(local)).accountId, passing.owner))).toBe('shared/not-found');
    expect(await refusedWith(transfer(passing.orgId, next.accountId, next))).toBe('orgs/not-allowed');
    await makeStale(local, passing.owner);
    expect(await refusedWith(transfer(passing.orgId, next.accountId, passing.owner))).toBe('identity/reauthentication-needed');
    expect(await ownersOf(passing.orgId)).toEqual({ counted: 1, stored: 1 });
  });
});

describe('the list', () => {
  test('says who one is, and when others were last active to those who watch over access', async () => {
    const reader = await addMember(local, at.orgId, 'reader');
    const asOwner = orgsCallables.listMembers.output.parse(await local.callable('listMembers', { orgId: at.orgId }, at.owner.idToken));
    expect(asOwner.members.filter(({ isYou }) => isYou).map(({ accountId }) => accountId)).toEqual([at.owner.accountId]);
    expect(asOwner.members.find(({ accountId }) => accountId === reader.accountId)).toMatchObject({
      role: 'reader',
      state: 'active',
      teamIds: [],
      expiresAt: null,
      lastActiveAt: expect.stringMatching(/^\d{4}-/),
    });
    const asReader = orgsCallables.listMembers.output.parse(await local.callable('listMembers', { orgId: at.orgId }, reader.idToken));
    expect(asReader.members.every(({ lastActiveAt }) => lastActiveAt === null)).toBe(true);
  });
});

describe('an owner whose account is disabled', () => {
  const setState = ({ accountId }: SignedIn, state: string) => database(local).doc(`accounts/${accountId}`).update({ state });

  test('is nobody’s other owner: the last one who can sign in neither leaves, steps down nor closes the account', async () => {
    const shared = await newOrganisation(local);
    const disabled = await addMember(local, shared.orgId, 'owner');
    await setState(disabled, 'disabled');
    const go: readonly (() => Promise<unknown>)[] = [
      () => leave(shared.orgId, shared.owner),
      () => transfer(shared.orgId, disabled.accountId, shared.owner),
      () => change(shared.owner.accountId, 'administrator', shared.owner, [], shared.orgId),
      () => local.callable('closeAccount', {}, shared.owner.idToken),
    ];
    for (const attempt of go) expect(await refusedWith(attempt())).toBe('orgs/last-owner');
    expect(await ownersOf(shared.orgId)).toEqual({ counted: 2, stored: 2 });
    await setState(disabled, 'active');
    await leave(shared.orgId, shared.owner);
    expect(await ownersOf(shared.orgId)).toEqual({ counted: 1, stored: 1 });
  });

  test('is given no ownership', async () => {
    const shared = await newOrganisation(local);
    const disabled = await addMember(local, shared.orgId, 'editor');
    await setState(disabled, 'disabled');
    expect(await refusedWith(transfer(shared.orgId, disabled.accountId, shared.owner))).toBe('orgs/last-owner');
    expect(await memberOf(shared.orgId, disabled)).toMatchObject({ role: 'editor' });
  });

  test('can be removed, and is no second person', async () => {
    const shared = await newOrganisation(local);
    const disabled = await addMember(local, shared.orgId, 'owner');
    const hasSecond = async (): Promise<unknown> =>
      ((await local.callable('listApprovals', { orgId: shared.orgId }, shared.owner.idToken)) as { hasSecondPerson: boolean })
        .hasSecondPerson; // its contract
    expect(await hasSecond()).toBe(true);
    await setState(disabled, 'disabled');
    expect(await hasSecond()).toBe(false);
    await remove(disabled.accountId, shared.owner, shared.orgId);
    expect(await ownersOf(shared.orgId)).toEqual({ counted: 1, stored: 1 });
  });

  test('does not get the sessions back when it is enabled again', async () => {
    const member = await addMember(local, at.orgId, 'reader');
    await setState(member, 'disabled');
    await local.cloud.runSchedule('pruneExpired');
    await setState(member, 'active');
    expect(await refusedWith(local.callable('listMembers', { orgId: at.orgId }, member.idToken))).toBe('identity/session-ended');
    expect(await stored(local, `sessions/${member.sessionId}`)).toMatchObject({ state: 'ended', endedReason: 'disabled' });
    await remove(member.accountId);
  });
});

describe('an alarm', () => {
  const alarmIn = async (orgId: string, over: object): Promise<string> => {
    const raised = { v: 1, kind: 'canaryRead', at: new Date(), targetIds: [], count: 1, state: 'open', mailedAt: new Date(), mailedTo: [] };
    const open = { acknowledgedBy: null, acknowledgedAt: null, lastEventId: null };
    return (
      await database(local)
        .collection(`orgs/${orgId}/alarms`)
        .add({ ...raised, ...open, ...over })
    ).id;
  };
  const acknowledge = (orgId: string, alarmId: string, by: SignedIn) => local.callable('acknowledgeAlarm', { orgId, alarmId }, by.idToken);

  test('is not acknowledged by whom it is about while anybody else could', async () => {
    for (const who of [administrator, at.owner]) {
      const tripped = await alarmIn(at.orgId, { actorId: who.accountId });
      const concerns = await alarmIn(at.orgId, { actorId: null, targetIds: [who.accountId] });
      for (const alarmId of [tripped, concerns]) {
        expect(await refusedWith(acknowledge(at.orgId, alarmId, who))).toBe('orgs/needs-second-person');
        await acknowledge(at.orgId, alarmId, who === administrator ? at.owner : administrator);
      }
    }
  });

  test('is acknowledged by the only one who watches', async () => {
    await acknowledge(other.orgId, await alarmIn(other.orgId, { actorId: other.owner.accountId }), other.owner);
  });
});

describe('an organisation of a thousand members', () => {
  test('takes no more, and all of them can be reviewed', async () => {
    const full = await newOrganisation(local);
    const invited = await signUp(local);
    const invite = (email: string) =>
      local.callable('inviteMember', { orgId: full.orgId, email, role: 'reader', teamIds: [], locale: 'sv' }, full.owner.idToken);
    const { invitationId } = (await invite(invited.email)) as { invitationId: string }; // its contract
    const [, token] = /#([\w-]+)/.exec((await local.mailbox.next(invited.email)).text) ?? [];
    const ids = Array.from({ length: 999 }, (_, nth) => `member-${String(nth).padStart(4, '0')}-of-a-thousand`);
    await seedReaders(full.orgId, ids);
    expect(await refusal(invite('one-more@example.org'))).toMatchObject({ code: 'orgs/organisation-full', details: { limit: 1000 } });
    const accept = () => local.callable('acceptInvitation', { orgId: full.orgId, invitationId, token }, invited.idToken);
    expect(await refusedWith(accept())).toBe('orgs/organisation-full');

    const call = async (name: string, input: object) =>
      (await local.callable(name, { orgId: full.orgId, ...input }, full.owner.idToken)) as object;
    let review = await call('startAccessReview', {});
    for (const some of inHundreds([full.owner.accountId, ...ids])) {
      const decisions = some.map((accountId) => ({ accountId, decision: 'keep' }));
      review = { ...review, ...(await call('decideAccess', { ...review, decisions })) };
    }
    expect(await call('completeAccessReview', { ...review, evidenceId: null })).toEqual({ removed: [] });
    await database(local).doc(`orgs/${full.orgId}/members/${ids[0]}`).update({ state: 'removed' });
    expect(await accept()).toEqual({ orgId: full.orgId });
  });

  async function seedReaders(orgId: string, ids: readonly string[]): Promise<void> {
    const plain = { v: 1, role: 'reader', state: 'active', teamIds: [], expiresAt: null, grantId: null, sealed: Buffer.alloc(40) };
    for (const some of inHundreds(ids)) {
      const batch = database(local).batch();
      for (const id of some) batch.set(database(local).doc(`orgs/${orgId}/members/${id}`), { ...plain, accountId: id, lastEventId: id });
      await batch.commit();
    }
  }

  function inHundreds<T>(all: readonly T[]): T[][] {
    return Array.from({ length: Math.ceil(all.length / 100) }, (_, nth) => all.slice(nth * 100, nth * 100 + 100));
  }
});
