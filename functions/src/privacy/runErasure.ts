/**
 * The job that erases a person (GDPR Art. 17).
 *
 * Guarantees: the ledger is written first, so that whoever restores a backup knows what to erase again; the key is destroyed before
 * the data; every collection of the inventory is emptied; the job ends only with a signed certificate and its event, in one
 * commit. Each step may run again after a kill. Does not reach copies that the organisation took out of Valv.
 */
import { Timestamp } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addJobEvent } from '../audit/event.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { parseInput } from '../platform/callable.ts';
import type { RunningJob } from '../platform/jobs.ts';
import { destroySubjectKey } from '../platform/keyring.ts';
import { AppError } from '../shared/errors.ts';
import { idSchemas, type DataSubjectId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { erasureReasons, type ErasureCertificate } from './contract.ts';
import { copiesGone } from './erasurePlan.ts';
import { countsOf } from './erasures.ts';
import { subjectCollections } from './inventory.ts';
import { signJws } from './signature.ts';
import { documentSigner } from './signer.ts';

const inputSchema = z.object({ dataSubjectId: idSchemas.dataSubject, reason: z.enum(erasureReasons) });
const counts = z.array(z.object({ collection: z.string(), count: z.int() }));
const cursorSchema = z.object({
  erased: z.optional(counts),
  keyDestroyedAt: z.optional(z.iso.datetime()),
  isErased: z._default(z.boolean(), false),
  completedAt: z.optional(z.iso.datetime()),
});

/** Erases the person; answers `{ completedAt }`. */
export async function runErasure(job: RunningJob, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const { dataSubjectId, reason } = parseInput(inputSchema, job.doc.input);
  const cursor = z.parse(cursorSchema, job.cursor);
  // Certified by a run that was killed before it could say so.
  if (cursor.completedAt !== undefined) return { completedAt: cursor.completedAt };
  const erased = cursor.erased ?? (await recordInLedger(job, dataSubjectId, clock));
  const keyDestroyedAt = cursor.keyDestroyedAt ?? (await destroyKey(job, dataSubjectId, clock));
  if (!cursor.isErased) await eraseEverywhere(job, dataSubjectId);
  const completedAt = clock().toISOString();
  const certificate = {
    ...(await headOf(job, dataSubjectId)),
    reason,
    keyDestroyedAt,
    completedAt,
    erased,
    copies: copiesGone(new Date(keyDestroyedAt)),
  };
  await certify(job, certificate);
  return { completedAt };
}

async function recordInLedger(job: RunningJob, dataSubjectId: DataSubjectId, clock: Clock): Promise<z.infer<typeof counts>> {
  const { orgId } = job.doc;
  const erased = await countsOf(orgId, dataSubjectId);
  const entry = { v: 1, orgId, dataSubjectId, recordedAt: Timestamp.fromDate(clock()) };
  await job.commit((batch) => batch.set(adminFirestore().doc(`erasureLedger/${job.jobId}`), entry), {
    step: 'destroyingKey',
    done: 1,
    total: 4,
    cursor: { erased },
  });
  return erased;
}

async function destroyKey(job: RunningJob, dataSubjectId: DataSubjectId, clock: Clock): Promise<string> {
  await destroySubjectKey(job.doc.orgId, 'dataSubject', dataSubjectId);
  const keyDestroyedAt = clock().toISOString();
  await job.commit(() => undefined, { step: 'deleting', done: 2, cursor: { keyDestroyedAt } });
  return keyDestroyedAt;
}

async function eraseEverywhere(job: RunningJob, dataSubjectId: DataSubjectId): Promise<void> {
  for (const { erase } of subjectCollections) await erase(job.doc.orgId, dataSubjectId);
  const left = (await countsOf(job.doc.orgId, dataSubjectId)).filter(({ count }) => count > 0);
  if (left.length > 0) throw new AppError('shared/internal', `${left.length} collections still hold data after erasure`);
  await job.commit(() => undefined, { step: 'certifying', done: 3, cursor: { isErased: true } });
}

async function headOf(job: RunningJob, dataSubjectId: string) {
  const organisationNumber: unknown = (await adminFirestore().doc(`orgs/${job.doc.orgId}`).get()).get('organisationNumber');
  if (typeof organisationNumber !== 'string') throw new AppError('shared/internal', 'the organisation has no number');
  return {
    type: 'valv/erasure-certificate/v1' as const,
    orgId: job.doc.orgId,
    organisationNumber,
    dataSubjectId,
    requestedAt: job.doc.createdAt.toDate().toISOString(),
    requestedBy: job.doc.createdBy,
  };
}

async function certify(job: RunningJob, certificate: ErasureCertificate): Promise<void> {
  const { orgId, dataSubjectId, completedAt } = certificate;
  const db = adminFirestore();
  const jws = await signJws(certificate, await documentSigner());
  const actor = { orgId, jobId: job.jobId, onBehalfOf: job.doc.createdBy };
  await job.commit(
    (batch) => {
      addJobEvent(batch, db, actor, { action: 'privacy.erasure.finish', targetKind: 'dataSubject', targetIds: [dataSubjectId] });
      batch.set(db.doc(`orgs/${orgId}/erasureCertificates/${job.jobId}`), {
        v: 1,
        jws,
        dataSubjectId,
        createdAt: Timestamp.fromDate(new Date(completedAt)),
      });
    },
    { step: 'finishing', done: 4, cursor: { completedAt } },
  );
}
