/**
 * Preview and start of an erasure (GDPR Art. 17), and its certificate.
 *
 * Guarantees: the start is one commit under the caller's token: the person's tombstone, the job and the event, which the
 * rules accept only together; from that commit on nobody can change the person.
 */
import { doc, getDoc, serverTimestamp } from 'firebase/firestore/lite';
import { addMemberEvent, recordReading } from '../audit/event.ts';
import { countEventsAbout } from '../audit/store.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { can, needsAllowed } from '../orgs/policy.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { newId } from '../platform/random.ts';
import { startJob } from '../platform/startJob.ts';
import { getPerson } from '../register/store.ts';
import { AppError } from '../shared/errors.ts';
import type { DataSubjectId, JobId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import type { ErasureCertificate, ErasurePreview, ErasureReason } from './contract.ts';
import { mostErasuresADay } from './approvals/contract.ts';
import { hasSpentDay } from './erasureCount.ts';
import { copiesGone, massRecordId } from './erasurePlan.ts';
import { subjectCollections } from './inventory.ts';

/** What an erasure would do, and what stands in its way. Deletes nothing. */
export async function previewErasure(actor: OrgActor, dataSubjectId: DataSubjectId, clock: Clock): Promise<ErasurePreview> {
  await getPerson(actor, dataSubjectId);
  await recordReading(actor.db, actor, { action: 'privacy.erasure.preview', targetKind: 'dataSubject', targetIds: [dataSubjectId] });
  const willErase = await countsOf(actor.orgId, dataSubjectId);
  const events = await countEventsAbout(actor.orgId, dataSubjectId);
  return {
    willErase,
    willKeep: [{ collection: 'orgs/{orgId}/auditEvents/{eventId}', count: events }],
    blockers: await blockersOf(actor.orgId, dataSubjectId),
    copies: copiesGone(clock()),
  };
}

/** How many records each collection of the inventory holds about a person. */
export async function countsOf(orgId: string, dataSubjectId: string): Promise<{ collection: string; count: number }[]> {
  return Promise.all(
    subjectCollections.map(async ({ declaration, count }) => ({
      collection: declaration.collection,
      count: await count(orgId, dataSubjectId),
    })),
  );
}

/** A job that works on the person: it would otherwise write what was just erased. */
export async function blockersOf(orgId: string, dataSubjectId: string): Promise<ErasurePreview['blockers']> {
  const running = adminFirestore()
    .collection('jobs')
    .where('orgId', '==', orgId)
    .where('input.dataSubjectId', '==', dataSubjectId)
    .where('state', 'in', ['queued', 'running']);
  const jobs = await running.limit(10).get();
  return jobs.docs.map((job) => ({ kind: 'jobRunning', detail: String(job.get('kind')) }));
}

/**
 * Starts an erasure; answers its job. Throws `privacy/erasure-blocked`, `privacy/erasure-already-running`, `shared/conflict`,
 * and `privacy/erasures-need-approval` when the member has started too many in 24 hours; the job counts once more.
 */
export async function startErasure(
  actor: OrgActor,
  input: { dataSubjectId: DataSubjectId; reason: ErasureReason; version: number },
  clock: Clock,
): Promise<JobId> {
  const { dataSubjectId, reason } = input;
  const person = await getPerson(actor, dataSubjectId);
  needsAllowed(can.erase(actor, person));
  if (person.version !== input.version)
    throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version: person.version });
  if (await hasSpentDay(actor.orgId, actor.accountId, clock()))
    throw new AppError('privacy/erasures-need-approval', 'ask for a mass erasure', { max: mostErasuresADay });
  const blockers = await blockersOf(actor.orgId, dataSubjectId);
  if (blockers.length > 0)
    throw new AppError('privacy/erasure-blocked', 'something stands in the way', { blockers: blockers.map(({ kind }) => kind) });
  const jobId = newId<JobId>();
  await startJob(actor.db, {
    jobId,
    kind: 'erasure',
    orgId: actor.orgId,
    createdBy: actor.accountId,
    input: { dataSubjectId, reason },
    // Somebody changed or erased the person between the reading above and this commit.
    refusedAs: 'shared/conflict',
    fill: (batch) => {
      const lastEventId = addMemberEvent(batch, actor.db, actor, {
        action: 'privacy.erasure.start',
        targetKind: 'dataSubject',
        targetIds: [dataSubjectId],
        startsJobId: jobId,
      });
      const tombstone = { state: 'erasing', version: person.version + 1, updatedAt: serverTimestamp(), lastEventId };
      batch.update(doc(actor.db, `orgs/${actor.orgId}/dataSubjects/${dataSubjectId}`), tombstone);
      return lastEventId;
    },
  });
  return jobId;
}

/** The certificate of a finished erasure; of a mass erasure, one person's. Throws `shared/not-found` while there is none. */
export async function getErasureCertificate(
  actor: OrgActor,
  jobId: JobId,
  dataSubjectId?: DataSubjectId,
): Promise<{ jws: string; certificate: ErasureCertificate }> {
  const recordId = dataSubjectId === undefined ? jobId : massRecordId(jobId, dataSubjectId);
  const path = `orgs/${actor.orgId}/erasureCertificates/${recordId}`;
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, path)));
  const jws: unknown = snapshot.get('jws');
  if (typeof jws !== 'string') throw new AppError('shared/not-found', 'not found');
  // Written by runErasure only; the contract parses it once more before it is answered.
  const certificate = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as ErasureCertificate;
  return { jws, certificate };
}
