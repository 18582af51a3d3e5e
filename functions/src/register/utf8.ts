/** Finds what is not UTF-8, byte by byte, across chunks; for guessing an encoding and for naming the place of damage. */

/** Counts over a stream of bytes: well-formed sequences of several bytes, and bytes that belong to no sequence. */
export type Utf8Scanner = {
  /** Takes the next bytes; answers the offset in them of the first byte in error, or -1 (also for a sequence cut by the end). */
  readonly scan: (bytes: Uint8Array) => number;
  /** Says that the stream is over, so that a sequence cut off there counts as an error. */
  readonly end: () => void;
  readonly multiByteSequences: () => number;
  readonly invalidBytes: () => number;
};

/** Makes a scanner that follows the table of well-formed sequences (Unicode Standard, table 3-7). */
export function createUtf8Scanner(): Utf8Scanner {
  let missing = 0; // continuation bytes that the current sequence still needs
  let least = 0x80; // bounds of the next continuation byte
  let most = 0xbf;
  let sequences = 0;
  let invalid = 0;

  /** Whether a byte fits; one that breaks a sequence is looked at again as the first of the next. */
  const fits = (byte: number): boolean => {
    if (missing > 0) {
      const isContinuation = byte >= least && byte <= most;
      [least, most] = [0x80, 0xbf];
      missing = isContinuation ? missing - 1 : 0;
      if (isContinuation) {
        if (missing === 0) sequences += 1;
        return true;
      }
      if (byte < 0x80) return false;
      fits(byte);
      return false;
    }
    if (byte < 0x80) return true;
    if (byte < 0xc2 || byte > 0xf4) return false;
    missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte === 0xe0) least = 0xa0;
    if (byte === 0xed) most = 0x9f;
    if (byte === 0xf0) least = 0x90;
    if (byte === 0xf4) most = 0x8f;
    return true;
  };

  return {
    scan(bytes) {
      let first = -1;
      for (let index = 0; index < bytes.length; index += 1) {
        // The index is within the array, so the byte is there.
        const byte = bytes[index] as number;
        if ((byte < 0x80 && missing === 0) || fits(byte)) continue;
        invalid += 1;
        if (first === -1) first = index;
      }
      return first;
    },
    end() {
      if (missing > 0) invalid += 1;
      missing = 0;
    },
    multiByteSequences: () => sequences,
    invalidBytes: () => invalid,
  };
}

/** How many bytes at the end of a block are the beginning of a sequence that the next block completes: 0 to 3. */
export function incompleteTail(block: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, block.length); back += 1) {
    const byte = block[block.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
