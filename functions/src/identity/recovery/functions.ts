/** Binds the callables of recovery that need no organisation to their use cases. */
import { systemClock } from '../../platform/clock.ts';
import { sendMail } from '../../platform/email.ts';
import { openCallable } from '../identityCallable.ts';
import { beginRecovery, confirmRecovery } from './beginRecovery.ts';
import { recoveryCallables } from './contract.ts';
import { finishRecovery } from './finishRecovery.ts';
import { recoveryStanding } from './heldRecovery.ts';

export const recoveryBegin = /* @__PURE__ */ openCallable(
  recoveryCallables,
  'recoveryBegin',
  { memory: '512MiB', secrets: ['SMTP_URL'] },
  (input, { address }) => beginRecovery(input, { clock: systemClock, sendMail, address }),
);

export const recoveryConfirm = /* @__PURE__ */ openCallable(recoveryCallables, 'recoveryConfirm', {}, ({ attemptId, code }) =>
  confirmRecovery(attemptId, code, systemClock),
);

export const recoveryFinish = /* @__PURE__ */ openCallable(recoveryCallables, 'recoveryFinish', { memory: '512MiB' }, async (input) => {
  await finishRecovery(input, systemClock);
  return {};
});

export const recoveryState = /* @__PURE__ */ openCallable(recoveryCallables, 'recoveryState', {}, (held) =>
  recoveryStanding(held, systemClock),
);
