/** The dry run of an import, and its start as a job. */
import { recordReading, addMemberEvent } from '../audit/event.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { getOrganisation } from '../orgs/store.ts';
import { orgKey } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import { startJob } from '../platform/startJob.ts';
import type { JobId, OrgId, UploadId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import type { ColumnMapping, ImportPreview } from './contract.ts';
import { readCsv } from './csv.ts';
import type { CsvDelimiter, CsvEncoding, CsvFormat } from './csvFormat.ts';
import { targetsOf } from './mapping.ts';
import { needsNoRunningImport } from './numberLock.ts';
import { columnOf, dryRun, type IsTaken } from './importRows.ts';
import { identityNumberIndex } from './sealedPerson.ts';
import { allIdentityNumbers, takenIdentityNumbers } from './store.ts';
import { needsWaitingUpload, uploadReader } from './uploads.ts';
import { groundMissing } from './writePersons.ts';

/** How an upload is to be read. */
export type ImportFormat = {
  readonly encoding?: CsvEncoding | undefined;
  readonly delimiter?: CsvDelimiter | undefined;
  readonly mapping?: ColumnMapping | undefined;
};

/** Below this, each number is looked up; from here on, reading the whole index once costs less. */
const manyNumbers = 100;

/** Which of some identity numbers are in the organisation's register, asked over their blind indexes. The register is read at most once. */
export async function takenNumbers(orgId: OrgId): Promise<IsTaken> {
  const key = await orgKey(orgId);
  let all: Promise<ReadonlySet<string>> | undefined;
  return async (numbers) => {
    const numberByIndex = new Map(numbers.map((number) => [identityNumberIndex(key, number) ?? '', number]));
    const indexes = [...numberByIndex.keys()];
    if (all === undefined && indexes.length >= manyNumbers) all = allIdentityNumbers(orgId);
    const taken = await (all ?? takenIdentityNumbers(orgId, indexes));
    return new Set(indexes.flatMap((index) => (taken.has(index) ? (numberByIndex.get(index) ?? []) : [])));
  };
}

/** Reads the whole upload and tells what an import would do. Writes nothing but its reading event. */
export async function previewImport(actor: OrgActor, uploadId: UploadId, format: ImportFormat, clock: Clock): Promise<ImportPreview> {
  await needsWaitingUpload(actor, uploadId, clock);
  const preview = await dryRun(await uploadReader(actor.orgId, uploadId), {
    ...format,
    today: clock(),
    isTaken: await takenNumbers(actor.orgId),
  });
  const fields = Object.values(preview.mapping).filter((target) => target !== null);
  await recordReading(actor.db, actor, { action: 'register.import.preview', targetKind: 'upload', targetIds: [uploadId], fields });
  return preview;
}

/** An import as its job needs it. */
export type ImportInput = {
  readonly uploadId: string;
  readonly encoding: CsvEncoding;
  readonly delimiter: CsvDelimiter;
  readonly mapping: ColumnMapping;
  readonly skipInvalidRows: boolean;
};

/** Starts the import of an upload; answers its job. Throws `register/import-already-running` while another runs. */
export async function startImport(
  actor: OrgActor,
  input: { uploadId: UploadId; encoding: CsvEncoding; delimiter: CsvDelimiter; mapping: ColumnMapping; skipInvalidRows: boolean },
  clock: Clock,
): Promise<JobId> {
  await needsWaitingUpload(actor, input.uploadId, clock);
  await needsNoRunningImport(actor.orgId);
  const hasNumbers = columnOf(input.mapping, 'personalIdentityNumber') !== null;
  if (hasNumbers && (await getOrganisation(actor)).identityNumberGround === null) throw groundMissing();
  const jobId = newId<JobId>();
  const { uploadId, encoding, delimiter, skipInvalidRows } = input;
  const columns = await columnsOf(await uploadReader(actor.orgId, uploadId), input);
  // By position: in a file without a header row, the headers are somebody's data, and a job is kept.
  const mapping = targetsOf(columns, input.mapping).map((target) => target ?? '');
  await startJob(actor.db, {
    jobId,
    kind: 'import',
    orgId: actor.orgId,
    createdBy: actor.accountId,
    input: { uploadId, encoding, delimiter, mapping, skipInvalidRows },
    fill: (batch) =>
      addMemberEvent(batch, actor.db, actor, {
        action: 'register.import.start',
        targetKind: 'job',
        targetIds: [jobId],
        startsJobId: jobId,
      }),
  });
  return jobId;
}

/** The headers of a file. */
export async function columnsOf(open: () => AsyncIterable<Uint8Array>, format: CsvFormat): Promise<readonly string[]> {
  const csv = await readCsv(open(), { encoding: format.encoding, delimiter: format.delimiter });
  await csv.close();
  return csv.columns;
}
