/**
 * What was signed last, and where organisations stand in it, as the locked bucket has it.
 *
 * Guarantees: everything that is answered follows from the newest object of the bucket under our own signature; a database that says
 * otherwise is refused and not believed, while a run that signs at the same moment is waited for. Completes what a killed run left.
 */
import { equalBytes, fromBase64, toBase64 } from '../../crypto/auditLog/bytes.ts';
import { emptyFrontier, type Frontier } from '../../crypto/auditLog/merkle.ts';
import type { NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { needsUnpublished, newestCheckpoint, publishCheckpoint, publishedCheckpoint } from './checkpointStore.ts';
import { loadPlaces, loadShardHashes, noShards, type ShardHashes, type SignedPlaces } from './signedHeads.ts';
import { wholeCheckpoint } from './wholeCheckpoint.ts';

/** What was signed last: its number, the tree with it, the hashes of the shards, and where the organisations that were asked for stand. */
export type SignedState = {
  readonly n: number;
  readonly frontier: Frontier;
  readonly shards: ShardHashes;
  readonly places: SignedPlaces;
};

/** Tries, when others sign meanwhile. */
const mostTries = 5;

/**
 * What was signed last, with the places of these organisations and of all others in their shards, or of all. One object of the bucket
 * is listed and one read. Throws `audit/checkpoint-contradicted` when the bucket has something else than the database,
 * `audit/chain-broken` when the database has changed what was signed.
 */
export async function signedState(key: NoteKey, clock: Clock, orgIds: readonly string[] | 'all'): Promise<SignedState> {
  for (let tries = 1; ; tries += 1) {
    const newest = await completedNewest(key, clock);
    try {
      return await stateOf(newest, key, orgIds);
    } catch (thrown) {
      const hasMoved = (await newestCheckpoint())?.n !== newest?.n;
      if (!hasMoved || tries === mostTries) throw thrown;
    }
  }
}

type Newest = Awaited<ReturnType<typeof newestCheckpoint>>;

/** The newest checkpoint, in the bucket also if the run that made it was killed before. */
export async function completedNewest(key: NoteKey, clock: Clock): Promise<Newest> {
  const newest = await newestCheckpoint();
  if (newest !== null && newest.storedAt === null) await publishCheckpoint(newest.n, key, clock);
  return newest;
}

async function stateOf(newest: Newest, key: NoteKey, orgIds: readonly string[] | 'all'): Promise<SignedState> {
  const n = newest?.n ?? 0;
  await needsUnpublished(n + 1);
  if (newest === null) return { n, frontier: emptyFrontier, shards: noShards, places: {} };
  const published = await publishedCheckpoint(n);
  const whole = published === null ? null : await wholeCheckpoint(published, key);
  if (whole === null) throw new AppError('audit/checkpoint-contradicted', 'the bucket has not the newest checkpoint', { checkpoint: n });
  const isSame =
    newest.note === published?.note &&
    newest.frontierAfter.join() === whole.after.hashes.map(toBase64).join() &&
    equalBytes(fromBase64(newest.root) ?? new Uint8Array(0), whole.checkpoint.root);
  if (!isSame) throw new AppError('audit/chain-broken', 'the tree of heads is not the one that was signed', { checkpoint: n });
  const shards = await loadShardHashes(whole.signedHeads);
  return { n, frontier: whole.after, shards, places: await loadPlaces(shards, orgIds) };
}
