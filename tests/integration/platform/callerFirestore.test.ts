/** Firestore under the caller's token: two tokens never share a client, whatever the SDK's 32-bit names say. */
import { doc, getDoc } from 'firebase/firestore/lite';
import { getApps } from 'firebase/app';
import { beforeAll, expect, test } from 'vitest';
import { callerFirestore } from '../../../functions/src/platform/callerFirestore.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { builtFunctions, newOrganisation, type Organisation } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let first: Organisation;
let second: Organisation;
beforeAll(async () => {
  [first, second] = [await newOrganisation(local), await newOrganisation(local)];
});

/** The hash by which the SDK names a server app; `Aa` and `BB` are one to it. */
const nameOf = (text: string): number => [...text].reduce((hash, character) => (Math.imul(31, hash) + character.charCodeAt(0)) | 0, 0);
const tokenOf = (db: { app: object }): unknown => (db.app as { settings: { authIdToken?: string } }).settings.authIdToken; // a server app has settings

test('the SDK’s names do collide', () => {
  const named = (token: string) => nameOf(JSON.stringify({ authIdToken: token, automaticDataCollectionEnabled: true, projectId: 'p' }));
  expect(named('x.Aa.y')).toBe(named('x.BB.y'));
});

test('tokens whose names collide get clients of their own', async () => {
  // The local Auth service does not look at the signature, so one account has as many tokens as this test needs.
  const token = (part: string) => `${first.owner.idToken}${part}`;
  const parts = ['AaAa', 'AaBB', 'BBAa', 'BBBB'];
  const clients = await Promise.all(parts.map((part) => callerFirestore(token(part))));
  expect(new Set(parts.map((part) => nameOf(token(part)))).size).toBe(1);
  expect(clients.map(tokenOf)).toEqual(parts.map(token));
  expect(new Set(clients.map(({ app }) => app)).size).toBe(parts.length);
  const again = await Promise.all(parts.map((part) => callerFirestore(token(part))));
  expect(again.map(tokenOf)).toEqual(parts.map(token));
});

test('three hundred tokens each keep their own client, and a dropped one gets a new', async () => {
  const tokens = Array.from({ length: 300 }, (_, index) => `${first.owner.idToken}n${index}`);
  for (const token of tokens) expect(tokenOf(await callerFirestore(token))).toBe(token);
  const again = await callerFirestore(tokens[0]!); // 300 tokens, so there is a first
  expect(tokenOf(again)).toBe(tokens[0]);
  expect((await getDoc(doc(again, `orgs/${first.orgId}`))).get('version')).toBe(1);
  expect(getApps()).toHaveLength(0); // server apps are kept apart from ordinary ones
});

test('an outage of the account look-up is an outage, and over when it is over', async () => {
  const token = `${first.owner.idToken}outage`;
  local.cloud.faults.inject({ service: 'auth', match: 'lookup', kind: '503', times: 1 });
  await expect(callerFirestore(token)).rejects.toMatchObject({ code: 'shared/unavailable' });
  expect((await getDoc(doc(await callerFirestore(token), `orgs/${first.orgId}`))).get('version')).toBe(1);
});

test('each sees its own organisation and not the other, also in parallel', async () => {
  const see = async (who: Organisation, orgId: string): Promise<string> => {
    const db = await callerFirestore(who.owner.idToken);
    return getDoc(doc(db, `orgs/${orgId}`)).then(
      (found) => String(found.get('organisationNumber')),
      (thrown: { code?: string }) => String(thrown.code),
    );
  };
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? see(first, first.orgId) : see(second, first.orgId))),
  );
  expect(new Set(answers.filter((_, index) => index % 2 === 0)).size).toBe(1);
  expect(answers[0]).toMatch(/^\d{10}$/);
  expect(new Set(answers.filter((_, index) => index % 2 === 1))).toEqual(new Set(['permission-denied']));
});
