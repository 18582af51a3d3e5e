/** Binds identity's callables to its use cases. */
import { callable, type CallOrigin } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { sendMail } from '../platform/email.ts';
import { AppError } from '../shared/errors.ts';
import type * as z from 'zod/mini';
import { resendCode, type AttemptWorld } from './attempts.ts';
import { beginSignIn } from './beginSignIn.ts';
import { beginSignUp } from './beginSignUp.ts';
import { confirmCode } from './confirmCode.ts';
import { identityCallables } from './contract.ts';
import { authenticateAnyScope, endSession, renew, type Caller } from './session.ts';
import { signedInAnswer } from './signedInAnswer.ts';
import { isSupportAccount, loadAccount } from './accountStore.ts';

type Name = keyof typeof identityCallables;
type Input<N extends Name> = z.output<(typeof identityCallables)[N]['input']>;
type Output<N extends Name> = z.input<(typeof identityCallables)[N]['output']>;

const mailing = { memory: '512MiB', secrets: ['SMTP_URL'] } as const;
const world = (origin: CallOrigin): AttemptWorld => ({ clock: systemClock, sendMail, address: origin.address });

/** A callable that anybody may call. */
function open<N extends Name>(
  name: N,
  resources: { memory?: '256MiB' | '512MiB'; secrets?: readonly string[] },
  run: (input: Input<N>, origin: CallOrigin) => Promise<Output<N>>,
) {
  return callable<(typeof identityCallables)[N], null, null>(
    { ...resources, secrets: [...(resources.secrets ?? [])] },
    {
      contract: identityCallables[name],
      authenticate: async () => null,
      authorize: async () => null,
      run: (_nobody, input, origin) => run(input, origin),
    },
  );
}

/** A callable of whoever is signed in, about themselves. */
function own<N extends Name>(name: N, run: (caller: Caller) => Promise<Output<N>>) {
  return callable<(typeof identityCallables)[N], Caller, Caller>(
    {},
    {
      contract: identityCallables[name],
      authenticate: authenticateAnyScope(systemClock),
      authorize: async (caller) => caller,
      run: (caller) => run(caller),
    },
  );
}

export const signUpBegin = /* @__PURE__ */ open('signUpBegin', mailing, (input, origin) => beginSignUp(input, world(origin)));
export const signInBegin = /* @__PURE__ */ open('signInBegin', mailing, (input, origin) => beginSignIn(input, world(origin)));
export const codeResend = /* @__PURE__ */ open('codeResend', mailing, (input, origin) => resendCode(input.attemptId, world(origin)));

export const codeConfirm = /* @__PURE__ */ open('codeConfirm', {}, async ({ attemptId, code }, origin) =>
  signedInAnswer(await confirmCode(attemptId, code, { clock: systemClock, origin }), systemClock),
);

export const sessionExtend = /* @__PURE__ */ own('sessionExtend', async (caller) => timesOf(await renew(caller, systemClock())));

export const signOut = /* @__PURE__ */ own('signOut', async (caller) => {
  await endSession(caller, 'signOut', systemClock());
  return {};
});

export const getAccount = /* @__PURE__ */ own('getAccount', async (caller) => {
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
