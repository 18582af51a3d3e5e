import { createHash, verify } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KeyManagementServiceClient } from '@google-cloud/kms';
import { crc32c } from '../../../infra/local/crc32c.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { kmsClient, restClientOptions } from './clients.ts';

const local = withLocalCloud();
let kms: KeyManagementServiceClient;
let ring: string;
let sealing: string;
let signing: string;

beforeAll(async () => {
  kms = kmsClient(local.cloud);
  const location = `projects/${local.cloud.projectId}/locations/europe-north2`;
  const [created] = await kms.createKeyRing({ parent: location, keyRingId: 'valv' });
  ring = `${location}/keyRings/valv`;
  expect(created.name).toBe(ring);
  const [symmetric] = await kms.createCryptoKey({ parent: ring, cryptoKeyId: 'org-1', cryptoKey: { purpose: 'ENCRYPT_DECRYPT' } });
  const [asymmetric] = await kms.createCryptoKey({
    parent: ring,
    cryptoKeyId: 'sign',
    cryptoKey: { purpose: 'ASYMMETRIC_SIGN', versionTemplate: { algorithm: 'EC_SIGN_P256_SHA256' } },
  });
  sealing = symmetric.name ?? '';
  signing = asymmetric.name ?? '';
});

beforeEach(() => local.cloud.faults.clear());

const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString(); // The REST client answers Buffers.
const checksum = (bytes: Uint8Array): { value: string } => ({ value: String(crc32c(bytes)) });
const aad = Buffer.from('org-1');
const plaintext = Buffer.from('en hemlighet på åäö');
const sealed = async (): Promise<Buffer> => {
  const [{ ciphertext }] = await kms.encrypt({ name: sealing, plaintext, additionalAuthenticatedData: aad });
  return Buffer.from(ciphertext as Uint8Array); // As above.
};

test('production leaves the client at its defaults', () => {
  expect(restClientOptions(undefined)).toEqual({ fallback: true });
});

describe('encryption', () => {
  test('decryption inverts encryption, with checksums both ways', async () => {
    const [encrypted] = await kms.encrypt({
      name: sealing,
      plaintext,
      plaintextCrc32c: checksum(plaintext),
      additionalAuthenticatedData: aad,
      additionalAuthenticatedDataCrc32c: checksum(aad),
    });
    expect(encrypted).toMatchObject({
      verifiedPlaintextCrc32c: true,
      verifiedAdditionalAuthenticatedDataCrc32c: true,
      name: `${sealing}/cryptoKeyVersions/1`,
    });
    const ciphertext = Buffer.from(encrypted.ciphertext as Uint8Array); // As above.
    expect(encrypted.ciphertextCrc32c?.value).toBe(checksum(ciphertext).value);
    expect(ciphertext.includes(plaintext)).toBe(false);
    const [opened] = await kms.decrypt({ name: sealing, ciphertext, additionalAuthenticatedData: aad });
    expect(text(opened.plaintext)).toBe(plaintext.toString());
    expect(opened).toMatchObject({ usedPrimary: true, plaintextCrc32c: checksum(plaintext) });
  });

  test('other additional data, other keys and any damaged byte are refused alike', async () => {
    const ciphertext = await sealed();
    await expect(kms.decrypt({ name: sealing, ciphertext, additionalAuthenticatedData: Buffer.from('org-2') })).rejects.toMatchObject({
      code: 3,
    });
    const [other] = await kms.createCryptoKey({ parent: ring, cryptoKeyId: 'org-2', cryptoKey: { purpose: 'ENCRYPT_DECRYPT' } });
    await expect(kms.decrypt({ name: other.name ?? '', ciphertext, additionalAuthenticatedData: aad })).rejects.toMatchObject({ code: 3 });
    for (const at of [0, 6, 20, ciphertext.length - 1]) {
      const damaged = Buffer.from(ciphertext);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
      await expect(
        kms.decrypt({ name: sealing, ciphertext: damaged, additionalAuthenticatedData: aad }),
        `byte ${at}`,
      ).rejects.toMatchObject({ code: 3 });
    }
  });

  test('a request whose checksum does not fit its data is refused', async () => {
    const wrong = { value: '1' };
    await expect(kms.encrypt({ name: sealing, plaintext, plaintextCrc32c: wrong })).rejects.toThrow(/plaintext_crc32c did not match/);
    await expect(kms.encrypt({ name: sealing, plaintext: Buffer.alloc(65_537) })).rejects.toMatchObject({ code: 3 });
  });

  test('damage on the way back shows in the checksum', async () => {
    local.cloud.faults.inject({ service: 'kms', match: 'encrypt', kind: 'garbage', times: 1 });
    const [answer] = await kms.encrypt({ name: sealing, plaintext });
    expect(answer.ciphertextCrc32c?.value).not.toBe(checksum(Buffer.from(answer.ciphertext as Uint8Array)).value); // As above.
  });
});

