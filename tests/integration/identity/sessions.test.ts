/** Sessions: whatever ends one stops callables and direct reads at the next call, while the ID token is still valid. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import {
  builtFunctions,
  database,
  newOrganisation,
  refusal,
  refusedWith,
  signIn,
  signUp,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});

const past = Timestamp.fromMillis(Date.now() - 1000);
const session = (who: SignedIn) => database(local).doc(`sessions/${who.sessionId}`);
const callables = ['getAccount', 'listOrganisations'] as const;

async function expectStopped(who: { idToken: string }, code = 'identity/session-ended'): Promise<void> {
  for (const name of callables) expect(await refusedWith(local.callable(name, {}, who.idToken))).toBe(code);
  expect(await refusedWith(local.callable('listDataSubjects', { orgId: at.orgId, pageSize: 10 }, who.idToken))).toBe(code);
  expect(await statusOfRead(local, `orgs/${at.orgId}`, who.idToken)).toBe(403);
  expect(await statusOfRead(local, `orgs/${at.orgId}/members/${at.owner.accountId}`, who.idToken)).toBe(403);
}

describe('a session', () => {
  test('opens callables and direct reads while it lasts', async () => {
    expect(await statusOfRead(local, `orgs/${at.orgId}`, at.owner.idToken)).toBe(200);
    await local.callable('listDataSubjects', { orgId: at.orgId, pageSize: 10 }, at.owner.idToken);
  });

  const endings: [string, (who: SignedIn) => Promise<unknown>][] = [
    ['idle for too long', (who) => session(who).update({ idleExpiresAt: past })],
    ['at its absolute limit', (who) => session(who).update({ absoluteExpiresAt: past })],
    ['signed out', (who) => local.callable('signOut', {}, who.idToken)],
    ['deleted', (who) => session(who).delete()],
    ['of another account', (who) => session(who).update({ accountId: 'A'.repeat(20) })],
  ];
  test.each(endings)('%s opens nothing, though its ID token is valid', async (_name, end) => {
    const who = await signIn(local, at.owner.email);
    expect(await statusOfRead(local, `orgs/${at.orgId}`, who.idToken)).toBe(200);
    await end(who);
    await expectStopped(who);
  });

  test('that ended stays ended: neither extending nor signing out revives it', async () => {
    const who = await signIn(local, at.owner.email);
    await local.callable('signOut', {}, who.idToken);
    expect(await refusedWith(local.callable('sessionExtend', {}, who.idToken))).toBe('identity/session-ended');
    expect(await refusedWith(local.callable('signOut', {}, who.idToken))).toBe('identity/session-ended');
    expect(await stored(local, `sessions/${who.sessionId}`)).toMatchObject({ state: 'ended', endedReason: 'signOut' });
  });

  test('of a disabled account opens nothing', async () => {
    const other = await newOrganisation(local);
    await database(local).doc(`accounts/${other.owner.accountId}`).update({ state: 'disabled' });
    expect(await refusedWith(local.callable('getAccount', {}, other.owner.idToken))).toBe('identity/session-ended');
    expect(await statusOfRead(local, `orgs/${other.orgId}`, other.owner.idToken)).toBe(403);
  });

  test('is extended on request and by use, never past its absolute limit', async () => {
    const who = await signIn(local, at.owner.email);
    const soon = Timestamp.fromMillis(Date.now() + 60_000);
    await session(who).update({ idleExpiresAt: soon, absoluteExpiresAt: Timestamp.fromMillis(Date.now() + 120_000) });
    const extended = identityCallables.sessionExtend.output.parse(await local.callable('sessionExtend', {}, who.idToken));
    expect(Date.parse(extended.idleExpiresAt)).toBeGreaterThan(soon.toMillis() + 60_000);
    expect(Date.parse(extended.absoluteExpiresAt)).toBeLessThanOrEqual(Date.now() + 120_000);
    await session(who).update({ idleExpiresAt: soon, lastSeenAt: Timestamp.fromMillis(Date.now() - 61_000) });
    await local.callable('getAccount', {}, who.idToken);
    expect((await session(who).get()).get('idleExpiresAt').toMillis()).toBeGreaterThan(soon.toMillis() + 60_000);
  });

  test('is one of several: ending one leaves the others', async () => {
    const [first, second] = [await signIn(local, at.owner.email), await signIn(local, at.owner.email)];
    await local.callable('signOut', {}, first.idToken);
    await expectStopped(first);
    await local.callable('getAccount', {}, second.idToken);
  });
});

describe('a token', () => {
  test('without a session, or with somebody else’s, opens nothing', async () => {
    const stranger = await signUp(local);
    await expectStopped({ idToken: await local.idTokenFor(at.owner.accountId) }, 'identity/not-signed-in');
    await expectStopped({ idToken: await local.idTokenFor(at.owner.accountId, { sid: stranger.sessionId }) });
    await expectStopped({ idToken: await local.idTokenFor(stranger.accountId, { sid: at.owner.sessionId }) });
    await expectStopped({ idToken: await local.idTokenFor(at.owner.accountId, { sid: 'B'.repeat(20) }) });
  });

  test.each([[17], ['../../accounts'], [''], [{}], [['x']], [null]])('with the malformed session %j opens nothing', async (sid) => {
    await expectStopped({ idToken: await local.idTokenFor(at.owner.accountId, { sid }) }, 'identity/not-signed-in');
  });

  const now = Math.floor(Date.now() / 1000);
  const claims = () => ({
    iss: `https://securetoken.google.com/${local.cloud.projectId}`,
    aud: local.cloud.projectId,
    sub: at.owner.accountId,
    user_id: at.owner.accountId,
    iat: now - 10,
    auth_time: now - 10,
    exp: now + 3000,
    sid: at.owner.sessionId,
  });
  const forged: [string, () => object][] = [
    ['another audience', () => ({ aud: 'another-project' })],
    ['another issuer', () => ({ iss: 'https://securetoken.google.com/another-project' })],
    ['an expiry in the past', () => ({ exp: now - 100, iat: now - 4000 })],
    ['no subject', () => ({ sub: '' })],
    ['a subject that is no text', () => ({ sub: 5 })],
  ];
  test.each(forged)('with %s is refused', async (_name, over) => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ ...claims(), ...over() })}.`;
    const refused = await refusal(local.callable('getAccount', {}, token));
    expect(refused.status).toBe(401);
  });

  test.each(['garbage', 'a.b.c', `${'A'.repeat(5000)}.e30.`, 'null'])('that is garbage (%#) is refused', async (token) => {
    expect((await refusal(local.callable('getAccount', {}, token))).status).toBe(401);
    const upload = await fetch(`${local.cloud.urls.functions}/uploadImport?orgId=${at.orgId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: 'Förnamn\nAda',
    });
    expect(upload.status).toBe(401);
  });

  test('is needed: without one nothing opens', async () => {
    expect(await refusal(local.callable('getAccount', {}))).toMatchObject({ code: 'identity/not-signed-in', status: 401 });
  });
});
