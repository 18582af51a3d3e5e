/**
 * The beginning of a recovery: a code by e-mail shows that the address is the person's, which opens a recovery and nothing else.
 *
 * Guarantees: an address with and without account gets the same answer, the same writes and a mail; the code of a recovery
 * signs nobody in. A device that the account knows has a limit of its own, so that others cannot use up the owner's.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { appUrl } from '../../platform/config.ts';
import { newId } from '../../platform/random.ts';
import type { AccountId, AttemptId, RecoveryId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { accountsKey, deviceIndexOf, emailIndexOf, findAccount } from '../accountStore.ts';
import { newAttemptId, openAttempt, plainAttempt, type AttemptWorld } from '../attempts.ts';
import type { Locale } from '../basics/contract.ts';
import { codeStep } from '../confirmCode.ts';
import { takeToken } from '../rateLimit.ts';
import { takeStep } from '../secondStep.ts';
import { isKnownDevice } from '../throttle.ts';
import { recoveryRules } from './contract.ts';
import { noAccountMail, recoveryCodeMail } from './mails.ts';
import { newRecoverySecret, newReference, recoveryHash } from './secret.ts';
import { recoveryDoc, type Recovery } from './store.ts';

/** Mails a code, or says by mail that there is no account. Throws `identity/too-many-attempts`. */
export async function beginRecovery(
  input: { email: string; locale: Locale; deviceId?: string | undefined },
  world: AttemptWorld,
): Promise<{ attemptId: AttemptId; expiresAt: string }> {
  const { email, locale, deviceId } = input;
  const emailIndex = await emailIndexOf(email);
  const found = await findAccount(emailIndex);
  const account = found?.state === 'active' ? found : null;
  const accountId = account?.accountId ?? newId<AccountId>();
  const deviceIndex = await deviceIndexOf(accountId, deviceId);
  if (isKnownDevice(account, deviceIndex)) {
    await takeToken('recoveryMailFromKnownDevice', deviceIndex, world.clock);
  } else {
    await takeToken('recoveryByAddress', world.address, world.clock);
    await takeToken('recoveryMail', emailIndex, world.clock);
  }
  const isDecoy = account === null;
  const mail = (code: string) => (isDecoy ? noAccountMail(email, locale, appUrl()) : recoveryCodeMail(account.data.email, locale, code));
  const attempt = { ...plainAttempt, kind: 'recovery', accountId, isDecoy, emailIndex, deviceIndex, secondFactors: ['emailCode'] } as const;
  const { attemptId, expiresAt } = await openAttempt(newAttemptId(), attempt, mail, world);
  return { attemptId, expiresAt };
}

/** What the person holds of a recovery. */
export type HeldRecovery = {
  readonly recoveryId: RecoveryId;
  readonly secret: string;
  readonly reference: string;
  readonly expiresAt: string;
};

/** Checks the code and opens a recovery. Throws `identity/wrong-code` with `triesLeft`, or `identity/attempt-ended`. */
export async function confirmRecovery(attemptId: AttemptId, code: string, clock: Clock): Promise<HeldRecovery> {
  const key = await accountsKey();
  return takeStep(attemptId, ['recovery'], await codeStep(attemptId, code), { clock }, async ({ accountId, deviceIndex }) => {
    const now = clock();
    const [recoveryId, secret, reference] = [newId<RecoveryId>(), newRecoverySecret(), newReference()];
    const expiresAt = after(now, recoveryRules.openHours * ms.hour);
    const recovery: Recovery = {
      v: 1,
      accountId,
      state: 'open',
      secretHash: recoveryHash(key, 'secret', recoveryId, secret),
      referenceHash: recoveryHash(key, 'reference', recoveryId, reference),
      referenceTries: 0,
      recoveryCodeTries: 0,
      deviceIndex,
      orgIds: [],
      approvals: {},
      createdAt: Timestamp.fromDate(now),
      askedAt: null,
      expiresAt: Timestamp.fromDate(expiresAt),
    };
    return async (writes) => {
      writes.create(recoveryDoc(recoveryId), recovery);
      return { recoveryId, secret, reference: reference.replace(/(\d{4})/, '$1 '), expiresAt: expiresAt.toISOString() };
    };
  });
}
