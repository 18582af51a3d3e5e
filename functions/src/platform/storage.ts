/**
 * Objects in Cloud Storage. Everything in the files bucket is sealed before it comes here.
 * Guarantees: writes are checked end to end by CRC32C. Does not seal anything itself.
 */
import { Storage } from '@google-cloud/storage';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { projectId } from './config.ts';

let storage: Storage | undefined;
function client(): Storage {
  storage ??= new Storage({ projectId: projectId() });
  return storage;
}

/** Writes an object, replacing what was there. The source is read once. */
export async function writeObject(bucket: string, path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const target = client().bucket(bucket).file(path).createWriteStream({ resumable: false, validation: 'crc32c' });
  await pipeline(Readable.from(source, { objectMode: false }), target);
}

/** Reads an object as a stream of chunks. Throws when it does not exist or its checksum is wrong. */
export async function* readObject(bucket: string, path: string): AsyncGenerator<Uint8Array> {
  const stream = client().bucket(bucket).file(path).createReadStream({ validation: 'crc32c' });
  // The client's own pipeline hangs eleven listeners on the response, one more than Node lets pass without a warning.
  stream.on('response', (response: Readable) => response.setMaxListeners(20));
  for await (const chunk of stream) {
    yield chunk as Uint8Array; // a read stream without an encoding gives Buffers
  }
}

/** Deletes an object; one that is gone already is no error. */
export async function deleteObject(bucket: string, path: string): Promise<void> {
  await client().bucket(bucket).file(path).delete({ ignoreNotFound: true });
}

/** Deletes every object whose path starts with `prefix`; answers how many. */
export async function deleteObjects(bucket: string, prefix: string): Promise<number> {
  const [files] = await client().bucket(bucket).getFiles({ prefix });
  for (const file of files) await file.delete({ ignoreNotFound: true });
  return files.length;
}

/** Path and size in bytes of every object whose path starts with `prefix`. */
export async function listObjects(bucket: string, prefix: string): Promise<readonly { path: string; sizeBytes: number }[]> {
  const [files] = await client().bucket(bucket).getFiles({ prefix });
  return files.map((file) => ({ path: file.name, sizeBytes: Number(file.metadata.size ?? 0) }));
}

/** Where a bucket's data is kept, e.g. `EUROPE-NORTH2`. */
export async function bucketLocation(bucket: string): Promise<string> {
  const [metadata] = await client().bucket(bucket).getMetadata();
  return String(metadata.location ?? '');
}
