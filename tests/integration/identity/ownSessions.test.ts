/** One's own sessions: seen, ended, told apart; a new device is told by mail; the idle limit is the strictest organisation's. */
import { Timestamp } from 'firebase-admin/firestore';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { organisationsOf } from '../../../functions/src/identity/recovery/account.ts';
import { authenticateWith, renew } from '../../../functions/src/identity/session.ts';
import { applyIdleLimit } from '../../../functions/src/identity/sessions/idleLimit.ts';
import { sessionCallables } from '../../../functions/src/identity/sessions/contract.ts';
import type { AccountId } from '../../../functions/src/shared/ids.ts';
import { CallableError, withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  deviceOf,
  newOrganisation,
  password,
  refusal,
  refusedWith,
  signIn,
  signUp,
  statusOfRead,
  stored,
  useEnvironmentOf,
  type SignedIn,
} from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);

const session = (who: SignedIn) => database(local).doc(`sessions/${who.sessionId}`);
const account = async (who: SignedIn) => z.parse(identityCallables.getAccount.output, await local.callable('getAccount', {}, who.idToken));
const listed = async (who: SignedIn) =>
  z.parse(sessionCallables.listSessions.output, await local.callable('listSessions', {}, who.idToken)).sessions;
/** As if the last sign-in were six minutes ago. */
const noLongerFresh = (who: SignedIn) => session(who).update({ authenticatedAt: Timestamp.fromMillis(Date.now() - 6 * 60_000) });

/** Calls with headers as a browser and Hosting send them. */
async function callFrom(name: string, data: object, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${local.cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ data }),
  });
  const body = (await response.json()) as { result?: unknown; error?: { status?: string; details?: unknown } }; // the callable protocol
  if (body.error !== undefined) throw new CallableError(response.status, body.error);
  return body.result;
}

/** Signs in from a browser elsewhere; answers its session. */
async function signInFrom(who: SignedIn, deviceId: string | undefined, headers: Record<string, string> = {}): Promise<SignedIn> {
  const input = { email: who.email, password, locale: 'sv', ...(deviceId === undefined ? {} : { deviceId }) };
  const { attemptId } = z.parse(identityCallables.signInBegin.output, await callFrom('signInBegin', input, headers));
  const code = await local.mailbox.latestCode(who.email);
  const { customToken, sessionId } = z.parse(
    identityCallables.codeConfirm.output,
    await callFrom('codeConfirm', { attemptId, code }, headers),
  );
  return { ...who, sessionId, idToken: await local.signIn(customToken) };
}

describe('the list of one’s own sessions', () => {
  test('tells device, network and strength, and which one is this', async () => {
    const here = await signUp(local);
    const there = await signInFrom(here, 'a-browser-elsewhere-1234567', {
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'x-forwarded-for': '192.0.2.77',
      'x-country-code': 'se',
    });
    const sessions = await listed(here);
    expect(sessions.map(({ sessionId, isCurrent }) => [sessionId, isCurrent]).toSorted()).toEqual(
      [
        [here.sessionId, true],
        [there.sessionId, false],
      ].toSorted(),
    );
    expect(sessions.find(({ isCurrent }) => !isCurrent)).toMatchObject({
      device: 'Firefox · Windows',
      place: '192.0.2.0/24 · SE',
      method: 'emailCode',
      strength: 1,
    });
    const raw = JSON.stringify(await stored(local, `sessions/${there.sessionId}`));
    for (const readable of ['192.0.2', 'Firefox', 'Windows']) expect(raw).not.toContain(readable);
  });

  test('holds neither what has run out nor what was ended nor what is somebody else’s', async () => {
    const [here, other] = [await signUp(local), await signUp(local)];
    const [idle, over] = [await signIn(local, here.email), await signIn(local, here.email)];
    await session(idle).update({ idleExpiresAt: Timestamp.fromMillis(Date.now() - 1000) });
    await local.callable('signOut', {}, over.idToken);
    expect((await listed(here)).map(({ sessionId }) => sessionId)).toEqual([here.sessionId]);
    expect((await listed(other)).map(({ sessionId }) => sessionId)).toEqual([other.sessionId]);
  });
});