describe('versions', () => {
  test('after rotation new data uses the new version and old data still opens', async () => {
    const old = await sealed();
    const [version] = await kms.createCryptoKeyVersion({ parent: sealing, cryptoKeyVersion: {} });
    await kms.updateCryptoKeyPrimaryVersion({ name: sealing, cryptoKeyVersionId: version.name?.split('/').at(-1) ?? '' });
    const [fresh] = await kms.encrypt({ name: sealing, plaintext });
    expect(fresh.name).toBe(version.name);
    const [opened] = await kms.decrypt({ name: sealing, ciphertext: old, additionalAuthenticatedData: aad });
    expect(opened.usedPrimary).toBe(false);
  });

  test('a version scheduled for destruction opens nothing until it is restored and enabled', async () => {
    const [key] = await kms.createCryptoKey({ parent: ring, cryptoKeyId: 'doomed', cryptoKey: { purpose: 'ENCRYPT_DECRYPT' } });
    const name = key.name ?? '';
    const version = `${name}/cryptoKeyVersions/1`;
    const [{ ciphertext }] = await kms.encrypt({ name, plaintext });
    const [destroyed] = await kms.destroyCryptoKeyVersion({ name: version });
    expect(destroyed.state).toBe('DESTROY_SCHEDULED');
    await expect(kms.decrypt({ name, ciphertext: ciphertext ?? '' })).rejects.toMatchObject({ code: 9 });
    await kms.restoreCryptoKeyVersion({ name: version });
    await expect(kms.decrypt({ name, ciphertext: ciphertext ?? '' })).rejects.toMatchObject({ code: 9 });
    await kms.updateCryptoKeyVersion({ cryptoKeyVersion: { name: version, state: 'ENABLED' }, updateMask: { paths: ['state'] } });
    const [opened] = await kms.decrypt({ name, ciphertext: ciphertext ?? '' });
    expect(text(opened.plaintext)).toBe(plaintext.toString());
  });
});

test('a signature over a digest verifies with the public key, and only over that digest', async () => {
  const version = `${signing}/cryptoKeyVersions/1`;
  const [key] = await kms.getPublicKey({ name: version });
  expect(key.pemCrc32c?.value).toBe(checksum(Buffer.from(key.pem ?? '')).value);
  for (let round = 0; round < 20; round += 1) {
    const message = Buffer.from(`checkpoint ${round}`);
    const digest = createHash('sha256').update(message).digest();
    const [answer] = await kms.asymmetricSign({ name: version, digest: { sha256: digest }, digestCrc32c: checksum(digest) });
    const signature = Buffer.from(answer.signature as Uint8Array); // As above.
    expect(answer.verifiedDigestCrc32c).toBe(true);
    expect(verify('sha256', message, key.pem ?? '', signature)).toBe(true);
    expect(verify('sha256', Buffer.from('another'), key.pem ?? '', signature)).toBe(false);
  }
  await expect(kms.encrypt({ name: signing, plaintext })).rejects.toMatchObject({ code: 9 });
});

test('resources are listed, found, and created once', async () => {
  const names = (await kms.listCryptoKeys({ parent: ring }))[0].map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([sealing, signing]));
  const [key] = await kms.getCryptoKey({ name: sealing });
  expect(key).toMatchObject({ purpose: 'ENCRYPT_DECRYPT', primary: { state: 'ENABLED' } });
  await expect(kms.getCryptoKey({ name: `${ring}/cryptoKeys/none` })).rejects.toMatchObject({ code: 5 });
  await expect(kms.createCryptoKey({ parent: ring, cryptoKeyId: 'sign', cryptoKey: { purpose: 'ENCRYPT_DECRYPT' } })).rejects.toMatchObject(
    { code: 6 },
  );
});

test('calls are counted per operation, also over HTTP', async () => {
  const before = local.cloud.counters('kms')['encrypt'] ?? 0;
  await kms.encrypt({ name: sealing, plaintext });
  expect(local.cloud.counters('kms')['encrypt']).toBe(before + 1);
  const served: unknown = await (await fetch(`${local.cloud.urls.kms}/__local/counters`)).json();
  expect(served).toMatchObject({ encrypt: before + 1 });
});

describe('faults reach the official client as they would in production', () => {
  const once = (timeout = 20_000) => ({ timeout, retry: null });
  const cases = [
    ['500', 13],
    ['503', 14],
    ['429', 8],
    ['timeout', 4],
    ['reset', 14],
    ['late-success', 4],
  ] as const;
  test.each(cases)('%s arrives as gRPC code %i', async (kind, code) => {
    local.cloud.faults.inject({ service: 'kms', match: 'getCryptoKey', kind, times: 1 });
    const timeout = kind === 'timeout' || kind === 'late-success' ? 800 : 20_000;
    await expect(kms.getCryptoKey({ name: sealing }, once(timeout))).rejects.toMatchObject({ code });
    await expect(kms.getCryptoKey({ name: sealing }, once())).resolves.toBeDefined();
  });

  test('a late success was done, and its repetition says so', async () => {
    local.cloud.faults.inject({ service: 'kms', match: 'createCryptoKey', kind: 'late-success', times: 1 });
    const request = { parent: ring, cryptoKeyId: 'late', cryptoKey: { purpose: 'ENCRYPT_DECRYPT' as const } };
    await expect(kms.createCryptoKey(request, once(800))).rejects.toMatchObject({ code: 4 });
    await expect(kms.createCryptoKey(request, once())).rejects.toMatchObject({ code: 6 });
  });

  test('a duplicate is carried out twice and answered once', async () => {
    const before = (await kms.listCryptoKeyVersions({ parent: sealing }))[0].length;
    local.cloud.faults.inject({ service: 'kms', match: 'createCryptoKeyVersion', kind: 'duplicate', times: 1 });
    await kms.createCryptoKeyVersion({ parent: sealing, cryptoKeyVersion: {} });
    expect((await kms.listCryptoKeyVersions({ parent: sealing }))[0]).toHaveLength(before + 2);
  });
});
