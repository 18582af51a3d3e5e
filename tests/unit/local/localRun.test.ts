import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFaults } from '../../../infra/local/faults.ts';
import { findJar } from '../../../infra/local/firestore/findJar.ts';
import { localPolicy } from '../../../infra/local/hosting/pageAdaptation.ts';
import { lockStateDir } from '../../../infra/local/lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'valv-unit-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const file = (path: string): string => {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), '');
  return join(dir, path);
};

describe('the emulator is looked for', () => {
  test('first where the variable says, which must be right', async () => {
    const jar = file('mine.jar');
    expect(await findJar({ FIRESTORE_EMULATOR_JAR: jar, CLOUDSDK_ROOT_DIR: dir }, dir)).toBe(jar);
    await expect(findJar({ FIRESTORE_EMULATOR_JAR: join(dir, 'none.jar') }, dir)).rejects.toThrow('names no file');
  });

  test('then in the Google Cloud SDK that is configured', async () => {
    const jar = file('sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar');
    expect(await findJar({ CLOUDSDK_ROOT_DIR: join(dir, 'sdk') }, dir)).toBe(jar);
  });
});

describe('faults', () => {
  test('are used up one by one, in the order planned, only where they match', () => {
    const faults = createFaults();
    faults.inject({ service: 'kms', match: 'encrypt', kind: '503', times: 2 });
    const withdraw = faults.inject({ service: 'kms', kind: 'reset', times: 5 });
    expect(faults.take('storage', 'encrypt')).toBeUndefined();
    expect(['decrypt', 'encrypt', 'encrypt', 'encrypt'].map((what) => faults.take('kms', what))).toEqual(['reset', '503', '503', 'reset']);
    expect(faults.planned()).toEqual([{ service: 'kms', kind: 'reset', times: 3 }]);
    withdraw();
    expect(faults.take('kms', 'encrypt')).toBeUndefined();
  });
});

describe('the policy of a local page', () => {
  const hosts = { auth: '127.0.0.1:1', firestore: '127.0.0.1:2' };
  test('has loopback in place of Google, once each, and nothing else changed', () => {
    const policy =
      "default-src 'none'; script-src 'self'; connect-src 'self' https://identitytoolkit.googleapis.com https://securetoken.googleapis.com https://firestore.googleapis.com https://other.example";
    expect(localPolicy(policy, hosts)).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self' http://127.0.0.1:1 http://127.0.0.1:2 https://other.example",
    );
  });

  test('is not widened where connect-src names no Google host, nor in other directives', () => {
    for (const policy of ["default-src 'none'; connect-src 'self'", 'img-src https://firestore.googleapis.com']) {
      expect(localPolicy(policy, hosts)).toBe(policy);
    }
  });
});

describe('the lock of a state folder', () => {
  test('is given back, and taken over from a process that is gone', () => {
    const unlock = lockStateDir(dir);
    expect(readFileSync(join(dir, 'lock'), 'utf8')).toBe(String(process.pid));
    unlock();
    writeFileSync(join(dir, 'lock'), '999999999');
    lockStateDir(dir)();
  });

  test('is not respected for a process of another kind that got the number', () => {
    writeFileSync(join(dir, 'lock'), String(process.pid));
    expect(() => lockStateDir(dir)()).not.toThrow();
  });
});
