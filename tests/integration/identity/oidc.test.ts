/** Sign-in through an organisation's own identity provider: who comes in, how far, and which tokens are refused. */
import { createHmac, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { authenticateUnrenewed } from '../../../functions/src/identity/session.ts';
import { removeProvider, setProvider } from '../../../functions/src/orgs/identityProvider/setProvider.ts';
import { authorizeFor, type OrgActor } from '../../../functions/src/orgs/memberCallable.ts';
import { systemClock } from '../../../functions/src/platform/clock.ts';
import { oidcClient, type Forgery } from '../../../infra/local/oidc/oidcService.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  eventsOf,
  everyDocument,
  foundOrganisation,
  newOrganisation,
  refusal,
  refusedWith,
  signUp,
  statusOfRead,
  stored,
  useEnvironmentOf,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);
let at: Organisation;
let reader: SignedIn;
const provider = (over: object = {}) => ({
  orgId: at.orgId,
  issuer: local.cloud.urls.oidc,
  ...oidcClient,
  allowedDomains: ['example.org'],
  ...over,
});
const set = (over: object = {}, idToken = at.owner.idToken) => local.callable('setIdentityProvider', provider(over), idToken);

beforeAll(async () => {
  at = await newOrganisation(local);
  reader = await addMember(local, at.orgId, 'reader');
  await set();
});
beforeEach(() => local.cloud.oidc.forge());

const start = async (orgId = at.orgId) => identityCallables.oidcStart.output.parse(await local.callable('oidcStart', { orgId }));
/** Signs in at the provider and brings back what it put into the address. */
async function through(email: string, over: object = {}, emailVerified = true) {
  const { redirectUrl, state, browserKey } = await start();
  const back = new URL(local.cloud.oidc.authorize(redirectUrl, { email, emailVerified }));
  const { code, iss } = Object.fromEntries(back.searchParams);
  return { orgId: at.orgId, state, code, iss, browserKey, ...over };
}
const finish = async (returned: object) => {
  const { customToken, sessionId } = identityCallables.oidcFinish.output.parse(await local.callable('oidcFinish', returned));
  return { sessionId, idToken: await local.signIn(customToken) };
};
const enter = async (email: string) => finish(await through(email));

