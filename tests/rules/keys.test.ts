import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { clientOf, commit, getDoc, getDocs, operatorOf, send } from './support/client.ts';
import { accountDoc, memberDoc, organisationDoc, sealedBytes, sessionDoc } from './support/documents.ts';
import { projectIdOf, seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';

/** Wrapped keys are for the Admin SDK alone: in their own database by its own rules, and by the default database's rules too. */

const { host, port } = inject('rulesEmulator');
const denied = { code: 'permission-denied' };
const [accountId, sessionId, orgId, keyId] = [randomId(), randomId(), randomId(), randomId()];
const key = { v: 1, orgId, kind: 'dataSubject', wrapped: sealedBytes(), createdAt: new Date(0) };

describe.each(['infra/keys.rules', 'firestore.rules'])('under %s an owner with a valid session', (file) => {
  const place = { host, port, projectId: projectIdOf('keys') };
  const client = clientOf(place, accountId, sessionId);

  beforeAll(async () => {
    const rules = { rules: { files: [{ name: 'security.rules', content: await readFile(file, 'utf8') }] } };
    const path = `/emulator/v1/projects/${place.projectId}:securityRules`;
    expect(await send(operatorOf(place), 'PUT', path, JSON.stringify(rules))).toMatchObject({ status: 200 });
    await seed(place, [
      [`accounts/${accountId}`, accountDoc()],
      [`sessions/${sessionId}`, sessionDoc(accountId)],
      [`orgs/${orgId}`, organisationDoc()],
      [`orgs/${orgId}/members/${accountId}`, memberDoc('owner')],
      [`orgKeys/${orgId}`, key],
      [`subjectKeys/${keyId}`, key],
    ]);
  });

  it.each([`orgKeys`, `subjectKeys`])('cannot touch %s', async (name) => {
    const path = `${name}/${name === 'orgKeys' ? orgId : keyId}`;
    await expect(getDoc(client, path)).rejects.toMatchObject(denied);
    await expect(getDocs(client, { from: name, limit: 1 })).rejects.toMatchObject(denied);
    await expect(commit(client, [{ op: 'set', path: `${name}/${randomId()}`, data: key }])).rejects.toMatchObject(denied);
    await expect(commit(client, [{ op: 'update', path, data: { v: 2 } }])).rejects.toMatchObject(denied);
    await expect(commit(client, [{ op: 'delete', path, data: {} }])).rejects.toMatchObject(denied);
  });

  it(`sees ${file === 'firestore.rules' ? 'the organisation, so the session is good' : 'not even what would be readable elsewhere'}`, async () => {
    const reading = getDoc(client, `orgs/${orgId}`);
    if (file === 'firestore.rules') await expect(reading).resolves.not.toBeNull();
    else await expect(reading).rejects.toMatchObject(denied);
  });
});

describe('the database `keys`', () => {
  const projectId = projectIdOf('keys');
  const base = `http://${host}:${port}/v1/projects/${projectId}/databases/keys/documents`;
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: accountId, user_id: accountId, sid: sessionId, aud: projectId, iss: `https://securetoken.google.com/${projectId}`, iat: 1, exp: 9_999_999_999 })}.`;
  const call = async (bearer: string | null, method: string, path: string, body?: unknown): Promise<number> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const fields = { fields: { v: { integerValue: '1' } } };

  it.each([
    ['a member', token],
    ['a stranger', null],
  ])('answers nothing to %s', async (_, bearer) => {
    expect(await call('owner', 'PATCH', `/orgKeys/${orgId}`, fields)).toBe(200);
    expect([
      await call(bearer, 'GET', `/orgKeys/${orgId}`),
      await call(bearer, 'GET', '/orgKeys'),
      await call(bearer, 'PATCH', `/subjectKeys/${randomId()}`, fields),
      await call(bearer, 'PATCH', `/orgKeys/${orgId}`, fields),
      await call(bearer, 'DELETE', `/orgKeys/${orgId}`),
    ]).toEqual([403, 403, 403, 403, 403]);
    expect(await call('owner', 'GET', `/orgKeys/${orgId}`)).toBe(200);
  });
});
