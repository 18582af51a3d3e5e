/**
 * Where every organisation stands in the newest checkpoint, kept so that it can be proved: the signer must not take the word of
 * the database for what it has signed itself.
 *
 * Guarantees: the organisations are spread over 256 shards, whose hashes are a list, whose hash is the last leaf of each checkpoint
 * and so under its signature; a shard or a list that was changed, or set back, does not have the hash that the bucket's newest
 * checkpoint has, and is refused. All of it follows from the leaves of all checkpoints: adoptCheckpoints.ts makes it anew.
 *
 * Cost: the list and the shards of the organisations that moved are read and written in a signing run. A hundred bytes for each
 * organisation: with all 256 shards in one commit of at most 10 MiB there is room for some 80,000 organisations.
 */
import type { WriteBatch } from 'firebase-admin/firestore';
import { toHex, utf8 } from '../../crypto/auditLog/bytes.ts';
import type { HeadLeaf } from '../../crypto/auditLog/checkpoint.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { canonicalJson } from '../../shared/canonicalJson.ts';
import { AppError } from '../../shared/errors.ts';

/** A place in an organisation's chain: after seal `seq` with `count` events in all. */
export type SignedPlace = Pick<HeadLeaf, 'seq' | 'count' | 'head'>;

/** Where organisations stand, by their ids; those of one shard, or those that moved. */
export type SignedPlaces = Readonly<Record<string, SignedPlace>>;

/** The hashes of the shards, hexadecimal; empty for one without an organisation. */
export type ShardHashes = readonly string[];

const shardCount = 256;
/** The list of an installation that has signed nothing. */
export const noShards: ShardHashes = Array.from({ length: shardCount }, () => '');

const shardOf = (orgId: string): number => sha256(utf8(orgId))[0] ?? 0;
const hashOf = (text: string): string => toHex(sha256(utf8(text)));
/** What the last leaf of a checkpoint holds of the list. */
export const hashOfShards = (shards: ShardHashes): string => hashOf(canonicalJson(shards));

const listDoc = () => adminFirestore().doc('auditSignedHeads/list');
const shardDoc = (shard: number) => adminFirestore().doc(`auditSignedHeads/${shard.toString(16).padStart(2, '0')}`);

/** The list of the checkpoint whose last leaf holds this hash. Throws `audit/chain-broken` when another one is stored. */
export async function loadShardHashes(expected: string): Promise<ShardHashes> {
  const text: unknown = (await listDoc().get()).get('text');
  if (typeof text !== 'string' || hashOf(text) !== expected) throw changed('list');
  return JSON.parse(text) as ShardHashes; // it is what was signed
}

/** Where the organisations of these ids' shards stand, or all. Throws `audit/chain-broken` for a shard that is not the one in the list. */
export async function loadPlaces(shards: ShardHashes, orgIds: readonly string[] | 'all'): Promise<SignedPlaces> {
  const numbers = orgIds === 'all' ? shards.keys() : new Set(orgIds.map(shardOf));
  const asked = [...numbers].filter((shard) => shards[shard] !== '');
  if (asked.length === 0) return {};
  const found = await adminFirestore().getAll(...asked.map(shardDoc));
  const known: Record<string, SignedPlace> = {};
  for (const [index, shard] of asked.entries()) {
    const text: unknown = found[index]?.get('text');
    if (typeof text !== 'string' || hashOf(text) !== shards[shard]) throw changed(shardDoc(shard).id);
    Object.assign(known, JSON.parse(text) as SignedPlaces); // it is what was signed
  }
  return known;
}

/** The shards that change, as texts by their number, and the list with them. */
export type ChangedShards = { readonly texts: ReadonlyMap<number, string>; readonly shards: ShardHashes };

/** Moves organisations on; `known` holds at least every place of their shards. */
export function movedShards(shards: ShardHashes, known: SignedPlaces, moved: SignedPlaces): ChangedShards {
  const touched = new Set(Object.keys(moved).map(shardOf));
  const places = Map.groupBy(Object.entries({ ...known, ...moved }), ([orgId]) => shardOf(orgId));
  const texts = new Map([...touched].map((shard) => [shard, canonicalJson(Object.fromEntries(places.get(shard) ?? []))]));
  return { texts, shards: shards.map((hash, shard) => (texts.has(shard) ? hashOf(texts.get(shard) ?? '') : hash)) };
}

/** Adds the changed shards and the list of checkpoint `n` to its commit. */
export function addShards(batch: WriteBatch, n: number, { texts, shards }: ChangedShards): void {
  for (const [shard, text] of texts) batch.set(shardDoc(shard), { v: 1, n, text });
  batch.set(listDoc(), { v: 1, n, text: canonicalJson(shards) });
}

function changed(shard: string): AppError {
  return new AppError('audit/chain-broken', 'where organisations stand is not what was signed', { shard });
}
