/** One person for every role and state of a session, each with account, session, membership and grant to match. */
import { grantStates, type MatrixRole, matrixRoles, type SessionState, sessionStates } from '../matrix.ts';
import { type Client, clientOf, type Place, strangerOf } from './client.ts';
import { grantIdOf, type Writer } from './commits.ts';
import { accountDoc, type Fields, grantDoc, memberDoc, minutesFromNow, sessionDoc } from './documents.ts';
import type { Seed } from './environment.ts';
import { randomId } from './ids.ts';

/** A caller: `client` carries the token. `role` is null for somebody who is not signed in. */
export type Caller = Writer & { readonly role: MatrixRole | null; readonly state: SessionState; readonly client: Client };

/** The team that every caller is in, and the folders of the matrix are for. */
export const teamOfCallers = randomId();

const strangerId = randomId();
const strangerSessionId = randomId();

/** All callers of an organisation, and what must be in the database for them. */
export function makeCallers(place: Place, orgId: string): { callers: Caller[]; seeds: Seed[] } {
  const callers = [
    ...sessionStates.flatMap((state) =>
      state === 'notSignedIn' ? [makeCaller(place, null, state)] : matrixRoles.map((role) => makeCaller(place, role, state)),
    ),
    ...grantStates.map((state) => makeCaller(place, 'support', state)),
  ];
  return { callers, seeds: callers.flatMap((caller) => seedsOf(caller, orgId)) };
}

/** One caller. */
export function makeCaller(place: Place, role: MatrixRole | null, state: SessionState): Caller {
  const accountId = randomId();
  const sessionId = sessionIdOf(state);
  const client = state === 'notSignedIn' ? strangerOf(place) : clientOf(place, accountId, state === 'noSessionId' ? null : sessionId);
  return { accountId, sessionId, role, state, client, ...(role === 'support' ? { grantId: grantIdOf(accountId) } : {}) };
}

/** A session's id. One that leads elsewhere is a path, where a document stands that would be a good session. */
function sessionIdOf(state: SessionState): string {
  if (state === 'sessionOfAnother') return strangerSessionId;
  return state === 'sessionIdLeadsElsewhere' ? `${randomId()}/deeper/${randomId()}` : randomId();
}

/** What stands in the database for a caller; to be put back after the caller has changed it. */
export function seedsOf(caller: Caller, orgId: string): Seed[] {
  const { accountId, sessionId, role, state } = caller;
  const hasOwnSession = state !== 'sessionMissing' && state !== 'sessionOfAnother';
  const grantId = role === 'support' ? grantIdOf(accountId) : null;
  return [
    [`accounts/${accountId}`, accountDoc(state === 'accountDisabled' ? { state: 'disabled' } : {})],
    [`orgs/${orgId}/members/${accountId}`, memberDoc(role ?? 'owner', { teamIds: [teamOfCallers], grantId, ...membershipFields(state) })],
    ...(grantId === null ? [] : [[`orgs/${orgId}/supportGrants/${grantId}`, grantOf(accountId, state)] satisfies Seed]),
    ...(hasOwnSession ? [[`sessions/${sessionId}`, sessionDoc(accountId, sessionFields(state, orgId))] satisfies Seed] : []),
    ...(state === 'sessionOfAnother' ? [[`sessions/${sessionId}`, sessionDoc(strangerId)] satisfies Seed] : []),
  ];
}

function membershipFields(state: SessionState): Fields {
  switch (state) {
    case 'memberRemoved':
      return { state: 'removed' };
    case 'membershipExpired':
      return { expiresAt: minutesFromNow(-1) };
    default:
      return {};
  }
}

function grantOf(accountId: string, state: SessionState): Fields {
  const claimed = { state: 'claimed', claimedBy: accountId, claimedAt: minutesFromNow(-30) };
  switch (state) {
    case 'grantUnclaimed':
      return grantDoc(randomId());
    case 'grantEnded':
      return grantDoc(randomId(), { ...claimed, state: 'ended', endedAt: minutesFromNow(-1) });
    case 'grantOfAnother':
      return grantDoc(randomId(), { ...claimed, claimedBy: randomId() });
    default:
      return grantDoc(randomId(), claimed);
  }
}

function sessionFields(state: SessionState, orgId: string): Fields {
  switch (state) {
    case 'sessionEnded':
      return { state: 'ended', endedAt: minutesFromNow(-1), endedReason: 'signOut' };
    case 'idleLimitPassed':
      return { idleExpiresAt: minutesFromNow(-1) };
    case 'absoluteLimitPassed':
      return { absoluteExpiresAt: minutesFromNow(-1) };
    case 'organisationIdleLimitPassed':
      return { lastSeenAt: minutesFromNow(-31), idleMinutes: 120, idleExpiresAt: minutesFromNow(89) };
    case 'boundElsewhere':
      return { onlyOrgId: randomId() };
    case 'boundHere':
      return { method: 'organisation', strength: 2, onlyOrgId: orgId };
    case 'strengthTooLow':
      return { method: 'emailCode', strength: 1 };
    default:
      return {};
  }
}
