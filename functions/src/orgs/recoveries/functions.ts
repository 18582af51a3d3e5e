/** Binds the callables of members who want back into their accounts. */
import * as z from 'zod/mini';
import { openCallable } from '../../identity/identityCallable.ts';
import { recoveryCallables } from '../../identity/recovery/contract.ts';
import { systemClock } from '../../platform/clock.ts';
import { appUrl } from '../../platform/config.ts';
import { sendMail } from '../../platform/email.ts';
import { taskWorker } from '../../platform/jobWorker.ts';
import { idSchemas } from '../../shared/ids.ts';
import { memberCallable } from '../memberCallable.ts';
import { askRecovery } from './askRecovery.ts';
import { recoveriesCallables } from './contract.ts';
import { approveRecovery as approve, declineRecovery as decline } from './decideRecovery.ts';
import { listRecoveries as list } from './listRecoveries.ts';
import { mailRecovery as mail } from './mailRecovery.ts';

export const recoveryAsk = /* @__PURE__ */ openCallable(recoveryCallables, 'recoveryAsk', {}, async (held) => {
  await askRecovery(held, systemClock);
  return {};
});

export const listRecoveries = /* @__PURE__ */ memberCallable(
  recoveriesCallables,
  'listRecoveries',
  'orgs.recoveries',
  {},
  async (actor) => ({ recoveries: await list(actor, systemClock) }),
);

export const approveRecovery = /* @__PURE__ */ memberCallable(
  recoveriesCallables,
  'approveRecovery',
  'orgs.recoveries',
  {},
  async (actor, { recoveryId, reference }) => {
    await approve(actor, recoveryId, reference, systemClock);
    return {};
  },
);

export const declineRecovery = /* @__PURE__ */ memberCallable(
  recoveriesCallables,
  'declineRecovery',
  'orgs.recoveries',
  {},
  async (actor, { recoveryId }) => {
    await decline(actor, recoveryId, systemClock);
    return {};
  },
);

const taskSchema = z.object({ orgId: idSchemas.org, recoveryId: idSchemas.recovery });

export const mailRecovery = /* @__PURE__ */ taskWorker({ memory: '256MiB', secrets: ['SMTP_URL'] }, async (data) => {
  const { orgId, recoveryId } = z.parse(taskSchema, data);
  await mail(orgId, recoveryId, { clock: systemClock, sendMail, appUrl: appUrl() });
});
