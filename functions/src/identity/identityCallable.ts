/**
 * Callables of no organisation: those that anybody may call, and those of whoever is signed in.
 *
 * Guarantees: one of whoever is signed in runs only in a valid session, for the account of that session, and, unless it takes any
 * scope, in none that opens one organisation only. What the caller may do there, `run` decides.
 */
import type { CallableFunction } from 'firebase-functions/https';
import type * as z from 'zod/mini';
import { callable, type CallableContract, type CallOrigin, type Refused, type Resources } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { authenticateAnyScope, authenticateWith, type Caller } from './session.ts';

type Contracts = Readonly<Record<string, CallableContract>>;

/** The deployable callable `contracts[name]` that anybody may call. */
export function openCallable<All extends Contracts, N extends keyof All & string>(
  contracts: All,
  name: N,
  resources: Resources,
  run: (input: z.output<All[N]['input']>, origin: CallOrigin) => Promise<z.input<All[N]['output']>>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<All[N], null, null>(resources, {
    contract: contracts[name],
    authenticate: async () => null,
    authorize: async () => null,
    run: (_nobody, input, origin) => run(input, origin),
  });
}

/** As {@link unboundCallable}, also in a session that opens one organisation only; `run` minds which. For looking, leaving and showing factors of one's own. */
export function anyScopeCallable<All extends Contracts, N extends keyof All & string>(
  contracts: All,
  name: N,
  resources: Resources,
  run: (caller: Caller, input: z.output<All[N]['input']>, origin: CallOrigin) => Promise<z.input<All[N]['output']>>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<All[N], Caller, Caller>(resources, {
    contract: contracts[name],
    authenticate: authenticateAnyScope(systemClock),
    authorize: async (caller) => caller,
    run,
  });
}

/** The deployable callable `contracts[name]` of whoever has shown factors of their own: the session is bound to no organisation. */
export function unboundCallable<All extends Contracts, N extends keyof All & string>(
  contracts: All,
  name: N,
  resources: Resources,
  run: (caller: Caller, input: z.output<All[N]['input']>, origin: CallOrigin) => Promise<z.input<All[N]['output']>>,
  refused?: Refused<Caller>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<All[N], Caller, Caller>(resources, {
    contract: contracts[name],
    authenticate: authenticateWith(systemClock),
    authorize: async (caller) => caller,
    run,
    ...(refused === undefined ? {} : { refused }),
  });
}
