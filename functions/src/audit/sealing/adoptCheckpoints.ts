/**
 * Puts checkpoints back that the bucket has and the database has lost, for operators after a restore.
 *
 * Guarantees: only what our key signed comes back, each checkpoint exactly behind the one before, its leaves making the signed
 * root; the first that does not fit ends it, with everything before it in place. Where organisations stand (signedHeads.ts) is made
 * anew from the leaves of all checkpoints, and has to be what the newest was signed over. Every organisation that the signer would not
 * sign any more is named, also one that was sealed again past the place that was signed, and every one whose last commit is there in
 * part; one that cannot be looked at is named too, and keeps no other from being looked at. Repeating it changes nothing. Does not
 * bring back seals or events: an organisation whose newest seals are lost is not signed until an operator accepts the loss
 * (acceptLoss.ts); then it goes on from what was restored, and a receipt of what was lost shows that.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { equalBytes, toBase64 } from '../../crypto/auditLog/bytes.ts';
import { parseHeadLeaf } from '../../crypto/auditLog/checkpoint.ts';
import { emptyFrontier, type Frontier } from '../../crypto/auditLog/merkle.ts';
import type { NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { logFailure } from '../../platform/log.ts';
import { isOutage } from '../../platform/outage.ts';
import { organisationIds } from '../../platform/queryPages.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import {
  checkpointsFrom,
  newestCheckpoint,
  publishedCheckpoint,
  reopenHeadsBehind,
  storeAdopted,
  storeShards,
  unsignedHeads,
} from './checkpointStore.ts';
import { hasAllSigned, hasLostSigned } from './extendSigned.ts';
import { isTorn } from './mendLog.ts';
import { hashOfShards, movedShards, noShards, type SignedPlace, type SignedPlaces } from './signedHeads.ts';
import { completedNewest } from './signedState.ts';
import { frontierOf, wholeCheckpoint, type PublishedCheckpoint } from './wholeCheckpoint.ts';

/**
 * What was put back: how many checkpoints; the organisations of which seals that were signed are lost; and those of which none is, but
 * whose log is not whole behind them, or has no tip that fits (mendLog.ts), so that it cannot be sealed or signed on.
 */
export type Adoption = { readonly checkpoints: number; readonly lost: readonly string[]; readonly torn: readonly string[] };

/** Puts back every checkpoint behind the newest known one. Throws `audit/checkpoint-contradicted` for one that does not fit. */
export async function adoptCheckpoints(key: NoteKey, clock: Clock): Promise<Adoption> {
  const newest = await completedNewest(key, clock);
  let before = newest === null ? emptyFrontier : frontierOf(newest.size, newest.frontierAfter);
  let n = (newest?.n ?? 0) + 1;
  const first = n;
  for (let found = await publishedCheckpoint(n); found !== null; found = await publishedCheckpoint(n)) {
    before = await adopt({ ...found, n, before }, key, clock);
    n += 1;
  }
  // A checkpoint that nobody has seen may be gone for good; what it signed is signed again.
  await reopenHeadsBehind(n - 1);
  return { checkpoints: n - first, ...(await unsoundAmong(await rebuiltPlaces(key))) };
}

type Published = PublishedCheckpoint & { readonly n: number; readonly before: Frontier };

async function adopt({ n, before, ...published }: Published, key: NoteKey, clock: Clock): Promise<Frontier> {
  const whole = await wholeCheckpoint(published, key);
  const fits =
    whole !== null && whole.before.size === before.size && whole.before.hashes.every((hash, at) => equalHashes(hash, before, at));
  if (!fits) throw new AppError('audit/checkpoint-contradicted', 'a checkpoint of the bucket does not follow', { checkpoint: n });
  const { checkpoint, after } = whole;
  const now = Timestamp.fromDate(clock());
  await storeAdopted({
    v: 1,
    n,
    size: after.size,
    start: before.size,
    root: toBase64(checkpoint.root),
    leaves: published.leaves,
    frontierBefore: published.frontierBefore,
    frontierAfter: after.hashes.map(toBase64),
    note: published.note,
    signedAt: now,
    storedAt: now,
  });
  return after;
}

const equalHashes = (hash: Uint8Array, { hashes }: Frontier, at: number): boolean => equalBytes(hash, hashes[at] ?? new Uint8Array(0));

/** Makes where organisations stand anew, from all leaves. Throws `audit/checkpoint-contradicted` when it is not what was signed. */
async function rebuiltPlaces(key: NoteKey): Promise<SignedPlaces> {
  const places = new Map<string, SignedPlace>();
  for await (const { leaves } of checkpointsFrom(1)) {
    for (const leaf of leaves.map(parseHeadLeaf)) {
      if (leaf !== null) places.set(leaf.orgId, { seq: leaf.seq, count: leaf.count, head: leaf.head });
    }
  }
  const newest = await newestCheckpoint();
  if (newest === null) return {};
  const all = Object.fromEntries(places);
  const rebuilt = movedShards(noShards, {}, all);
  const published = await publishedCheckpoint(newest.n);
  const whole = published === null ? null : await wholeCheckpoint(published, key);
  if (whole?.signedHeads !== hashOfShards(rebuilt.shards))
    throw new AppError('audit/checkpoint-contradicted', 'the leaves of the checkpoints are not the signed ones', { checkpoint: newest.n });
  await storeShards(newest.n, rebuilt);
  return all;
}

type Unsound = Pick<Adoption, 'lost' | 'torn'>;

/** Looks at every organisation: what was signed, what waits to be signed, and those that may have seals without a tip. */
async function unsoundAmong(places: SignedPlaces): Promise<Unsound> {
  const [lost, torn]: [string[], string[]] = [[], []];
  const look = async (orgId: string, hasHead: boolean): Promise<void> => {
    try {
      const place = places[orgId] ?? null;
      const isSound = !(hasHead && (await hasLostSigned(orgId, place))) && !(await isTorn(orgId));
      // Every header is read only of these.
      if (!isSound) ((await hasAllSigned(orgId, place)) ? torn : lost).push(orgId);
    } catch (thrown) {
      if (isOutage(thrown)) throw thrown;
      // Somebody wrote what stands there: the others are to be looked at all the same.
      logFailure('log not looked at', thrown, { orgId });
      lost.push(orgId);
    }
  };
  const known = new Set(Object.keys(places));
  for (let heads = await unsignedHeads(null); heads.length > 0; heads = await unsignedHeads(heads.at(-1)?.orgId ?? null))
    for (const { orgId } of heads) known.add(orgId);
  for (const orgId of known) await look(orgId, true);
  for await (const orgId of organisationIds(adminFirestore())) if (!known.has(orgId)) await look(orgId, false);
  return { lost, torn };
}
