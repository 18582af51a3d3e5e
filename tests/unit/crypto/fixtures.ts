/** Fixed keys and contexts for the tests of crypto/. */
import { readFileSync } from 'node:fs';
import type { SealContext } from '../../../functions/src/crypto/aad.ts';
import { generateDek, generateOrgKey, importOrgKey, type Dek, type OrgKey } from '../../../functions/src/crypto/keys.ts';
import type { RandomSource } from '../../../functions/src/crypto/random.ts';
import { AppError } from '../../../functions/src/shared/errors.ts';

/** A source that gives exactly these bytes, once, and throws if asked for another number of bytes. */
export function onlyBytes(hex: string): RandomSource {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  return (byteCount) => {
    if (byteCount !== bytes.length) throw new Error(`asked for ${byteCount} bytes, has ${bytes.length}`);
    return bytes;
  };
}

/** A DEK of known bytes. */
export function dekOf(hex: string): Dek {
  return generateDek(onlyBytes(hex));
}

/** An org key of known bytes. */
export function orgKeyOf(hex: string): OrgKey {
  return importOrgKey(generateOrgKey(onlyBytes(hex)));
}

/** A place for a record or file. */
export const context: SealContext = {
  orgId: 'organisation-one-0001',
  collection: 'dataSubjects',
  docId: 'subject-number-one-01',
  sensitivityClass: 'ordinary',
};

/** A parsed file of tests/vectors/crypto. The type is what make.py wrote. Parsed at run time, since a bundler would take `__proto__` for the prototype. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../vectors/crypto/${name}`, import.meta.url), 'utf8')) as T;
}

/** What every failure to open must look like, to the last property. */
export function isCannotOpen(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'crypto/cannot-open' &&
    error.message === 'sealed data cannot be opened' &&
    Object.keys(error.details).length === 0 &&
    error.cause === undefined
  );
}

/** Whether opening failed with the one error; anything else thrown is thrown on. */
export function refuses(open: () => unknown): boolean {
  try {
    open();
    return false;
  } catch (error) {
    if (isCannotOpen(error)) return true;
    throw error;
  }
}

/** Whether opening a stream failed with the one error at some point; anything else thrown is thrown on. */
export async function refusesStream(stream: AsyncIterable<Uint8Array>): Promise<boolean> {
  try {
    for await (const piece of stream) void piece;
    return false;
  } catch (error) {
    if (isCannotOpen(error)) return true;
    throw error;
  }
}

/** All of a stream. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

/** A source that gives `bytes` in pieces of `pieceBytes`, always in the same buffer, as a file reader may. */
export async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const shared = new Uint8Array(pieceBytes);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const part = bytes.subarray(start, start + pieceBytes);
    shared.set(part);
    yield shared.subarray(0, part.length);
  }
}

/** A copy with one byte changed. */
export function withByteChanged(bytes: Uint8Array, position: number, mask = 1): Uint8Array {
  const changed = Uint8Array.from(bytes);
  // Positions come from the length of the same bytes.
  changed[position] = changed[position]! ^ mask;
  return changed;
}
