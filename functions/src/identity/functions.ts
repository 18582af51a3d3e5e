/** Binds identity's callables to its use cases. */
import type { CallOrigin } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { sendMail } from '../platform/email.ts';
import { AppError } from '../shared/errors.ts';
import { isSupportAccount, loadAccount } from './accountStore.ts';
import { resendCode, type AttemptWorld } from './attempts.ts';
import { beginSignIn } from './beginSignIn.ts';
import { beginSignUp } from './beginSignUp.ts';
import { confirmCode } from './confirmCode.ts';
import { identityCallables as contracts } from './contract.ts';
import { anyScopeCallable, openCallable } from './identityCallable.ts';
import { endSession, renew, type Caller } from './session.ts';
import { signedInAnswer } from './signedInAnswer.ts';

const mailing = { memory: '512MiB', secrets: ['SMTP_URL'] } satisfies { memory: '512MiB'; secrets: string[] };
const world = (origin: CallOrigin): AttemptWorld => ({ clock: systemClock, sendMail, address: origin.address });

export const signUpBegin = /* @__PURE__ */ openCallable(contracts, 'signUpBegin', mailing, (input, origin) =>
  beginSignUp(input, world(origin)),
);
export const signInBegin = /* @__PURE__ */ openCallable(contracts, 'signInBegin', mailing, (input, origin) =>
  beginSignIn(input, world(origin)),
);
export const codeResend = /* @__PURE__ */ openCallable(contracts, 'codeResend', mailing, (input, origin) =>
  resendCode(input.attemptId, world(origin)),
);

export const codeConfirm = /* @__PURE__ */ openCallable(contracts, 'codeConfirm', {}, async ({ attemptId, code }, origin) =>
  signedInAnswer(await confirmCode(attemptId, code, { clock: systemClock, origin }), systemClock),
);

export const sessionExtend = /* @__PURE__ */ anyScopeCallable(contracts, 'sessionExtend', {}, async (caller) =>
  timesOf(await renew(caller, systemClock())),
);

export const signOut = /* @__PURE__ */ anyScopeCallable(contracts, 'signOut', {}, async (caller) => {
  await endSession(caller, 'signOut', systemClock());
  return {};
});

export const getAccount = /* @__PURE__ */ anyScopeCallable(contracts, 'getAccount', {}, async (caller) => {
  const [account, isSupport] = await Promise.all([loadAccount(caller.accountId), isSupportAccount(caller.accountId)]);
  if (account === null) throw new AppError('shared/not-found', 'not found');
  const { displayName, email, locale } = account;
  const { method, strength, idleMinutes } = caller;
  const session = { ...timesOf(caller), method, strength, idleMinutes, authenticatedAt: caller.authenticatedAt.toISOString() };
  return { accountId: caller.accountId, displayName, email, locale, session, ...(isSupport ? { isSupport } : {}) };
});

function timesOf(caller: Caller) {
  return {
    idleExpiresAt: caller.idleExpiresAt.toISOString(),
    absoluteExpiresAt: caller.absoluteExpiresAt.toISOString(),
    now: systemClock().toISOString(),
  };
}
