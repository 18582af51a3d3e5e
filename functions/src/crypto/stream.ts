/**
 * Files sealed in chunks of 64 KiB (README.md, "Sealed file").
 *
 * Guarantees: memory holds about two chunks whatever the file's size; changed, truncated, reordered, repeated and
 * appended chunks are refused. Does not hold back the beginning until the end has been seen: what came out before a
 * throw must be discarded.
 */
import { encodeSealContext, formatVersion, type SealContext } from './aad.ts';
import { cannotOpen, decrypt, encryptInto, nonceBytes, tagBytes } from './aead.ts';
import { byteReader } from './byteReader.ts';
import { fileKey, type Dek } from './keys.ts';
import { pooledRandom, type RandomSource } from './random.ts';

/** Plaintext bytes of every chunk but the last. */
export const chunkBytes = 65_536;

const saltBytes = 32;
const headerBytes = 1 + saltBytes;

/** Seals a file: first the header, then one piece for each chunk. Throws a TypeError for an ill-formed context, and what `source` throws. */
export async function* sealStream(
  dek: Dek,
  context: SealContext,
  source: AsyncIterable<Uint8Array>,
  random: RandomSource = pooledRandom,
): AsyncGenerator<Buffer, void, undefined> {
  const aad = encodeSealContext('file', context);
  const reader = byteReader(source);
  try {
    const header = Buffer.concat([Uint8Array.of(formatVersion), random(saltBytes)]);
    const key = fileKey(dek, header.subarray(1));
    yield header;
    for (let index = 0, isLast = false; !isLast; index += 1) {
      const plaintext = await reader.read(chunkBytes);
      isLast = await reader.isAtEnd();
      const chunk = Buffer.allocUnsafe(plaintext.length + tagBytes);
      encryptInto(chunk, 0, key, chunkNonce(index, isLast), aad, plaintext);
      plaintext.fill(0);
      yield chunk;
    }
  } finally {
    await reader.close();
  }
}

/** Opens what {@link sealStream} made, a piece for each chunk. Throws `crypto/cannot-open`, a TypeError for an ill-formed context, and what `source` throws. */
export async function* openStream(
  dek: Dek,
  context: SealContext,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const aad = encodeSealContext('file', context);
  const reader = byteReader(source);
  try {
    const header = await reader.read(headerBytes);
    if (header.length !== headerBytes || header[0] !== formatVersion) throw cannotOpen();
    const key = fileKey(dek, header.subarray(1));
    for (let index = 0, isLast = false; !isLast; index += 1) {
      const chunk = await reader.read(chunkBytes + tagBytes);
      isLast = await reader.isAtEnd();
      if (index > 0 && chunk.length <= tagBytes) throw cannotOpen(); // only an empty file has an empty chunk
      yield decrypt(key, chunkNonce(index, isLast), aad, chunk);
    }
  } finally {
    await reader.close();
  }
}

/** u88 index, u8 1 in the last chunk. 48 bits of index are 16 exabytes, beyond any file. */
function chunkNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUIntBE(index, nonceBytes - 7, 6);
  nonce[nonceBytes - 1] = isLast ? 1 : 0;
  return nonce;
}