describe('a member', () => {
  test('comes in by the provider, into this organisation', async () => {
    const { sessionId, idToken } = await enter(reader.email.toUpperCase());
    expect(identityCallables.getAccount.output.parse(await local.callable('getAccount', {}, idToken))).toMatchObject({
      accountId: reader.accountId,
      session: { method: 'organisation', strength: 2 },
    });
    expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ onlyOrgId: at.orgId });
    expect(await local.callable('listDataSubjects', { orgId: at.orgId, pageSize: 10 }, idToken)).toMatchObject({ items: [] });
    expect(await statusOfRead(local, `orgs/${at.orgId}`, idToken)).toBe(200);
  });

  test('gets no further: neither to other organisations nor to the account', async () => {
    const elsewhere = await foundOrganisation(local, reader);
    const { idToken } = await enter(reader.email);
    expect(await refusedWith(local.callable('listDataSubjects', { orgId: elsewhere, pageSize: 10 }, idToken))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${elsewhere}`, idToken)).toBe(403);
    expect(await statusOfRead(local, `orgs/${elsewhere}/members/${reader.accountId}`, idToken)).toBe(403);
    const { organisations } = (await local.callable('listOrganisations', {}, idToken)) as { organisations: { orgId: string }[] }; // its contract
    expect(organisations.map(({ orgId }) => orgId)).toEqual([at.orgId]);
    const account = {
      listSessions: {},
      listFactors: {},
      totpEnrolBegin: {},
      passkeyEnrolBegin: {},
      createRecoveryCodes: {},
      endOtherSessions: {},
    };
    for (const [name, input] of Object.entries({ ...account, changePassword: { newPassword: 'ett helt nytt lösenord' }, closeAccount: {} }))
      expect([name, await refusedWith(local.callable(name, input, idToken))]).toEqual([name, 'identity/reauthentication-needed']);
    const founding = { name: 'Ny', organisationNumber: '802005-1952', identityNumberGround: null };
    expect(await refusedWith(local.callable('createOrganisation', founding, idToken))).toBe('identity/reauthentication-needed');
  });

  test('gets everywhere after showing factors of the own', async () => {
    const elsewhere = await foundOrganisation(local, reader);
    const { idToken, sessionId } = await enter(reader.email);
    const { attemptId } = identityCallables.reauthBegin.output.parse(
      await local.callable('reauthBegin', { password: reader.password }, idToken),
    );
    await local.callable('codeConfirm', { attemptId, code: await local.mailbox.latestCode(reader.email) });
    expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ onlyOrgId: null });
    expect(await local.callable('listDataSubjects', { orgId: elsewhere, pageSize: 10 }, idToken)).toMatchObject({ items: [] });
    expect(await statusOfRead(local, `orgs/${elsewhere}`, idToken)).toBe(200);
  });

  test('who shows weak factors is in as weakly as these, however strong the provider was', async () => {
    const elsewhere = await foundOrganisation(local, reader);
    await database(local).doc(`orgs/${elsewhere}`).update({ 'minimumStrength.owner': 2 });
    const { idToken, sessionId } = await enter(reader.email);
    const { attemptId } = identityCallables.reauthBegin.output.parse(
      await local.callable('reauthBegin', { password: reader.password }, idToken),
    );
    await local.callable('codeConfirm', { attemptId, code: await local.mailbox.latestCode(reader.email) });
    expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ method: 'emailCode', strength: 1, onlyOrgId: null });
    expect(await refusal(local.callable('listDataSubjects', { orgId: elsewhere, pageSize: 10 }, idToken))).toMatchObject({
      code: 'orgs/stronger-sign-in-needed',
      details: { needed: 2, current: 1 },
    });
    expect(await statusOfRead(local, `orgs/${elsewhere}/members/${reader.accountId}`, idToken)).toBe(200);
    expect(await statusOfRead(local, `orgs/${elsewhere}/auditEvents/${'A'.repeat(20)}`, idToken)).toBe(403);
  });
});

describe('nobody comes in', () => {
  test.each([
    ['without an account', async () => through('nobody@example.org')],
    ['who is no member', async () => through((await signUp(local)).email)],
    ['whose address the provider has not verified', async () => through(reader.email, {}, false)],
    ['from a provider that calls itself another', async () => through(reader.email, { iss: 'https://other.example.com' })],
    ['from a provider that does not say who it is, though it promised', async () => through(reader.email, { iss: undefined })],
    ['with a code of nobody', async () => through(reader.email, { code: 'made-up' })],
  ])('%s', async (_who, returned) => {
    expect(await refusedWith(finish(await returned()))).toBe('identity/wrong-credentials');
  });

  test('with an address outside the organisation’s domains', async () => {
    await set({ allowedDomains: ['other.example.com'] });
    expect(await refusedWith(enter(reader.email))).toBe('identity/wrong-credentials');
    await set();
  });

  test('who was removed, or whose account is disabled', async () => {
    const gone = await addMember(local, at.orgId, 'reader');
    await database(local).doc(`orgs/${at.orgId}/members/${gone.accountId}`).update({ state: 'removed' });
    expect(await refusedWith(enter(gone.email))).toBe('identity/wrong-credentials');
    const disabled = await addMember(local, at.orgId, 'reader');
    await database(local).doc(`accounts/${disabled.accountId}`).update({ state: 'disabled' });
    expect(await refusedWith(enter(disabled.email))).toBe('identity/wrong-credentials');
  });

  test('twice by one answer, also at the same time', async () => {
    const returned = await through(reader.email);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => finish(returned)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusedWith(finish(returned))).toBe('identity/attempt-ended');
  });

  test('in another browser than the one that began, nor by an answer to another attempt', async () => {
    const [mine, theirs] = [await through(reader.email), await through(reader.email)];
    // Back at another organisation's address.
    expect(await refusedWith(finish({ ...mine, orgId: 'A'.repeat(20) }))).toBe('identity/attempt-ended');
    expect(await refusedWith(finish({ ...mine, browserKey: theirs.browserKey }))).toBe('identity/attempt-ended');
    expect(await refusedWith(finish({ ...mine, code: theirs.code }))).toBe('identity/wrong-credentials'); // another code verifier
    expect(await refusedWith(finish({ ...mine, state: 'A'.repeat(20) }))).toBe('identity/attempt-ended');
  });
});

describe('an ID token', () => {
  const claims = (change: object): Forgery => ({ claims: (proper) => ({ ...proper, ...change }) });
  const now = Math.floor(Date.now() / 1000);

  test.each<[string, () => Promise<Forgery> | Forgery]>([
    ['of another issuer', () => claims({ iss: 'https://other.example.com' })],
    ['for another client', () => claims({ aud: 'another-client' })],
    ['for others too, without saying for whom', () => claims({ aud: [oidcClient.clientId, 'another-client'] })],
    ['for others too, meant for another', () => claims({ aud: [oidcClient.clientId, 'another-client'], azp: 'another-client' })],
    ['of another attempt', () => claims({ nonce: 'another' })],
    ['without a nonce', () => claims({ nonce: undefined })],
    ['that has expired', () => claims({ exp: now - 300 })],
    ['of the future', () => claims({ iat: now + 3600, nbf: now + 3600 })],
    ['made long ago', () => claims({ iat: now - 3600 })],
    ['without an address', () => claims({ email: undefined })],
    ['that says "true" in words', () => claims({ email_verified: 'true' })],
    ['without a signature', () => ({ sign: (proper) => new UnsecuredJWT(proper).encode() })],
    ['signed by the client secret', () => ({ sign: (proper, kid) => hmac(proper, oidcClient.clientSecret, kid) })],
    [
      'signed by the public key as a secret',
      async () => {
        const { keys } = (await (await fetch(`${local.cloud.urls.oidc}/jwks`)).json()) as { keys: object[] }; // as published
        return { sign: (proper, kid) => hmac(proper, JSON.stringify(keys[0]), kid) };
      },
    ],
    [
      'signed by another key under the same name',
      async () => {
        const { privateKey } = await generateKeyPair('ES256');
        return { sign: (proper, kid) => new SignJWT(proper).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey) };
      },
    ],
    [
      'that brings its own key',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
        const jwk = await exportJWK(publicKey);
        return { sign: (proper) => new SignJWT(proper).setProtectedHeader({ alg: 'ES256', kid: randomUUID(), jwk }).sign(privateKey) };
      },
    ],
    [
      'of a kind that is not asked for',
      async () => {
        const { privateKey } = await generateKeyPair('EdDSA');
        return { sign: (proper, kid) => new SignJWT(proper).setProtectedHeader({ alg: 'EdDSA', kid }).sign(privateKey) };
      },
    ],
    ['that is none', () => ({ sign: () => 'not.a.token' })],
  ])('%s is refused', async (_what, forgery) => {
    local.cloud.oidc.forge(await forgery());
    expect(await refusedWith(enter(reader.email))).toBe('identity/wrong-credentials');
  });

  test('is taken from a new key of the provider at once', async () => {
    await enter(reader.email);
    await local.cloud.oidc.rotate();
    expect((await enter(reader.email)).sessionId).toMatch(/^[\w-]{20}$/);
  });

  function hmac(payload: object, secret: string, kid: string): string {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${encode(payload)}`;
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
  }
});