describe('ending sessions', () => {
  test('one of one’s own stops at its next call; somebody else’s does not exist', async () => {
    const [here, stranger] = [await signUp(local), await signUp(local)];
    const there = await signIn(local, here.email);
    await local.callable('endSession', { sessionId: there.sessionId }, here.idToken);
    expect(await refusedWith(local.callable('getAccount', {}, there.idToken))).toBe('identity/session-ended');
    expect(await stored(local, `sessions/${there.sessionId}`)).toMatchObject({ state: 'ended', endedReason: 'endedByUser' });
    for (const sessionId of [stranger.sessionId, 'C'.repeat(20)])
      expect(await refusedWith(local.callable('endSession', { sessionId }, here.idToken))).toBe('shared/not-found');
    await local.callable('getAccount', {}, stranger.idToken);
  });

  test('all others end at once, this one stays', async () => {
    const here = await signUp(local);
    const others = [await signIn(local, here.email), await signIn(local, here.email), await signIn(local, here.email)];
    expect(await local.callable('endOtherSessions', {}, here.idToken)).toEqual({ ended: 3 });
    for (const { idToken } of others) expect(await refusedWith(local.callable('getAccount', {}, idToken))).toBe('identity/session-ended');
    expect(await local.callable('endOtherSessions', {}, here.idToken)).toEqual({ ended: 0 });
  });

  test('needs a fresh sign-in, except of the one that calls', async () => {
    const here = await signUp(local);
    const there = await signIn(local, here.email);
    await noLongerFresh(here);
    for (const [name, data] of [['endSession', { sessionId: there.sessionId }] as const, ['endOtherSessions', {}] as const])
      expect(await refusedWith(local.callable(name, data, here.idToken))).toBe('identity/reauthentication-needed');
    await local.callable('getAccount', {}, there.idToken);
    await local.callable('endSession', { sessionId: here.sessionId }, here.idToken);
    expect(await refusedWith(local.callable('getAccount', {}, here.idToken))).toBe('identity/session-ended');
  });
});

describe('a device', () => {
  test('that is new is told by mail, once; the one of the sign-up never is', async () => {
    const who = await signUp(local);
    await signIn(local, who.email);
    const deviceId = 'another-browser-of-mine-123';
    const headers = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'x-forwarded-for': '198.51.100.9',
    };
    await signInFrom(who, deviceId, headers);
    const { text } = await local.mailbox.about(who.email, /ny enhet/);
    expect(text).toContain('Firefox · Linux');
    expect(text).toContain('198.51.100.0/24');
    await signInFrom(who, deviceId, headers);
    await signInFrom(who, undefined);
    await local.mailbox.about(who.email, /ny enhet/);
    const notices = local.cloud.mail.find({ to: who.email }).filter(({ subject }) => /ny enhet/.test(subject));
    expect(notices).toHaveLength(2);
  });

  test('is stored by a keyed hash that differs from account to account', async () => {
    const [one, other] = [await signUp(local), await signUp(local)];
    const deviceId = 'a-browser-that-two-persons-use';
    await signInFrom(one, deviceId);
    await signInFrom(other, deviceId);
    const [devices, others] = await Promise.all(
      [one, other].map(async (who) => (await stored(local, `accounts/${who.accountId}`))?.['knownDevices']),
    );
    expect(devices).toHaveLength(2);
    expect(others).toHaveLength(2);
    expect(new Set([...(devices as string[]), ...(others as string[])]).size).toBe(4);
    expect(JSON.stringify([devices, others])).not.toContain(deviceId);
    expect(JSON.stringify(devices)).not.toContain(deviceOf(one.email));
  });
});

describe('the idle limit', () => {
  test('of a session is the strictest of the organisations of its account', async () => {
    const [strict, loose] = [await newOrganisation(local), await newOrganisation(local)];
    await database(local).doc(`orgs/${strict.orgId}`).update({ idleMinutes: 5 });
    await database(local).doc(`orgs/${loose.orgId}`).update({ idleMinutes: 120 });
    const member = await addMember(local, loose.orgId, 'reader');
    const alone = await signIn(local, member.email);
    expect((await account(alone)).session).toMatchObject({ idleMinutes: 120, method: 'emailCode', strength: 1 });
    await addMember(local, strict.orgId, 'reader', { account: member });
    const inBoth = await signIn(local, member.email);
    const { idleMinutes, idleExpiresAt, now } = (await account(inBoth)).session;
    expect(idleMinutes).toBe(5);
    expect(Date.parse(idleExpiresAt) - Date.parse(now)).toBeLessThanOrEqual(5 * 60_000);
    const extended = z.parse(identityCallables.sessionExtend.output, await local.callable('sessionExtend', {}, inBoth.idToken));
    expect(Date.parse(extended.idleExpiresAt) - Date.parse(extended.now)).toBeLessThanOrEqual(5 * 60_000);
  });

  test('is lowered for running sessions, never raised', async () => {
    const [who, stricter] = [await signUp(local), await signUp(local)];
    await session(stricter).update({ idleMinutes: 5 });
    const before = await stored(local, `sessions/${stricter.sessionId}`);
    await applyIdleLimit([who.accountId, stricter.accountId], 10);
    const { idleMinutes, idleExpiresAt, now } = (await account(who)).session;
    expect(idleMinutes).toBe(10);
    expect(Date.parse(idleExpiresAt) - Date.parse(now)).toBeLessThanOrEqual(10 * 60_000);
    await applyIdleLimit([who.accountId, stricter.accountId], 60);
    expect((await account(who)).session.idleMinutes).toBe(10);
    expect(await stored(local, `sessions/${stricter.sessionId}`)).toEqual(before);
  });

  test('is not moved by a call that knows an older one, nor lost to calls at the same moment', async () => {
    const who = await signUp(local);
    const claims = decodeJwt(who.idToken);
    const caller = await authenticateWith(() => new Date())({ uid: who.accountId, idToken: who.idToken, claims }, { address: 'unknown' });
    const calls = Array.from({ length: 12 }, () => renew(caller, new Date()));
    await Promise.all([...calls, applyIdleLimit([who.accountId], 5)]);
    const renewed = await renew(caller, new Date());
    const { idleMinutes, lastSeenAt, idleExpiresAt } = (await session(who).get()).data() as {
      idleMinutes: number;
      lastSeenAt: Timestamp;
      idleExpiresAt: Timestamp;
    }; // written by the functions
    expect([idleMinutes, renewed.idleMinutes]).toEqual([5, 5]);
    expect(idleExpiresAt.toMillis() - lastSeenAt.toMillis()).toBe(5 * 60_000);
  });

  test('is half an hour for an account in no organisation', async () => {
    expect((await account(await signUp(local))).session.idleMinutes).toBe(30);
  });
});

