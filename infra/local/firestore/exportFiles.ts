import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { callEmulator, clearDatabase, copyDatabase } from './adminRest.ts';

/**
 * Exports one database in Google's own format.
 * @returns the folder `dir/name`, with `name.overall_export_metadata` in it.
 */
export async function exportDatabase(
  base: string, options: { projectId: string; database: string; dir: string; name: string },
): Promise<string> {
  mkdirSync(options.dir, { recursive: true });
  await callEmulator(`${base}/emulator/v1/projects/${options.projectId}:export`, 'POST', {
    database: databaseName(options.projectId, options.database), export_directory: options.dir, export_name: options.name,
  });
  return join(options.dir, options.name);
}

/**
 * Imports an export into a database: same ids are overwritten, nothing is deleted.
 * The emulator imports nothing into a named database (and says it did), and keeps what it imports under the project
 * named, so this goes by way of the default database of a scratch project, which is emptied afterwards.
 * @param metadataFile path of `NAME.overall_export_metadata`.
 */
export async function importDatabase(
  base: string, options: { projectId: string; database: string; metadataFile: string },
): Promise<void> {
  const scratch = `scratch-${randomBytes(6).toString('hex')}`;
  const direct = options.database === '(default)';
  const projectId = direct ? options.projectId : scratch;
  await callEmulator(`${base}/emulator/v1/projects/${projectId}:import`, 'POST', {
    database: databaseName(projectId, '(default)'), export_directory: options.metadataFile,
  });
  if (direct) return;
  await copyDatabase(base, databaseName(scratch, '(default)'), databaseName(options.projectId, options.database));
  await clearDatabase(base, scratch, '(default)');
}

/** Resource name of a database. */
export const databaseName = (projectId: string, database: string): string => `projects/${projectId}/databases/${database}`;
