import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { exportDatabase, importDatabase } from '../firestore/exportFiles.ts';
import { GoogleError } from '../googleError.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** Where exports come from and go to. */
export type ExportContext = { readonly firestoreUrl: string; readonly store: ObjectStore };

/** A place in Cloud Storage, from `gs://bucket/prefix`. */
export type StoragePlace = { readonly bucket: string; readonly prefix: string };

/** Parses `gs://bucket[/prefix]`; without a prefix, one is made from the time, as Google does. Throws INVALID_ARGUMENT. */
export function parsePlace(uri: unknown): StoragePlace {
  const match = /^gs:\/\/(?<bucket>[^/]+)(?:\/(?<prefix>.*?))?\/?$/.exec(typeof uri === 'string' ? uri : '');
  if (match === null) throw new GoogleError('INVALID_ARGUMENT', `Invalid Google Cloud Storage URI: ${String(uri)}`);
  const { bucket = '', prefix = '' } = match.groups ?? {};
  const now = new Date().toISOString().replace(/\.\d+Z$/, '');
  return { bucket, prefix: prefix === '' ? `${now}_${process.pid}` : prefix };
}

/** Exports a database into the bucket in Google's layout. Throws NOT_FOUND without the bucket. */
export async function exportToBucket(
  { firestoreUrl, store }: ExportContext,
  options: { projectId: string; database: string; to: StoragePlace },
): Promise<{ bytes: number }> {
  const { bucket, prefix } = options.to;
  store.bucket(bucket);
  const name = basename(prefix);
  if (store.objects(bucket).has(`${prefix}/${name}.overall_export_metadata`)) {
    throw new GoogleError('ALREADY_EXISTS', `Path already exists: /${bucket}/${prefix}/${name}.overall_export_metadata`);
  }
  return inScratchFolder(async (dir) => {
    const folder = await exportDatabase(firestoreUrl, { ...options, dir, name });
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
    let bytes = 0;
    for (const path of files) {
      const content = readFileSync(join(folder, path));
      bytes += content.length;
      store.put(bucket, `${prefix}/${path}`, content, { contentType: 'application/octet-stream' });
    }
    return { bytes };
  });
}

/** Imports an export from the bucket. Throws NOT_FOUND when the prefix holds none. */
export async function importFromBucket(
  { firestoreUrl, store }: ExportContext,
  options: { projectId: string; database: string; from: StoragePlace; otherSources: readonly string[] },
): Promise<void> {
  const { bucket, prefix } = options.from;
  store.bucket(bucket);
  const metadata = `${prefix}/${basename(prefix)}.overall_export_metadata`;
  if (!store.objects(bucket).has(metadata)) {
    throw new GoogleError('NOT_FOUND', `Google Cloud Storage file does not exist: /${bucket}/${metadata}`);
  }
  await inScratchFolder(async (dir) => {
    for (const [name, object] of store.objects(bucket)) {
      if (!name.startsWith(`${prefix}/`)) continue;
      const file = join(dir, basename(prefix), name.slice(prefix.length + 1));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, store.read(object));
    }
    await importDatabase(firestoreUrl, { ...options, metadataFile: join(dir, basename(prefix), basename(metadata)) });
  });
}

async function inScratchFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'valv-export-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
