// One local cloud for all files that a worker runs one after the other, in one process (a Vitest project with `isolate: false` that
// provides `sharesCloud`): to start it, and to load functions and clients, takes longer than most files do.
// Guarantees that a file finds neither data nor faults nor unfinished tasks of the one before. Functions stay loaded, as instances
// do in production, so what they keep in memory stays valid: keys that belong to no organisation are not removed.
import type { LocalCloud } from '../../infra/local/cloudTypes.ts';
import { callEmulator, clearDatabase, type RestDocument } from '../../infra/local/firestore/adminRest.ts';

/** Owned by this file; lives as long as the process. */
let kept: Promise<LocalCloud> | undefined;
/** What the settings of its buckets were when a cloud started, as JSON, by name. */
const settingsAtStart = new WeakMap<LocalCloud, ReadonlyMap<string, string>>();

/** Documents of installation, which functions keep in memory, by database. */
const installation = {
  '(default)': ['standIns/stands-in-for-no-account'],
  keys: ['orgKeys/valv-accounts-of-members', 'subjectKeys/stands-in-for-no-account'],
} as const;
const SETTLED_WITHIN_MS = 60_000;

/** This process's cloud, started when it is asked for first. */
export async function keptCloud(start: () => Promise<LocalCloud>): Promise<LocalCloud> {
  kept ??= start().then(rememberStart);
  return kept;
}

/** Notes how a cloud that has just started is, for {@link emptyCloud}; @returns it. */
export function rememberStart(cloud: LocalCloud): LocalCloud {
  settingsAtStart.set(cloud, new Map([...cloud.storage.buckets].map(([name, { settings }]) => [name, JSON.stringify(settings)])));
  return cloud;
}

/** Makes a cloud as it was when it started ({@link rememberStart}), apart from what belongs to the installation. */
export async function emptyCloud(cloud: LocalCloud): Promise<void> {
  cloud.faults.clear();
  await cloud.tasks.drained(SETTLED_WITHIN_MS);
  cloud.tasks.dead.splice(0);
  cloud.mail.clear();
  cloud.oidc.forge();
  for (const job of cloud.scheduler.jobs.all()) cloud.scheduler.jobs.remove(job.name);
  emptyStorage(cloud);
  await emptyFirestore(cloud);
}

function emptyStorage(cloud: LocalCloud): void {
  const { storage } = cloud;
  const settings = settingsAtStart.get(cloud);
  if (settings === undefined) throw new TypeError('how the cloud was when it started is not known');
  for (const [name, bucket] of storage.buckets) {
    storage.objects(name).clear();
    const original = settings.get(name);
    // Written by rememberStart.
    if (original !== undefined) bucket.settings = JSON.parse(original) as Record<string, unknown>;
    else storage.buckets.delete(name);
  }
}

async function emptyFirestore({ urls, projectId }: LocalCloud): Promise<void> {
  const base = `projects/${projectId}/databases`;
  for (const database of ['(default)', 'keys', 'journal'] as const) {
    const paths = database === 'journal' ? [] : installation[database];
    const documents = await documentsAt(
      urls.firestore,
      paths.map((path) => `${base}/${database}/documents/${path}`),
    );
    await clearDatabase(urls.firestore, projectId, database);
    const writes = documents.map(({ name, fields = {} }) => ({ update: { name, fields } }));
    if (writes.length > 0) await callEmulator(`${urls.firestore}/v1/${base}/${database}/documents:commit`, 'POST', { writes });
  }
}

/** Those of the named documents that exist. */
async function documentsAt(url: string, names: readonly string[]): Promise<readonly RestDocument[]> {
  if (names.length === 0) return [];
  const database = names[0]?.split('/documents/')[0] ?? '';
  const answers = await callEmulator(`${url}/v1/${database}/documents:batchGet`, 'POST', { documents: names });
  // An array of answers, each with a document or with the name of one that is missing.
  return (answers as { found?: RestDocument }[]).flatMap(({ found }) => found ?? []);
}
