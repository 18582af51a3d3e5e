/**
 * Databases of the project besides its own: made for a restore or a drill, filled from an export, and removed.
 *
 * Guarantees: a database is made inside the EU only, without rules, so that no client may enter it; only one whose id begins as
 * a scratch database's does can be removed here. Waits for Google's operations by asking for them.
 */
import { AppError } from '../shared/errors.ts';
import { locations, needsEuLocation, projectId } from './config.ts';
import { admin } from './firestoreAdmin.ts';

/** Waits that long; passed in so that a test need not. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** How long to wait before an operation is asked for again that was not done `asked` times before, in milliseconds: 50, doubled, at most 5,000. */
export const pauseAfter = (asked: number): number => Math.min(50 * 2 ** asked, 5000);

/** How the ids of scratch databases begin: what a restore works in, and what a drill does. */
export const scratchPrefixes = { restore: 'restore-', drill: 'drill-' } as const;

/** Id of a new scratch database of a restore: what it is for, when it was made (to the minute, UTC), and something random. */
export function restoreScratchId(what: string, now: Date, random: string): string {
  return `${scratchPrefixes.restore}${what}-${now.toISOString().slice(0, 16).replaceAll(/[-:]/g, '').toLowerCase()}-${random}`;
}

/** When a scratch database of a restore was made; null for an id that does not say. */
export function scratchMadeAt(databaseId: string): Date | null {
  const [, year, month, day, hour, minute] = /-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)-[^-]+$/.exec(databaseId) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}Z`);
  return Number.isNaN(at) ? null : new Date(at);
}

const parent = (): string => `projects/${projectId()}`;
const nameOf = (databaseId: string): string => `${parent()}/databases/${databaseId}`;

/** Ids of the databases whose id begins so. */
export async function listScratch(prefix: (typeof scratchPrefixes)[keyof typeof scratchPrefixes]): Promise<readonly string[]> {
  const [answer] = await (await admin()).listDatabases({ parent: parent() });
  const ids = (answer.databases ?? []).map(({ name }) => (name ?? '').split('/').at(-1) ?? '');
  return ids.filter((id) => id.startsWith(prefix)).toSorted();
}

/** Makes an empty database beside the one of tenant data. */
export async function createScratch(databaseId: string, sleep: Sleep): Promise<void> {
  needsScratch(databaseId);
  const api = await admin();
  const database = {
    locationId: needsEuLocation(locations.firestore),
    type: 'FIRESTORE_NATIVE',
    deleteProtectionState: 'DELETE_PROTECTION_DISABLED',
  } as const;
  const [{ name = '' }] = await api.createDatabase({ parent: parent(), databaseId, database });
  await ended(() => api.checkCreateDatabaseProgress(name), 'backup/restore-failed', sleep);
}

/** Removes a scratch database with everything in it. */
export async function deleteScratch(databaseId: string, sleep: Sleep): Promise<void> {
  needsScratch(databaseId);
  const api = await admin();
  const [{ name = '' }] = await api.deleteDatabase({ name: nameOf(databaseId) });
  await ended(() => api.checkDeleteDatabaseProgress(name), 'backup/restore-failed', sleep);
}

/** Imports an export (`gs://bucket/prefix`) into a scratch database. Throws `backup/damaged` with Google's words when it cannot be. */
export async function importInto(databaseId: string, inputUriPrefix: string, sleep: Sleep): Promise<void> {
  needsScratch(databaseId);
  const api = await admin();
  const [{ name = '' }] = await api.importDocuments({ name: nameOf(databaseId), inputUriPrefix });
  await ended(() => api.checkImportDocumentsProgress(name), 'backup/damaged', sleep);
}

/** What is asked of an operation of any kind. */
type Progress = {
  readonly done?: boolean | undefined;
  readonly error?: { readonly message?: string | null } | null | undefined;
  readonly latestResponse: { readonly error?: { readonly message?: string | null } | null };
};

async function ended(ask: () => Promise<Progress>, code: 'backup/restore-failed' | 'backup/damaged', sleep: Sleep): Promise<void> {
  for (let asked = 0; ; asked += 1) {
    const { done, error, latestResponse } = await ask();
    const refusal = error ?? latestResponse.error;
    if (done === true && refusal) throw new AppError(code, 'Google could not do it', { reason: refusal.message ?? 'unknown' });
    if (done === true) return;
    await sleep(pauseAfter(asked));
  }
}

function needsScratch(databaseId: string): void {
  if (Object.values(scratchPrefixes).some((prefix) => databaseId.startsWith(prefix))) return;
  throw new TypeError('only scratch databases are made and removed here');
}
