/**
 * Signs the heads of all organisations that have moved: one signature for up to two thousand of them.
 *
 * Guarantees: what it builds on is the newest checkpoint in the locked bucket, under its own signature, not what the database says
 * of it; of each organisation only what goes on from the head that was signed last is signed, seal by seal (extendSigned.ts), so
 * that a history which was rewritten, cut back or has a hole is not, is told of in each run, and keeps no other organisation
 * waiting. The tree of all heads is only appended to, and no leaf is read again. A signature is made first and then stored
 * together with what it is over, or thrown away, so that no two signed states of one number are ever known; that is the order of
 * transparency logs such as Sunlight. A run that was killed is completed by the next one. Refuses to go on when the bucket knows
 * more than the database. Does not guarantee that a customer has seen a checkpoint: mails and downloads do that.
 *
 * Cost of a checkpoint: one object of the bucket listed, one read and one written; one signature; a read for each head and each new
 * seal's header; a read and a write for each shard of organisations that moved (signedHeads.ts). A run without moved heads: two reads.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { toBase64, utf8 } from '../../crypto/auditLog/bytes.ts';
import { checkpointText, headLeafText, stateLeafText } from '../../crypto/auditLog/checkpoint.ts';
import { frontierRoot } from '../../crypto/auditLog/merkle.ts';
import { noteText } from '../../crypto/auditLog/signedNote.ts';
import { sha256, verifyEd25519 } from '../../crypto/nodeHashes.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import type { CheckpointSigner } from './checkpointKey.ts';
import { commitCheckpoint, mostLeaves, publishCheckpoint, unsignedHeads } from './checkpointStore.ts';
import type { CheckpointDoc, HeadToSign, UnsignedHead } from './checkpointStore.ts';
import { extendSigned, type Extension } from './extendSigned.ts';
import { hashOfShards, movedShards, type SignedPlaces } from './signedHeads.ts';
import { completedNewest, signedState, type SignedState } from './signedState.ts';
import { withLeaves } from './wholeCheckpoint.ts';

/** Checkpoints of one run: more heads than these hold have to wait a minute. */
const mostCheckpoints = 10;
/** Tries, when heads move while they are signed. */
const mostTries = 5;
/** Organisations whose new seals are read at the same time. */
const headsAtOnce = 20;

/** What one run signed; `broken` organisations have a head that does not go on from the signed one. */
export type Signing = { readonly checkpoints: number; readonly heads: number; readonly broken: number };

/** No organisation's loss was accepted. */
const none: ReadonlySet<string> = new Set();

/**
 * Signs every head that moved. `accepted` are organisations whose head is signed as it stands, because an operator has accepted
 * that seals were lost. Throws `audit/checkpoint-contradicted`, `audit/chain-broken`.
 */
export async function signCheckpoints(signer: CheckpointSigner, clock: Clock, accepted = none): Promise<Signing> {
  const done = { checkpoints: 0, heads: 0, broken: 0 };
  await completedNewest(signer.key, clock);
  let [after, lost]: [string | null, number] = [null, 0];
  while (done.checkpoints < mostCheckpoints && lost < mostTries) {
    const heads = await unsignedHeads(after);
    if (heads.length === 0) break;
    const state = await signedState(
      signer.key,
      clock,
      heads.map(({ orgId }) => orgId),
    );
    const { toSign, broken } = await judged(heads, state.places, accepted);
    if (toSign.length > 0 && !(await signAndKeep({ state, toSign, signer, clock }))) {
      lost += 1;
      continue;
    }
    tellOfBroken(broken);
    done.broken += broken.length;
    done.checkpoints += toSign.length > 0 ? 1 : 0;
    done.heads += toSign.length;
    if (heads.length < mostLeaves) break;
    after = heads.at(-1)?.orgId ?? null;
  }
  return done;
}

type Judged = { readonly toSign: readonly HeadToSign[]; readonly broken: readonly UnsignedHead[] };

async function judged(heads: readonly UnsignedHead[], known: SignedPlaces, accepted: ReadonlySet<string>): Promise<Judged> {
  const toSign: HeadToSign[] = [];
  const broken: UnsignedHead[] = [];
  for (let from = 0; from < heads.length; from += headsAtOnce) {
    const some = heads.slice(from, from + headsAtOnce);
    const extensions = await Promise.all(
      some.map(async (head): Promise<Extension> => {
        if (accepted.has(head.orgId)) return { place: head, isWhole: true, isBroken: false };
        return extendSigned(head.orgId, known[head.orgId] ?? null, head);
      }),
    );
    for (const [index, { place, isWhole, isBroken }] of extensions.entries()) {
      const head = some[index];
      if (head === undefined) continue;
      // What follows is signed also where something behind it does not.
      if (isWhole || place.seq > (known[head.orgId]?.seq ?? 0)) toSign.push({ head, place, isWhole });
      if (isBroken) broken.push(head);
    }
  }
  return { toSign, broken };
}

function tellOfBroken(broken: readonly UnsignedHead[]): void {
  for (const { orgId, seq } of broken) {
    const failure = new AppError('audit/chain-broken', 'the head does not go on from the one that was signed');
    logFailure('head not signed', failure, { orgId, seq });
  }
}

type ToSign = {
  readonly state: SignedState;
  readonly toSign: readonly HeadToSign[];
  readonly signer: CheckpointSigner;
  readonly clock: Clock;
};

/** Makes the next checkpoint and puts it into the bucket; answers false when somebody else was faster. */
async function signAndKeep({ state, toSign, signer, clock }: ToSign): Promise<boolean> {
  const moved = Object.fromEntries(toSign.map(({ head, place: { seq, count, head: hash } }) => [head.orgId, { seq, count, head: hash }]));
  const shards = movedShards(state.shards, state.places, moved);
  const leaves = toSign.map(({ head, place }) => headLeafText({ ...place, orgId: head.orgId }));
  const checkpoint = await signedOver(state, [...leaves, stateLeafText(hashOfShards(shards.shards))], signer, clock);
  if (!(await commitCheckpoint(checkpoint, toSign, shards))) return false;
  await publishCheckpoint(checkpoint.n, signer.key, clock);
  return true;
}

async function signedOver(state: SignedState, leaves: readonly string[], signer: CheckpointSigner, clock: Clock): Promise<CheckpointDoc> {
  const { frontier: before, n } = state;
  const grown = withLeaves(before, leaves);
  const root = frontierRoot(sha256, grown);
  const text = checkpointText({ origin: signer.key.name, size: grown.size, root });
  const signature = await signer.sign(utf8(text));
  if (!verifyEd25519(signer.key.publicKey, utf8(text), signature))
    throw new AppError('shared/internal', 'the signing service answered something else than a signature');
  const note = noteText({ text, signatures: [{ name: signer.key.name, keyId: signer.key.keyId, signature }] });
  return {
    v: 1,
    n: n + 1,
    size: grown.size,
    start: before.size,
    root: toBase64(root),
    leaves,
    note,
    frontierBefore: before.hashes.map(toBase64),
    frontierAfter: grown.hashes.map(toBase64),
    signedAt: Timestamp.fromDate(clock()),
    storedAt: null,
  };
}
