/**
 * The steps that erase one person (GDPR Art. 17), for the jobs that erase one and many.
 *
 * Guarantees: the ledger is written first, in the database and then outside it, so that whoever restores a backup knows what
 * to erase again; the key is destroyed before the data; every collection of the inventory is emptied; the end is a signed certificate and its event, in one
 * commit. Each step may run again after a kill. Does not reach copies that the organisation took out of Valv.
 */
import { Timestamp, type WriteBatch } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addJobEvent, type JobActor } from '../audit/event.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { destroySubjectKey } from '../platform/keyring.ts';
import { AppError } from '../shared/errors.ts';
import type { DataSubjectId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import type { ErasureCertificate, ErasureReason } from './contract.ts';
import { copiesGone } from './erasurePlan.ts';
import { countsOf } from './erasures.ts';
import { subjectCollections } from './inventory.ts';
import { copyLedgerEntry } from './ledgerCopies.ts';
import { signJws } from './signature.ts';
import { documentSigner } from './signer.ts';

/** One person's erasure: whose, why, on whose behalf, and under which id ledger entry and certificate are kept. */
export type Erasure = {
  readonly dataSubjectId: DataSubjectId;
  readonly reason: ErasureReason;
  readonly actor: JobActor;
  readonly requestedAt: Date;
  readonly recordId: string;
};

const counts = z.array(z.object({ collection: z.string(), count: z.int() }));
/** How far an erasure has come; empty before it began. From `erased` on it is in the ledger and must be finished. */
export const erasureProgress = z.object({
  erased: z.optional(counts),
  keyDestroyedAt: z.optional(z.iso.datetime()),
  isErased: z._default(z.boolean(), false),
});
/** See {@link erasureProgress}. */
export type ErasureProgress = z.infer<typeof erasureProgress>;

/** The steps, in order. */
export const erasureSteps = ['destroyingKey', 'deleting', 'certifying', 'finishing'] as const;
/** Commits what `fill` adds together with how far the erasure has come; `step` is what comes next. The last one also says when it was completed. */
export type SaveErasure = (
  fill: (batch: WriteBatch) => void,
  step: (typeof erasureSteps)[number],
  progress: Partial<ErasureProgress> & { readonly completedAt?: string },
) => Promise<void>;

/** Erases a person from wherever the progress says; answers when it was completed. */
export async function erasePerson(
  erasure: Erasure,
  progress: ErasureProgress,
  save: SaveErasure,
  clock: Clock,
  /** Added to the commit of the ledger entry, with which the erasure begins. */
  begin: (batch: WriteBatch) => void = () => undefined,
): Promise<string> {
  const erased = progress.erased ?? (await recordInLedger(erasure, save, clock, begin));
  const keyDestroyedAt = progress.keyDestroyedAt ?? (await destroyKey(erasure, save, clock));
  if (!progress.isErased) await eraseEverywhere(erasure, save);
  const completedAt = clock().toISOString();
  const { reason } = erasure;
  const copies = copiesGone(new Date(keyDestroyedAt));
  await certify(erasure, { ...(await headOf(erasure)), reason, keyDestroyedAt, completedAt, erased, copies }, save);
  return completedAt;
}

async function recordInLedger(
  { actor: { orgId }, dataSubjectId, recordId }: Erasure,
  save: SaveErasure,
  clock: Clock,
  begin: (batch: WriteBatch) => void,
): Promise<z.infer<typeof counts>> {
  const erased = await countsOf(orgId, dataSubjectId);
  const entry = { v: 1, orgId, dataSubjectId, recordedAt: Timestamp.fromDate(clock()) };
  const fill = (batch: WriteBatch): void => {
    begin(batch);
    batch.set(adminFirestore().doc(`erasureLedger/${recordId}`), entry);
  };
  await save(fill, 'destroyingKey', { erased });
  return erased;
}

async function destroyKey({ actor, dataSubjectId, recordId }: Erasure, save: SaveErasure, clock: Clock): Promise<string> {
  await copyLedgerEntry(recordId);
  await destroySubjectKey(actor.orgId, 'dataSubject', dataSubjectId);
  const keyDestroyedAt = clock().toISOString();
  await save(() => undefined, 'deleting', { keyDestroyedAt });
  return keyDestroyedAt;
}

async function eraseEverywhere({ actor: { orgId }, dataSubjectId }: Erasure, save: SaveErasure): Promise<void> {
  for (const { erase } of subjectCollections) await erase(orgId, dataSubjectId);
  const left = (await countsOf(orgId, dataSubjectId)).filter(({ count }) => count > 0);
  if (left.length > 0) throw new AppError('shared/internal', `${left.length} collections still hold data after erasure`);
  await save(() => undefined, 'certifying', { isErased: true });
}

async function headOf({ actor, dataSubjectId, requestedAt }: Erasure) {
  const organisationNumber: unknown = (await adminFirestore().doc(`orgs/${actor.orgId}`).get()).get('organisationNumber');
  if (typeof organisationNumber !== 'string') throw new AppError('shared/internal', 'the organisation has no number');
  return {
    type: 'valv/erasure-certificate/v1' as const,
    orgId: actor.orgId,
    organisationNumber,
    dataSubjectId,
    requestedAt: requestedAt.toISOString(),
    requestedBy: actor.onBehalfOf,
  };
}

async function certify({ actor, recordId }: Erasure, certificate: ErasureCertificate, save: SaveErasure): Promise<void> {
  const { orgId, dataSubjectId, completedAt } = certificate;
  const db = adminFirestore();
  const jws = await signJws(certificate, await documentSigner());
  const stored = { v: 1, jws, dataSubjectId, createdAt: Timestamp.fromDate(new Date(completedAt)) };
  const fill = (batch: WriteBatch): void => {
    addJobEvent(batch, db, actor, { action: 'privacy.erasure.finish', targetKind: 'dataSubject', targetIds: [dataSubjectId] });
    batch.set(db.doc(`orgs/${orgId}/erasureCertificates/${recordId}`), stored);
  };
  await save(fill, 'finishing', { completedAt });
}
