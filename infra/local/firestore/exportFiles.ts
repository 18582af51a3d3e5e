import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { callEmulator, clearDatabase, copyDatabase } from './adminRest.ts';

/**
 * Exports one database in Google's own format.
 * @returns the folder `dir/name`, with `name.overall_export_metadata` in it.
 */
export async function exportDatabase(
  base: string,
  options: { projectId: string; database: string; dir: string; name: string },
): Promise<string> {
  mkdirSync(options.dir, { recursive: true });
  await callEmulator(`${base}/emulator/v1/projects/${options.projectId}:export`, 'POST', {
    database: databaseName(options.projectId, options.database),
    export_directory: options.dir,
    export_name: options.name,
  });
  return join(options.dir, options.name);
}

/**
 * Imports an export into a database: same ids are overwritten, nothing is deleted.
 * The emulator imports documents only into a database of the name they were exported from, in any project, and answers
 * success without importing anything otherwise. So an export of another database goes by way of a scratch project.
 * @param options `metadataFile`: path of `NAME.overall_export_metadata`. `otherSources`: names of the databases that
 * the export may come from, besides the target's own.
 */
export async function importDatabase(
  base: string,
  options: { projectId: string; database: string; metadataFile: string; otherSources: readonly string[] },
): Promise<void> {
  const target = databaseName(options.projectId, options.database);
  await importSameName(base, options.projectId, options.database, options.metadataFile);
  for (const source of options.otherSources) {
    if (source === options.database) continue;
    const scratch = `scratch-${randomBytes(6).toString('hex')}`;
    await importSameName(base, scratch, source, options.metadataFile);
    const copied = await copyDatabase(base, databaseName(scratch, source), target);
    await clearDatabase(base, scratch, source);
    if (copied > 0) return; // an export is of one database
  }
}

async function importSameName(base: string, projectId: string, database: string, metadataFile: string): Promise<void> {
  await callEmulator(`${base}/emulator/v1/projects/${projectId}:import`, 'POST', {
    database: databaseName(projectId, database),
    export_directory: metadataFile,
  });
}

/** Resource name of a database. */
export const databaseName = (projectId: string, database: string): string => `projects/${projectId}/databases/${database}`;
