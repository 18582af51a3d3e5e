/**
 * Where random bytes come from. Guarantees that no byte is handed out twice, in a process that was not cloned from a
 * memory snapshot. Tests pass a source of their own to reproduce vectors; production code passes none.
 */
import { randomFillSync } from 'node:crypto';

/** Gives that many bytes, which the taker owns and may overwrite. */
export type RandomSource = (byteCount: number) => Uint8Array;

const poolBytes = 4096;
let pool = new Uint8Array(0); // owned by pooledRandom; a full one is left to its takers, never refilled
let taken = 0;

/** Random bytes for nonces and salts, drawn 4 KiB at a time: many times faster than one draw for each. */
export function pooledRandom(byteCount: number): Uint8Array {
  if (taken + byteCount > pool.length) {
    pool = randomFillSync(new Uint8Array(Math.max(poolBytes, byteCount)));
    taken = 0;
  }
  const start = taken;
  taken += byteCount;
  return pool.subarray(start, taken);
}

/** Random bytes for keys: memory of their own, so that no key lies in a pool before it is made. */
export function unpooledRandom(byteCount: number): Uint8Array {
  return randomFillSync(new Uint8Array(byteCount));
}
