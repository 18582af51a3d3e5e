/**
 * Signs the heads of organisations of which seals are lost for good, because an operator has accepted that.
 *
 * Guarantees: what is signed is the last whole seal of what is stored (mendLog.ts), with what could be sealed behind it, so that the
 * log is sealed and verified from there on; while the headers of all seals that were signed are there, none of these is given up; an
 * organisation of which that cannot be done is logged, is answered among the unsigned, and keeps no other one waiting. May be killed
 * anywhere and repeated. The loss stands in the log of all heads for good.
 */
import { headLeafText, parseHeadLeaf } from '../../crypto/auditLog/checkpoint.ts';
import type { NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { logFailure } from '../../platform/log.ts';
import { newId } from '../../platform/random.ts';
import { isHeld } from '../../platform/restoreHold.ts';
import { AppError } from '../../shared/errors.ts';
import type { JobId } from '../../shared/ids.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { operatorsActorId } from '../contract.ts';
import { addJobEvent } from '../event.ts';
import type { CheckpointSigner } from './checkpointKey.ts';
import { reopenHead } from './checkpointStore.ts';
import { hasAllSigned, isLost } from './extendSigned.ts';
import { foreseen, mendLog, type Mended } from './mendLog.ts';
import { sealAuditEvents } from './sealAuditEvents.ts';
import { storedHead, waitingEvents } from './sealStore.ts';
import { signCheckpoints, type Signing } from './signCheckpoints.ts';
import { signedState } from './signedState.ts';

/** What accepting losses did: the organisations whose head is signed now, those of which it is not, and how their logs were mended. */
export type Acceptance = Signing & {
  readonly accepted: readonly string[];
  readonly unsigned: readonly string[];
  readonly mended: Readonly<Record<string, Mended>>;
};

/** Others may have much to seal at the same time. */
const sealingPatience = 5 * ms.minute;

/**
 * Signs the heads of these organisations as they stand when their logs are whole again: their loss is accepted. One of which nothing
 * sealed is left gets an event that operators have restored it, which is sealed: without a head there is nothing to sign.
 */
export async function acceptLoss(orgIds: readonly string[], signer: CheckpointSigner, clock: Clock): Promise<Acceptance> {
  const mended: Record<string, Mended> = {};
  const { places: signed } = await signedState(signer.key, clock, orgIds);
  await eachByItself(orgIds, async (orgId) => {
    // What seems lost may be on its way.
    if (await isHeld(orgId)) throw new AppError('backup/restore-unfinished', 'the organisation is being restored', { orgId });
    const place = signed[orgId] ?? null;
    mended[orgId] = await mendLog(orgId, place !== null && (await hasAllSigned(orgId, place)) ? place.seq : 0);
    if (mended[orgId].seals === 0) await beginLog(orgId);
  });
  await sealAuditEvents(clock, sealingPatience, new Set(Object.keys(mended)));
  const signable: string[] = [];
  await eachByItself(Object.keys(mended), async (orgId) => {
    if (!(await hasHead(orgId))) return;
    await reopenHead(orgId);
    signable.push(orgId);
  });
  const signing = await signCheckpoints(signer, clock, new Set(signable));
  const { places } = await signedState(signer.key, clock, signable);
  const accepted: string[] = [];
  await eachByItself(signable, async (orgId) => {
    if (!(await isLost(orgId, places[orgId] ?? null))) accepted.push(orgId);
  });
  return { ...signing, accepted, unsigned: orgIds.filter((orgId) => !accepted.includes(orgId)), mended };
}

/** What accepting a loss would do to a log: as {@link Mended}, and up to which seal it was signed, 0 for none. */
export type Prospect = Omit<Mended, 'events'> & { readonly signed: number };

/** What accepting these losses would do to each log; none for one that cannot be looked at. Changes nothing, and reads every seal of them. */
export async function prospects(orgIds: readonly string[], key: NoteKey, clock: Clock): Promise<Readonly<Record<string, Prospect>>> {
  const { places } = await signedState(key, clock, orgIds);
  const found: Record<string, Prospect> = {};
  await eachByItself(orgIds, async (orgId) => {
    found[orgId] = { ...(await foreseen(orgId)), signed: places[orgId]?.seq ?? 0 };
  });
  return found;
}

async function eachByItself(orgIds: readonly string[], act: (orgId: string) => Promise<void>): Promise<void> {
  for (const orgId of orgIds) {
    try {
      await act(orgId);
    } catch (thrown) {
      logFailure('loss not accepted', thrown, { orgId });
    }
  }
}

/** Whether an organisation has a tip that can be a leaf. */
async function hasHead(orgId: string): Promise<boolean> {
  const tip = await storedHead(orgId);
  return tip !== null && parseHeadLeaf(headLeafText({ seq: tip.seq, count: tip.count, head: tip.head, orgId })) !== null;
}

/** Gives a log without a seal its first event, unless one waits. */
async function beginLog(orgId: string): Promise<void> {
  if ((await waitingEvents(orgId)).length > 0) return;
  const batch = adminFirestore().batch();
  const actor = { orgId, jobId: newId<JobId>(), onBehalfOf: operatorsActorId };
  addJobEvent(batch, adminFirestore(), actor, { action: 'backup.organisation.restore', targetKind: 'organisation', targetIds: [orgId] });
  await batch.commit();
}
