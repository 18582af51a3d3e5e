/** Binds what concerns an account in all its organisations. */
import * as z from 'zod/mini';
import { unboundCallable } from '../../identity/identityCallable.ts';
import { sessionCallables } from '../../identity/sessions/contract.ts';
import { systemClock } from '../../platform/clock.ts';
import { taskWorker } from '../../platform/jobWorker.ts';
import { idSchemas } from '../../shared/ids.ts';
import { closeAccount as close } from './closeAccount.ts';
import { copyToMembers as copy } from './copyToMembers.ts';

export const closeAccount = /* @__PURE__ */ unboundCallable(sessionCallables, 'closeAccount', {}, async (caller) => {
  await close(caller, systemClock);
  return {};
});

const taskSchema = z.object({ accountId: idSchemas.account, sessionId: idSchemas.session, from: z.nullable(z.string()) });

export const copyToMembers = /* @__PURE__ */ taskWorker({ memory: '256MiB' }, async (data) => {
  await copy(z.parse(taskSchema, data), systemClock);
});
