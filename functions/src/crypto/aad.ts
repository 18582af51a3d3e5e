/**
 * The bytes that bind a ciphertext or a token to its place (README.md, "Associated data").
 * Guarantees that two different purposes or lists of parts never have the same bytes. Keeps nothing secret.
 */
import type { SensitivityClass } from '../shared/personalData.ts';

/** Format version, the first byte of everything sealed and a part of all associated data. */
export const formatVersion = 1;

/** Where a sealed record or file belongs. It opens nowhere else. */
export type SealContext = {
  readonly orgId: string;
  readonly collection: string;
  readonly docId: string;
  readonly sensitivityClass: SensitivityClass;
};

const purposes = { record: 1, dek: 2, file: 3, exactToken: 4, nameToken: 5 } as const;

/** What associated data is for; each has a byte of its own. */
export type Purpose = keyof typeof purposes;

const prefixBytes = 6; // "valv", version, purpose
const maxPartBytes = 1500; // Firestore's limit for an id
const maxBytesPerCodeUnit = 3; // of UTF-8

/** `"valv" || version || purpose || (u16 length || UTF-8)*`. Throws a TypeError for an empty, overlong or ill-formed part. */
export function encodeAad(purpose: Purpose, parts: readonly string[]): Buffer {
  let capacity = prefixBytes;
  for (const part of parts) capacity += 2 + checkedPart(part).length * maxBytesPerCodeUnit;
  const bytes = Buffer.allocUnsafe(capacity);
  bytes.write('valv', 0, 'latin1');
  bytes[4] = formatVersion;
  bytes[5] = purposes[purpose];
  let end = prefixBytes;
  for (const part of parts) {
    const length = bytes.write(part, end + 2, 'utf8');
    if (length > maxPartBytes) throw new TypeError(`a part of associated data has more than ${maxPartBytes} bytes`);
    bytes.writeUInt16BE(length, end);
    end += 2 + length;
  }
  return bytes.subarray(0, end);
}

/** Associated data of a sealed record or file. Throws a TypeError for an empty, overlong or ill-formed part. */
export function encodeSealContext(purpose: 'record' | 'file', context: SealContext): Buffer {
  return encodeAad(purpose, [context.orgId, context.collection, context.docId, context.sensitivityClass]);
}

function checkedPart(part: string): string {
  if (typeof part !== 'string' || part.length === 0) throw new TypeError('a part of associated data is empty or no string');
  if (part.length > maxPartBytes) throw new TypeError(`a part of associated data has more than ${maxPartBytes} bytes`);
  if (!part.isWellFormed()) throw new TypeError('a part of associated data has a lone surrogate');
  return part;
}