describe('one’s own account', () => {
  test('is renamed, and the organisations’ copies follow with an event', async () => {
    const { owner, orgId } = await newOrganisation(local);
    await local.callable('updateAccount', { displayName: 'Ada Nyman', locale: 'en' }, owner.idToken);
    expect(await account(owner)).toMatchObject({ displayName: 'Ada Nyman', locale: 'en', email: owner.email });
    await expect.poll(async () => JSON.stringify(await local.callable('listMembers', { orgId }, owner.idToken))).toContain('Ada Nyman');
    const events = await database(local).collection(`orgs/${orgId}/auditEvents`).where('action', '==', 'orgs.member.update').get();
    expect(events.docs.map((event) => event.data())).toMatchObject([
      { actorKind: 'member', actorId: owner.accountId, sessionId: owner.sessionId, targetIds: [owner.accountId], fields: ['displayName'] },
    ]);
  });

  test('is not closed while it is an organisation’s last owner, nor without a fresh sign-in', async () => {
    const { owner, orgId } = await newOrganisation(local);
    expect(await refusedWith(local.callable('closeAccount', {}, owner.idToken))).toBe('orgs/last-owner');
    await noLongerFresh(owner);
    expect(await refusedWith(local.callable('closeAccount', {}, owner.idToken))).toBe('identity/reauthentication-needed');
    expect(await stored(local, `orgs/${orgId}/members/${owner.accountId}`)).toMatchObject({ state: 'active' });
  });

  test('is not closed while a restore keeps it out of an organisation, which is not listed meanwhile', async () => {
    const { owner, orgId } = await newOrganisation(local);
    const lockedOutMember = database(local).doc(`orgs/${orgId}/members/${owner.accountId}`);
    await lockedOutMember.update({ state: 'lockedOut' });
    expect(await local.callable('listOrganisations', {}, owner.idToken)).toEqual({ organisations: [] });
    expect(await refusedWith(local.callable('closeAccount', {}, owner.idToken))).toBe('orgs/last-owner');
    const member = await addMember(local, orgId, 'editor');
    await database(local).doc(`orgs/${orgId}/members/${member.accountId}`).update({ state: 'lockedOut' });
    expect(await refusedWith(local.callable('closeAccount', {}, member.idToken))).toBe('shared/not-found');
    expect(await stored(local, `accounts/${member.accountId}`)).toMatchObject({ state: 'active' });
    expect(await organisationsOf(member.accountId as AccountId, new Date())).toEqual([orgId]); // its administrators answer for it
  });

  test('leaves its organisations when it is closed; nothing of it opens, and the address is free', async () => {
    const { owner, orgId } = await newOrganisation(local);
    const member = await addMember(local, orgId, 'editor');
    const second = await signIn(local, member.email);
    await local.callable('closeAccount', {}, member.idToken);
    for (const { idToken } of [member, second]) expect((await refusal(local.callable('getAccount', {}, idToken))).status).toBe(401);
    expect(await statusOfRead(local, `orgs/${orgId}`, member.idToken)).toBe(403);
    expect(await stored(local, `orgs/${orgId}/members/${member.accountId}`)).toMatchObject({ state: 'removed' });
    expect(await stored(local, `accounts/${member.accountId}`)).toBeUndefined();
    expect((await database(local, 'keys').doc(`subjectKeys/${member.accountId}`).get()).exists).toBe(false);
    const again = { email: member.email, password, locale: 'sv' };
    expect(await refusedWith(local.callable('signInBegin', again))).toBe('identity/wrong-credentials');
    await local.callable('signUpBegin', { ...again, displayName: 'Ny Början' });
    await local.mailbox.latestCode(member.email);
    await local.callable('getAccount', {}, owner.idToken);
  });
});
