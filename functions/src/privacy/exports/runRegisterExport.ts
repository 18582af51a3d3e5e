/**
 * The job that exports the whole register, as two members agreed.
 *
 * Guarantees: the ZIP is written as a stream, sealed under a key of its own that is destroyed with it when its hour is over;
 * a repeated run replaces the file, never adds one. Each of the two files shows persons as they are when it is written.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import * as z from 'zod/mini';
import { addJobEvent } from '../../audit/event.ts';
import { sealStream } from '../../crypto/stream.ts';
import { organisationName } from '../../orgs/alarms/stewards.ts';
import { needsStarter } from '../../orgs/jobStarter.ts';
import { filesBucket } from '../../platform/config.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import type { RunningJob } from '../../platform/jobs.ts';
import { createSubjectKey } from '../../platform/keyring.ts';
import { listObjects, writeObject } from '../../platform/storage.ts';
import { everyPerson, type OpenedPerson } from '../../register/everyPerson.ts';
import { AppError } from '../../shared/errors.ts';
import type { OrgId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { exportLifetimeMinutes, registerExportInput } from '../approvals/contract.ts';
import { approvedInput } from '../approvals/usedApproval.ts';
import { exportCsv, exportFileNames, exportJson, exportReadme, type ExportHead } from './exportFiles.ts';
import { exportContext, exportPath } from './exportPaths.ts';

/** How long the ZIP may take to be written: as long as its worker may run, nearly. */
const longestWrite = 25 * ms.minute;

const finishedSchema = z.object({ expiresAt: z.instanceof(Timestamp), sizeBytes: z.int(), persons: z.int() });
const cursorSchema = z.object({ finished: z.optional(finishedSchema) });

/** Makes the export; answers `{ expiresAt, sizeBytes, persons }`. */
export async function runRegisterExport(job: RunningJob, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const { finished } = z.parse(cursorSchema, job.cursor);
  // Finished by a run that was killed before it could say so.
  if (finished !== undefined) return finished;
  await needsStarter(job.doc, clock);
  const { includeProtected } = await approvedInput(job, registerExportInput);
  const orgId = job.doc.orgId as OrgId; // the rules let a job be created only for an existing organisation
  const head = { orgId, organisationName: await organisationName(orgId), createdAt: clock().toISOString(), includeProtected };
  await job.commit(() => undefined, { step: 'writing', done: 0, total: 3 });
  const persons = await write(job, orgId, head);
  const result = await finish(job, persons, clock);
  return result;
}

async function write(job: RunningJob, orgId: OrgId, head: ExportHead): Promise<number> {
  const dek = await createSubjectKey(orgId, 'export', job.jobId);
  const seen = { persons: 0, unopened: 0 };
  const counted = async function* (): AsyncGenerator<readonly OpenedPerson[]> {
    for await (const page of everyPerson(orgId, head.includeProtected)) {
      seen.persons += page.length;
      seen.unopened += page.filter(({ fields }) => fields === null).length;
      yield page;
    }
  };
  const readme = async function* (): AsyncGenerator<string> {
    yield exportReadme(head, seen.persons, seen.unopened);
  };
  const files = [
    { name: exportFileNames.csv, text: () => exportCsv(counted()) },
    { name: exportFileNames.json, text: () => exportJson(head, everyPerson(orgId, head.includeProtected)) },
    { name: exportFileNames.readme, text: readme },
  ];
  const zip = zipTexts(files, new Date(head.createdAt));
  await writeObject(filesBucket(), exportPath(orgId, job.jobId), sealStream(dek, exportContext(orgId, job.jobId), zip), longestWrite);
  return seen.persons;
}

/** The bytes of a ZIP of texts, each written only when the one before is done. */
function zipTexts(
  files: readonly { readonly name: string; readonly text: () => AsyncIterable<string> }[],
  mtime: Date,
): AsyncIterable<Uint8Array> {
  const zip = new ZipFile();
  // The archive's stream is a PassThrough; its types say less.
  const output = zip.outputStream as Readable;
  const fail = (error: Error): void => void output.destroy(error);
  zip.on('error', fail);
  for (const { name, text } of files) {
    zip.addReadStreamLazy(name, { mtime, mode: 0o100644 }, (done) => {
      const source = Readable.from(bytesOf(text()), { objectMode: false });
      source.on('error', fail);
      done(null, source);
    });
  }
  zip.end();
  return output;
}

async function* bytesOf(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) if (piece !== '') yield Buffer.from(piece, 'utf8');
}

async function finish(job: RunningJob, persons: number, clock: Clock): Promise<z.infer<typeof finishedSchema>> {
  const { orgId, createdBy } = job.doc;
  const [stored] = await listObjects(filesBucket(), exportPath(orgId, job.jobId));
  if (stored === undefined) throw new AppError('shared/unavailable', 'the stored export is not there', { service: 'storage' });
  const expiresAt = Timestamp.fromDate(after(clock(), exportLifetimeMinutes * ms.minute));
  const finished = { expiresAt, sizeBytes: stored.sizeBytes, persons };
  const actor = { orgId, jobId: job.jobId, onBehalfOf: createdBy };
  const happening = { action: 'privacy.registerExport.finish', targetKind: 'job', targetIds: [job.jobId] } as const;
  await job.commit((batch) => void addJobEvent(batch, adminFirestore(), actor, happening), {
    step: 'finishing',
    done: 3,
    cursor: { finished },
  });
  return finished;
}
