/**
 * Callables of a member in one organisation: the session is checked, then the role, then the input.
 *
 * Guarantees: `run` gets an actor whose role holds the permission, and a database under the actor's own token, where
 * firestore.rules decide once more. Somebody who is no member gets the same answer as for an organisation that does not exist.
 */
import { doc, getDoc, type Firestore } from 'firebase/firestore/lite';
import type { CallableFunction } from 'firebase-functions/https';
import type * as z from 'zod/mini';
import type { MemberActor } from '../audit/event.ts';
import { authenticateWith, type Caller } from '../identity/session.ts';
import { callable, parseInput, type CallableContract, type Resources } from '../platform/callable.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { callerFirestore } from '../platform/callerFirestore.ts';
import { systemClock } from '../platform/clock.ts';
import { httpFunction } from '../platform/http.ts';
import { AppError } from '../shared/errors.ts';
import { idSchemas, type AccountId, type OrgId, type SessionId } from '../shared/ids.ts';
import { roleMay, roles, type Permission, type Role } from './contract.ts';
import * as zod from 'zod/mini';

/** A member in one organisation, authorized for what was asked. */
export type OrgActor = MemberActor & {
  readonly orgId: OrgId;
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly role: Role;
  /** The database under the member's own token. */
  readonly db: Firestore;
};

const targetSchema = zod.object({ orgId: idSchemas.org });
const roleSchema = zod.object({ role: zod.enum(roles), state: zod.literal('active') });

/** Finds the caller's role in the organisation that the input names and checks the permission. */
export function authorizeFor(permission: Permission): (caller: Caller, rawInput: unknown) => Promise<OrgActor> {
  return async (caller, rawInput) => {
    const { orgId } = parseInput(targetSchema, rawInput);
    const db = await callerFirestore(caller.idToken);
    const member = await asCaller('shared/not-found', () => getDoc(doc(db, `orgs/${orgId}/members/${caller.accountId}`)));
    const found = zod.safeParse(roleSchema, member.data());
    if (!found.success) throw new AppError('shared/not-found', 'not found');
    if (!roleMay(found.data.role, permission)) throw new AppError('orgs/not-allowed', 'your role does not allow this', { permission });
    return { orgId, accountId: caller.accountId, sessionId: caller.sessionId, role: found.data.role, db };
  };
}

/** The deployable callable `contracts[name]` of members whose role holds `permission`. Contracts and name are apart so that a bundler can leave unused ones out. */
export function memberCallable<Contracts extends Readonly<Record<string, CallableContract>>, N extends keyof Contracts & string>(
  contracts: Contracts,
  name: N,
  permission: Permission,
  resources: Resources,
  run: (actor: OrgActor, input: z.output<Contracts[N]['input']>) => Promise<z.input<Contracts[N]['output']>>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<Contracts[N], Caller, OrgActor>(resources, {
    contract: contracts[name],
    authenticate: authenticateWith(systemClock),
    authorize: authorizeFor(permission),
    run,
  });
}

/** A deployable HTTPS function of members whose role holds `permission`; the query names the organisation. */
export function memberRequest(
  method: 'GET' | 'POST',
  permission: Permission,
  resources: Resources,
  run: Parameters<typeof httpFunction<Caller, OrgActor>>[1]['run'],
): ReturnType<typeof httpFunction> {
  return httpFunction(resources, { method, authenticate: authenticateWith(systemClock), authorize: authorizeFor(permission), run });
}
