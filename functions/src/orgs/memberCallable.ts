/**
 * Callables of a member in one organisation: the session is checked, then the membership, then the input.
 *
 * Guarantees: `run` gets an actor whose role holds the permission, in a session that is as strong and as recent as the
 * organisation asks, and that its identity provider, if it came by that, vouches for in this role; and a database under the
 * actor's own token, where firestore.rules decide once more. Somebody who is no member, or no longer, gets the same answer as
 * for an organisation that does not exist. A refused call is in the organisation's log before it is answered (recordRefusal.ts),
 * and does not renew the session. Does not check how fresh the sign-in is: identity's needsFresh does, where it matters.
 */
import { doc, getDoc, type Firestore } from 'firebase/firestore/lite';
import type { CallableFunction } from 'firebase-functions/https';
import * as z from 'zod/mini';
import type { ReadingActor } from '../audit/event.ts';
import type { MemberFunctionName } from '../audit/refusedActions.ts';
import { authenticateUnrenewed, notFresh, renewWhenDue, type Caller } from '../identity/session.ts';
import { callable, parseInput, type CallableContract, type Resources } from '../platform/callable.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { callerFirestore } from '../platform/callerFirestore.ts';
import { systemClock } from '../platform/clock.ts';
import { httpFunction } from '../platform/http.ts';
import { AppError } from '../shared/errors.ts';
import { idSchemas, type AccountId, type OrgId, type SessionId, type TeamId } from '../shared/ids.ts';
import { roleMay, roles, type OrganisationDoc, type Permission, type Role } from './contract.ts';
import { needsStrength } from './needsStrength.ts';
import { supportStrength } from './settings/contract.ts';
import { isVouchedFor } from './identityProvider/contract.ts';
import { refusedCallOf } from './recordRefusal.ts';

/** A member in one organisation, authorized for what was asked. */
export type OrgActor = ReadingActor & {
  readonly orgId: OrgId;
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly role: Role;
  /** The teams that the member is in. */
  readonly teamIds: readonly TeamId[];
  /** The organisation as it stood when the call came. */
  readonly organisation: OrganisationDoc;
  /** The session: how strong and how fresh the sign-in is. */
  readonly caller: Caller;
  /** The database under the member's own token. */
  readonly db: Firestore;
};

const targetSchema = z.object({ orgId: idSchemas.org });
const memberSchema = z.object({
  role: z.enum(roles),
  state: z.literal('active'),
  teamIds: z.array(idSchemas.team),
  grantId: z.nullable(z.string()),
});

/**
 * Finds the caller's membership in the organisation that the input names and checks session and permission against it.
 * Throws `shared/not-found` for who is no member, `identity/session-ended`, `identity/reauthentication-needed` when the
 * organisation's provider does not vouch for the role, `orgs/stronger-sign-in-needed`, `orgs/not-allowed`.
 */
export function authorizeFor(permission: Permission): (caller: Caller, rawInput: unknown) => Promise<OrgActor> {
  return async (unrenewed, rawInput) => {
    const { orgId } = parseInput(targetSchema, rawInput);
    const { accountId, sessionId, onlyOrgId, from } = unrenewed;
    if (onlyOrgId !== null && onlyOrgId !== orgId) throw new AppError('shared/not-found', 'not found');
    const db = await callerFirestore(unrenewed.idToken);
    const { organisation, role, teamIds, grantId } = await membershipOf(db, orgId, accountId);
    if (onlyOrgId !== null && !isVouchedFor({ accountId, role }, organisation.identityProvider?.setBy)) throw notFresh();
    needsStrength(unrenewed, role === 'support' ? supportStrength : organisation.minimumStrength[role]);
    if (!roleMay(role, permission)) throw new AppError('orgs/not-allowed', 'your role does not allow this', { permission });
    const caller = await renewWhenDue(unrenewed, systemClock());
    return { orgId, accountId, sessionId, from, grantId, role, teamIds, organisation, caller, db };
  };
}

/** The rules show a member the own membership, and the organisation only within its idle limit. */
async function membershipOf(db: Firestore, orgId: OrgId, accountId: AccountId) {
  const organisationRead = asCaller('identity/session-ended', () => getDoc(doc(db, `orgs/${orgId}`)));
  organisationRead.catch(() => undefined); // awaited below, when there is a member to tell
  const member = await asCaller('shared/not-found', () => getDoc(doc(db, `orgs/${orgId}/members/${accountId}`)));
  const found = z.safeParse(memberSchema, member.data());
  if (!found.success) throw new AppError('shared/not-found', 'not found');
  // Its form is enforced by firestore.rules, which read it to show it.
  return { ...found.data, organisation: (await organisationRead).data() as OrganisationDoc };
}

/**
 * The deployable callable `contracts[name]` of members whose role holds `permission`. Contracts and name are apart so that a
 * bundler can leave unused ones out. A name without a row in audit/refusedActions.ts does not compile.
 */
export function memberCallable<
  Contracts extends Readonly<Record<string, CallableContract>>,
  N extends keyof Contracts & MemberFunctionName,
>(
  contracts: Contracts,
  name: N,
  permission: Permission,
  resources: Resources,
  run: (actor: OrgActor, input: z.output<Contracts[N]['input']>) => Promise<z.input<Contracts[N]['output']>>,
): CallableFunction<unknown, Promise<unknown>> {
  return callable<Contracts[N], Caller, OrgActor>(resources, {
    contract: contracts[name],
    authenticate: authenticateUnrenewed(systemClock),
    authorize: authorizeFor(permission),
    run,
    refused: refusedCallOf(name, systemClock),
  });
}

/** The deployable HTTPS function `name` of members whose role holds `permission`; the query names the organisation. */
export function memberRequest(
  name: MemberFunctionName,
  method: 'GET' | 'POST',
  permission: Permission,
  resources: Resources,
  run: Parameters<typeof httpFunction<Caller, OrgActor>>[1]['run'],
): ReturnType<typeof httpFunction> {
  return httpFunction(resources, {
    method,
    authenticate: authenticateUnrenewed(systemClock),
    authorize: authorizeFor(permission),
    run,
    refused: refusedCallOf(name, systemClock),
  });
}
