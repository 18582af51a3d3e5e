/** Reads pieces of a wanted length from a source that gives pieces of any length. Copies, so a source may reuse its buffers. */

/** A reader with one consumer. */
export type ByteReader = {
  /** The next `byteCount` bytes, fewer only at the end, in memory that the taker owns. */
  readonly read: (byteCount: number) => Promise<Buffer>;
  /** Whether nothing is left; waits for the source to say so. */
  readonly isAtEnd: () => Promise<boolean>;
  /** Tells the source that no more is wanted. */
  readonly close: () => Promise<void>;
};

/** A reader over `source`. Its promises fail with what the source throws, and with a TypeError for a piece that is not bytes. */
export function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0); // what the source gave last and nobody has read
  let isDone = false;

  const isAtEnd = async () => {
    while (piece.length === 0 && !isDone) {
      const next = await iterator.next();
      if (next.done === true) isDone = true;
      else if (next.value instanceof Uint8Array) piece = next.value;
      else throw new TypeError('a source of bytes gave something else');
    }
    return piece.length === 0;
  };

  const read = async (byteCount: number) => {
    const bytes = Buffer.allocUnsafe(byteCount);
    let filled = 0;
    while (filled < byteCount && !(await isAtEnd())) {
      const part = piece.subarray(0, byteCount - filled);
      bytes.set(part, filled);
      filled += part.length;
      piece = piece.subarray(part.length);
    }
    return bytes.subarray(0, filled);
  };

  const close = async () => {
    if (!isDone) await iterator.return?.();
    isDone = true;
  };

  return { read, isAtEnd, close };
}
