/**
 * Sign-in and re-authentication, first step: the password is checked, an attempt is opened.
 *
 * Guarantees: known and unknown accounts get the same answers and cost the same password hash and the same reads and writes;
 * a code is mailed only when the account has nothing better, or when it is asked for; a password that is changed after it was
 * checked lets nobody in.
 */
import { AppError } from '../shared/errors.ts';
import type { AccountId } from '../shared/ids.ts';
import { emailIndexOf, findAccount, readAccount, type AccountData } from './accountStore.ts';
import { mailLimits, newAttemptId, openAttempt, plainAttempt, type AttemptWorld, type NewAttempt, type OpenedAttempt } from './attempts.ts';
import type { Locale, SecondFactor } from './basics/contract.ts';
import { factorKindsOf } from './factors/factorStore.ts';
import { codeMail } from './mails.ts';
import { passwordMatches } from './password.ts';
import { takeToken } from './rateLimit.ts';
import type { Caller } from './session.ts';
import { isKnownDevice, throttlePassword } from './throttle.ts';

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
  const { accountId, data, credentialsVersion } = account;
  if (!isKnownDevice(account, deviceIndex)) await takeToken('secondStepFromNewDevice', accountId, world.clock);
  const attempt = { ...plainAttempt, kind: 'signIn', accountId, emailIndex, deviceIndex, credentialsVersion } as const;
  return askSecondFactor(attempt, { ...data, locale: input.locale }, world);
}

/** Opens an attempt that makes the caller's session fresh. Throws `identity/wrong-credentials`. */
export async function beginReauth(caller: Caller, password: string, world: AttemptWorld): Promise<OpenedAttempt> {
  const { accountId, sessionId } = caller;
  await takeToken('reauthentication', accountId, world.clock);
  const { data, credentialsVersion } = await readAccount(accountId);
  if (!(await passwordMatches(password, data.passwordHash)))
    throw new AppError('identity/wrong-credentials', 'wrong "password"', { field: 'password' });
  const emailIndex = await emailIndexOf(data.email);
  return askSecondFactor({ ...plainAttempt, kind: 'reauth', accountId, sessionId, emailIndex, credentialsVersion }, data, world);
}

async function askSecondFactor(
  attempt: Omit<NewAttempt, 'secondFactors'>,
  { email, locale }: Pick<AccountData, 'email' | 'locale'>,
  world: AttemptWorld,
): Promise<OpenedAttempt> {
  const secondFactors = await secondFactorsOf(attempt.accountId);
  const isMailed = !secondFactors.includes('passkey') && !secondFactors.includes('totp');
  if (isMailed) await takeToken(mailLimits[attempt.kind], attempt.emailIndex, world.clock);
  const mail = isMailed ? (code: string) => codeMail(email, locale, code) : null;
  return openAttempt(newAttemptId(), { ...attempt, secondFactors }, mail, world);
}

/** The second steps that an account can take after its password, strongest first. */
async function secondFactorsOf(accountId: AccountId): Promise<readonly SecondFactor[]> {
  const kinds = await factorKindsOf(accountId);
  return [
    ...(kinds.has('passkey') ? (['passkey'] as const) : []),
    ...(kinds.has('totp') ? (['totp'] as const) : []),
    'emailCode',
    ...(kinds.has('recoveryCodes') ? (['recoveryCode'] as const) : []),
  ];
}
