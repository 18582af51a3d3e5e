/** Starting a register extract and fetching it. */
import { doc, getDoc, Timestamp } from 'firebase/firestore/lite';
import { addMemberEvent, recordReading } from '../audit/event.ts';
import { openStream } from '../crypto/stream.ts';
import type { Locale } from '../identity/contract.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { can, needsAllowed } from '../orgs/policy.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { filesBucket } from '../platform/config.ts';
import { subjectKey } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import { startJob } from '../platform/startJob.ts';
import { readObject } from '../platform/storage.ts';
import { takeReads } from '../register/budget/readBudget.ts';
import { watchCanaries } from '../register/canaries/watch.ts';
import { getPerson } from '../register/store.ts';
import { AppError } from '../shared/errors.ts';
import type { DataSubjectId, JobId } from '../shared/ids.ts';
import { swedishDate, type Clock } from '../shared/time.ts';
import { extractContext, extractPath } from './extractPaths.ts';

/** Starts an extract about a person; answers its job. Throws `shared/not-found`, `privacy/erasure-already-running`, `register/read-budget-spent`. */
export async function startExtract(actor: OrgActor, dataSubjectId: DataSubjectId, locale: Locale, clock: Clock): Promise<JobId> {
  needsAllowed(can.extract(actor, await getPerson(actor, dataSubjectId)));
  await takeReads(actor, actor.organisation.readBudget, [dataSubjectId], clock);
  await watchCanaries(actor, [dataSubjectId], clock);
  const jobId = newId<JobId>();
  await startJob(actor.db, {
    jobId,
    kind: 'extract',
    orgId: actor.orgId,
    createdBy: actor.accountId,
    input: { dataSubjectId, locale },
    fill: (batch) =>
      addMemberEvent(batch, actor.db, actor, {
        action: 'privacy.extract.start',
        targetKind: 'dataSubject',
        targetIds: [dataSubjectId],
        startsJobId: jobId,
      }),
  });
  return jobId;
}

/** A finished extract: its name and its bytes. */
export type Download = { readonly fileName: string; readonly content: AsyncIterable<Uint8Array> };

/**
 * Opens a finished extract, after the event of its download. Throws `privacy/extract-expired`, `shared/not-found`,
 * `register/read-budget-spent`: whoever downloads need not be who started it, and a job can be started past the callable.
 */
export async function downloadExtract(actor: OrgActor, jobId: JobId, clock: Clock): Promise<Download> {
  const job = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `jobs/${jobId}`)));
  const dataSubjectId: unknown = job.get('input.dataSubjectId');
  const isExtract = job.get('kind') === 'extract' && job.get('orgId') === actor.orgId && typeof dataSubjectId === 'string';
  if (!isExtract || job.get('state') !== 'succeeded') throw new AppError('shared/not-found', 'not found');
  const expiresAt: unknown = job.get('result.expiresAt');
  if (!(expiresAt instanceof Timestamp) || expiresAt.toDate() <= clock())
    throw new AppError('privacy/extract-expired', 'the extract has expired, make a new one');
  const person = dataSubjectId as DataSubjectId; // the rules let no other be stored
  await takeReads(actor, actor.organisation.readBudget, [person], clock);
  await watchCanaries(actor, [person], clock);
  const dek = await subjectKey(actor.orgId, dataSubjectId);
  await recordReading(actor.db, actor, { action: 'privacy.extract.download', targetKind: 'dataSubject', targetIds: [dataSubjectId] });
  const sealed = readObject(filesBucket(), extractPath(actor.orgId, dataSubjectId, jobId));
  const name = job.get('input.locale') === 'en' ? 'register-extract' : 'registerutdrag';
  return { fileName: `${name}-${swedishDate(clock())}.zip`, content: openStream(dek, extractContext(actor.orgId, jobId), sealed) };
}
