/** Binds identity's callables to its use cases. */
import { getAuth } from 'firebase-admin/auth';
import { callable, type CallOrigin, type CallableContract } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { sendMail } from '../platform/email.ts';
import { adminApp } from '../platform/firestore.ts';
import { AppError } from '../shared/errors.ts';
import type * as z from 'zod/mini';
import { beginSignIn, beginSignUp, resendCode, type AttemptWorld } from './attempts.ts';
import { confirmCode } from './confirmCode.ts';
import { identityCallables } from './contract.ts';
import { authenticateWith, endSession, renew, type Caller } from './session.ts';
import { loadAccount } from './store.ts';

const mailing = { memory: '512MiB', secrets: ['SMTP_URL'] } as const;
const world = (origin: CallOrigin): AttemptWorld => ({ clock: systemClock, sendMail, address: origin.address });

/** A callable that anybody may call. */
/* @__NO_SIDE_EFFECTS__ */
function open<C extends CallableContract>(
  contract: C,
  resources: { memory?: '256MiB' | '512MiB'; secrets?: readonly string[] },
  run: (input: z.output<C['input']>, origin: CallOrigin) => Promise<z.input<C['output']>>,
) {
  return callable({ ...resources, secrets: [...(resources.secrets ?? [])] }, {
    contract,
    authenticate: async () => null,
    authorize: async () => null,
    run: (_nobody, input, origin) => run(input, origin),
  });
}

/** A callable of whoever is signed in, about themselves. */
/* @__NO_SIDE_EFFECTS__ */
function own<C extends CallableContract>(contract: C, run: (caller: Caller, input: z.output<C['input']>) => Promise<z.input<C['output']>>) {
  return callable({}, { contract, authenticate: authenticateWith(systemClock), authorize: async (caller) => caller, run });
}

export const signUpBegin = open(identityCallables.signUpBegin, mailing, (input, origin) => beginSignUp(input, world(origin)));
export const signInBegin = open(identityCallables.signInBegin, mailing, (input, origin) => beginSignIn(input, world(origin)));
export const codeResend = open(identityCallables.codeResend, mailing, (input, origin) => resendCode(input.attemptId, world(origin)));

export const codeConfirm = open(identityCallables.codeConfirm, {}, async ({ attemptId, code }) => {
  const { accountId, sessionId } = await confirmCode(attemptId, code, systemClock);
  const customToken = await getAuth(adminApp()).createCustomToken(accountId, { sid: sessionId });
  return { customToken, sessionId };
});

export const sessionExtend = own(identityCallables.sessionExtend, async (caller) => timesOf(await renew(caller, systemClock())));

export const signOut = own(identityCallables.signOut, async (caller) => {
  await endSession(caller, 'signOut', systemClock());
  return {};
});

export const getAccount = own(identityCallables.getAccount, async (caller) => {
  const account = await loadAccount(caller.accountId);
  if (account === null) throw new AppError('shared/not-found', 'not found');
  const { displayName, email, locale } = account;
  return { accountId: caller.accountId, displayName, email, locale, session: timesOf(caller) };
});

function timesOf(caller: Caller) {
  return {
    idleExpiresAt: caller.idleExpiresAt.toISOString(),
    absoluteExpiresAt: caller.absoluteExpiresAt.toISOString(),
    now: systemClock().toISOString(),
  };
}
