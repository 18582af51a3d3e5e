/**
 * Rate limits: token buckets, one document each, found by a keyed hash and removed by TTL.
 *
 * Guarantees: parallel calls cannot take more tokens than there are; nobody holds a lock; an empty bucket is only read. Whoever
 * loses every race for a bucket is told `shared/unavailable`, after some seconds.
 * Does not guarantee that an address is the caller's (platform/callable.ts): no limit relies on addresses alone. Some buckets are
 * somebody's own: they are there only once they were opened, for who has earned one.
 */
import { Timestamp, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { exactToken } from '../crypto/blindIndex.ts';
import type { Normalised } from '../crypto/normalise.ts';
import { unlessOutrun, untilSettled } from '../platform/contention.ts';
import { adminFirestore, isAlreadyExists } from '../platform/firestore.ts';
import { randomBelow } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import { after, type Clock } from '../shared/time.ts';
import { accountsKey } from './accountStore.ts';

/**
 * A bucket that holds `capacity` tokens and is full again after `refillSeconds`. One that everybody takes from is in
 * `shards`, each of that capacity, chosen at random: a document takes few writes a second. An own one stays for `keptSeconds` after
 * it was used last, others for as long as they are not full.
 */
type Limit = { readonly capacity: number; readonly refillSeconds: number; readonly shards?: number; readonly keptSeconds?: number };

const limits = {
  /** A device that the account has signed in from: a bucket of its own, which nobody else can empty. */
  signInFromKnownDevice: { capacity: 20, refillSeconds: 3600 },
  /** All devices together that the account has not signed in from (NIST SP 800-63B-4: at most 100 consecutive failures). */
  signInFromNewDevice: { capacity: 100, refillSeconds: 86_400 },
  /** Unknown devices at one address. */
  signInByAddress: { capacity: 300, refillSeconds: 900 },
  /** Unknown devices at all accounts: 30,000 in a quarter of an hour. */
  signInOverall: { capacity: 1875, refillSeconds: 900, shards: 16 },
  signUpByAddress: { capacity: 60, refillSeconds: 3600 },
  /** Taken only after a right password, so that nobody else can use it up. */
  signInMail: { capacity: 12, refillSeconds: 900 },
  signUpMail: { capacity: 5, refillSeconds: 3600 },
  /** Second steps after a right password, from devices that the account has not signed in from: five guesses each. */
  secondStepFromNewDevice: { capacity: 20, refillSeconds: 86_400 },
  reauthentication: { capacity: 20, refillSeconds: 900 },
  recoveryByAddress: { capacity: 60, refillSeconds: 3600 },
  recoveryMail: { capacity: 5, refillSeconds: 3600 },
  recoveryMailFromKnownDevice: { capacity: 5, refillSeconds: 3600 },
  oidcByAddress: { capacity: 300, refillSeconds: 900 },
  /** Orders of whoever is signed in. */
  bankIdByAccount: { capacity: 40, refillSeconds: 900 },
  /** A browser in which an order was completed within ninety days. */
  bankIdFromKnownDevice: { capacity: 20, refillSeconds: 3600, keptSeconds: 90 * 86_400 },
  /** Every other browser. */
  bankIdByAddress: { capacity: 300, refillSeconds: 900 },
  bankIdOverall: { capacity: 1875, refillSeconds: 900, shards: 16 },
  numberSearchByMember: { capacity: 60, refillSeconds: 3600 },
  /** Mail of invitations: of one organisation, and to one address whoever invites it. */
  invitationsByOrganisation: { capacity: 200, refillSeconds: 86_400 },
  invitationMail: { capacity: 20, refillSeconds: 86_400 },
  /** Refused calls of one account that one organisation's log takes in. */
  refusalByAccount: { capacity: 30, refillSeconds: 3600 },
  /** Of all members of one organisation, and of all strangers: so strangers cannot use up what is kept of members. */
  refusalByMembers: { capacity: 1000, refillSeconds: 3600 },
  refusalByStrangers: { capacity: 100, refillSeconds: 3600 },
  foundingByAccount: { capacity: 20, refillSeconds: 86_400 },
} as const satisfies Record<string, Limit>;

/** The name of a limit. */
export type LimitKind = keyof typeof limits;

/** Limits whose buckets are somebody's own. */
export type OwnLimitKind = 'bankIdFromKnownDevice';

/** Takes one token of a limit for `subject`, e.g. an address. Throws `identity/too-many-attempts` when none is left. */
export async function takeToken(kind: Exclude<LimitKind, OwnLimitKind>, subject: string, clock: Clock): Promise<void> {
  const limit: Limit = limits[kind];
  const shard = limit.shards === undefined ? '' : ` ${randomBelow(limit.shards)}`;
  const bucket = await bucketOf(kind, `${subject}${shard}`);
  const waitSeconds = await untilSettled(async () => takeFrom(await bucket.get(), limit, clock()));
  if (waitSeconds > 0) throw new AppError('identity/too-many-attempts', 'too many attempts, wait a while', { waitSeconds });
}

/** Takes one token from the bucket that is the subject's own; answers false when it has no bucket, or no token is left in it. */
export async function takeOwnToken(kind: OwnLimitKind, subject: string, clock: Clock): Promise<boolean> {
  const bucket = await bucketOf(kind, subject);
  const waitSeconds = await untilSettled(async () => {
    const read = await bucket.get();
    return isKept(read, clock()) ? takeFrom(read, limits[kind], clock()) : null;
  });
  return waitSeconds === 0;
}

/** Gives the subject a bucket of its own, full; one that it has stays as it is. */
export async function openOwnBucket(kind: OwnLimitKind, subject: string, clock: Clock): Promise<void> {
  const bucket = await bucketOf(kind, subject);
  const read = await bucket.get();
  if (!isKept(read, clock())) await bucket.set(bucketFields(limits[kind], limits[kind].capacity, clock()));
}

/** Writes a bucket that nobody reads: for who must take as long as somebody who writes something. It is removed as others are. */
export async function writeDecoy(kind: LimitKind, subject: string, clock: Clock): Promise<void> {
  const bucket = await bucketOf(kind, `${subject} decoy`);
  await bucket.set(bucketFields(limits[kind], 0, clock()));
}

/** The document of a bucket. A keyed hash needs no normal form here: the same text gives the same bucket. */
async function bucketOf(kind: LimitKind, subject: string): Promise<DocumentReference> {
  const id = exactToken(await accountsKey(), `rateLimit.${kind}`, subject as Normalised);
  return adminFirestore().collection('rateLimits').doc(id);
}

function isKept(read: DocumentSnapshot, now: Date): boolean {
  const expiresAt: unknown = read.get('expiresAt');
  return expiresAt instanceof Timestamp && expiresAt.toDate() > now;
}

function bucketFields({ refillSeconds, keptSeconds = refillSeconds }: Limit, tokens: number, now: Date) {
  return { tokens, updatedAt: Timestamp.fromDate(now), expiresAt: Timestamp.fromDate(after(now, keptSeconds * 1000)) };
}

/** Takes a token; answers 0, or how many seconds until there is one. Undefined when somebody else was faster. */
async function takeFrom(read: DocumentSnapshot, limit: Limit, now: Date): Promise<number | undefined> {
  const { ref: reference } = read;
  const tokens = refilled(limit, read.data(), now);
  if (tokens < 1) return Math.ceil(((1 - tokens) * limit.refillSeconds) / limit.capacity);
  const bucket = bucketFields(limit, tokens - 1, now);
  return unlessOutrun(async () => {
    if (read.updateTime !== undefined) await reference.update(bucket, { lastUpdateTime: read.updateTime });
    else if (!(await isCreated(reference.create(bucket)))) return undefined;
    return 0;
  });
}

async function isCreated(creating: Promise<unknown>): Promise<boolean> {
  try {
    await creating;
    return true;
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return false;
    throw thrown;
  }
}

function refilled(limit: Limit, stored: { [field: string]: unknown } | undefined, now: Date): number {
  const tokens = stored?.['tokens'];
  const updatedAt = stored?.['updatedAt'];
  if (typeof tokens !== 'number' || !(updatedAt instanceof Timestamp)) return limit.capacity;
  const elapsedSeconds = (now.getTime() - updatedAt.toMillis()) / 1000;
  return Math.min(limit.capacity, tokens + (elapsedSeconds * limit.capacity) / limit.refillSeconds);
}
