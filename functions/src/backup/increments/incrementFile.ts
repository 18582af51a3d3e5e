/**
 * The form of an increment: `increments/<id>.<sha256>.ndjson.gz`, a line for each change, and its manifest beside it. The name
 * holds the hash of the bytes, so that no other content can ever take its place.
 *
 * Guarantees: what is read is what the manifest says, or `backup/damaged`; a manifest is signed by the service and names the one before it, so that a
 * missing increment shows. The id is the UTC hour whose end it is, such as `2026-11-22T13`.
 */
import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import * as z from 'zod/mini';
import { isOutage } from '../../platform/outage.ts';
import { listObjects, readObject, readWhole } from '../../platform/storage.ts';
import { openSignedObject, signObject } from '../../privacy/signedObject.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { readUsable, type LeftOut } from '../unusable.ts';

const sha256Hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/));

/** What the manifest of an increment says. */
export const incrementManifest = z.strictObject({
  v: z.literal(1),
  incrementId: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d$/)),
  /** The increment before it, or null for the first one ever. */
  previous: z.nullable(z.strictObject({ incrementId: z.string(), manifestSha256: sha256Hex, readAt: z.iso.datetime() })),
  /** When the journal was read: what was delivered to it until then is in this increment or an earlier one. */
  readAt: z.iso.datetime(),
  entries: z.int(),
  sizeBytes: z.int(),
  /** Of the object, gzipped as it is. */
  sha256: sha256Hex,
  /** Times of the earliest and the latest commit in it; null for none. */
  earliestAt: z.nullable(instant),
  latestAt: z.nullable(instant),
});
/** See {@link incrementManifest}. */
export type IncrementManifest = z.infer<typeof incrementManifest>;

const jsonObject = z.record(z.string(), z.unknown());
const changeLine = z.strictObject({
  id: z.string(),
  path: z.string(),
  at: instant,
  before: z.nullable(instant),
  parts: z.int(),
  fields: z.nullable(jsonObject),
});
/** A change as a line of an increment. `fields` is the text of the document after it, or null for a deletion. */
export type JournalledChange = {
  readonly id: string;
  readonly path: string;
  /** UTC with nine digits of fraction, so that texts compare as instants do. */
  readonly at: string;
  readonly before: string | null;
  readonly parts: number;
  readonly fields: string | null;
};

/** Path of an increment's changes; `sha256` is that of the object. */
export const incrementPath = ({ incrementId, sha256 }: Pick<IncrementManifest, 'incrementId' | 'sha256'>): string =>
  `increments/${incrementId}.${sha256}.ndjson.gz`;
/** What the paths of increments begin with while they are written: their hash is not known yet. */
export const unfinishedPrefix = 'unfinished/';
/** Path of an increment's manifest. */
export const incrementManifestPath = (incrementId: string): string => `increments/${incrementId}.manifest.jws`;

/** The line of a change, with its line feed. */
export function lineOf({ fields, ...change }: JournalledChange): string {
  const { id, path, at, before, parts } = change;
  return `${JSON.stringify({ id, path, at, before, parts }).slice(0, -1)},"fields":${fields ?? 'null'}}\n`;
}

function parseLine(line: string): JournalledChange {
  const { fields, ...change } = z.parse(changeLine, JSON.parse(line));
  // The text behind the last member that is ours: it is kept as it is.
  return { ...change, fields: fields === null ? null : line.slice(line.indexOf(',"fields":') + ',"fields":'.length, -1) };
}

/**
 * The changes of an increment, in the order of the file. Throws `backup/damaged` when the bytes are not those of the manifest,
 * `backup/missing` when there are none; a service that does not answer says neither, and is thrown as it is.
 */
export async function* changesOf(bucket: string, manifest: IncrementManifest): AsyncGenerator<JournalledChange> {
  const { incrementId } = manifest;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  const gunzip = createGunzip();
  const flow = pipeline(Readable.from(readObject(bucket, incrementPath(manifest))), measure, gunzip);
  flow.catch(() => undefined); // who reads `gunzip` is told
  let entries = 0;
  try {
    for await (const line of linesOf(gunzip)) {
      entries += 1;
      yield parseLine(line);
    }
    await flow;
  } catch (thrown) {
    const cause = await flow.then(
      () => thrown,
      (failure: unknown) => failure,
    );
    if (isOutage(cause)) throw cause;
    if (isAppError(cause, 'shared/not-found')) throw new AppError('backup/missing', 'the increment is missing', { incrementId }, { cause });
    throw damaged(incrementId, 'cannot be read', thrown);
  }
  const isWhole = entries === manifest.entries && sizeBytes === manifest.sizeBytes && hash.digest('hex') === manifest.sha256;
  if (!isWhole) throw damaged(incrementId, 'is not what its manifest says');
}

function damaged(incrementId: string, what: string, cause?: unknown): AppError {
  return new AppError('backup/damaged', `the increment ${what}`, { incrementId }, { cause });
}

async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n'); // a stream without an encoding gives Buffers
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new TypeError('the last line has no end');
}

const purpose = 'valv/increment-manifest/v1';

/** The signed bytes of a manifest, as they are stored. */
export const sealIncrementManifest = (manifest: IncrementManifest): Promise<Buffer> => signObject(purpose, manifest.incrementId, manifest);

/** A manifest with the hash of its bytes, which the next one and the list of exports name. */
export type FoundManifest = { readonly manifest: IncrementManifest; readonly manifestSha256: string };

/** A manifest of an increment, or null when there is none. Throws `backup/not-genuine`, `backup/damaged` for one that cannot be used. */
export async function readIncrementManifest(bucket: string, incrementId: string): Promise<FoundManifest | null> {
  const path = incrementManifestPath(incrementId);
  const isThere = (await listObjects(bucket, path)).some((object) => object.path === path);
  return isThere ? readManifestAt(bucket, incrementId) : null;
}

/** Ids of the increments in a bucket that have a manifest, oldest first. What is named otherwise is none of ours, and not read. */
export async function incrementIds(bucket: string): Promise<readonly string[]> {
  const objects = await listObjects(bucket, 'increments/');
  return objects.flatMap(({ path }) => /^increments\/(\d{4}-\d\d-\d\dT\d\d)\.manifest\.jws$/.exec(path)?.[1] ?? []).toSorted();
}

/**
 * The manifests of increments in a bucket from an id on, oldest first. One that is damaged or not genuine is left out if `leftOut`
 * takes it; unless it is told, that is an error.
 */
export async function listIncrements(bucket: string, leftOut?: LeftOut, firstId = ''): Promise<readonly FoundManifest[]> {
  const ids = (await incrementIds(bucket)).filter((known) => known >= firstId);
  return readUsable(ids, (id) => readManifestAt(bucket, id), leftOut);
}

/** Much more than a manifest has. */
const mostManifestBytes = 64 * 1024;

async function readManifestAt(bucket: string, incrementId: string): Promise<FoundManifest> {
  const bytes = await readWhole(bucket, incrementManifestPath(incrementId), mostManifestBytes);
  const manifest = await openSignedObject(purpose, incrementId, bytes, incrementManifest);
  return { manifest, manifestSha256: createHash('sha256').update(bytes).digest('hex') };
}