describe('the provider of an organisation', () => {
  test('is set and removed by an owner who has just signed in, with an event and an alarm; its secret is never shown', async () => {
    const org = await newOrganisation(local);
    expect(await refusedWith(start(org.orgId))).toBe('shared/not-found');
    const administrator = await addMember(local, org.orgId, 'administrator');
    await set({ orgId: org.orgId, allowedDomains: ['Example.ORG', 'förening.example'] }, org.owner.idToken);
    const shown = await local.callable('getIdentityProvider', { orgId: org.orgId }, administrator.idToken);
    expect(shown).toEqual({
      provider: {
        issuer: local.cloud.urls.oidc,
        clientId: oidcClient.clientId,
        allowedDomains: ['example.org', 'xn--frening-90a.example'],
      },
      redirectUri: `${local.cloud.urls.app}/sign-in/organisation/${org.orgId}`,
      signInUrl: `${local.cloud.urls.app}/sign-in?organisation=${org.orgId}`,
    });
    const mark = { issuer: local.cloud.urls.oidc, setBy: org.owner.accountId };
    expect(await stored(local, `orgs/${org.orgId}`)).toMatchObject({ identityProvider: mark });
    for (const asked of [() => set({ orgId: org.orgId }, administrator.idToken), () => removeBy(org, administrator)])
      expect(await refusedWith(asked())).toBe('orgs/not-allowed');
    await local.callable('removeIdentityProvider', { orgId: org.orgId }, org.owner.idToken);
    expect(await refusedWith(start(org.orgId))).toBe('shared/not-found');
    const events = await eventsOf(local, org.orgId);
    expect(events.map(({ action }) => String(action)).filter((action) => action.includes('identityProvider'))).toEqual([
      'orgs.identityProvider.set',
      'orgs.identityProvider.remove',
    ]);
    const alarms = await database(local).collection(`orgs/${org.orgId}/alarms`).where('kind', '==', 'identityProviderChanged').get();
    const alarm = { actorId: org.owner.accountId, targetIds: [org.orgId], count: 1 };
    expect(alarms.docs.map((each) => each.data())).toMatchObject([alarm, alarm]);
    const subject = 'Larm: inloggningstjänsten har ändrats (Föreningen Prov)';
    for (const { email } of [org.owner, administrator]) {
      const mailed = () => local.cloud.mail.find({ to: email }).filter((mail) => mail.subject === subject).length;
      await expect.poll(mailed).toBe(2);
    }
    const stale = new Date(Date.now() - 600_000);
    await database(local).doc(`sessions/${org.owner.sessionId}`).update({ authenticatedAt: stale });
    expect(await refusedWith(set({ orgId: org.orgId }, org.owner.idToken))).toBe('identity/reauthentication-needed');
    expect(await refusedWith(local.callable('removeIdentityProvider', { orgId: org.orgId }, org.owner.idToken))).toBe(
      'identity/reauthentication-needed',
    );
  });

  /** An owner's leave to change the provider, as they have it when their call comes. */
  async function leaveOf({ orgId, owner }: Organisation): Promise<OrgActor> {
    const claims = { sid: owner.sessionId, iat: Date.now() / 1000, exp: Date.now() / 1000 + 60 };
    const caller = await authenticateUnrenewed(systemClock)(
      { uid: owner.accountId, claims, idToken: owner.idToken },
      { address: 'unknown' },
    );
    return authorizeFor('orgs.identityProvider')(caller, { orgId });
  }

  test.each([
    ['signed out', 'identity/session-ended', ({ owner }: Organisation) => [`sessions/${owner.sessionId}`, { state: 'ended' }]],
    ['disabled', 'identity/session-ended', ({ owner }: Organisation) => [`accounts/${owner.accountId}`, { state: 'disabled' }]],
    ['put out', 'shared/not-found', (org: Organisation) => [memberOf(org), { state: 'removed' }]],
    ['no owner any more', 'orgs/not-allowed', (org: Organisation) => [memberOf(org), { role: 'administrator' }]],
  ] as const)('is not changed by an owner who is %s while the call waits for it', async (_what, code, meanwhile) => {
    const org = await newOrganisation(local);
    const leave = await leaveOf(org);
    const [path, fields] = meanwhile(org);
    await database(local).doc(String(path)).update(Object(fields));
    const wanted = { issuer: local.cloud.urls.oidc, ...oidcClient, allowedDomains: ['example.org'] };
    await expect(setProvider(leave, wanted, systemClock)).rejects.toMatchObject({ code });
    await expect(removeProvider(leave, systemClock)).rejects.toMatchObject({ code });
    expect(await stored(local, `orgs/${org.orgId}/identityProviders/main`)).toBeUndefined();
    expect((await stored(local, `orgs/${org.orgId}`))?.['identityProvider'] ?? null).toBeNull();
    expect((await eventsOf(local, org.orgId)).map(({ action }) => action)).not.toContain('orgs.identityProvider.set');
  });

  test('that is set anew or removed ends what the one before began, and nothing else', async () => {
    const member = await addMember(local, at.orgId, 'reader');
    for (const change of [() => set(), () => local.callable('removeIdentityProvider', { orgId: at.orgId }, at.owner.idToken)]) {
      await set();
      const { sessionId, idToken } = await enter(member.email);
      expect(await statusOfRead(local, `orgs/${at.orgId}`, idToken)).toBe(200);
      await change();
      expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ state: 'ended', endedReason: 'providerChanged' });
      expect(await statusOfRead(local, `orgs/${at.orgId}`, idToken)).toBe(403);
      expect(await statusOfRead(local, `orgs/${at.orgId}`, member.idToken)).toBe(200);
    }
    await set();
  });

  test('does not vouch for a member who has become more since', async () => {
    const promoted = await addMember(local, at.orgId, 'reader');
    const { idToken } = await enter(promoted.email);
    const change = (role: string) =>
      local.callable('changeMember', { orgId: at.orgId, accountId: promoted.accountId, role, teamIds: [] }, at.owner.idToken);
    await change('administrator');
    for (const [name, input] of [
      ['listMembers', {}],
      ['listInvitations', {}],
      ['createTeam', { name: 'Ny' }],
    ] as const)
      expect(await refusedWith(local.callable(name, { orgId: at.orgId, ...input }, idToken))).toBe('identity/reauthentication-needed');
    expect(await statusOfRead(local, `orgs/${at.orgId}/auditEvents?pageSize=10`, idToken)).toBe(403);
    expect(await statusOfRead(local, `orgs/${at.orgId}/members/${reader.accountId}`, idToken)).toBe(403);
    await change('reader');
    expect(await statusOfRead(local, `orgs/${at.orgId}/members/${reader.accountId}`, idToken)).toBe(200);
  });

  const memberOf = ({ orgId, owner }: Organisation): string => `orgs/${orgId}/members/${owner.accountId}`;
  const removeBy = ({ orgId }: Organisation, { idToken }: SignedIn) => local.callable('removeIdentityProvider', { orgId }, idToken);

  test('is not set by others', async () => {
    expect(await refusedWith(set({}, reader.idToken))).toBe('orgs/not-allowed');
    expect(await refusedWith(set({}, (await signUp(local)).idToken))).toBe('shared/not-found');
  });

  test.each([
    'http://other.example.com',
    'http://169.254.169.254',
    'https://169.254.169.254',
    'https://[::1]',
    'https://localhost',
    'https://metadata.google.internal',
    'https://user:secret@example.com',
    'file:///etc/passwd',
    'nonsense',
  ])('is not looked for at %s', async (issuer) => {
    expect(await refusal(set({ issuer }))).toMatchObject({ code: 'shared/invalid-input', details: { field: 'issuer' } });
  });

  test('must describe itself by the very name it was given', async () => {
    expect(await refusal(set({ issuer: `${local.cloud.urls.oidc}/` }))).toMatchObject({
      details: { field: 'issuer', reason: 'does not describe itself' },
    });
  });

  test('its secret is in no document in the clear', async () => {
    const documents = JSON.stringify(await everyDocument(local));
    for (const form of [oidcClient.clientSecret, Buffer.from(oidcClient.clientSecret).toString('base64').replace(/=+$/, '')])
      expect(documents.includes(form)).toBe(false);
  });
});
