/**
 * Sign-up, first step: the account is prepared, sealed, inside an attempt, and a code is mailed to its address.
 *
 * Guarantees: an address that has an account gets a mail that says so, and the caller the same answer at the same cost; the
 * account comes to exist only with the code.
 */
import { appUrl } from '../platform/config.ts';
import type { Mail } from '../platform/email.ts';
import { accountsOrgId, createSubjectKey } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import type { AccountId } from '../shared/ids.ts';
import { deviceIndexOf, emailIndexOf, findAccount, sealAccount, type AccountData } from './accountStore.ts';
import { mailLimits, newAttemptId, openAttempt, plainAttempt, type AttemptWorld, type OpenedAttempt } from './attempts.ts';
import type { Locale } from './basics/contract.ts';
import { accountExistsMail, codeMail } from './mails.ts';
import { hashPassword, needsUncommonPassword } from './password.ts';
import { takeToken } from './rateLimit.ts';

/** Opens a sign-up by password. Throws `identity/password-too-common`. */
export async function beginSignUp(
  input: { email: string; password: string; displayName: string; locale: Locale; deviceId?: string | undefined },
  world: AttemptWorld,
): Promise<OpenedAttempt> {
  await takeToken('signUpByAddress', world.address, world.clock);
  await needsUncommonPassword(input.password, [input.email, input.displayName, 'valv']);
  const { email, displayName, locale, deviceId } = input;
  const passwordHash = (): Promise<string> => hashPassword(input.password);
  return openSignUpAttempt(
    { accountId: newId<AccountId>(), email, displayName, locale, passwordHash, bankIdIndex: null, deviceId, keep: null },
    world,
  );
}

/** An account that is about to be made. */
export type NewAccount = Omit<AccountData, 'passwordHash'> & {
  readonly accountId: AccountId;
  /** Makes the hash once the limits allow it. Null for an account that can be entered by BankID only. */
  readonly passwordHash: (() => Promise<string>) | null;
  /** Keyed hash of the personal identity number that BankID vouched for, or null. */
  readonly bankIdIndex: string | null;
  readonly deviceId: string | undefined;
  /** Keeps what belongs to the account to be, once an attempt leads to it and before the code is mailed. Null for nothing. */
  readonly keep: (() => Promise<void>) | null;
};

/** Opens a sign-up, by password or, once BankID has identified the person, without. Takes a token for the mail. */
export async function openSignUpAttempt(account: NewAccount, world: AttemptWorld): Promise<OpenedAttempt> {
  const { accountId, email, displayName, locale, bankIdIndex } = account;
  const emailIndex = await emailIndexOf(email);
  await takeToken(mailLimits.signUp, emailIndex, world.clock);
  const passwordHash = account.passwordHash === null ? null : await account.passwordHash();
  const isDecoy = (await findAccount(emailIndex)) !== null;
  const deviceIndex = await deviceIndexOf(accountId, account.deviceId);
  const dek = await createSubjectKey(accountsOrgId, 'account', accountId);
  const sealed = sealAccount(dek, accountId, { email, displayName, locale, passwordHash });
  const parts = { kind: 'signUp', accountId, isDecoy, emailIndex, bankIdIndex, deviceIndex, sealed } as const;
  const mail = async (code: string): Promise<Mail> => {
    // Not before the attempt is stored: pruning finds what nobody finished by it.
    await account.keep?.();
    return isDecoy ? accountExistsMail(email, locale, appUrl()) : codeMail(email, locale, code);
  };
  return openAttempt(newAttemptId(), { ...plainAttempt, ...parts, secondFactors: ['emailCode'] }, mail, world);
}
