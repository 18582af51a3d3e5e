/**
 * Changing an account's e-mail address: a code is mailed to the new one, and only it makes the change.
 *
 * Guarantees: only in a fresh session, and only in the session that began; an address that has an account gets a mail that says
 * so, and the caller the same answer; the address from before is told. Other sessions and open attempts end.
 */
import { appUrl } from '../../platform/config.ts';
import type { SendMail } from '../../platform/email.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { AttemptId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { emailIndexOf, findAccount, loadAccount, newCredentials, readAccount, type AccountData } from '../accountStore.ts';
import {
  mailLimits,
  newAttemptId,
  openAttempt,
  openNewEmail,
  plainAttempt,
  sealNewEmail,
  type AttemptWorld,
  type OpenedAttempt,
} from '../attempts.ts';
import { readAttempt, type Attempt } from '../attemptStore.ts';
import { endSignInsOf } from '../endSignIns.ts';
import type { Locale } from '../basics/contract.ts';
import { spendAll, type Proof } from '../completeSignIn.ts';
import { codeStep } from '../confirmCode.ts';
import { accountExistsMail, codeMail, emailChangedMail } from '../mails.ts';
import { notify } from '../notices/notify.ts';
import { copyProfile } from '../profile/copyProfile.ts';
import { takeToken } from '../rateLimit.ts';
import { attemptEnded, takeStep, type Step } from '../secondStep.ts';
import { needsFresh, type Caller } from '../session.ts';
import { needsOwnStrength } from './ownStrength.ts';
import type { SignInWrites } from '../signInStore.ts';

/** The proof that the new address is the person's, and the account's data from before. */
type AddressChange = Proof & { readonly before: AccountData };

/** Mails a code to the new address. Throws `identity/reauthentication-needed`, `shared/invalid-input` for the address of now. */
export async function beginEmailChange(caller: Caller, email: string, world: AttemptWorld): Promise<OpenedAttempt> {
  await needsOwnStrength(caller, world.clock);
  const { accountId, sessionId } = caller;
  const [emailIndex, account] = [await emailIndexOf(email), await loadAccount(accountId)];
  if (account === null) throw new AppError('shared/not-found', 'not found');
  if (emailIndex === (await emailIndexOf(account.email))) throw invalidInput('email', 'is the address already');
  await takeToken(mailLimits.emailChange, emailIndex, world.clock);
  const isDecoy = (await findAccount(emailIndex)) !== null;
  const attemptId = newAttemptId();
  const sealed = await sealNewEmail(accountId, attemptId, email);
  const { locale } = account;
  const mail = (code: string) => (isDecoy ? accountExistsMail(email, locale, appUrl()) : codeMail(email, locale, code));
  const parts = { kind: 'emailChange', accountId, sessionId, isDecoy, emailIndex, sealed, secondFactors: ['emailCode'] } as const;
  return openAttempt(attemptId, { ...plainAttempt, ...parts }, mail, world);
}

/** Makes the change. Throws `identity/wrong-code`, `identity/attempt-ended`, `identity/reauthentication-needed`. */
export async function confirmEmailChange(
  caller: Caller,
  { attemptId, code }: { attemptId: AttemptId; code: string },
  { clock, sendMail }: { clock: Clock; sendMail: SendMail },
): Promise<void> {
  needsFresh(caller, clock());
  const { accountId, sessionId } = caller;
  const begun = (await readAttempt(attemptId))?.attempt;
  if (begun?.accountId !== accountId || begun.sessionId !== sessionId) throw attemptEnded();
  const before = await takeStep(attemptId, ['emailChange'], await changeStep(attemptId, code), { clock }, changed);
  await endSignInsOf(accountId, 'credentialsChanged', clock(), sessionId);
  await notify(accountId, 'emailChanged', clock());
  await tellOldAddress(before, sendMail);
  await copyProfile(caller);
}

/** The step of showing the code that was mailed to the new address, which uses up the account as it was. */
async function changeStep(attemptId: AttemptId, code: string): Promise<Step<AddressChange>> {
  const step = await codeStep(attemptId, code);
  return {
    ...step,
    judge: async (attempt) => {
      const proof = await step.judge(attempt);
      if (proof === null) return null;
      const { accountId, emailIndex, sealed } = attempt;
      const { guard, data, seal } = await readAccount(accountId);
      const email = await openNewEmail(accountId, attemptId, sealed);
      return { ...proof, spends: [{ guard, fields: { ...newCredentials(), emailIndex, sealed: seal({ ...data, email }) } }], before: data };
    },
  };
}

async function changed({ emailIndex }: Attempt, proof: AddressChange) {
  return async (writes: SignInWrites): Promise<AccountData | null> => {
    if (await writes.isEmailTaken(emailIndex)) return null;
    spendAll(writes, proof);
    return proof.before;
  };
}

/** The change stands, whether or not the address from before can be told: a failure is logged as one. */
async function tellOldAddress({ email, locale }: { email: string; locale: Locale }, sendMail: SendMail): Promise<void> {
  await sendMail(emailChangedMail(email, locale, appUrl())).catch((thrown: unknown) => logFailure('old address not told', thrown));
}
