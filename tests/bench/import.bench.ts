/**
 * The import of 10,000 persons against BulkWriter alone writing the same documents to the same emulator, interleaved, and
 * the memory of the functions' process while it runs.
 */
import { Firestore, type BulkWriter, type DocumentData } from '@google-cloud/firestore';
import { readFileSync } from 'node:fs';
import { figure, type Figure } from './figure.ts';
import { foundOrganisation, importPersons, startBench, type Bench } from './valv.ts';

const personCount = 10_000;
const rounds = [
  { organisationNumber: '855104-0721', seed: 1 },
  { organisationNumber: '802014-4120', seed: 2 },
] as const;

type Written = { readonly path: string; readonly data: DocumentData };

/** Runs both ways in turn; answers the median ratio and how much memory a ten times larger import takes more. */
export async function run(): Promise<Figure[]> {
  const bench = await startBench('ownProcess');
  // For the clients of this process, as for the functions: loopback only, no look-up of a metadata server.
  Object.assign(process.env, bench.cloud.env);
  try {
    const small = await peakMemory(
      bench,
      async () => void (await importPersons(bench, await foundOrganisation(bench, '857209-0606'), personCount / 10, 9)),
    );
    const ratios: number[] = [];
    const throttled: number[] = [];
    let large = 0;
    for (const { organisationNumber, seed } of rounds) {
      const orgId = await foundOrganisation(bench, organisationNumber);
      let ours = 0;
      large = Math.max(large, await peakMemory(bench, async () => (ours = (await importPersons(bench, orgId, personCount, seed)).ms)));
      ratios.push(ours / (await bulkWriteMs(await documentsOf(orgId), false)));
      if (throttled.length === 0) throttled.push(ours / (await bulkWriteMs(await documentsOf(orgId), true)));
    }
    return [
      figure('import of 10,000 persons / BulkWriter alone, unthrottled', Math.max(...ratios), 'x', '<=', 3),
      figure('import of 10,000 persons / BulkWriter alone, as it comes', Math.max(...throttled), 'x', '<=', 3),
      figure('peak memory of an import of 10,000 / of 1,000', large / small, 'x', '<=', 1.5),
    ];
  } finally {
    await bench.cloud.stop();
  }
}

/** Every document that an import wrote: persons, their events and their keys. */
async function documentsOf(orgId: string): Promise<Written[]> {
  const data = new Firestore({ projectId: 'valv-bench' });
  const keys = new Firestore({ projectId: 'valv-bench', databaseId: 'keys' });
  const found = await Promise.all([
    data.collection(`orgs/${orgId}/dataSubjects`).get(),
    data.collection(`orgs/${orgId}/auditEvents`).where('action', '==', 'register.dataSubject.create').get(),
    keys.collection('subjectKeys').where('orgId', '==', orgId).where('kind', '==', 'dataSubject').get(),
  ]);
  await Promise.all([data.terminate(), keys.terminate()]);
  const written = found.flatMap((snapshot) =>
    snapshot.docs.map((document): Written => ({ path: `${document.ref.parent.id}/${document.id}`, data: document.data() })),
  );
  if (written.length !== 3 * personCount) throw new Error(`${written.length} documents instead of ${3 * personCount}`);
  return written;
}

/** Milliseconds that BulkWriter needs for the documents, in a project of its own in the same emulator. */
async function bulkWriteMs(documents: readonly Written[], throttling: boolean): Promise<number> {
  const projectId = `valv-bench-bulk-${throttling ? 'b' : 'a'}`;
  const target = new Firestore({ projectId });
  const writer: BulkWriter = target.bulkWriter({ throttling });
  const start = performance.now();
  for (const { path, data } of documents) void writer.create(target.doc(path), data);
  await writer.close();
  const ms = performance.now() - start;
  await target.terminate();
  await clear(projectId);
  return ms;
}

async function clear(projectId: string): Promise<void> {
  const answer = await fetch(
    `http://${process.env['FIRESTORE_EMULATOR_HOST'] ?? ''}/emulator/v1/projects/${projectId}/databases/(default)/documents`,
    { method: 'DELETE' },
  );
  if (!answer.ok) throw new Error('the documents of the comparison could not be deleted');
}

/** Largest resident memory, in bytes, of the functions' process while `run` runs. */
async function peakMemory(bench: Bench, run: () => Promise<unknown>): Promise<number> {
  const pid = bench.cloud.functionsPid();
  if (pid === null) throw new Error('the functions have no process of their own');
  let peak = 0;
  const watch = setInterval(() => {
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    peak = Math.max(peak, Number(resident) * 1024);
  }, 50);
  await run();
  clearInterval(watch);
  return peak;
}
