import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Bucket, Storage } from '@google-cloud/storage';
import { withLocalCloud } from '../../support/localCloud.ts';
import { storageClient } from './clients.ts';

const local = withLocalCloud();
let storage: Storage;
let bucket: Bucket;

beforeAll(() => {
  storage = storageClient(local.cloud);
  bucket = storage.bucket(`${local.cloud.projectId}-files`);
});
beforeEach(() => local.cloud.faults.clear());

test('the default buckets exist', async () => {
  const names = (await storage.getBuckets())[0].map(({ name }) => name);
  const expected = ['checkpoints', 'exports', 'exports-copy', 'files', 'keys-backup', 'keys-backup-copy'];
  expect(names.toSorted()).toEqual(expected.map((suffix) => `${local.cloud.projectId}-${suffix}`));
});

describe('objects', () => {
  test.each([
    ['simple', false, 5_000],
    ['resumable', true, 700_000],
    ['empty', false, 0],
  ] as const)('a %s upload is read back byte for byte, with checksums', async (name, resumable, size) => {
    const bytes = randomBytes(size);
    const file = bucket.file(`uploads/${name} åäö.bin`);
    await file.save(bytes, { resumable, validation: 'crc32c', contentType: 'application/pdf', metadata: { metadata: { orgId: 'o1' } } });
    expect((await file.download({ validation: 'crc32c' }))[0].equals(bytes)).toBe(true);
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({
      size: String(size),
      contentType: 'application/pdf',
      metadata: { orgId: 'o1' },
      md5Hash: createHash('md5').update(bytes).digest('base64'),
    });
  });

  test('a resumable upload in chunks arrives whole', async () => {
    const bytes = randomBytes(600_000);
    const file = bucket.file('chunked.bin');
    await file.save(bytes, { resumable: true, chunkSize: 256 * 1024 });
    expect((await file.download())[0].equals(bytes)).toBe(true);
  });

  test('a range is a part of the whole', async () => {
    await bucket.file('range.txt').save('0123456789', { resumable: false });
    const chunks: Buffer[] = [];
    for await (const chunk of bucket.file('range.txt').createReadStream({ start: 2, end: 5 })) chunks.push(chunk as Buffer); // A byte stream.
    expect(Buffer.concat(chunks).toString()).toBe('2345');
  });

  test('an absent object and an absent bucket are 404', async () => {
    await expect(bucket.file('none').download()).rejects.toMatchObject({ code: 404 });
    await expect(storage.bucket('no-such-bucket').file('x').save('x', { resumable: false })).rejects.toMatchObject({ code: 404 });
    expect((await bucket.file('none').exists())[0]).toBe(false);
  });

  test('preconditions on generations hold or fail with 412', async () => {
    const file = bucket.file('once.txt');
    const onlyNew = { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } };
    await file.save('first', onlyNew);
    await expect(file.save('second', onlyNew)).rejects.toMatchObject({ code: 412 });
    const [{ generation }] = await file.getMetadata();
    await file.save('third', { resumable: false, preconditionOpts: { ifGenerationMatch: Number(generation) } });
    await expect(file.delete({ ifGenerationMatch: Number(generation) })).rejects.toMatchObject({ code: 412 });
    expect((await file.download())[0].toString()).toBe('third');
    await file.delete();
    expect((await file.exists())[0]).toBe(false);
  });

  test('an upload whose checksum does not fit is refused and leaves nothing', async () => {
    const url = `${local.cloud.urls.storage}/upload/storage/v1/b/${bucket.name}/o?uploadType=media&name=damaged`;
    const response = await fetch(url, { method: 'POST', body: 'data', headers: { 'x-goog-hash': 'crc32c=AAAAAA==' } });
    expect(response.status).toBe(400);
    expect((await bucket.file('damaged').exists())[0]).toBe(false);
  });

  test('damage on the way down is noticed by the client', async () => {
    await bucket.file('fragile').save('porcelain', { resumable: false });
    local.cloud.faults.inject({ service: 'storage', match: 'getObject', kind: 'garbage', times: 1 });
    await expect(bucket.file('fragile').download({ validation: 'crc32c' })).rejects.toMatchObject({ code: 'CONTENT_DOWNLOAD_MISMATCH' });
  });

  test('listing goes by prefix, page and delimiter', async () => {
    for (const name of ['list/a/1', 'list/a/2', 'list/b/1', 'list/c', 'other']) await bucket.file(name).save(name, { resumable: false });
    const [first, next] = await bucket.getFiles({ prefix: 'list/', maxResults: 3, autoPaginate: false });
    const [second, none] = await bucket.getFiles({ ...next, autoPaginate: false });
    expect([...first, ...second].map(({ name }) => name)).toEqual(['list/a/1', 'list/a/2', 'list/b/1', 'list/c']);
    expect([first.length, none ?? null]).toEqual([3, null]);
    const [direct, , answer] = await bucket.getFiles({ prefix: 'list/', delimiter: '/', autoPaginate: false });
    expect(direct.map(({ name }) => name)).toEqual(['list/c']);
    expect(answer).toMatchObject({ prefixes: ['list/a/', 'list/b/'] });
  });

  test('a copy has the bytes and its own generation; custom metadata is patched by key', async () => {
    await bucket.file('original').save('bytes', { resumable: false, metadata: { metadata: { a: '1', b: '2' } } });
    const copy = storage.bucket(`${local.cloud.projectId}-exports`).file('copied');
    await bucket.file('original').copy(copy);
    expect((await copy.download())[0].toString()).toBe('bytes');
    await copy.setMetadata({ metadata: { a: null, c: '3' } });
    expect((await copy.getMetadata())[0]).toMatchObject({ metageneration: '2', metadata: { b: '2', c: '3' } });
  });
});

