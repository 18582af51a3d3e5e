/**
 * Binds BankID's callables to its use cases. `bankIdStart` is bound by the capability that words what is signed.
 */
import type * as z from 'zod/mini';
import { callable, type CallOrigin, type Credentials } from '../../platform/callable.ts';
import { systemClock } from '../../platform/clock.ts';
import { sendMail } from '../../platform/email.ts';
import { isAppError } from '../../shared/errors.ts';
import { authenticateAnyScope } from '../session.ts';
import { signedInAnswer } from '../signedInAnswer.ts';
import { cancelOrder, collectOrder } from './collectOrder.ts';
import { bankIdCallables } from './contract.ts';
import type { Outcome } from './finishOrder.ts';
import { configuredRpClient } from './rpClient.ts';
import { signUpByBankId } from './signUp.ts';
import { startOrder } from './startOrder.ts';
import type { BankIdWorld, SigningText, Who } from './world.ts';

type Name = keyof typeof bankIdCallables;
type Input<N extends Name> = z.output<(typeof bankIdCallables)[N]['input']>;
type Output<N extends Name> = z.input<(typeof bankIdCallables)[N]['output']>;

const askingBankId = ['BANKID_CLIENT_CERT', 'BANKID_CLIENT_KEY'];
const world = (origin: CallOrigin): BankIdWorld => ({ clock: systemClock, rp: configuredRpClient(), origin, sendMail });

/** Whoever calls, signed in or not: what an order needs is decided by what it is for. */
async function identify(credentials: Credentials | null, origin: CallOrigin): Promise<Who> {
  try {
    return { caller: await authenticateAnyScope(systemClock)(credentials, origin) };
  } catch (thrown) {
    if (isAppError(thrown, 'identity/not-signed-in') || isAppError(thrown, 'identity/session-ended')) return { refusal: thrown };
    throw thrown;
  }
}

/** A callable that somebody who is signed in and somebody who is not may call. */
function byAnybody<N extends Name>(
  name: N,
  secrets: readonly string[],
  run: (input: Input<N>, who: Who, origin: CallOrigin) => Promise<Output<N>>,
) {
  return callable<(typeof bankIdCallables)[N], Who, Who>(
    { secrets: [...secrets] },
    {
      contract: bankIdCallables[name],
      authenticate: identify,
      authorize: async (who) => who,
      run: (who, input, origin) => run(input, who, origin),
    },
  );
}

/** `bankIdStart`, with the words of what is to be signed. */
export const bankIdStartWith = (signingText: SigningText) =>
  byAnybody('bankIdStart', askingBankId, (input, who, origin) => startOrder(input, who, world(origin), signingText));

export const bankIdCollect = /* @__PURE__ */ byAnybody('bankIdCollect', askingBankId, async ({ orderId }, who, origin) => {
  const collected = await collectOrder(orderId, who, world(origin));
  return { ...collected, outcome: collected.outcome && (await forBrowser(collected.outcome)) };
});

export const bankIdCancel = /* @__PURE__ */ byAnybody('bankIdCancel', askingBankId, async ({ orderId }, who, origin) => {
  await cancelOrder(orderId, who, world(origin));
  return {};
});

export const bankIdSignUp = /* @__PURE__ */ byAnybody('bankIdSignUp', ['SMTP_URL'], (input, _who, origin) =>
  signUpByBankId(input, { clock: systemClock, sendMail, origin }),
);

/** A session is entered with a token of its own. */
async function forBrowser(outcome: Outcome): Promise<NonNullable<Output<'bankIdCollect'>['outcome']>> {
  if (outcome.kind !== 'signedIn') return outcome;
  const { customToken, sessionId } = await signedInAnswer(outcome.confirmed, systemClock);
  if (customToken === null) throw new TypeError('a session that began has a token');
  return { kind: 'signedIn', customToken, sessionId };
}
