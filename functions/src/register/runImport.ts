/**
 * The job that imports a file.
 *
 * Guarantees: a file with errors is refused whole before anything is written, unless the member chose to leave such rows
 * out; persons, their events and the checkpoint that counts them are one commit, and ids follow from job and row, so a
 * killed import goes on without a loss or a double; one import at a time writes to an organisation; memory holds one chunk.
 */
import { createHash } from 'node:crypto';
import { FieldValue, type WriteBatch } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addJobEvent, type JobActor } from '../audit/event.ts';
import type { OrgKey } from '../crypto/keys.ts';
import { needsStarter } from '../orgs/jobStarter.ts';
import { parseInput } from '../platform/callable.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { RunningJob } from '../platform/jobs.ts';
import { createSubjectKeys, orgKey } from '../platform/keyring.ts';
import { AppError, isAppError } from '../shared/errors.ts';
import { idFrom, type DataSubjectId, type OrgId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { csvDelimiters, csvEncodings, fieldNameSchema, importLimits, type RowError } from './contract.ts';
import { readCsv } from './csv.ts';
import { fieldNames } from './fields.ts';
import { takeImportLock } from './numberLock.ts';
import { columnOf, dryRun, isValidRow, planRows, refuseTaken, type IsTaken, type PlannedRow, type ValidRow } from './importRows.ts';
import { sealPerson, type SealedPerson } from './sealedPerson.ts';
import { columnsOf, takenNumbers, type ImportInput } from './startImport.ts';
import { dataSubjectsPath } from './store.ts';
import { destroyUpload, uploadPath, uploadReader } from './uploads.ts';
import { groundMissing } from './writePersons.ts';

/** Rows that are read, sealed and committed together: 200 documents and the checkpoint. */
const chunkRows = 100;

const inputSchema = z.object({
  uploadId: z.string(),
  encoding: z.enum(csvEncodings),
  delimiter: z.enum(csvDelimiters),
  /** Position is the column of the file; empty is not imported. */
  mapping: z.array(z.union([fieldNameSchema, z.literal('isProtected'), z.literal('')])),
  skipInvalidRows: z.boolean(),
});

/** Where an import is. `row` is the last row that is dealt with, `errors` what the dry run found. */
const cursorSchema = z.object({
  row: z._default(z.int(), 0),
  imported: z._default(z.int(), 0),
  skipped: z._default(z.int(), 0),
  rowCount: z.optional(z.int()),
  isWritten: z._default(z.boolean(), false),
});
type Cursor = z.infer<typeof cursorSchema>;

/** One run of the job. `today` is the day it was started, so that a resumed run judges every row alike. */
type Import = {
  readonly job: RunningJob;
  readonly actor: JobActor;
  readonly orgId: OrgId;
  readonly input: ImportInput;
  /** The headers of the file; never stored. */
  readonly columns: readonly string[];
  readonly today: Date;
  readonly open: () => AsyncIterable<Uint8Array>;
  /** One for checking and writing, so that the register is read once; the lock keeps its answer true. */
  readonly isTaken: IsTaken;
};

/** Runs an import to its end; answers `{ imported, skipped, errorCount, errors }`, where columns are letters as in a spreadsheet. */
export async function runImport(job: RunningJob, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const input = parseInput(inputSchema, job.doc.input);
  const orgId = job.doc.orgId as OrgId; // the rules let a job be created only for an existing organisation
  const cursor = z.parse(cursorSchema, job.cursor);
  if (!cursor.isWritten) await needsStarter(job.doc, clock);
  await takeImportLock(orgId, job.jobId, clock);
  const findings = findingsFrom(job);
  if (!cursor.isWritten) {
    try {
      const run = await openImport(job, orgId, input);
      const checked = cursor.rowCount === undefined ? await check(run, findings) : cursor;
      await write(run, checked, findings);
    } catch (thrown) {
      throw withoutHeaders(thrown);
    }
  }
  await destroyUpload(orgId, input.uploadId);
  const { imported, skipped } = findings.totals;
  return { imported, skipped, errorCount: findings.errorCount, errors: findings.errors.slice(0, importLimits.maxReportedErrors) };
}

async function openImport(job: RunningJob, orgId: OrgId, input: z.infer<typeof inputSchema>): Promise<Import> {
  if (input.mapping.includes('personalIdentityNumber')) await needsGround(orgId);
  const open = await uploadReader(orgId, input.uploadId);
  const columns = await columnsOf(open, input);
  if (columns.length !== input.mapping.length)
    throw new AppError('register/import-mapping-missing', 'the file has other columns', { reason: 'other-columns' });
  const mapping = Object.fromEntries(columns.map((column, index) => [column, input.mapping[index] || null]));
  const actor = { orgId, jobId: job.jobId, onBehalfOf: job.doc.createdBy };
  return {
    job,
    orgId,
    columns,
    input: { ...input, mapping },
    today: job.doc.createdAt.toDate(),
    actor,
    open,
    isTaken: await takenNumbers(orgId),
  };
}

/** The ground may have been withdrawn since the import was started. */
async function needsGround(orgId: OrgId): Promise<void> {
  const organisation = await adminFirestore().doc(`orgs/${orgId}`).get();
  if ((organisation.get('identityNumberGround') ?? null) === null) throw groundMissing();
}

/** A job is kept and exported, and a header may be somebody's data: findings name columns by letter instead. */
function withLetters(errors: readonly RowError[], columns: readonly string[]): RowError[] {
  return errors.map((error) => ({ ...error, column: error.column === null ? null : letterOf(columns.indexOf(error.column)) }));
}

/** `A`, `B` … `Z`, `AA` …, as spreadsheets name columns; null for a column that the file does not have. */
function letterOf(index: number): string | null {
  if (index < 0) return null;
  return (index >= 26 ? (letterOf(Math.floor(index / 26) - 1) ?? '') : '') + String.fromCharCode(65 + (index % 26));
}

function withoutHeaders(thrown: unknown): unknown {
  if (!isAppError(thrown)) return thrown;
  const { column: _column, columns: _columns, ...details } = thrown.details;
  return new AppError(thrown.code, thrown.code, details, { cause: thrown.cause });
}

/** What was found wrong so far, and the totals; owned by one run, restored from the cursor. */
type Findings = { errorCount: number; readonly errors: RowError[]; totals: { imported: number; skipped: number } };

function findingsFrom(job: RunningJob): Findings {
  const {
    errorCount = 0,
    errors = [],
    imported = 0,
    skipped = 0,
  } = job.cursor as { errorCount?: number; errors?: RowError[]; imported?: number; skipped?: number }; // written below
  return { errorCount, errors: [...errors], totals: { imported, skipped } };
}

/** Reads the whole file before anything is written. Throws `register/import-has-errors` unless bad rows may be left out. */
async function check(run: Import, findings: Findings): Promise<Cursor> {
  await run.job.commit(() => undefined, { step: 'checking' });
  const summary = await dryRun(run.open, { ...run.input, today: run.today, isTaken: run.isTaken });
  if (summary.errorCount > 0 && !run.input.skipInvalidRows) {
    throw new AppError('register/import-has-errors', 'the file has rows with errors', { errorCount: summary.errorCount });
  }
  findings.errorCount = summary.errorCount;
  const errors = withLetters(summary.errors, run.columns);
  findings.errors.push(...errors);
  const { rowCount, errorCount } = summary;
  await run.job.commit(() => undefined, { step: 'writing', done: 0, total: rowCount, cursor: { rowCount, errorCount, errors } });
  return { row: 0, imported: 0, skipped: 0, rowCount, isWritten: false };
}

/** Writes the rows after the cursor's, chunk by chunk, then the event that ends the import. */
async function write(run: Import, from: Cursor, findings: Findings): Promise<void> {
  const key = await orgKey(run.orgId);
  const totals = { imported: from.imported, skipped: from.skipped };
  let committing: Promise<void> = Promise.resolve();
  for await (const chunk of chunksAfter(run, from.row)) {
    const fill = await prepare(run, key, chunk.filter(isValidRow));
    await committing;
    totals.imported += chunk.filter(isValidRow).length;
    totals.skipped += chunk.length - chunk.filter(isValidRow).length;
    const row = chunk.at(-1)?.row ?? from.row;
    committing = run.job.commit(fill, { done: totals.imported + totals.skipped, cursor: { ...totals, row } });
    committing.catch(() => undefined); // awaited in the next round or below; this only keeps Node from ending the process
  }
  await committing;
  findings.totals = totals;
  await run.job.commit((batch) => finish(run, batch), { step: 'finishing', cursor: { isWritten: true } });
}

function finish(run: Import, batch: WriteBatch): void {
  const lastEventId = addJobEvent(batch, adminFirestore(), run.actor, {
    action: 'register.import.finish',
    targetKind: 'job',
    targetIds: [run.job.jobId],
  });
  batch.update(adminFirestore().doc(uploadPath(run.orgId, run.input.uploadId)), { state: 'imported', lastEventId });
}

async function* chunksAfter(run: Import, lastRow: number): AsyncGenerator<readonly PlannedRow[]> {
  const { mapping } = run.input;
  const csv = await readCsv(run.open(), run.input);
  try {
    const rest = rowsAfter(planRows(csv, mapping, run.today), lastRow);
    let chunk: PlannedRow[] = [];
    for await (const row of refuseTaken(rest, run.isTaken, columnOf(mapping, 'personalIdentityNumber'))) {
      chunk.push(row);
      if (chunk.length < chunkRows) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  } finally {
    await csv.close();
  }
}

async function* rowsAfter(rows: AsyncIterable<PlannedRow>, lastRow: number): AsyncGenerator<PlannedRow> {
  for await (const row of rows) if (row.row > lastRow) yield row;
}

/** Makes keys and seals; answers what adds the documents to the commit. */
async function prepare(run: Import, key: OrgKey, rows: readonly ValidRow[]): Promise<(batch: WriteBatch) => void> {
  if (rows.length === 0) return () => undefined;
  const withIds = rows.map((row) => ({ ...row, id: idOf(run.job.jobId, row.row) }));
  const keys = await createSubjectKeys(
    run.orgId,
    'dataSubject',
    withIds.map(({ id }) => id),
  );
  const sealed = withIds.map(({ id, person, isProtected }) => {
    const dek = keys.get(id);
    if (dek === undefined) throw new AppError('crypto/cannot-open', 'cannot open');
    return {
      id,
      isProtected,
      fields: fieldNames.filter((name) => person[name] !== undefined),
      person: sealPerson(key, dek, { orgId: run.orgId, dataSubjectId: id }, person),
    };
  });
  return (batch) => sealed.forEach((person) => addPerson(run, batch, person));
}

/** The id of a row's person: as random as the job's, the same at every run. */
function idOf(jobId: string, row: number): DataSubjectId {
  return idFrom<DataSubjectId>(createHash('sha256').update(`valv/import/${jobId}/${row}`).digest());
}

function addPerson(
  run: Import,
  batch: WriteBatch,
  { id, isProtected, fields, person }: { id: DataSubjectId; isProtected: boolean; fields: readonly string[]; person: SealedPerson },
): void {
  const db = adminFirestore();
  const lastEventId = addJobEvent(batch, db, run.actor, {
    action: 'register.dataSubject.create',
    targetKind: 'dataSubject',
    targetIds: [id],
    fields,
  });
  const at = FieldValue.serverTimestamp();
  const head = { v: 1, state: 'active', isProtected, version: 1, createdAt: at, updatedAt: at, importJobId: run.job.jobId, lastEventId };
  batch.create(db.collection(dataSubjectsPath(run.orgId)).doc(id), { ...head, ...person });
}
