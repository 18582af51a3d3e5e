/**
 * The job that makes a register extract (GDPR Art. 15 and 20).
 *
 * Guarantees: complete by construction, because it runs over every collection of the inventory that holds data about data
 * subjects; stored sealed under the data subject's own key, so that erasure destroys it too. A repeated run replaces the
 * file, never adds one. Does not include what other members wrote outside Valv.
 */
import { Timestamp } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addJobEvent } from '../audit/event.ts';
import { eventsAbout } from '../audit/store.ts';
import { sealStream } from '../crypto/stream.ts';
import { localeSchema } from '../identity/contract.ts';
import { roles, type OrganisationDoc, type Role } from '../orgs/contract.ts';
import { needsStarter } from '../orgs/jobStarter.ts';
import { filesBucket } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { parseInput } from '../platform/callable.ts';
import type { RunningJob } from '../platform/jobs.ts';
import { subjectKey } from '../platform/keyring.ts';
import { listObjects, writeObject } from '../platform/storage.ts';
import { AppError } from '../shared/errors.ts';
import { idSchemas } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { buildExtract, type ExtractAccessInput, type ExtractSectionInput } from './buildExtract.ts';
import { extractLifetimeMinutes } from './contract.ts';
import type { ExtractModel } from './extractModel.ts';
import { extractContext, extractPath } from './extractPaths.ts';
import { extractFiles, zipFiles } from './extractZip.ts';
import { subjectCollections } from './inventory.ts';
import { loadPdfFonts } from './pdf/fonts.ts';
import { documentSigner } from './signer.ts';

const inputSchema = z.object({ dataSubjectId: idSchemas.dataSubject, locale: localeSchema });
const cursorSchema = z.object({ finished: z.optional(z.object({ expiresAt: z.instanceof(Timestamp), sizeBytes: z.int() })) });
const roleSchema = z.enum(roles);

/** Makes the extract; answers `{ expiresAt, sizeBytes }`. */
export async function runExtract(job: RunningJob, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const { dataSubjectId, locale } = parseInput(inputSchema, job.doc.input);
  const { orgId } = job.doc;
  const { finished } = z.parse(cursorSchema, job.cursor);
  // Finished by a run that was killed before it could say so.
  if (finished !== undefined) return finished;
  await needsStarter(job.doc, clock);
  await job.commit(() => undefined, { step: 'collecting', done: 0, total: 3 });
  const model = await collect(job, dataSubjectId, locale, clock());
  await job.commit(() => undefined, { step: 'signing', done: 1 });
  const dek = await subjectKey(orgId, dataSubjectId);
  // Made before the upload begins, whose time is limited.
  const files = await extractFiles(model, await loadPdfFonts(), await documentSigner());
  const path = extractPath(orgId, dataSubjectId, job.jobId);
  await writeObject(filesBucket(), path, sealStream(dek, extractContext(orgId, job.jobId), zipFiles(files, new Date(model.createdAt))));
  const [stored] = await listObjects(filesBucket(), path);
  if (stored === undefined) throw new AppError('shared/unavailable', 'the stored extract is not there', { service: 'storage' });
  const actor = { orgId, jobId: job.jobId, onBehalfOf: job.doc.createdBy };
  const result = { expiresAt: Timestamp.fromDate(after(clock(), extractLifetimeMinutes * ms.minute)), sizeBytes: stored.sizeBytes };
  await job.commit(
    (batch) =>
      void addJobEvent(batch, adminFirestore(), actor, {
        action: 'privacy.extract.finish',
        targetKind: 'dataSubject',
        targetIds: [dataSubjectId],
      }),
    {
      step: 'finishing',
      done: 3,
      cursor: { finished: result },
    },
  );
  return result;
}

async function collect(job: RunningJob, dataSubjectId: string, locale: 'sv' | 'en', now: Date): Promise<ExtractModel> {
  const { orgId } = job.doc;
  const memberRoles = await rolesOf(orgId);
  const organisation = await organisationOf(orgId);
  const accessLog: ExtractAccessInput[] = [];
  for await (const event of eventsAbout(orgId, dataSubjectId)) {
    const actor =
      event.actorKind === 'job'
        ? ({ kind: 'job', id: event.jobId ?? '' } as const)
        : ({
            kind: 'member',
            id: event.actorId,
            role: event.grantId === null ? (memberRoles.get(event.actorId) ?? null) : 'support',
          } as const);
    const { action, outcome, fields, evidence } = event;
    accessLog.push({ at: event.at.toISOString(), action, outcome, actor, fields, evidence });
  }
  const sections = await Promise.all(
    subjectCollections.map(async ({ declaration, label, fields, read }): Promise<ExtractSectionInput> => ({
      declaration,
      label,
      fields,
      records: await read(orgId, dataSubjectId, locale),
    })),
  );
  if (sections.every((section) => section.records.length === 0)) throw new AppError('shared/not-found', 'not found');
  const createdBy = memberRoles.get(job.doc.createdBy) ?? null;
  return buildExtract({
    locale,
    createdAt: now.toISOString(),
    createdBy,
    organisation: { orgId, ...organisation },
    dataSubjectId,
    sections,
    accessLog,
  });
}

async function rolesOf(orgId: string): Promise<ReadonlyMap<string, Role>> {
  const members = await adminFirestore().collection(`orgs/${orgId}/members`).where('state', '==', 'active').select('role').get();
  return new Map(members.docs.map((member) => [member.id, z.parse(roleSchema, member.get('role'))]));
}

async function organisationOf(orgId: string): Promise<Pick<OrganisationDoc, 'name' | 'organisationNumber' | 'identityNumberGround'>> {
  const snapshot = await adminFirestore().doc(`orgs/${orgId}`).get();
  if (!snapshot.exists) throw new AppError('shared/not-found', 'not found');
  const { name, organisationNumber, identityNumberGround } = snapshot.data() as OrganisationDoc; // its form is enforced by firestore.rules
  return { name, organisationNumber, identityNumberGround };
}
