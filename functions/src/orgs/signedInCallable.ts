/** Callables of whoever is signed in, in no organisation yet or in any. */
import type { CallableFunction } from 'firebase-functions/https';
import type * as z from 'zod/mini';
import { authenticateAnyScope, authenticateWith, type Caller } from '../identity/session.ts';
import { callable, type CallableContract, type Resources } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';

/** As {@link signedInCallable}, also in a session that opens one organisation only; `run` minds which. */
export function anyScopeCallable<Contracts extends Readonly<Record<string, CallableContract>>, N extends keyof Contracts & string>(
  contracts: Contracts,
  name: N,
  resources: Resources,
  run: (caller: Caller, input: z.output<Contracts[N]['input']>) => Promise<z.input<Contracts[N]['output']>>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<Contracts[N], Caller, Caller>(resources, {
    contract: contracts[name],
    authenticate: authenticateAnyScope(systemClock),
    authorize: async (caller) => caller,
    run,
  });
}

/** The deployable callable `contracts[name]` of everybody who is signed in; what it may do, `run` decides. */
export function signedInCallable<Contracts extends Readonly<Record<string, CallableContract>>, N extends keyof Contracts & string>(
  contracts: Contracts,
  name: N,
  resources: Resources,
  run: (caller: Caller, input: z.output<Contracts[N]['input']>) => Promise<z.input<Contracts[N]['output']>>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<Contracts[N], Caller, Caller>(resources, {
    contract: contracts[name],
    authenticate: authenticateWith(systemClock),
    authorize: async (caller) => caller,
    run,
  });
}
