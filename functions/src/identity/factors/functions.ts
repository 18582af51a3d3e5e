/** Binds the callables of factors to their use cases. */
import type { CallOrigin } from '../../platform/callable.ts';
import { systemClock as clock } from '../../platform/clock.ts';
import { sendMail } from '../../platform/email.ts';
import { beginReauth } from '../beginSignIn.ts';
import { anyScopeCallable, openCallable, unboundCallable } from '../identityCallable.ts';
import { notify } from '../notices/notify.ts';
import { confirmAttempt } from '../secondStep.ts';
import { signedInAnswer } from '../signedInAnswer.ts';
import { beginEmailChange, confirmEmailChange } from './changeEmail.ts';
import { changePassword as change, removeFactor as remove } from './changeFactors.ts';
import { factorCallables as contracts } from './contract.ts';
import { beginPasskey, beginTotp, confirmNewPasskey, confirmTotp, createRecoveryCodes as makeRecoveryCodes } from './enrol.ts';
import { listFactors as list } from './listFactors.ts';
import { askCallerForPasskey, askForPasskey, confirmPasskey } from './passkeySignIn.ts';
import { recoveryCodeStep, totpStep } from './useFactor.ts';

const mailing = { memory: '512MiB', secrets: ['SMTP_URL'] } satisfies { memory: '512MiB'; secrets: string[] };
const hashing = { memory: '512MiB' } as const;
const world = ({ address }: CallOrigin) => ({ clock, sendMail, address });

export const reauthBegin = /* @__PURE__ */ anyScopeCallable(contracts, 'reauthBegin', mailing, (caller, { password }, origin) =>
  beginReauth(caller, password, world(origin)),
);

export const totpConfirm = /* @__PURE__ */ openCallable(contracts, 'totpConfirm', {}, async ({ attemptId, code }, origin) =>
  signedInAnswer(await confirmAttempt(attemptId, totpStep(code, clock), { clock, origin }), clock),
);

export const recoveryCodeConfirm = /* @__PURE__ */ openCallable(
  contracts,
  'recoveryCodeConfirm',
  {},
  async ({ attemptId, recoveryCode }, origin) => {
    const confirmed = await confirmAttempt(attemptId, recoveryCodeStep(recoveryCode, clock), { clock, origin });
    await notify(confirmed.accountId, 'recoveryCodeUsed', clock(), confirmed.sessionId);
    return signedInAnswer(confirmed, clock);
  },
);

export const passkeyOptions = /* @__PURE__ */ openCallable(contracts, 'passkeyOptions', {}, ({ attemptId }) =>
  askForPasskey(attemptId, clock),
);

export const passkeyConfirm = /* @__PURE__ */ openCallable(contracts, 'passkeyConfirm', {}, async (input, origin) =>
  signedInAnswer(await confirmPasskey(input, { clock, origin }), clock),
);

export const reauthPasskeyOptions = /* @__PURE__ */ anyScopeCallable(contracts, 'reauthPasskeyOptions', {}, (caller) =>
  askCallerForPasskey(caller, clock),
);

export const listFactors = /* @__PURE__ */ unboundCallable(contracts, 'listFactors', {}, list);

export const totpEnrolBegin = /* @__PURE__ */ unboundCallable(contracts, 'totpEnrolBegin', {}, (caller) => beginTotp(caller, clock));

export const totpEnrolConfirm = /* @__PURE__ */ unboundCallable(contracts, 'totpEnrolConfirm', {}, async (caller, input) => ({
  factorId: await confirmTotp(caller, input, clock),
}));

export const passkeyEnrolBegin = /* @__PURE__ */ unboundCallable(contracts, 'passkeyEnrolBegin', {}, (caller) =>
  beginPasskey(caller, clock),
);

export const passkeyEnrolConfirm = /* @__PURE__ */ unboundCallable(contracts, 'passkeyEnrolConfirm', {}, async (caller, input) => ({
  factorId: await confirmNewPasskey(caller, input, clock),
}));

export const removeFactor = /* @__PURE__ */ unboundCallable(contracts, 'removeFactor', {}, async (caller, { factorId }) => {
  await remove(caller, factorId, clock);
  return {};
});

export const createRecoveryCodes = /* @__PURE__ */ unboundCallable(contracts, 'createRecoveryCodes', {}, async (caller) => ({
  codes: await makeRecoveryCodes(caller, clock),
}));

export const changePassword = /* @__PURE__ */ unboundCallable(contracts, 'changePassword', hashing, async (caller, { newPassword }) => {
  await change(caller, newPassword, clock);
  return {};
});

export const changeEmailBegin = /* @__PURE__ */ unboundCallable(contracts, 'changeEmailBegin', mailing, (caller, { email }, origin) =>
  beginEmailChange(caller, email, world(origin)),
);

export const changeEmailConfirm = /* @__PURE__ */ unboundCallable(contracts, 'changeEmailConfirm', mailing, async (caller, input) => {
  await confirmEmailChange(caller, input, { clock, sendMail });
  return {};
});
