/**
 * The way of every call: authenticate, authorize, validate, run.
 *
 * Guarantees: the three steps happen in that order; input and output are parsed by the contract; whatever is thrown leaves
 * as an AppError's code, safe message and details, and anything else as `shared/internal` with an id to find it in the log. Who
 * is to be told of errors of an authenticated caller is told before the answer leaves, and cannot change it.
 * Does not decide who may do what: `authenticate` and `authorize` are passed in by identity and orgs.
 */
import type { Response } from 'express';
import { HttpsError, onCall, type CallableFunction, type CallableRequest, type Request } from 'firebase-functions/https';
import * as z from 'zod/mini';
import { AppError, errorCodes, isAppError } from '../shared/errors.ts';
import { locations } from './config.ts';
import { logFailure } from './log.ts';
import { newId } from './random.ts';

/** Input and output schema of a callable, as in each capability's contract.ts. */
export type CallableContract = { readonly input: z.ZodMiniType; readonly output: z.ZodMiniType };

/** What a function needs to run: memory, time and secrets, no more. */
export type Resources = {
  readonly memory?: '256MiB' | '512MiB' | '1GiB';
  readonly timeoutSeconds?: number;
  readonly secrets?: string[];
  readonly maxInstances?: number;
};

/** An ID token that has been verified: issuer, audience, expiry, signature. */
export type Credentials = {
  readonly uid: string;
  /** Claims of the token; `sid` names the session. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The token itself, to act under it. Never logged. */
  readonly idToken: string;
};

/** What is known of the call besides its input; all of it is what the caller or a front end says, none of it is proven. */
export type CallOrigin = {
  /**
   * Network address of the caller: the first entry of `X-Forwarded-For`. Google's front ends append to that header and
   * do not remove what a caller sent in it, and a function can be called past Hosting, so whoever wants to can name any
   * address. It slows down who does not forge it, and helps a person to recognise a session; no limit, and no decision
   * about access, may rest on it alone.
   */
  readonly address: string;
  /** The `User-Agent` header, at most 512 characters. */
  readonly userAgent: string;
  /** Country as Hosting's header says, two capital letters, or null. */
  readonly country: string | null;
};

/** Is told of an error that an authenticated caller is about to be answered. */
export type Refused<Caller> = (caller: Caller, rawInput: unknown, error: AppError) => Promise<void>;

/** The steps of one callable. `Caller` is what authentication found, `Actor` what authorization made of it. */
export type CallableSteps<C extends CallableContract, Caller, Actor> = {
  readonly refused?: Refused<Caller>;
  readonly contract: C;
  readonly authenticate: (credentials: Credentials | null, origin: CallOrigin) => Promise<Caller>;
  readonly authorize: (caller: Caller, rawInput: unknown) => Promise<Actor>;
  readonly run: (actor: Actor, input: z.output<C['input']>, origin: CallOrigin) => Promise<z.input<C['output']>>;
};

const longestUserAgent = 512;

/** A deployable callable made of its steps. */
export function callable<C extends CallableContract, Caller, Actor>(
  resources: Resources,
  steps: CallableSteps<C, Caller, Actor>,
): CallableFunction<unknown, Promise<unknown>> {
  const options = {
    region: locations.functions,
    memory: '256MiB',
    maxInstances: 20,
    concurrency: 40,
    cpu: 1,
    cors: false,
    ...resources,
  } as const;
  const call = onCall(options, (request) =>
    answering(async () => {
      const origin = originOf(request.rawRequest);
      const caller = await steps.authenticate(credentialsOf(request), origin);
      return telling(steps.refused, caller, request.data, async () => {
        const actor = await steps.authorize(caller, request.data);
        // The schema of this contract parsed it, so it is this contract's input.
        const input = parseInput(steps.contract.input, request.data) as z.output<C['input']>;
        const output = await steps.run(actor, input, origin);
        return z.parse(steps.contract.output, output);
      });
    }),
  );
  return withoutEcho(call);
}

/** The platform logs a body that is no call, whole; such a body may hold a password. It is answered here instead. */
function withoutEcho(call: CallableFunction<unknown, Promise<unknown>>): CallableFunction<unknown, Promise<unknown>> {
  const guarded = (request: Request, response: Response): void | Promise<void> => {
    const body: unknown = request.body;
    const isCall = typeof body === 'object' && body !== null && 'data' in body && Object.keys(body).length === 1;
    if (request.method !== 'POST' || isCall) return call(request, response);
    const details = { code: 'shared/invalid-input', field: 'data', reason: 'required' };
    response.status(400).json({ error: { status: 'INVALID_ARGUMENT', message: 'missing required "data"', details } });
  };
  // The deployed manifest and the test entry points hang on the function as properties.
  return Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(call)) as typeof call;
}

/** Runs what an authenticated caller asked for; an AppError that comes of it is told to `refused` first, and thrown in any case. */
export async function telling<Caller, T>(
  refused: Refused<Caller> | undefined,
  caller: Caller,
  rawInput: unknown,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (refused !== undefined && isAppError(thrown)) {
      await refused(caller, rawInput, thrown).catch((failure: unknown) => logFailure('refused call not recorded', failure));
    }
    throw thrown;
  }
}

/** Runs a handler and turns what it throws into the callable protocol's error. */
export async function answering<T>(handler: () => Promise<T>): Promise<T> {
  try {
    return await handler();
  } catch (thrown) {
    throw toHttpsError(thrown);
  }
}

/** The error that leaves for the caller. Details always carry `code`. */
export function toHttpsError(thrown: unknown): HttpsError {
  if (isAppError(thrown)) {
    if (errorCodes[thrown.code] === 'internal') logFailure('call failed', thrown);
    else if (thrown.cause !== undefined) logFailure('call refused', thrown);
    return new HttpsError(errorCodes[thrown.code], thrown.message, { code: thrown.code, ...thrown.details });
  }
  const incident = newId<string>();
  logFailure('call failed', thrown, { incident });
  return new HttpsError('internal', 'something went wrong on our side', { code: 'shared/internal', incident });
}

/** Parses input by its schema. Throws `shared/invalid-input` naming the first field that is wrong. */
export function parseInput<S extends z.ZodMiniType>(schema: S, raw: unknown): z.output<S> {
  // A copy has own properties only: the protocol's decoder lets a key "__proto__" become the prototype.
  const parsed = z.safeParse(schema, structuredClone(raw));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])].map(String).join('.').slice(0, 100) || 'data';
  const reason = issue?.code ?? 'invalid';
  throw new AppError('shared/invalid-input', `invalid "${field}": ${reason}`, { field, reason });
}

function credentialsOf(request: CallableRequest<unknown>): Credentials | null {
  if (request.auth === undefined) return null;
  return { uid: request.auth.uid, claims: request.auth.token, idToken: request.auth.rawToken };
}

/** Where a request comes from, as far as it says. */
export function originOf(request: Pick<Request, 'ip' | 'get'>): CallOrigin {
  const country = request.get('x-country-code')?.toUpperCase();
  return {
    address: request.ip ?? 'unknown',
    userAgent: (request.get('user-agent') ?? '').slice(0, longestUserAgent),
    country: country !== undefined && /^[A-Z]{2}$/.test(country) && country !== 'ZZ' ? country : null,
  };
}
