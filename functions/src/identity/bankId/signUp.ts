/**
 * A new account for somebody whom BankID has identified: the e-mail address is asked for and a code mailed there.
 *
 * Guarantees: an address that has an account gets a mail that says so, and the caller the same answer; the evidence is kept
 * under the account to be, as soon as an attempt leads to it: if it never is, its key is destroyed with the attempt. At most five addresses may be tried.
 */
import { newId } from '../../platform/random.ts';
import type { AccountId, AttemptId, BankIdOrderId } from '../../shared/ids.ts';
import type { OpenedAttempt } from '../attempts.ts';
import type { Locale } from '../basics/contract.ts';
import { openSignUpAttempt } from '../beginSignUp.ts';
import { takeToken } from '../rateLimit.ts';
import { ownOrder } from './collectOrder.ts';
import { keepEvidence } from './evidence.ts';
import { changeOrder } from './orderStore.ts';
import { orderEnded, type BankIdWorld } from './world.ts';

const mostAddresses = 5;

/** Opens a sign-up with an address. Throws `identity/attempt-ended` when nobody was identified under this id lately. */
export async function signUpByBankId(
  input: { attemptId: AttemptId; email: string; locale: Locale },
  world: Omit<BankIdWorld, 'rp'>,
): Promise<OpenedAttempt> {
  const { clock, sendMail, origin } = world;
  const orderId = input.attemptId as string as BankIdOrderId; // one id, two names
  const read = await ownOrder(orderId, { refusal: orderEnded() }, clock());
  if (read.order.state !== 'needsEmail' || read.secret?.step !== 'identified' || read.order.signUps >= mostAddresses) throw orderEnded();
  await takeToken('signUpByAddress', origin.address, clock);
  if ((await changeOrder(orderId, read.version, { signUps: read.order.signUps + 1 })) === undefined) throw orderEnded();
  const { displayName, bankIdIndex, evidence, text, deviceId } = read.secret;
  const accountId = newId<AccountId>();
  const about = { purpose: read.order.purpose, signed: null, evidence: { completionData: evidence, text } };
  const keep = () => keepEvidence({ accountId, orderId }, about, clock());
  const { email, locale } = input;
  const account = { accountId, email, displayName, locale, passwordHash: null, bankIdIndex, deviceId: deviceId ?? undefined, keep };
  return openSignUpAttempt(account, { clock, sendMail, address: origin.address });
}
