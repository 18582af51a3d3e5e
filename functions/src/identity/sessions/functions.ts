/** Binds the callables of one's own sessions and account to their use cases. */
import { systemClock } from '../../platform/clock.ts';
import { updateAccount as update } from '../profile/updateAccount.ts';
import { unboundCallable } from '../identityCallable.ts';
import { sessionCallables } from './contract.ts';
import { endOtherSessions as endOthers, endOwnSession, listOwnSessions } from './ownSessions.ts';

export const listSessions = /* @__PURE__ */ unboundCallable(sessionCallables, 'listSessions', {}, async (caller) => ({
  sessions: await listOwnSessions(caller, systemClock()),
}));

export const endSession = /* @__PURE__ */ unboundCallable(sessionCallables, 'endSession', {}, async (caller, { sessionId }) => {
  await endOwnSession(caller, sessionId, systemClock());
  return {};
});

export const endOtherSessions = /* @__PURE__ */ unboundCallable(sessionCallables, 'endOtherSessions', {}, async (caller) => ({
  ended: await endOthers(caller, systemClock()),
}));

export const updateAccount = /* @__PURE__ */ unboundCallable(sessionCallables, 'updateAccount', {}, async (caller, input) => {
  await update(caller, input);
  return {};
});
