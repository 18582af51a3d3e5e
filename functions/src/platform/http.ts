/**
 * HTTPS functions for what a callable cannot carry: a file sent, a file fetched.
 *
 * Guarantees: the same three steps as platform/callable.ts with the same token verification; an error leaves as the same
 * JSON, `{ error: { status, message, details } }`. Answers are never cached.
 */
import { getAuth } from 'firebase-admin/auth';
import { onRequest, type HttpsFunction, type Request } from 'firebase-functions/https';
import type { Response } from 'express';
import { AppError } from '../shared/errors.ts';
import { ms } from '../shared/time.ts';
import { originOf, telling, toHttpsError, type CallOrigin, type Credentials, type Refused, type Resources } from './callable.ts';
import { systemClock } from './clock.ts';
import { locations } from './config.ts';
import { adminApp } from './firestore.ts';

/** The steps of one HTTPS function. */
export type RequestSteps<Caller, Actor> = {
  readonly method: 'GET' | 'POST';
  readonly authenticate: (credentials: Credentials | null, origin: CallOrigin) => Promise<Caller>;
  readonly authorize: (caller: Caller, query: unknown) => Promise<Actor>;
  readonly run: (actor: Actor, request: Request, response: Response) => Promise<void>;
  readonly refused?: Refused<Caller>;
};

/** A deployable HTTPS function made of its steps. */
export function httpFunction<Caller, Actor>(resources: Resources, steps: RequestSteps<Caller, Actor>): HttpsFunction {
  const options = {
    region: locations.functions,
    memory: '512MiB',
    maxInstances: 10,
    concurrency: 4,
    cpu: 1,
    cors: false,
    ...resources,
  } as const;
  return onRequest(options, async (request, response) => {
    response.set('Cache-Control', 'private, no-store');
    try {
      if (request.method !== steps.method)
        throw new AppError('shared/invalid-input', `use ${steps.method}`, { field: 'method', reason: 'invalid' });
      const caller = await steps.authenticate(await credentialsOf(request), originOf(request));
      await telling(steps.refused, caller, request.query, async () =>
        steps.run(await steps.authorize(caller, request.query), request, response),
      );
    } catch (thrown) {
      refuse(response, thrown);
    }
  });
}

/** A deployable function that answers the same JSON to everybody, for an hour. */
export function publicJson(read: () => Promise<object>): HttpsFunction {
  return onRequest({ region: locations.functions, memory: '256MiB', maxInstances: 5, cors: true }, async (request, response) => {
    try {
      if (request.method !== 'GET') throw new AppError('shared/invalid-input', 'use GET', { field: 'method', reason: 'invalid' });
      const answer = await read();
      response.set('Cache-Control', 'public, max-age=3600').json(answer);
    } catch (thrown) {
      refuse(response, thrown);
    }
  });
}

/** A deployable function that tells everybody whether something is well: 200 if it is, 503 if not. Asked at most every ten seconds. */
export function publicHealth(read: () => Promise<{ readonly isWell: boolean; readonly body: object }>): HttpsFunction {
  // Owned here: what was last found out, so that many questions cost one reading.
  let known: { readonly until: number; readonly answer: ReturnType<typeof read> } | undefined;
  return onRequest({ region: locations.functions, memory: '256MiB', maxInstances: 2, cors: true }, async (request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      if (request.method !== 'GET') throw new AppError('shared/invalid-input', 'use GET', { field: 'method', reason: 'invalid' });
      const now = systemClock().getTime();
      if (known === undefined || known.until <= now) known = { until: now + 10 * ms.second, answer: read() };
      const { isWell, body } = await known.answer;
      response.status(isWell ? 200 : 503).json(body);
    } catch (thrown) {
      known = undefined;
      refuse(response, thrown);
    }
  });
}

async function credentialsOf(request: Request): Promise<Credentials | null> {
  const idToken = /^Bearer (\S+)$/.exec(request.get('Authorization') ?? '')?.[1];
  if (idToken === undefined) return null;
  try {
    const claims = await getAuth(adminApp()).verifyIdToken(idToken);
    return { uid: claims.uid, claims, idToken };
  } catch (cause) {
    const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // Such as `auth/id-token-expired` and `auth/argument-error`; anything else says nothing about the token.
    const isTokenBad = typeof code === 'string' && /token|argument|user/.test(code);
    if (isTokenBad) throw new AppError('identity/not-signed-in', 'not signed in', {}, { cause });
    throw new AppError('shared/unavailable', 'the token could not be verified', { service: 'auth' }, { cause });
  }
}

function refuse(response: Response, thrown: unknown): void {
  const error = toHttpsError(thrown);
  if (response.headersSent) {
    // Too late for a status: cut the connection so that the receiver sees an incomplete answer, never a short file.
    response.destroy();
    return;
  }
  response.status(error.httpErrorCode.status).json({ error: error.toJSON() });
}
