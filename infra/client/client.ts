/**
 * A user of Valv without a browser: calls the same addresses as the web app, through Hosting's rewrites, signs in as the
 * web SDK does and reads job documents under its own token. Reads codes from the local mailbox.
 */
import * as z from 'zod/mini';
import type { ErrorCode } from '../../functions/src/shared/errors.ts';
import { sleep } from './sleep.ts';

/** Where the services of a local cloud are. */
export type Addresses = {
  readonly app: string;
  readonly mailbox: string;
  readonly auth: string;
  readonly firestore: string;
  readonly projectId: string;
};

/** An error that a callable answered. */
export class CallError extends Error {
  readonly code: ErrorCode | 'unknown';
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = (details['code'] as ErrorCode | undefined) ?? 'unknown'; // every error of Valv carries its code
    this.details = details;
  }
}

const answerSchema = z.object({
  result: z.optional(z.unknown()),
  error: z.optional(z.object({ message: z.string(), details: z.optional(z.record(z.string(), z.unknown())) })),
});

/** Calls a callable; answers its result. Throws {@link CallError}. */
export async function call(at: Addresses, name: string, data: unknown, idToken?: string): Promise<unknown> {
  const response = await fetch(`${at.app}/api/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization(idToken) },
    body: JSON.stringify({ data }),
  });
  return unwrapped(await response.json());
}

/** Sends a file to an HTTPS function; answers its JSON. Throws {@link CallError}. */
export async function upload(at: Addresses, path: string, file: Uint8Array, idToken: string): Promise<unknown> {
  const headers = { 'Content-Type': 'application/octet-stream', ...authorization(idToken) };
  const response = await fetch(`${at.app}/api/${path}`, { method: 'POST', headers, body: new Uint8Array(file) });
  const json: unknown = await response.json();
  return response.ok ? json : unwrapped(json);
}

/** Fetches a file from an HTTPS function. Throws {@link CallError}. */
export async function download(at: Addresses, path: string, idToken: string): Promise<Buffer> {
  const response = await fetch(`${at.app}/api/${path}`, { headers: authorization(idToken) });
  if (!response.ok) unwrapped(await response.json());
  return Buffer.from(await response.arrayBuffer());
}

function authorization(idToken: string | undefined): Record<string, string> {
  return idToken === undefined ? {} : { Authorization: `Bearer ${idToken}` };
}

function unwrapped(json: unknown): unknown {
  const { result, error } = z.parse(answerSchema, json);
  if (error !== undefined) throw new CallError(error.message, error.details ?? {});
  return result;
}

/** Exchanges a custom token for an ID token, as the web SDK does. Throws for the null that a re-authentication answers. */
export async function exchange(at: Addresses, customToken: string | null): Promise<string> {
  if (customToken === null) throw new TypeError('the answer has no token: a session was made fresh');
  const address = `${at.auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithCustomToken?key=local`;
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: customToken, returnSecureToken: true }),
  });
  return z.parse(z.object({ idToken: z.string() }), await response.json()).idToken;
}

const mailsSchema = z.array(z.object({ subject: z.string(), text: z.string(), to: z.array(z.string()) }));

/** The newest code that was mailed to an address. Throws when none comes within a minute. */
export async function mailedCode(at: Addresses, to: string): Promise<string> {
  return (await mailed(at, to, /(?<![\w-])(\d{6})(?![\w-])/))[0] ?? '';
}

/** What the link of the newest invitation to an address holds. Throws when none comes within a minute. */
export async function mailedInvitation(at: Addresses, to: string): Promise<{ orgId: string; invitationId: string; token: string }> {
  const [orgId = '', invitationId = '', token = ''] = await mailed(at, to, /\/invitation\/([\w-]+)\/([\w-]+)#([\w-]+)/);
  return { orgId, invitationId, token };
}

/** The groups of `pattern` in the newest mail to an address that has them, waited for. */
async function mailed(at: Addresses, to: string, pattern: RegExp): Promise<readonly string[]> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const mails = z.parse(mailsSchema, await (await fetch(`${at.mailbox}/api/mails?to=${encodeURIComponent(to)}`)).json());
    const match = mails.map(({ text }) => pattern.exec(text)).find((one) => one !== null);
    if (match !== undefined) return match.slice(1);
    await sleep(100);
  }
  throw new Error(`what was waited for was not mailed to ${to}`);
}

/** How a job stands, as its document says. */
export type JobView = {
  readonly state: string;
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** Reads a document under the user's own token, so the rules decide. Answers the status and, when allowed, the fields. */
export async function readDocument(
  at: Addresses,
  path: string,
  idToken?: string,
): Promise<{ status: number; fields: Record<string, unknown> }> {
  const address = `${at.firestore}/v1/projects/${at.projectId}/databases/(default)/documents/${path}`;
  const response = await fetch(address, { headers: authorization(idToken) });
  const json = z.parse(z.object({ fields: z.optional(z.record(z.string(), z.unknown())) }), response.ok ? await response.json() : {});
  return {
    status: response.status,
    fields: Object.fromEntries(Object.entries(json.fields ?? {}).map(([name, value]) => [name, plain(value)])),
  };
}

/** Firestore's JSON of a value as an ordinary one. */
function plain(value: unknown): unknown {
  const [kind, content] = Object.entries(value as Record<string, unknown>)[0] ?? []; // a value of the REST API is an object with one key
  if (kind === 'integerValue') return Number(content);
  if (kind === 'nullValue') return null;
  if (kind === 'arrayValue') return ((content as { values?: unknown[] }).values ?? []).map(plain);
  if (kind === 'mapValue')
    return Object.fromEntries(
      Object.entries((content as { fields?: Record<string, unknown> }).fields ?? {}).map(([key, inner]) => [key, plain(inner)]),
    );
  return content;
}

/** Waits until a job has ended; answers how. `onProgress` is told of each change. Throws after two minutes. */
export async function waitForJob(
  at: Addresses,
  jobId: string,
  idToken: string,
  onProgress: (job: JobView) => void = () => undefined,
): Promise<JobView> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const { fields } = await readDocument(at, `jobs/${jobId}`, idToken);
    const job = {
      state: String(fields['state']),
      step: String(fields['step']),
      done: Number(fields['done']),
      total: Number(fields['total']),
      fields,
    };
    onProgress(job);
    if (job.state === 'succeeded' || job.state === 'failed') return job;
    await sleep(200);
  }
  throw new Error(`job ${jobId} has not ended after two minutes`);
}
