/**
 * Challenges that a passkey is to answer, in Firestore by the Admin SDK: no client may read another's.
 * Guarantees: a challenge is taken once, by whoever is first, right answer or wrong.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { unlessOutrun } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AccountId, AttemptId, ChallengeId, SessionId } from '../../shared/ids.ts';

/** What an answered challenge is for: a whole sign-in, the second step of an attempt, or a session to be made fresh. */
export type ChallengePurpose =
  | { readonly kind: 'signIn' }
  | { readonly kind: 'secondFactor'; readonly attemptId: AttemptId; readonly accountId: AccountId }
  | { readonly kind: 'reauth'; readonly sessionId: SessionId; readonly accountId: AccountId };

/** A challenge: 256 random bits in base64url, and what it is for. */
export type Challenge = { readonly challenge: string; readonly purpose: ChallengePurpose };

const challengeDoc = (id: ChallengeId): DocumentReference => adminFirestore().collection('passkeyChallenges').doc(id);

/** Stores a challenge until `expiresAt`. */
export async function createChallenge(id: ChallengeId, { challenge, purpose }: Challenge, now: Date, expiresAt: Date): Promise<void> {
  const times = { createdAt: Timestamp.fromDate(now), expiresAt: Timestamp.fromDate(expiresAt) };
  await challengeDoc(id).create({ challenge, purpose, ...times });
}

/** Takes a challenge that is open at `now`: it is gone then. Null for any other. */
export async function takeChallenge(id: ChallengeId, now: Date): Promise<Challenge | null> {
  const snapshot = await challengeDoc(id).get();
  const { updateTime } = snapshot;
  if (updateTime === undefined) return null;
  const isMine = await unlessOutrun(() => snapshot.ref.delete({ lastUpdateTime: updateTime }));
  const expiresAt: unknown = snapshot.get('expiresAt');
  if (isMine === undefined || !(expiresAt instanceof Timestamp) || expiresAt.toDate() <= now) return null;
  return snapshot.data() as Challenge; // written by createChallenge only
}
