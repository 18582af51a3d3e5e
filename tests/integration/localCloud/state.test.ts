import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalCloud } from '../../../infra/local/cloudTypes.ts';
import { callEmulator } from '../../../infra/local/firestore/adminRest.ts';
import { startTestCloud, testCloud } from '../../support/localCloud.ts';
import { kmsClient, storageClient } from './clients.ts';

const SLOW_MS = 120_000;
let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'valv-state-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

// Small rules, because the emulator takes seconds to read the real ones, and these tests ask nothing of them.
const rulesFile = new URL('../../../infra/keys.rules', import.meta.url).pathname;
const start = (): Promise<LocalCloud> => startTestCloud({ stateDir, rulesFile, projectId: 'valv-test-state' });
const document = (cloud: LocalCloud, database: string): string =>
  `${cloud.urls.firestore}/v1/projects/valv-test-state/databases/${database}/documents/orgs/o1`;
const write = (cloud: LocalCloud, database: string, value: string): Promise<unknown> =>
  callEmulator(document(cloud, database), 'PATCH', { fields: { value: { stringValue: value } } });
const read = async (cloud: LocalCloud, database: string): Promise<unknown> => {
  const found = (await callEmulator(document(cloud, database), 'GET')) as { fields: { value: { stringValue: string } } };
  return found.fields.value.stringValue;
};

test(
  'documents, keys, files and accounts survive a restart',
  async () => {
    const first = await start();
    expect(first.restored).toBe(false);
    await write(first, '(default)', 'in default');
    await write(first, 'keys', 'in keys');
    const location = 'projects/valv-test-state/locations/europe-north2';
    await kmsClient(first).createKeyRing({ parent: location, keyRingId: 'valv' });
    await kmsClient(first).createCryptoKey({
      parent: `${location}/keyRings/valv`,
      cryptoKeyId: 'org',
      cryptoKey: { purpose: 'ENCRYPT_DECRYPT' },
    });
    const name = `${location}/keyRings/valv/cryptoKeys/org`;
    const [{ ciphertext }] = await kmsClient(first).encrypt({ name, plaintext: Buffer.from('kept') });
    await storageClient(first).bucket('valv-test-state-files').file('a').save('kept', { resumable: false });
    await testCloud(() => first).idTokenFor('user-1');
    await first.stop();
    expect(statSync(join(stateDir, 'kms.json')).mode & 0o077, 'keys are for their owner only').toBe(0);

    const second = await start();
    try {
      expect(second.restored).toBe(true);
      expect([await read(second, '(default)'), await read(second, 'keys')]).toEqual(['in default', 'in keys']);
      const [{ plaintext }] = await kmsClient(second).decrypt({ name, ciphertext: ciphertext ?? '' });
      expect(Buffer.from(plaintext as Uint8Array).toString()).toBe('kept'); // The REST client answers Buffers.
      expect((await storageClient(second).bucket('valv-test-state-files').file('a').download())[0].toString()).toBe('kept');
      const query = `${second.urls.auth}/identitytoolkit.googleapis.com/v1/projects/valv-test-state/accounts:query`;
      expect(await callEmulator(query, 'POST', {})).toMatchObject({ recordsCount: '1', userInfo: [{ localId: 'user-1' }] });
    } finally {
      await second.stop();
    }
  },
  SLOW_MS,
);

test(
  'the addresses are written down for others',
  async () => {
    const cloud = await start();
    const written: unknown = JSON.parse(readFileSync(join(stateDir, 'local.json'), 'utf8'));
    await cloud.stop();
    expect(written).toEqual({ projectId: 'valv-test-state', ...cloud.urls });
  },
  SLOW_MS,
);

test(
  'a killed local cloud leaves no emulator behind and loses nothing that was saved',
  async () => {
    const main = new URL('./startAndWait.fixture.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ready = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      child.once('exit', () => reject(new Error('ended before it was ready')));
    });
    const { firestore } = JSON.parse(ready) as { firestore: string }; // Printed by the fixture.
    child.kill('SIGKILL');
    const answers = (): Promise<boolean> =>
      fetch(firestore).then(
        () => true,
        () => false,
      );
    await expect.poll(answers).toBe(false);

    const next = await start();
    try {
      expect([await read(next, '(default)'), await read(next, 'keys')]).toEqual(['saved', 'saved']);
    } finally {
      await next.stop();
    }
  },
  SLOW_MS,
);

test(
  'two local clouds run side by side on ports of their own, also when both want the same',
  async () => {
    const fixedPorts = { app: 26_101, kms: 26_102, firestore: 26_103, functions: 26_104 };
    const one = await startTestCloud({ projectId: 'valv-test-one', ownEmulator: true, rulesFile, fixedPorts });
    const two = await startTestCloud({ projectId: 'valv-test-two', ownEmulator: true, rulesFile, fixedPorts });
    try {
      const used = [one, two].flatMap(({ urls }) => [urls.app, urls.kms, urls.firestore, urls.status]);
      expect(new Set(used).size).toBe(used.length);
      const config = async (cloud: LocalCloud): Promise<unknown> => (await fetch(`${cloud.urls.app}/__/firebase/init.json`)).json();
      expect([await config(one), await config(two)]).toMatchObject([{ projectId: 'valv-test-one' }, { projectId: 'valv-test-two' }]);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    expect(existsSync(one.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '')).toBe(false);
  },
  SLOW_MS,
);

test(
  'without an emulator the error says what to install',
  async () => {
    process.env['FIRESTORE_EMULATOR_JAR'] = '/no/such.jar';
    try {
      await expect(startTestCloud({ ownEmulator: true })).rejects.toThrow('FIRESTORE_EMULATOR_JAR names no file');
    } finally {
      delete process.env['FIRESTORE_EMULATOR_JAR'];
    }
  },
  SLOW_MS,
);
