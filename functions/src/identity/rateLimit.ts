/**
 * Rate limits: token buckets, one document each, found by a keyed hash and removed by TTL.
 *
 * Guarantees: parallel calls cannot take more tokens than there are. Limits by account are counted together with the
 * caller's address, so that an attacker elsewhere does not lock the owner out.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { exactToken } from '../crypto/blindIndex.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { AppError } from '../shared/errors.ts';
import { after, type Clock } from '../shared/time.ts';
import { accountsKey } from './store.ts';
import type { Normalised } from '../crypto/normalise.ts';

/** A bucket that holds `capacity` tokens and is full again after `refillSeconds`. */
type Limit = { readonly capacity: number; readonly refillSeconds: number };

const limits = {
  signInByAccountAndAddress: { capacity: 10, refillSeconds: 900 },
  signInByAddress: { capacity: 300, refillSeconds: 900 },
  signUpByAddress: { capacity: 60, refillSeconds: 3600 },
  /** From an address that the account has not signed in from before: guessing from everywhere stops, the owner at home goes on. */
  signInFromNewAddress: { capacity: 100, refillSeconds: 86_400 },
  /** Taken only after a right password, so that nobody else can use it up. */
  signInMail: { capacity: 12, refillSeconds: 900 },
  signUpMail: { capacity: 5, refillSeconds: 3600 },
  numberSearchByMember: { capacity: 60, refillSeconds: 3600 },
  foundingByAccount: { capacity: 20, refillSeconds: 86_400 },
} as const satisfies Record<string, Limit>;

/** Takes one token of a limit for `subject`, e.g. an address. Throws `identity/too-many-attempts` when none is left. */
export async function takeToken(kind: keyof typeof limits, subject: string, clock: Clock): Promise<void> {
  const limit: Limit = limits[kind];
  // A keyed hash needs no normal form here: the same text gives the same bucket.
  const id = exactToken(await accountsKey(), `rateLimit.${kind}`, subject as Normalised);
  const reference = adminFirestore().collection('rateLimits').doc(id);
  const waitSeconds = await adminFirestore().runTransaction(async (transaction) => {
    const now = clock();
    const tokens = refilled(limit, (await transaction.get(reference)).data(), now);
    if (tokens < 1) return Math.ceil(((1 - tokens) * limit.refillSeconds) / limit.capacity);
    const expiresAt = Timestamp.fromDate(after(now, limit.refillSeconds * 1000));
    transaction.set(reference, { tokens: tokens - 1, updatedAt: Timestamp.fromDate(now), expiresAt });
    return 0;
  });
  if (waitSeconds > 0) throw new AppError('identity/too-many-attempts', 'too many attempts, wait a while', { waitSeconds });
}

function refilled(limit: Limit, stored: { [field: string]: unknown } | undefined, now: Date): number {
  const tokens = stored?.['tokens'];
  const updatedAt = stored?.['updatedAt'];
  if (typeof tokens !== 'number' || !(updatedAt instanceof Timestamp)) return limit.capacity;
  const elapsedSeconds = (now.getTime() - updatedAt.toMillis()) / 1000;
  return Math.min(limit.capacity, tokens + (elapsedSeconds * limit.capacity) / limit.refillSeconds);
}
