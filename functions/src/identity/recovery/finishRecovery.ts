/**
 * The end of a recovery: a new password.
 *
 * Guarantees: the second factor is never passed by: a recovery code, or two administrators of every organisation, or nothing
 * behind the account at all (standing.ts). After administrators' approval no other factor is left, so that whoever added one
 * in the meantime is out too. Password, factors and sessions change in one commit, which also ends the recovery; an attempt
 * that was open with the old password ends.
 * Does not check again that those who approved still are administrators: they were when they did.
 */
import type { DocumentReference, Timestamp } from 'firebase-admin/firestore';
import type { Dek } from '../../crypto/keys.ts';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { accountsOrgId, subjectKey } from '../../platform/keyring.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId, RecoveryId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { accountDoc, accountsKey, loadAccount, newCredentials, openAccount, sealAccount } from '../accountStore.ts';
import { endSignInsOf } from '../endSignIns.ts';
import { factorDoc, ofKind, readFactors, usedFactorFields, type Factor } from '../factors/factorStore.ts';
import { leftAfter } from '../factors/recoveryCode.ts';
import { notify } from '../notices/notify.ts';
import { hashPassword, needsUncommonPassword } from '../password.ts';
import { endingSessionsOf } from '../sessionStore.ts';
import { accountFacts } from './account.ts';
import { recoveryRules } from './contract.ts';
import { heldRecovery, recoveryEnded, type Held } from './heldRecovery.ts';
import { wayToFinish, type Way } from './standing.ts';
import { recoveryDoc, withRecovery, type Recovery } from './store.ts';

/** What finishing takes. */
export type Finishing = Held & { readonly newPassword: string; readonly recoveryCode?: string | undefined };

/**
 * Sets the new password. Throws `identity/recovery-ended`, `identity/wrong-recovery-code` with `triesLeft`,
 * `identity/password-too-common`.
 */
export async function finishRecovery(input: Finishing, clock: Clock): Promise<void> {
  const { recoveryId, newPassword, recoveryCode } = input;
  const recovery = await heldRecovery(input);
  const { accountId } = recovery;
  const way = await wayOf(recovery, recoveryCode !== undefined, clock());
  const account = await loadAccount(accountId);
  if (account === null) throw recoveryEnded();
  await needsUncommonPassword(newPassword, [account.email, account.displayName, 'valv']);
  const codes = recoveryCode === undefined ? null : await spentCode(recoveryId, accountId, recoveryCode, clock());
  const passwordHash = await hashPassword(newPassword);
  const dek = await subjectKey(accountsOrgId, accountId);
  await untilSettled(() => commit(recoveryId, recovery, { way, dek, passwordHash, codes }, clock()));
  await endSignInsOf(accountId, 'recovered', clock());
  await notify(accountId, 'recoveryFinished', clock());
}

async function wayOf(recovery: Recovery, showsRecoveryCode: boolean, now: Date): Promise<Way> {
  const account = await accountFacts(recovery.accountId, now);
  const facts = { ...recovery, expiresAt: recovery.expiresAt.toDate() };
  const way = account && wayToFinish(facts, account, showsRecoveryCode, now);
  if (way === null) throw recoveryEnded();
  return way;
}

/** A factor as it is after its use, if it still is the version that was read. */
type Spent = { readonly reference: DocumentReference; readonly version: Timestamp; readonly fields: object };

/** The recovery codes without the one that was shown. A wrong one is counted before it is refused; after five the recovery is over. */
async function spentCode(recoveryId: RecoveryId, accountId: AccountId, code: string, now: Date): Promise<Spent> {
  const [codes] = ofKind(await readFactors(accountId), 'recoveryCodes');
  const hashes = codes === undefined ? null : leftAfter(await accountsKey(), accountId, code, codes.data.hashes);
  if (codes === undefined || hashes === null) return countWrongCode(recoveryId);
  const fields = await usedFactorFields(codes satisfies Factor, { kind: 'recoveryCodes', hashes }, now);
  return { reference: factorDoc(accountId, codes.factorId), version: codes.version, fields };
}

async function countWrongCode(recoveryId: RecoveryId): Promise<never> {
  const triesLeft = await withRecovery(recoveryId, async (recovery, { update }) => {
    if (recovery === null || recovery.state === 'declined' || recovery.state === 'finished') throw recoveryEnded();
    const tries = recovery.recoveryCodeTries + 1;
    const isOver = tries >= recoveryRules.maxRecoveryCodeTries;
    update({ recoveryCodeTries: tries, ...(isOver ? { state: 'declined' } : {}) });
    return recoveryRules.maxRecoveryCodeTries - tries;
  });
  throw new AppError('identity/wrong-recovery-code', 'wrong "recoveryCode"', { field: 'recoveryCode', triesLeft });
}

type Change = { readonly way: Way; readonly dek: Dek; readonly passwordHash: string; readonly codes: Spent | null };

/** Writes everything, if the recovery still is as it was read; undefined when somebody was faster. */
async function commit(recoveryId: RecoveryId, read: Recovery, change: Change, now: Date): Promise<true | undefined> {
  const { accountId, deviceIndex } = read;
  const { way, dek, passwordHash, codes } = change;
  return unlessOutrun(() =>
    adminFirestore().runTransaction(
      async (transaction) => {
        const [stored, account] = await transaction.getAll(recoveryDoc(recoveryId), accountDoc(accountId));
        const used = codes === null ? undefined : await transaction.get(codes.reference);
        const factors = await transaction.get(accountDoc(accountId).collection('factors'));
        const endSessions = await endingSessionsOf(transaction, accountId, 'recovered', now);
        // A second call with the same recovery, or the same code, finds it used.
        const isUsable = stored?.get('state') === read.state && account?.get('state') === 'active';
        if (!isUsable || (codes !== null && used?.updateTime?.isEqual(codes.version) !== true)) throw recoveryEnded();
        const sealed = sealAccount(dek, accountId, { ...openAccount(dek, accountId, account?.get('sealed')), passwordHash });
        const knownDevices = deviceIndex === null ? [] : [deviceIndex];
        transaction.update(accountDoc(accountId), {
          ...newCredentials(),
          sealed,
          knownDevices,
          ...(way === 'approval' ? { bankIdIndex: null } : {}),
        });
        if (way === 'approval') for (const { ref } of factors.docs) transaction.delete(ref);
        else if (codes !== null) transaction.update(codes.reference, { ...codes.fields });
        transaction.update(recoveryDoc(recoveryId), { state: 'finished' });
        endSessions();
        return true as const;
      },
      { maxAttempts: 1 }, // whoever lost reads again
    ),
  );
}