describe('buckets', () => {
  test('what was asked for at creation is there afterwards', async () => {
    const name = `${local.cloud.projectId}-made`;
    await storage.createBucket(name, {
      location: 'europe-north2',
      lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 28 } }] },
      softDeletePolicy: { retentionDurationSeconds: 0 },
      versioning: { enabled: false },
    });
    expect((await storage.bucket(name).getMetadata())[0]).toMatchObject({
      location: 'EUROPE-NORTH2',
      lifecycle: { rule: [{ condition: { age: 28 } }] },
      softDeletePolicy: { retentionDurationSeconds: 0 },
    });
    await expect(storage.createBucket(name)).rejects.toMatchObject({ code: 409 });
    await storage.bucket(name).file('old').save('x', { resumable: false });
    const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
    const goneAfter = (days: number) => local.cloud.storage.applyLifecycle(inDays(days)).filter((path) => path.startsWith(`${name}/`));
    expect(goneAfter(27)).toEqual([]);
    expect(goneAfter(29)).toEqual([`${name}/old`]);
  });

  test('a retention policy forbids deleting and overwriting, and a locked one shortening', async () => {
    const name = `${local.cloud.projectId}-locked`;
    await storage.createBucket(name, { retentionPolicy: { retentionPeriod: 3600 } });
    const file = storage.bucket(name).file('checkpoint');
    await file.save('head', { resumable: false });
    await expect(file.delete()).rejects.toMatchObject({ code: 403 });
    await expect(file.save('other head', { resumable: false })).rejects.toMatchObject({ code: 403 });
    const [{ metageneration }] = await storage.bucket(name).getMetadata();
    await storage.bucket(name).lock(String(metageneration));
    await expect(storage.bucket(name).setRetentionPeriod(60)).rejects.toMatchObject({ code: 403 });
  });
});

describe('faults', () => {
  test.each(['500', '503', '429', 'reset'] as const)('the client outlives one %s on a read', async (kind) => {
    await bucket.file(`fault-${kind}`).save('there', { resumable: false });
    // A client of its own: an upload without a precondition switches retries off for its whole Storage object.
    const file = storageClient(local.cloud).bucket(bucket.name).file(`fault-${kind}`);
    local.cloud.faults.inject({ service: 'storage', match: 'getObject', kind, times: 1 });
    expect((await file.getMetadata())[0].size).toBe('5');
    expect(local.cloud.faults.planned()).toEqual([]);
  });

  test('a late success is an error to the caller, and was done', async () => {
    local.cloud.faults.inject({ service: 'storage', match: 'insertObject', kind: 'late-success', times: 1 });
    const file = bucket.file('late');
    const onlyNew = { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } };
    await expect(file.save('arrived', onlyNew)).rejects.toMatchObject({ code: 504 });
    await expect(file.save('arrived', onlyNew)).rejects.toMatchObject({ code: 412 });
    expect((await file.download())[0].toString()).toBe('arrived');
  });
});
