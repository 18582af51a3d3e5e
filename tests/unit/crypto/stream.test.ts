import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeSealContext, type SealContext } from '../../../functions/src/crypto/aad.ts';
import { openRecord, sealRecord } from '../../../functions/src/crypto/envelope.ts';
import { fileKey, generateDek } from '../../../functions/src/crypto/keys.ts';
import { chunkBytes, openStream, sealStream } from '../../../functions/src/crypto/stream.ts';
import { collect, context, dekOf, inPieces, onlyBytes, refuses, refusesStream, vectors, withByteChanged } from './fixtures.ts';

type FileVectors = {
  dek: string;
  salt: string;
  context: SealContext;
  cases: { plaintextBytes: number; sealedBytes: number; sealedSha256: string }[];
};

const headerBytes = 33;
const sealedChunkBytes = chunkBytes + 16;
const dek = generateDek();

const seal = (bytes: Uint8Array, pieceBytes = 50_000) => collect(sealStream(dek, context, inPieces(bytes, pieceBytes)));
const isRefused = (sealed: Uint8Array, place: SealContext = context, key = dek) =>
  refusesStream(openStream(key, place, inPieces(sealed, 100_000)));

describe('vectors made by another implementation', () => {
  const file = vectors<FileVectors>('file.json');

  test.each(file.cases)('seal to the same bytes and open: $plaintextBytes bytes', async (vector) => {
    const plaintext = counted(vector.plaintextBytes);
    const sealed = await collect(sealStream(dekOf(file.dek), file.context, inPieces(plaintext, 1000), onlyBytes(file.salt)));
    expect(sealed.length).toBe(vector.sealedBytes);
    expect(createHash('sha256').update(sealed).digest('hex')).toBe(vector.sealedSha256);
    expect((await collect(openStream(dekOf(file.dek), file.context, inPieces(sealed, 777)))).equals(plaintext)).toBe(true);
  });
});

test('the second chunk opens by node:crypto alone', async () => {
  const hex = '11'.repeat(32);
  const plaintext = counted(chunkBytes + 100);
  const sealed = await collect(sealStream(dekOf(hex), context, inPieces(plaintext, 9999)));
  const root = hkdfSync('sha256', Buffer.from(hex, 'hex'), '', 'valv/1/dek/file', 32);
  const key = Buffer.from(hkdfSync('sha256', new Uint8Array(root), sealed.subarray(1, headerBytes), 'valv/1/file/content', 32));
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]), { authTagLength: 16 });
  const parts = [context.orgId, context.collection, context.docId, context.sensitivityClass];
  decipher.setAAD(Buffer.from('valv\x01\x03' + parts.map((part) => `\0${String.fromCharCode(part.length)}${part}`).join(''), 'latin1'));
  const chunk = sealed.subarray(headerBytes + sealedChunkBytes);
  decipher.setAuthTag(chunk.subarray(-16));
  expect(Buffer.concat([decipher.update(chunk.subarray(0, -16)), decipher.final()]).equals(plaintext.subarray(chunkBytes))).toBe(true);
});

