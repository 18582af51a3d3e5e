// A local cloud for a file of integration tests: `const local = withLocalCloud({ functionsEntry: … })` at its top.
// If the run has one emulator for all (tests/support/sharedFirestore.ts as globalSetup), each worker has a project in it, which is
// empty when a file begins; otherwise each file starts an emulator. Where a worker's files share one process, they share its cloud
// too (tests/support/workersCloud.ts), unless they ask for one of another kind.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { LocalCloud, LocalCloudOptions } from '../../infra/local/cloudTypes.ts';
import { clearDatabase } from '../../infra/local/firestore/adminRest.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';
import type { Mail } from '../../infra/local/mail/mailStore.ts';
import { organisationNumbers } from './organisationNumbers.ts';
import { emptyCloud, keptCloud } from './workersCloud.ts';

/** The built functions, as they are deployed. `VALV_FUNCTIONS` names another build. */
export const builtFunctions = process.env['VALV_FUNCTIONS'] ?? new URL('../../functions/dist/index.js', import.meta.url).pathname;

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's shared Firestore emulator. */
    firestoreEmulatorUrl?: string;
    /** Projects in it that have the rules, one for each worker. */
    firestoreProjects?: readonly string[];
    /** True where a worker's files run in one process, with one cloud. */
    sharesCloud?: boolean;
  }
}

/** An error that a callable answered: Firebase's code, such as `permission-denied`, and its message and details. */
export class CallableError extends Error {
  readonly httpStatus: number;
  readonly code: string;
  readonly details: unknown;

  constructor(httpStatus: number, error: { status?: string; message?: string; details?: unknown }) {
    super(error.message ?? 'no message');
    this.httpStatus = httpStatus;
    this.code = (error.status ?? 'unknown').toLowerCase().replaceAll('_', '-');
    this.details = error.details;
  }
}

/** What tests do with a local cloud. Everything here throws before the file's tests have begun. */
export type TestCloud = {
  readonly cloud: LocalCloud;
  readonly mailbox: {
    /** The newest mail to an address that was not returned before; waits for it, at most twenty seconds. */
    next(to: string): Promise<Mail>;
    /** The code in the newest mail with a six-digit code that was not returned before; waits for it as {@link next} does. */
    latestCode(to: string): Promise<string>;
    /** The newest mail whose subject matches and that was not returned before; waits for it. Other mails stay new. */
    about(to: string, subject: RegExp): Promise<Mail>;
  };
  /** Calls a callable as the web SDK does. @returns its result. Throws {@link CallableError}. */
  callable(name: string, data: unknown, idToken?: string): Promise<unknown>;
  /** Signs in with a custom token, as made by the functions. @returns an ID token. Throws when there is none. */
  signIn(customToken: string | null): Promise<string>;
  /** An ID token of any user with any claims, by way of a custom token. */
  idTokenFor(uid: string, claims?: Record<string, unknown>): Promise<string>;
  /** Deletes all documents of both databases. */
  clearDocuments(): Promise<void>;
};

/** Options besides those that tests always set the same. */
export type TestCloudOptions = Partial<Omit<LocalCloudOptions, 'attach'>> & {
  /** True for an emulator of its own: for state on disk and for Firestore triggers. Default false. */
  readonly ownEmulator?: boolean;
};

const HOOK_TIMEOUT_MS = 300_000;
const MAIL_WITHIN_MS = 60_000;
const CUSTOM_TOKEN_AUDIENCE = 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';

/** Starts a local cloud before the tests of this file and stops it after them; a shared one is emptied instead, and goes on. */
export function withLocalCloud(options: TestCloudOptions = {}): TestCloud {
  let started: LocalCloud | undefined;
  const isShared = sharesCloud(options);
  // Functions that are loaded already know the shared cloud only.
  if (inject('sharesCloud') === true && !isShared && options.functionsMode !== 'ownProcess')
    throw new TypeError('a file with a cloud of its own belongs in `ownCloud` of vitest.config.ts');
  beforeAll(async () => {
    organisationNumbers.startOver();
    if (isShared) started = await keptCloud(() => startWorkersCloud({ functionsEntry: builtFunctions }));
    else started = await startWorkersCloud(options);
  }, HOOK_TIMEOUT_MS);
  // A test that failed leaves no fault on for the next, and no task waiting.
  afterEach(() => {
    started?.faults.clear();
    started?.tasks.release();
  });
  afterAll(async () => {
    if (started !== undefined) await (isShared ? emptyCloud(started) : started.stop());
  }, HOOK_TIMEOUT_MS);
  return testCloud(() => {
    if (started === undefined) throw new TypeError('the local cloud has not started yet');
    return started;
  });
}

/** Whether this worker's shared cloud is what was asked for: the built functions, or none. */
export function sharesCloud(options: TestCloudOptions = {}): boolean {
  const { functionsEntry = null, ...others } = options;
  return inject('sharesCloud') === true && (functionsEntry ?? builtFunctions) === builtFunctions && Object.keys(others).length === 0;
}

