/**
 * Opening an attempt and mailing its code: what sign-up, sign-in, re-authentication and a change of address have in common.
 *
 * Guarantees: nothing that grants access exists yet; a decoy costs the same writes and the same mail as what it stands for.
 * Does not hide how long the mail server takes.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import { appUrl } from '../platform/config.ts';
import { untilSettled } from '../platform/contention.ts';
import type { Mail, SendMail } from '../platform/email.ts';
import { accountsOrgId, subjectKey } from '../platform/keyring.ts';
import { newId, randomDigits } from '../platform/random.ts';
import type { AccountId, AttemptId } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { accountsKey, loadAccount, openAccount } from './accountStore.ts';
import { changeAttempt, createAttempt, readAttempt, type Attempt, type ReadAttempt } from './attemptStore.ts';
import { codeRules, type AttemptOpened, type Locale } from './basics/contract.ts';
import { codeHash } from './code.ts';
import { accountExistsMail, codeMail } from './mails.ts';
import { takeToken, type LimitKind } from './rateLimit.ts';
import { attemptEnded, hasEnded } from './secondStep.ts';

/** What the first step needs of the world. */
export type AttemptWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly address: string };

/** An open attempt, as the caller is told. */
export type OpenedAttempt = AttemptOpened & { readonly attemptId: AttemptId };

const mostResends = 4;

/** The limit that every mailed code takes a token of, by the attempt's {@link Attempt.emailIndex}. */
export const mailLimits = {
  signIn: 'signInMail',
  reauth: 'signInMail',
  signUp: 'signUpMail',
  emailChange: 'signUpMail',
  recovery: 'recoveryMail',
} as const satisfies Record<Attempt['kind'], LimitKind>;

/** An attempt that is about to be opened. */
export type NewAttempt = Omit<Attempt, 'codeHash' | 'tries' | 'resends' | 'state' | 'createdAt' | 'expiresAt'>;

/** A new attempt's defaults. */
export const plainAttempt = {
  sessionId: null,
  isDecoy: false,
  bankIdIndex: null,
  deviceIndex: null,
  credentialsVersion: null,
  sealed: null,
} as const;

/** Stores an attempt and then, if it has a mail, a code for it; `mail` makes what carries the code. Does not take a token. */
export async function openAttempt(
  attemptId: AttemptId,
  attempt: NewAttempt,
  mail: ((code: string) => Mail | Promise<Mail>) | null,
  world: AttemptWorld,
): Promise<OpenedAttempt> {
  const code = randomDigits(codeRules.digits);
  const now = world.clock();
  const expiresAt = after(now, codeRules.lifetimeMinutes * ms.minute);
  const hash = codeHash(await accountsKey(), attemptId, code);
  await createAttempt(attemptId, {
    ...attempt,
    codeHash: mail === null ? null : hash,
    tries: 0,
    resends: 0,
    state: 'open',
    createdAt: Timestamp.fromDate(now),
    expiresAt: Timestamp.fromDate(expiresAt),
  });
  if (mail !== null) await world.sendMail(await mail(code));
  return { attemptId, expiresAt: expiresAt.toISOString(), secondFactors: [...attempt.secondFactors], mailed: mail !== null };
}

/**
 * Mails a new code for an open attempt; the one before stops working. Throws `identity/attempt-ended` for any other, and for one
 * of recovery, whose decoys have no account to mail.
 */
export async function resendCode(attemptId: AttemptId, world: AttemptWorld): Promise<OpenedAttempt> {
  const { emailIndex, kind } = resendable(await readAttempt(attemptId), world.clock()).attempt;
  await takeToken(mailLimits[kind], emailIndex, world.clock);
  const code = randomDigits(codeRules.digits);
  const key = await accountsKey();
  const attempt = await untilSettled(async () => {
    const waiting = resendable(await readAttempt(attemptId), world.clock());
    const fields = { codeHash: codeHash(key, attemptId, code), resends: waiting.attempt.resends + 1 };
    return (await changeAttempt(attemptId, waiting.version, fields)) && waiting.attempt;
  });
  const { email, locale } = await recipientOf(attemptId, attempt);
  // A decoy gets a mail too: otherwise the time, or an outage of the mail server, would tell the two apart.
  await world.sendMail(attempt.isDecoy ? accountExistsMail(email, locale, appUrl()) : codeMail(email, locale, code));
  return { attemptId, expiresAt: attempt.expiresAt.toDate().toISOString(), secondFactors: [...attempt.secondFactors], mailed: true };
}

function resendable(read: ReadAttempt | null, now: Date): ReadAttempt {
  if (read === null || hasEnded(read.attempt, now)) throw attemptEnded();
  const { kind, resends, secondFactors } = read.attempt;
  if (kind === 'recovery' || resends >= mostResends || !secondFactors.includes('emailCode')) throw attemptEnded();
  return read;
}

async function recipientOf(attemptId: AttemptId, attempt: Attempt): Promise<{ email: string; locale: Locale }> {
  const { accountId, kind, sealed } = attempt;
  if (kind === 'signUp') return openAccount(await subjectKey(accountsOrgId, accountId), accountId, sealed);
  const account = await loadAccount(accountId);
  if (account === null) throw attemptEnded();
  return kind === 'emailChange' ? { ...account, email: await openNewEmail(accountId, attemptId, sealed) } : account;
}

const emailContext = (attemptId: AttemptId) =>
  ({ orgId: accountsOrgId, collection: 'attempts', docId: attemptId, sensitivityClass: 'ordinary' }) as const;

/** Seals the address that an account is to have, for its attempt. */
export async function sealNewEmail(accountId: AccountId, attemptId: AttemptId, email: string): Promise<Uint8Array> {
  return sealRecord(await subjectKey(accountsOrgId, accountId), emailContext(attemptId), { email });
}

/** Opens what {@link sealNewEmail} sealed. Throws `crypto/cannot-open`. */
export async function openNewEmail(accountId: AccountId, attemptId: AttemptId, sealed: Uint8Array | null): Promise<string> {
  if (sealed === null) throw attemptEnded();
  const opened = openRecord(await subjectKey(accountsOrgId, accountId), emailContext(attemptId), sealed);
  return (opened as { email: string }).email; // what sealNewEmail sealed, authenticated
}

/** A new attempt's id. */
export const newAttemptId = (): AttemptId => newId<AttemptId>();
