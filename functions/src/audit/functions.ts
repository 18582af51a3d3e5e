/** Binds the schedule of sealing to its use cases. */
import { systemClock } from '../platform/clock.ts';
import { scheduled } from '../platform/scheduled.ts';
import { AppError } from '../shared/errors.ts';
import { ms } from '../shared/time.ts';
import { checkpointSigner } from './sealing/checkpointKey.ts';
import { sealAuditEvents as seal } from './sealing/sealAuditEvents.ts';
import { signCheckpoints as sign } from './sealing/signCheckpoints.ts';

/** Then the heads are signed, so that a flood of events does not keep those that are sealed waiting. */
const sealingPatience = 40 * ms.second;

export const sealAuditEvents = /* @__PURE__ */ scheduled('sealAuditEvents', { memory: '512MiB' }, async () => {
  const { failed, ...sealed } = await seal(systemClock, sealingPatience);
  const { broken, ...signed } = await sign(await checkpointSigner(), systemClock);
  // What could be done is done; that something could not is not to look like success.
  if (failed > 0) throw new AppError('audit/chain-broken', `events of ${failed} organisations could not be sealed`);
  if (broken > 0) throw new AppError('audit/chain-broken', `heads of ${broken} organisations do not go on from what was signed`);
  return { ...sealed, ...signed };
});
