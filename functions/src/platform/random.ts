/** Randomness from the operating system's CSPRNG. */
import { randomBytes, randomInt } from 'node:crypto';
import { idFrom } from '../shared/ids.ts';

/** A new random id of the kind that the caller asks for. */
export function newId<T extends string>(): T {
  return idFrom<T>(randomBytes(15));
}

/** Random bytes, for secrets and challenges. */
export function newSecret(byteLength: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(byteLength));
}

/** A string of `digits` random decimal digits, each equally likely. */
export function randomDigits(digits: number): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}

/** A random number of milliseconds from 0 up to `mostMs`, so that those who collided do not collide again. */
export function jitter(mostMs: number): number {
  return randomInt(Math.max(1, Math.floor(mostMs)) + 1);
}

/** A random whole number from 0 to `limit` - 1. */
export function randomBelow(limit: number): number {
  return randomInt(limit);
}