describe('a sealed file', () => {
  test('is refused with any one byte changed, at every position of a short file', async () => {
    for (const length of [0, 1, 100]) {
      const sealed = await seal(counted(length));
      for (let position = 0; position < sealed.length; position += 1) {
        for (const mask of [1, 128, 255])
          expect(await isRefused(withByteChanged(sealed, position, mask)), `position ${position}`).toBe(true);
      }
    }
  });

  test('is refused with any one byte changed, at every position of a file of two chunks', { timeout: 120_000 }, async () => {
    const sealed = await seal(counted(chunkBytes + 10));
    for (let position = 0; position < sealed.length; position += 1) {
      if (!(await isRefused(withByteChanged(sealed, position)))) expect.fail(`opened with byte ${position} changed`);
    }
    expect(await isRefused(sealed)).toBe(false);
  });

  test('is refused when cut anywhere, at the borders of chunks too', async () => {
    for (const length of [0, 10, chunkBytes, chunkBytes + 10, 3 * chunkBytes]) {
      const sealed = await seal(counted(length));
      const borders = [0, 1, 2, 3].map((index) => headerBytes + index * sealedChunkBytes);
      const cuts = [
        0,
        1,
        32,
        ...borders.flatMap((border) => [border - 1, border, border + 1, border + 15, border + 16]),
        sealed.length - 16,
        sealed.length - 1,
      ];
      for (const cut of cuts.filter((at) => at < sealed.length))
        expect(await isRefused(sealed.subarray(0, cut)), `${length} bytes cut at ${cut}`).toBe(true);
    }
  });

  test('is refused with anything appended', async () => {
    for (const length of [0, 10, chunkBytes, chunkBytes + 10]) {
      const sealed = await seal(counted(length));
      const lastChunk = sealed.subarray(headerBytes + Math.max(0, Math.ceil(length / chunkBytes) - 1) * sealedChunkBytes);
      for (const extra of [Buffer.alloc(1), Buffer.alloc(16), Buffer.alloc(sealedChunkBytes), lastChunk, sealed]) {
        expect(await isRefused(Buffer.concat([sealed, extra])), `${length} bytes, ${extra.length} appended`).toBe(true);
      }
    }
  });

  test('is refused with chunks exchanged, repeated or left out', async () => {
    const sealed = await seal(counted(3 * chunkBytes));
    const header = sealed.subarray(0, headerBytes);
    const chunks = [0, 1, 2].map((index) =>
      sealed.subarray(headerBytes + index * sealedChunkBytes, headerBytes + (index + 1) * sealedChunkBytes),
    );
    for (const order of [[1, 0, 2], [0, 2, 1], [0, 0, 1, 2], [0, 1, 1, 2], [0, 2], [1, 2], [2], [0, 1], [0, 1, 2, 2]]) {
      // The orders above name only the three chunks.
      const rearranged = Buffer.concat([header, ...order.map((index) => chunks[index]!)]);
      expect(await isRefused(rearranged), order.join()).toBe(true);
    }
  });

  test('is refused with the header or a chunk of another file of the same length', async () => {
    const [one, other] = [await seal(counted(2 * chunkBytes)), await seal(counted(2 * chunkBytes))];
    const border = headerBytes + sealedChunkBytes;
    expect(await isRefused(Buffer.concat([other.subarray(0, headerBytes), one.subarray(headerBytes)]))).toBe(true);
    expect(await isRefused(Buffer.concat([one.subarray(0, border), other.subarray(border)]))).toBe(true);
  });

  test('is refused in another place and with another key', async () => {
    const sealed = await seal(counted(10));
    for (const elsewhere of [
      { orgId: 'organisation-two-0002' },
      { collection: 'other' },
      { docId: 'other' },
      { sensitivityClass: 'identity' },
    ] as const) {
      expect(await isRefused(sealed, { ...context, ...elsewhere })).toBe(true);
    }
    expect(await isRefused(sealed, context, generateDek())).toBe(true);
  });

  test('has one form only: a full chunk and an empty last one are refused, even under the right key', async () => {
    const salt = Buffer.alloc(32, 9);
    const aad = encodeSealContext('file', context);
    const sealedChunk = (index: number, isLast: number, plaintext: Uint8Array) => {
      const cipher = createCipheriv('aes-256-gcm', fileKey(dek, salt), Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, isLast])).setAAD(
        aad,
      );
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    };
    const header = Buffer.concat([Buffer.of(1), salt]);
    const full = Buffer.alloc(chunkBytes);
    expect(await isRefused(Buffer.concat([header, sealedChunk(0, 1, full)]))).toBe(false);
    expect(await isRefused(Buffer.concat([header, sealedChunk(0, 0, full), sealedChunk(1, 1, full.subarray(0, 1))]))).toBe(false);
    expect(await isRefused(Buffer.concat([header, sealedChunk(0, 0, full), sealedChunk(1, 1, full.subarray(0, 0))]))).toBe(true);
  });

  test('is no record, and a record is no file', async () => {
    const sealed = await seal(counted(100));
    expect(refuses(() => openRecord(dek, context, sealed))).toBe(true);
    expect(await isRefused(sealRecord(dek, context, { a: 'b' }))).toBe(true);
  });
});

describe('the source', () => {
  test('passes its own error on, from both directions', async () => {
    async function* broken() {
      yield new Uint8Array(10);
      throw new RangeError('the disk is gone');
    }
    await expect(collect(sealStream(dek, context, broken()))).rejects.toThrow('the disk is gone');
    await expect(collect(openStream(dek, context, broken()))).rejects.toThrow('the disk is gone');
  });

  test('is told when nobody wants more', async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(chunkBytes);
      } finally {
        isClosed = true;
      }
    }
    for await (const piece of sealStream(dek, context, endless())) if (piece.length > headerBytes) break;
    expect(isClosed).toBe(true);
  });

  test('keeps its bytes as they were', async () => {
    const piece = Buffer.alloc(chunkBytes, 7);
    async function* source() {
      yield piece;
    }
    await collect(sealStream(dek, context, source()));
    expect(piece.equals(Buffer.alloc(chunkBytes, 7))).toBe(true);
  });

  test('must give bytes', async () => {
    async function* texts() {
      yield 'text' as unknown as Uint8Array; // the misuse under test
    }
    await expect(collect(sealStream(dek, context, texts()))).rejects.toThrow(TypeError);
  });

  test('is never read more than a chunk ahead, so memory stays flat', async () => {
    let given = 0;
    let taken = 0;
    let furthest = 0;
    async function* source() {
      for (let index = 0; index < 2000; index += 1) {
        given += 10_000;
        yield new Uint8Array(10_000);
      }
    }
    for await (const piece of openStream(dek, context, sealStream(dek, context, source()))) {
      taken += piece.length;
      furthest = Math.max(furthest, given - taken);
    }
    expect(taken).toBe(20_000_000);
    expect(furthest).toBeLessThanOrEqual(2 * chunkBytes + 10_000);
  });
});

function counted(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => index % 256));
}
