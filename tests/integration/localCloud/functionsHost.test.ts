import { beforeEach, describe, expect, test } from 'vitest';
import { pagesOf } from '../../../infra/local/firestore/adminRest.ts';
import { CallableError, withLocalCloud } from '../../support/localCloud.ts';

const FUNCTIONS = new URL('./functions.fixture.ts', import.meta.url).pathname;
// Small rules, because the emulator takes seconds to read the real ones, and these tests ask nothing of them.
const rulesFile = new URL('../../../infra/keys.rules', import.meta.url).pathname;
const local = withLocalCloud({ functionsEntry: FUNCTIONS, ownEmulator: true, rulesFile });

beforeEach(() => local.cloud.faults.clear());

const refused = async (token: string | undefined): Promise<string> => {
  const error: unknown = await local.callable('whoAmI', 1, token).catch((thrown: unknown) => thrown);
  return error instanceof CallableError ? error.code : `answered ${JSON.stringify(error)}`;
};

/** The claims of a token changed, and its header and (empty) signature kept. */
function changed(token: string, change: Record<string, unknown>): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...change };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

describe('tokens are verified although everything is local', () => {
  test('a valid token tells the function who calls, with claims', async () => {
    const token = await local.idTokenFor('user-1', { sid: 'session-1' });
    expect(await local.callable('whoAmI', { a: 1 }, token)).toEqual({ uid: 'user-1', sid: 'session-1', echo: { a: 1 } });
  });

  test('no token, junk, and tokens of other projects, issuers and times are refused', async () => {
    const token = await local.idTokenFor('user-1');
    const now = Math.floor(Date.now() / 1000);
    expect(await refused(undefined), 'none').toBe('unauthenticated');
    expect(await refused('junk'), 'junk').toBe('unauthenticated');
    expect(await refused(changed(token, { aud: 'another-project' })), 'audience').toBe('unauthenticated');
    expect(await refused(changed(token, { iss: 'https://securetoken.google.com/another-project' })), 'issuer').toBe('unauthenticated');
    expect(await refused(changed(token, { exp: now - 10, iat: now - 3600 })), 'expired').toBe('unauthenticated');
    expect(await refused(changed(token, { sub: '' })), 'no subject').toBe('unauthenticated');
  });

  test('the functions do not start in the mode that switches verification off', async () => {
    expect(process.env['FUNCTIONS_EMULATOR']).toBeUndefined();
    const { startFunctionsHost } = await import('../../../infra/local/functionsHost/functionsHost.ts');
    process.env['FUNCTIONS_EMULATOR'] = 'true';
    try {
      await expect(startFunctionsHost({ entry: FUNCTIONS, faults: local.cloud.faults })).rejects.toThrow(/FUNCTIONS_EMULATOR/);
    } finally {
      delete process.env['FUNCTIONS_EMULATOR'];
    }
  });
});

describe('requests arrive as in production', () => {
  const post = (body: string | Buffer, type: string): Promise<Response> =>
    fetch(`${local.cloud.urls.functions}/echo/some/path?x=1`, { method: 'POST', body, headers: { 'content-type': type } });

  test('JSON is parsed and the raw bytes are kept', async () => {
    const answer: unknown = await (await post('{ "a": "å" }', 'application/json')).json();
    expect(answer).toMatchObject({ body: { a: 'å' }, rawBytes: Buffer.byteLength('{ "a": "å" }'), path: '/some/path', method: 'POST' });
  });

  test('bytes of any other type are kept raw, and bad JSON is 400', async () => {
    expect(await (await post(Buffer.from([1, 2, 3]), 'application/octet-stream')).json()).toMatchObject({ rawBytes: 3 });
    expect((await post('{', 'application/json')).status).toBe(400);
  });

  test('32 MiB pass and one byte more is 413', async () => {
    const limit = 32 * 1024 * 1024;
    expect(await (await post(Buffer.alloc(limit), 'application/pdf')).json()).toMatchObject({ rawBytes: limit });
    expect((await post(Buffer.alloc(limit + 1), 'application/pdf')).status).toBe(413);
  }, 30_000);

  test('a function that does not exist is 404', async () => {
    expect((await fetch(`${local.cloud.urls.functions}/none`)).status).toBe(404);
  });
});

async function documents(collection: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const page of pagesOf(local.cloud.urls.firestore, `projects/${local.cloud.projectId}/databases/(default)`)) {
    found.push(...page.filter(({ name }) => name.includes(`/documents/${collection}/`)).map(({ fields }) => fields ?? {}));
  }
  return found;
}

test('a schedule is run with the headers of Cloud Scheduler', async () => {
  await local.cloud.runSchedule('nightly');
  expect(await documents('runs')).toEqual([{ jobName: { stringValue: 'valv-nightly' } }]);
  await expect(local.cloud.runSchedule('none')).rejects.toThrow('no scheduled function "none"');
});

test('a document that is created reaches the function that watches for it', async () => {
  const base = `${local.cloud.urls.firestore}/v1/projects/${local.cloud.projectId}/databases/(default)/documents/watched`;
  await fetch(`${base}?documentId=d1`, {
    method: 'POST',
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    body: JSON.stringify({ fields: { value: { stringValue: 'åäö' } } }),
  });
  await expect.poll(() => documents('seen')).toEqual([{ was: { stringValue: 'åäö' } }]);
}, 20_000);

describe('faults', () => {
  test.each([
    ['500', 'internal'],
    ['503', 'unavailable'],
    ['429', 'resource-exhausted'],
    ['late-success', 'deadline-exceeded'],
  ] as const)('%s arrives as %s', async (kind, code) => {
    local.cloud.faults.inject({ service: 'functions', match: '/whoAmI', kind, times: 1 });
    expect(await refused(await local.idTokenFor('user-1'))).toBe(code);
  });
  test('a reset is a failed request, a timeout never answers', async () => {
    local.cloud.faults.inject({ service: 'functions', match: '/echo', kind: 'reset', times: 1 });
    await expect(fetch(`${local.cloud.urls.functions}/echo`)).rejects.toThrow();
    local.cloud.faults.inject({ service: 'functions', match: '/echo', kind: 'timeout', times: 1 });
    await expect(fetch(`${local.cloud.urls.functions}/echo`, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
    expect((await fetch(`${local.cloud.urls.functions}/echo`)).status).toBe(200);
  });
});
