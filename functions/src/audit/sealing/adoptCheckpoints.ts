/**
 * Puts checkpoints back that the bucket has and the database has lost, for operators after a restore.
 *
 * Guarantees: only what our key signed comes back, each checkpoint exactly behind the one before, its leaves making the signed
 * root; the first that does not fit ends it, with everything before it in place. Where organisations stand (signedHeads.ts) is made
 * anew from the leaves of all checkpoints, and has to be what the newest was signed over. Every organisation that the signer would not
 * sign any more is named, also one that was sealed again past the place that was signed. Repeating it changes nothing. Does not
 * bring back seals or events: an organisation whose newest seals are lost is not signed until an operator accepts the loss; then it
 * goes on from what was restored, and a receipt of what was lost shows that.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { equalBytes, toBase64 } from '../../crypto/auditLog/bytes.ts';
import { headLeafText, parseHeadLeaf } from '../../crypto/auditLog/checkpoint.ts';
import { emptyFrontier, type Frontier } from '../../crypto/auditLog/merkle.ts';
import type { NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { newId } from '../../platform/random.ts';
import { AppError } from '../../shared/errors.ts';
import type { JobId } from '../../shared/ids.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { operatorsActorId } from '../contract.ts';
import { addJobEvent } from '../event.ts';
import type { CheckpointSigner } from './checkpointKey.ts';
import {
  checkpointsFrom,
  newestCheckpoint,
  publishedCheckpoint,
  reopenHead,
  reopenHeadsBehind,
  storeAdopted,
  storeShards,
  unsignedHeads,
} from './checkpointStore.ts';
import { extendSigned } from './extendSigned.ts';
import { sealAuditEvents } from './sealAuditEvents.ts';
import { hasSeals, storedHead, waitingEvents } from './sealStore.ts';
import { signCheckpoints, type Signing } from './signCheckpoints.ts';
import { hashOfShards, movedShards, noShards, type SignedPlace, type SignedPlaces } from './signedHeads.ts';
import { completedNewest, signedState } from './signedState.ts';
import { frontierOf, wholeCheckpoint, type PublishedCheckpoint } from './wholeCheckpoint.ts';

/** What was put back: how many checkpoints, and the organisations whose seals do not go on from what was signed. */
export type Adoption = { readonly checkpoints: number; readonly lost: readonly string[] };

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
  return { checkpoints: n - first, lost: await lostAmong(await rebuiltPlaces(key)) };
}

/** What accepting losses did: the organisations whose head is signed now as it stands, and those of which it is not. */
export type Acceptance = Signing & { readonly accepted: readonly string[]; readonly unsigned: readonly string[] };

/** Others may have much to seal at the same time. */
const sealingPatience = 5 * ms.minute;

/**
 * Signs the heads of these organisations as they stand now: their loss is accepted. One of which nothing sealed is left gets an event
 * that operators have restored it, which is sealed: without a head there is nothing to sign. Throws `audit/chain-broken` for one
 * whose tip is gone and whose seals are not: it is to be put back.
 */
export async function acceptLoss(orgIds: readonly string[], signer: CheckpointSigner, clock: Clock): Promise<Acceptance> {
  await beginLogs(orgIds, clock);
  const signable: string[] = [];
  for (const orgId of orgIds) if (await hasHead(orgId)) signable.push(orgId);
  for (const orgId of signable) await reopenHead(orgId);
  const signing = await signCheckpoints(signer, clock, new Set(signable));
  const { places } = await signedState(signer.key, clock, signable);
  const accepted: string[] = [];
  for (const orgId of signable) if (!(await isLost(orgId, places[orgId] ?? null))) accepted.push(orgId);
  return { ...signing, accepted, unsigned: orgIds.filter((orgId) => !accepted.includes(orgId)) };
}

/** Whether an organisation has a tip that can be a leaf. */
async function hasHead(orgId: string): Promise<boolean> {
  const tip = await storedHead(orgId);
  return tip !== null && parseHeadLeaf(headLeafText({ seq: tip.seq, count: tip.count, head: tip.head, orgId })) !== null;
}

/** Gives those without a tip a first event and a seal. */
async function beginLogs(orgIds: readonly string[], clock: Clock): Promise<void> {
  const without: string[] = [];
  for (const orgId of orgIds) if ((await storedHead(orgId)) === null) without.push(orgId);
  for (const orgId of without) {
    if (await hasSeals(orgId)) throw new AppError('audit/chain-broken', 'the tip is gone and its seals are not', { orgId });
    if ((await waitingEvents(orgId)).length > 0) continue;
    const batch = adminFirestore().batch();
    const actor = { orgId, jobId: newId<JobId>(), onBehalfOf: operatorsActorId };
    addJobEvent(batch, adminFirestore(), actor, { action: 'backup.organisation.restore', targetKind: 'organisation', targetIds: [orgId] });
    await batch.commit();
  }
  if (without.length > 0) await sealAuditEvents(clock, sealingPatience);
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

/** Organisations that the signer would not sign: without a tip, or with one that does not go on from what was signed. */
async function lostAmong(places: SignedPlaces): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const [orgId, place] of Object.entries(places)) if (await isLost(orgId, place)) lost.push(orgId);
  for (let heads = await unsignedHeads(null); heads.length > 0; heads = await unsignedHeads(heads.at(-1)?.orgId ?? null)) {
    for (const { orgId } of heads) if (places[orgId] === undefined && (await isLost(orgId, null))) lost.push(orgId);
  }
  return lost;
}

async function isLost(orgId: string, signed: SignedPlace | null): Promise<boolean> {
  const tip = await storedHead(orgId);
  if (tip === null) return true;
  let extension = await extendSigned(orgId, signed, tip);
  while (!extension.isWhole && !extension.isBroken) extension = await extendSigned(orgId, extension.place, tip);
  return extension.isBroken;
}
