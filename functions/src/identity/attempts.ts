/**
 * Sign-up and sign-in, first step: the password is checked, a code is mailed, an attempt is opened.
 *
 * Guarantees: known and unknown accounts get the same answers and cost the same password hash and key read; nothing that
 * grants access exists yet. Does not hide how long the mail server takes.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { appUrl } from '../platform/config.ts';
import { untilSettled } from '../platform/contention.ts';
import type { SendMail } from '../platform/email.ts';
import { accountsOrgId, createSubjectKey, subjectKey } from '../platform/keyring.ts';
import { newId, randomDigits } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, AttemptId } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import type { AttemptOpened } from './basics/contract.ts';
import { codeHash } from './code.ts';
import { codeRules, type Locale } from './contract.ts';
import { accountExistsMail, codeMail } from './mails.ts';
import { hashPassword, needsUncommonPassword, passwordMatches } from './password.ts';
import { accountsKey, deviceIndexOf, emailIndexOf, findAccount, loadAccount, openAccount, sealAccount } from './accountStore.ts';
import { changeAttempt, createAttempt, readAttempt, type Attempt, type ReadAttempt } from './attemptStore.ts';
import { takeToken } from './rateLimit.ts';
import { throttlePassword } from './throttle.ts';

/** What the first step needs of the world. */
export type AttemptWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly address: string };

/** An open attempt, as the caller is told. */
export type OpenedAttempt = AttemptOpened & { readonly attemptId: AttemptId };

const mostResends = 4;

/** Opens a sign-in. Throws `identity/wrong-credentials` for an unknown account and a wrong password alike. */
export async function beginSignIn(
  input: { email: string; password: string; locale: Locale; deviceId?: string | undefined },
  world: AttemptWorld,
): Promise<OpenedAttempt> {
  const emailIndex = await emailIndexOf(input.email);
  const account = await findAccount(emailIndex);
  const deviceIndex = await throttlePassword({ emailIndex, account, deviceId: input.deviceId, address: world.address }, world.clock);
  const isRight = await passwordMatches(input.password, account?.data.passwordHash ?? null);
  if (account === null || !isRight || account.state !== 'active') {
    throw new AppError('identity/wrong-credentials', 'wrong "email" or "password"');
  }
  await takeToken('signInMail', emailIndex, world.clock);
  return open(
    { kind: 'signIn', accountId: account.accountId, isDecoy: false, emailIndex, deviceIndex, sealed: null },
    account.data.email,
    input.locale,
    world,
  );
}

/** Opens a sign-up. An address that has an account gets a mail that says so, and the caller the same answer. */
export async function beginSignUp(
  input: { email: string; password: string; displayName: string; locale: Locale; deviceId?: string | undefined },
  world: AttemptWorld,
): Promise<OpenedAttempt> {
  const emailIndex = await emailIndexOf(input.email);
  await takeToken('signUpByAddress', world.address, world.clock);
  await needsUncommonPassword(input.password, [input.email, input.displayName, 'valv']);
  await takeToken('signUpMail', emailIndex, world.clock);
  const [passwordHash, existing] = [await hashPassword(input.password), await findAccount(emailIndex)];
  const accountId = newId<AccountId>();
  const deviceIndex = await deviceIndexOf(accountId, input.deviceId);
  const dek = await createSubjectKey(accountsOrgId, 'account', accountId);
  const { email, displayName, locale } = input;
  const sealed = sealAccount(dek, accountId, { email, displayName, locale, passwordHash });
  if (existing === null) return open({ kind: 'signUp', accountId, isDecoy: false, emailIndex, deviceIndex, sealed }, email, locale, world);
  await world.sendMail(accountExistsMail(email, locale, appUrl()));
  return open({ kind: 'signUp', accountId, isDecoy: true, emailIndex, deviceIndex, sealed }, null, locale, world);
}

/** Mails a new code for an open attempt; the old one stops working. Throws `identity/attempt-ended` otherwise. */
export async function resendCode(attemptId: AttemptId, world: AttemptWorld): Promise<OpenedAttempt> {
  const { emailIndex, kind } = resendable(await readAttempt(attemptId), world.clock()).attempt;
  await takeToken(kind === 'signIn' ? 'signInMail' : 'signUpMail', emailIndex, world.clock);
  const code = randomDigits(codeRules.digits);
  const key = await accountsKey();
  const attempt = await untilSettled(async () => {
    const waiting = resendable(await readAttempt(attemptId), world.clock());
    const fields = { codeHash: codeHash(key, attemptId, code), resends: waiting.attempt.resends + 1 };
    return (await changeAttempt(attemptId, waiting.version, fields)) && waiting.attempt;
  });
  const { email, locale } = await recipientOf(attempt);
  // A decoy gets a mail too: otherwise the time, or an outage of the mail server, would tell the two apart.
  await world.sendMail(attempt.isDecoy ? accountExistsMail(email, locale, appUrl()) : codeMail(email, locale, code));
  return { attemptId, expiresAt: attempt.expiresAt.toDate().toISOString(), secondFactors: ['emailCode'], mailed: true };
}

function resendable(read: ReadAttempt | null, now: Date): ReadAttempt {
  const { state, expiresAt, resends } = read?.attempt ?? {};
  const isOpen = state === 'open' && expiresAt !== undefined && expiresAt.toDate() > now && resends !== undefined && resends < mostResends;
  if (read === null || !isOpen) throw new AppError('identity/attempt-ended', 'start again');
  return read;
}

async function recipientOf(attempt: Attempt): Promise<{ email: string; locale: Locale }> {
  if (attempt.kind === 'signUp') return openAccount(await subjectKey(accountsOrgId, attempt.accountId), attempt.accountId, attempt.sealed);
  const account = await loadAccount(attempt.accountId);
  if (account === null) throw new AppError('identity/attempt-ended', 'start again');
  return account;
}

type NewAttempt = Pick<Attempt, 'kind' | 'accountId' | 'isDecoy' | 'emailIndex' | 'deviceIndex' | 'sealed'>;

async function open(attempt: NewAttempt, mailTo: string | null, locale: Locale, world: AttemptWorld): Promise<OpenedAttempt> {
  const attemptId = newId<AttemptId>();
  const code = randomDigits(codeRules.digits);
  const now = world.clock();
  const expiresAt = after(now, codeRules.lifetimeMinutes * ms.minute);
  await createAttempt(attemptId, {
    ...attempt,
    codeHash: codeHash(await accountsKey(), attemptId, code),
    tries: 0,
    resends: 0,
    state: 'open',
    createdAt: Timestamp.fromDate(now),
    expiresAt: Timestamp.fromDate(expiresAt),
  });
  if (mailTo !== null) await world.sendMail(codeMail(mailTo, locale, code));
  return { attemptId, expiresAt: expiresAt.toISOString(), secondFactors: ['emailCode'], mailed: true };
}
