/**
 * Objects in Cloud Storage. Everything in the files bucket is sealed before it comes here.
 * Guarantees: writes are checked end to end by CRC32C; a service that fails or stays silent is `shared/unavailable`, an object
 * that is read and is not there `shared/not-found`. Does not seal anything itself.
 */
import { IdempotencyStrategy, Storage } from '@google-cloud/storage';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, isAppError } from '../shared/errors.ts';
import { ms } from '../shared/time.ts';
import { projectId } from './config.ts';

/** How long the service may be silent. */
const silence = 15 * ms.second;
/** Most bytes that are read into memory unless the caller says otherwise: of a manifest with a head for each of 100,000 logs. */
const mostReadWhole = 32 * 1024 * 1024;
/** How long one write may take unless its caller says otherwise. The client itself waits for ever. */
const longestWrite = 20 * ms.second;

let storage: Storage | undefined;
function client(): Storage {
  // Everything here may be repeated: objects have random names and are replaced whole. Without this the client stops
  // retrying anything after its first write.
  storage ??= new Storage({
    projectId: projectId(),
    timeout: silence,
    retryOptions: { idempotencyStrategy: IdempotencyStrategy.RetryAlways, totalTimeout: 30 },
  });
  return storage;
}

let readingStorage: Storage | undefined;
/** For streams that are read: the client's retries of those end the process (a second answer is piped into a closed stream). */
function reader(): Storage {
  readingStorage ??= new Storage({ projectId: projectId(), timeout: silence, retryOptions: { autoRetry: false } });
  return readingStorage;
}

/** Writes an object within `longest` milliseconds, replacing what was there. The source is read once. */
export async function writeObject(
  bucket: string,
  path: string,
  source: AsyncIterable<Uint8Array>,
  longest: number = longestWrite,
): Promise<void> {
  const target = client().bucket(bucket).file(path).createWriteStream({ resumable: false, validation: 'crc32c' });
  await pipeline(Readable.from(source, { objectMode: false }), target, { signal: AbortSignal.timeout(longest) }).catch(unavailable);
}

/** Writes an object that is not there yet; answers false, with nothing changed, when there is one. */
export async function createObject(bucket: string, path: string, bytes: Uint8Array): Promise<boolean> {
  const isNew = { resumable: false, validation: 'crc32c', preconditionOpts: { ifGenerationMatch: 0 } } as const;
  try {
    await client().bucket(bucket).file(path).save(Buffer.from(bytes), isNew);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 412) return false;
    return unavailable(thrown);
  }
}

/** Reads an object as a stream of chunks. Throws `shared/not-found` when it does not exist, and when its checksum is wrong. */
export async function* readObject(bucket: string, path: string): AsyncGenerator<Uint8Array> {
  const stream = reader().bucket(bucket).file(path).createReadStream({ validation: 'crc32c' });
  let hasResponse = false;
  // The client's own pipeline hangs eleven listeners on the response, one more than Node lets pass without a warning.
  stream.on('response', (response: Readable) => {
    hasResponse = true;
    response.setMaxListeners(20);
  });
  // What we stop reading is this copy: the client ends the process when an answer finds its own stream destroyed.
  const copy = new PassThrough();
  stream.on('error', (error) => copy.destroy(error)).pipe(copy);
  const giveUp = (): void => void copy.destroy(new Error('silent'));
  let watch = setTimeout(giveUp, silence);
  try {
    for await (const chunk of copy) {
      clearTimeout(watch); // what the reader takes its time for is not silence
      yield chunk as Uint8Array; // a stream without an encoding gives Buffers
      watch = setTimeout(giveUp, silence);
    }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 404)
      throw new AppError('shared/not-found', 'not found', { service: 'storage' }, { cause: thrown });
    unavailable(thrown);
  } finally {
    clearTimeout(watch);
    if (hasResponse) stream.destroy();
    else stream.resume();
  }
}

/** Copies an object to the same path of another bucket, on the service's side. Whoever copies compares the checksums. */
export async function copyObject(bucket: string, path: string, toBucket: string): Promise<void> {
  await client().bucket(bucket).file(path).copy(client().bucket(toBucket).file(path)).catch(unavailable);
}

/** Gives an object another name in its bucket, unless there is one of that name: that one stays as it is, and this one goes. */
export async function renameObject(bucket: string, path: string, toPath: string): Promise<void> {
  const source = client().bucket(bucket).file(path);
  const isNew = { preconditionOpts: { ifGenerationMatch: 0 } } as const;
  await source.copy(client().bucket(bucket).file(toPath), isNew).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 412)) unavailable(thrown);
  });
  await deleteObject(bucket, path);
}

/**
 * A small object's bytes. Throws as {@link readObject} does, and `backup/damaged` with its path for one of more than `mostBytes`,
 * which whoever may write to the bucket could end a function with that reads it into memory.
 */
export async function readWhole(bucket: string, path: string, mostBytes: number = mostReadWhole): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readObject(bucket, path)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) throw new AppError('backup/damaged', 'the object is larger than it may be', { path: `gs://${bucket}/${path}` });
  }
  return Buffer.concat(chunks);
}

/** SHA-256 of an object's bytes, hexadecimal. Throws as {@link readObject} does. */
export async function hashObject(bucket: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readObject(bucket, path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Deletes an object; one that is gone already is no error. */
export async function deleteObject(bucket: string, path: string): Promise<void> {
  await client().bucket(bucket).file(path).delete({ ignoreNotFound: true }).catch(unavailable);
}

/** Deletes every object whose path starts with `prefix`; answers how many. */
export async function deleteObjects(bucket: string, prefix: string): Promise<number> {
  const [files] = await client().bucket(bucket).getFiles({ prefix }).catch(unavailable);
  for (const file of files) await file.delete({ ignoreNotFound: true }).catch(unavailable);
  return files.length;
}

/**
 * An object: its path, its size in bytes, the CRC32C of its bytes (base64, big-endian), when it was written, and the service's
 * number of that write: another one means that it was written again, whatever its bytes.
 */
export type StoredObject = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly crc32c: string;
  readonly writtenAt: Date;
  readonly generation: string;
};

/** Every object whose path starts with `prefix`. */
export async function listObjects(bucket: string, prefix: string): Promise<readonly StoredObject[]> {
  const [files] = await client().bucket(bucket).getFiles({ prefix }).catch(unavailable);
  return files.map(({ name, metadata }) => ({
    path: name,
    sizeBytes: Number(metadata.size ?? 0),
    crc32c: metadata.crc32c ?? '',
    writtenAt: new Date(metadata.timeCreated ?? 0),
    generation: String(metadata.generation ?? ''),
  }));
}

/** Whether a bucket is there. A service that does not answer is an error, not a no. */
export async function hasBucket(bucket: string): Promise<boolean> {
  const [isThere] = await client().bucket(bucket).exists().catch(unavailable);
  return isThere;
}

/** Where a bucket's data is kept, e.g. `EUROPE-NORTH2`. */
export async function bucketLocation(bucket: string): Promise<string> {
  const [metadata] = await client().bucket(bucket).getMetadata().catch(unavailable);
  return metadata.location ?? '';
}

/** Errors of the source are ours and stay as they are. */
function unavailable(cause: unknown): never {
  if (isAppError(cause)) throw cause;
  throw new AppError('shared/unavailable', 'the file store did not answer', { service: 'storage' }, { cause });
}