/** The project that this worker's files use one after the other, emptied; none for a cloud with an emulator or rules of its own. */
async function workersProject({ ownEmulator, stateDir, rulesFile, projectId }: TestCloudOptions): Promise<TestCloudOptions> {
  if (ownEmulator === true || (stateDir ?? rulesFile ?? projectId ?? null) !== null) return {};
  const url = inject('firestoreEmulatorUrl');
  const mine = inject('firestoreProjects')?.[Number(process.env['VITEST_POOL_ID']) - 1];
  if (url === undefined || mine === undefined) return {};
  for (const database of ['(default)', 'keys', 'journal']) await clearDatabase(url, mine, database);
  return { projectId: mine };
}

/** Starts the only local cloud that this worker has at the time. */
export async function startWorkersCloud(options: TestCloudOptions = {}): Promise<LocalCloud> {
  return startTestCloud({ ...(await workersProject(options)), ...options });
}

/** Starts a local cloud as {@link withLocalCloud} does, for tests that stop and start it themselves. */
export function startTestCloud(options: TestCloudOptions = {}): Promise<LocalCloud> {
  const { ownEmulator = false, ...rest } = options;
  const shared = ownEmulator || (rest.stateDir ?? null) !== null ? undefined : inject('firestoreEmulatorUrl');
  return startLocalCloud({
    projectId: `valv-test-${randomBytes(4).toString('hex')}`,
    stateDir: null,
    functionsEntry: null,
    hostingDir: null,
    ...(shared === undefined
      ? {}
      : { attach: { firestore: shared, hasRules: inject('firestoreProjects')?.includes(rest.projectId ?? '') ?? false } }),
    ...rest,
  });
}

/** The conveniences around any running local cloud. */
export function testCloud(current: () => LocalCloud): TestCloud {
  const returned = new Set<string>();
  const nextOf = async (to: string, what: string, isWanted: (mail: Mail) => boolean): Promise<Mail> => {
    const deadline = Date.now() + MAIL_WITHIN_MS;
    for (;;) {
      const mails = current().mail.find({ to });
      const mail = mails.find((found) => !returned.has(found.id) && isWanted(found));
      if (mail !== undefined) return mail;
      if (Date.now() > deadline) throw new Error(`no new ${what} to ${to} within ${MAIL_WITHIN_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const andOlder = (to: string, mail: Mail): Mail => {
    for (const { id } of current().mail.find({ to })) returned.add(id);
    return mail;
  };
  const next = async (to: string): Promise<Mail> => andOlder(to, await nextOf(to, 'mail', () => true));
  // Notices go by a task and may come in between.
  const latestCode = async (to: string): Promise<string> =>
    codeIn(andOlder(to, await nextOf(to, 'mail with a code', (mail) => codeIn(mail) !== '')));
  const about = async (to: string, subject: RegExp): Promise<Mail> => {
    const mail = await nextOf(to, `mail about ${String(subject)}`, (found) => subject.test(found.subject));
    returned.add(mail.id);
    return mail;
  };
  const signIn = async (token: string | null): Promise<string> => {
    if (token === null) throw new TypeError('the answer has no token: a session was made fresh');
    return exchange(current(), token);
  };
  return {
    get cloud() {
      return current();
    },
    mailbox: { next, latestCode, about },
    callable: (name, data, idToken) => call(current(), name, data, idToken),
    signIn,
    idTokenFor: (uid, claims = {}) => signIn(unsignedCustomToken(uid, claims)),
    clearDocuments: async () => {
      const { urls, projectId } = current();
      for (const database of ['(default)', 'keys', 'journal']) await clearDatabase(urls.firestore, projectId, database);
    },
  };
}

/** The six-digit code in a mail; empty when there is none. */
function codeIn({ subject, text }: Mail): string {
  return /(?<![\w-])\d{6}(?![\w-])/.exec(`${text}\n${subject}`)?.[0] ?? '';
}

async function call(cloud: LocalCloud, name: string, data: unknown, idToken?: string): Promise<unknown> {
  const response = await fetch(`${cloud.urls.functions}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(idToken === undefined ? {} : { authorization: `Bearer ${idToken}` }) },
    body: JSON.stringify({ data }),
  });
  // The callable protocol: {result} or {error}.
  const body = (await response.json()) as { result?: unknown; error?: { status?: string; message?: string } };
  if (response.ok && body.error === undefined) return body.result;
  throw new CallableError(response.status, body.error ?? {});
}

async function exchange(cloud: LocalCloud, token: string): Promise<string> {
  const url = `${cloud.urls.auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithCustomToken?key=local`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, returnSecureToken: true }),
  });
  const body = (await response.json()) as { idToken?: string }; // The emulator's documented answer.
  if (body.idToken === undefined) throw new Error(`sign-in refused: ${JSON.stringify(body)}`);
  return body.idToken;
}

/** A custom token as the Admin SDK makes it for the Auth emulator: claims without a signature. */
function unsignedCustomToken(uid: string, claims: Record<string, unknown>): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const email = 'firebase-auth-emulator@example.com';
  const payload = { iss: email, sub: email, aud: CUSTOM_TOKEN_AUDIENCE, iat: now, exp: now + 3600, uid, claims };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.`;
}
