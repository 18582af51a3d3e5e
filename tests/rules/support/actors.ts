/** One person for every role and state of a session, each with account, session and membership to match. */
import type { RulesTestContext, RulesTestEnvironment } from '@firebase/rules-unit-testing';
import type { Firestore } from 'firebase/firestore';
import { type MatrixRole, matrixRoles, type SessionState, sessionStates } from '../matrix.ts';
import type { Writer } from './commits.ts';
import { accountDoc, memberDoc, minutesFromNow, sessionDoc } from './documents.ts';
import { firestoreOf, type Seed } from './environment.ts';
import { randomId } from './ids.ts';

/** A caller: `db` carries the token. `role` is null for somebody who is not signed in. */
export type Caller = Writer & { readonly role: MatrixRole | null; readonly state: SessionState; readonly db: Firestore };

const strangerId = randomId();
const strangerSessionId = randomId();

/** All callers of an organisation, and what must be in the database for them. */
export function makeCallers(environment: RulesTestEnvironment, orgId: string): { callers: Caller[]; seeds: Seed[] } {
  const callers = sessionStates.flatMap((state) =>
    state === 'notSignedIn' ? [makeCaller(environment, null, state)] : matrixRoles.map((role) => makeCaller(environment, role, state)),
  );
  const stranger: Seed[] = [
    [`accounts/${strangerId}`, accountDoc()],
    [`sessions/${strangerSessionId}`, sessionDoc(strangerId)],
  ];
  return { callers, seeds: [...stranger, ...callers.flatMap((caller) => seedsOf(caller, orgId))] };
}

function makeCaller(environment: RulesTestEnvironment, role: MatrixRole | null, state: SessionState): Caller {
  const accountId = randomId();
  const sessionId = state === 'sessionOfAnother' ? strangerSessionId : randomId();
  return { accountId, sessionId, role, state, db: firestoreOf(contextOf(environment, accountId, sessionId, state)) };
}

function contextOf(environment: RulesTestEnvironment, accountId: string, sessionId: string, state: SessionState): RulesTestContext {
  if (state === 'notSignedIn') return environment.unauthenticatedContext();
  return environment.authenticatedContext(accountId, state === 'noSessionId' ? {} : { sid: sessionId });
}

function seedsOf({ accountId, sessionId, role, state }: Caller, orgId: string): Seed[] {
  const hasOwnSession = state !== 'sessionMissing' && state !== 'sessionOfAnother';
  return [
    [`accounts/${accountId}`, accountDoc(state === 'accountDisabled' ? { state: 'disabled' } : {})],
    [`orgs/${orgId}/members/${accountId}`, memberDoc(role ?? 'owner', state === 'memberRemoved' ? { state: 'removed' } : {})],
    ...(hasOwnSession ? [[`sessions/${sessionId}`, sessionDoc(accountId, sessionFields(state))] satisfies Seed] : []),
  ];
}

function sessionFields(state: SessionState): Record<string, unknown> {
  switch (state) {
    case 'sessionEnded':
      return { state: 'ended', endedAt: minutesFromNow(-1), endedReason: 'signedOut' };
    case 'idleLimitPassed':
      return { idleExpiresAt: minutesFromNow(-1) };
    case 'absoluteLimitPassed':
      return { absoluteExpiresAt: minutesFromNow(-1) };
    default:
      return {};
  }
}
