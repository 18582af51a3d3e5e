import { createHash, randomUUID } from 'node:crypto';
import { crc32cBase64 } from '../crc32c.ts';
import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import type { ObjectStore } from './objectStore.ts';
import { checkHashes, checkPreconditions, objectResource } from './resources.ts';

type Session = {
  readonly bucket: string;
  readonly name: string;
  readonly settings: Record<string, unknown>;
  readonly query: URLSearchParams;
  chunks: Buffer[];
  received: number;
};
type Metadata = Record<string, unknown>;

const UPLOAD = /^(?:\/resumable)?\/upload\/storage\/v1\/b\/(?<bucket>[^/]+)\/o$/;

/** Uploads: simple media, multipart and resumable. */
export function uploadRoutes(store: ObjectStore, baseUrl: () => string): Route[] {
  const sessions = new Map<string, Session>();
  return [
    { name: 'insertObject', method: 'POST', pattern: UPLOAD, run: (r) => insert(store, sessions, baseUrl, r) },
    { name: 'uploadChunk', method: 'PUT', pattern: UPLOAD, run: (r) => uploadChunk(store, sessions, r) },
    {
      name: 'cancelUpload',
      method: 'DELETE',
      pattern: UPLOAD,
      run: ({ query }) => {
        sessions.delete(query.get('upload_id') ?? '');
        return { status: 499 };
      },
    },
  ];
}

function insert(store: ObjectStore, sessions: Map<string, Session>, baseUrl: () => string, request: LoopbackRequest): Reply {
  const bucket = request.params['bucket'] ?? '';
  store.bucket(bucket);
  const type = request.query.get('uploadType') ?? 'media';
  if (type === 'resumable') return startSession(sessions, bucket, baseUrl, request);
  const { metadata, bytes } = type === 'multipart' ? splitMultipart(request) : simpleMedia(request);
  return finish(store, bucket, metadata, bytes, request);
}

function finish(
  store: ObjectStore,
  bucket: string,
  metadata: Metadata,
  bytes: Buffer,
  request: Pick<LoopbackRequest, 'query' | 'headers'>,
): Reply {
  const { md5Hash, crc32c, name: named, ...settings } = metadata;
  const name = request.query.get('name') ?? named;
  if (typeof name !== 'string' || name === '') throw new GoogleError('INVALID_ARGUMENT', 'Required', { reason: 'required' });
  const actual = { md5Hash: createHash('md5').update(bytes).digest('base64'), crc32c: crc32cBase64(bytes) };
  checkHashes({ md5Hash, crc32c }, actual);
  checkHashes(hashHeader(request), actual);
  checkPreconditions(request.query, store.objects(bucket).get(name));
  return { json: objectResource(store.put(bucket, name, bytes, settings)) };
}

function startSession(sessions: Map<string, Session>, bucket: string, baseUrl: () => string, request: LoopbackRequest): Reply {
  const metadata = jsonBody(request);
  const contentType = request.headers['x-upload-content-type'];
  const name = request.query.get('name') ?? metadata['name'];
  if (typeof name !== 'string') throw new GoogleError('INVALID_ARGUMENT', 'Required', { reason: 'required' });
  const id = randomUUID();
  sessions.set(id, {
    bucket,
    name,
    query: request.query,
    chunks: [],
    received: 0,
    settings: { ...(contentType === undefined ? {} : { contentType }), ...metadata },
  });
  const location = `${baseUrl()}/upload/storage/v1/b/${bucket}/o?uploadType=resumable&upload_id=${id}`;
  return { headers: { location, 'x-guploader-uploadid': id }, body: '' };
}

function uploadChunk(store: ObjectStore, sessions: Map<string, Session>, request: LoopbackRequest): Reply {
  const id = request.query.get('upload_id') ?? '';
  const session = sessions.get(id);
  if (session === undefined) throw new GoogleError('NOT_FOUND', 'No such upload session.', { reason: 'notFound' });
  const { start, total } = contentRange(request, session);
  if (start !== null && start > session.received)
    throw new GoogleError('INVALID_ARGUMENT', 'Invalid request. Gap in the upload.', { httpStatus: 503 });
  if (start !== null) {
    const fresh = request.body.subarray(session.received - start);
    session.chunks.push(fresh);
    session.received += fresh.length;
  }
  if (total === null || session.received < total) {
    const range = session.received === 0 ? {} : { range: `bytes=0-${session.received - 1}` };
    return { status: 308, headers: range, body: '' };
  }
  const bytes = Buffer.concat(session.chunks);
  session.chunks = [bytes];
  const reply = finish(store, session.bucket, { ...session.settings, name: session.name }, bytes, {
    query: session.query,
    headers: request.headers,
  });
  sessions.delete(id);
  return reply;
}

/** Where a chunk begins (null: only a question about the state) and the whole size (null: not known yet). */
function contentRange(request: LoopbackRequest, session: Session): { start: number | null; total: number | null } {
  const header = request.headers['content-range'];
  if (header === undefined) return { start: 0, total: request.body.length };
  const match = /^bytes (?:(?<start>\d+)-(?<end>\d+|\*)|\*)\/(?<total>\d+|\*)$/.exec(header);
  if (match === null) throw new GoogleError('INVALID_ARGUMENT', 'Failed to parse Content-Range header.', { reason: 'badRequest' });
  const { start, end, total } = match.groups ?? {};
  const from = start === undefined ? null : Number(start);
  if (total !== undefined && total !== '*') return { start: from, total: Number(total) };
  // "bytes 0-*/*": the one chunk of an upload of unknown size, which ends with this request.
  return { start: from, total: end === '*' ? Math.max(session.received, (from ?? 0) + request.body.length) : null };
}

function simpleMedia(request: LoopbackRequest): { metadata: Metadata; bytes: Buffer } {
  const contentType = request.headers['content-type'];
  return { metadata: contentType === undefined ? {} : { contentType }, bytes: request.body };
}

/** RFC 2046 multipart/related of two parts: JSON metadata, then the media. */
function splitMultipart(request: LoopbackRequest): { metadata: Metadata; bytes: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new GoogleError('INVALID_ARGUMENT', 'Missing multipart boundary.', { reason: 'badContent' });
  const first = partAfter(request.body, `--${boundary}`, 0);
  const second = partAfter(request.body, `--${boundary}`, first.end);
  const metadata = jsonBody({ ...request, body: first.content });
  const contentType = /content-type:\s*([^\r\n]+)/i.exec(second.head)?.[1];
  return { metadata: { ...(contentType === undefined ? {} : { contentType }), ...metadata }, bytes: second.content };
}

function partAfter(body: Buffer, delimiter: string, from: number): { head: string; content: Buffer; end: number } {
  const start = body.indexOf(delimiter, from) + delimiter.length;
  const gap = body.indexOf('\r\n\r\n', start);
  const end = body.indexOf(`\r\n${delimiter}`, gap);
  if (start < delimiter.length || gap < 0 || end < 0)
    throw new GoogleError('INVALID_ARGUMENT', 'Malformed multipart body.', { reason: 'badContent' });
  return { head: body.toString('utf8', start, gap), content: body.subarray(gap + 4, end), end };
}

function hashHeader(request: Pick<LoopbackRequest, 'headers'>): { md5Hash?: string; crc32c?: string } {
  const header = String(request.headers['x-goog-hash'] ?? '');
  const md5Hash = /md5=([^,\s]+)/.exec(header)?.[1];
  const crc32c = /crc32c=([^,\s]+)/.exec(header)?.[1];
  return { ...(md5Hash === undefined ? {} : { md5Hash }), ...(crc32c === undefined ? {} : { crc32c }) };
}
