/**
 * Asking the administrators of every organisation of an account to let its owner back in.
 *
 * Guarantees: asked is only when every organisation has two owners or administrators besides the person; they and the person
 * are told by mail. An account waits once: what waited before is over. Repeating the call changes nothing.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { notify } from '../../identity/notices/notify.ts';
import { accountFacts } from '../../identity/recovery/account.ts';
import { recoveryRules } from '../../identity/recovery/contract.ts';
import { heldRecovery, recoveryEnded, type Held } from '../../identity/recovery/heldRecovery.ts';
import { standingAt } from '../../identity/recovery/standing.ts';
import { otherWaitingOf, withRecovery } from '../../identity/recovery/store.ts';
import { logFailure } from '../../platform/log.ts';
import { enqueueTask } from '../../platform/tasks.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId, OrgId, RecoveryId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { stewardsOf } from '../alarms/stewards.ts';

/** The task-queue function that mails the administrators. */
const mailer = 'mailRecovery';

/** Asks. Throws `identity/recovery-ended`, or `orgs/needs-second-person` when nobody could approve. */
export async function askRecovery(held: Held, clock: Clock): Promise<void> {
  const { accountId } = await heldRecovery(held);
  const account = await accountFacts(accountId, clock());
  if (account === null) throw recoveryEnded();
  if (account.isSupport) throw new AppError('orgs/needs-second-person', 'nobody approves for a technician');
  await needsApprovers(account.orgIds, accountId, clock());
  const isNew = await wait(held.recoveryId, account, clock());
  if (!isNew) return;
  for (const orgId of account.orgIds) await mail(orgId, held.recoveryId);
  await notify(accountId, 'recoveryAsked', clock());
}

async function needsApprovers(orgIds: readonly OrgId[], accountId: AccountId, now: Date): Promise<void> {
  if (orgIds.length === 0) throw new AppError('orgs/needs-second-person', 'the account is in no organisation');
  for (const orgId of orgIds) {
    const others = (await stewardsOf(orgId, now)).filter((steward) => steward !== accountId);
    if (others.length >= recoveryRules.approvalsPerOrganisation) continue;
    throw new AppError('orgs/needs-second-person', 'an organisation has too few owners and administrators', {
      needed: recoveryRules.approvalsPerOrganisation,
    });
  }
}

type Asked = { readonly orgIds: readonly OrgId[]; readonly isSupport: boolean };

async function wait(recoveryId: RecoveryId, account: Asked, now: Date): Promise<boolean> {
  return withRecovery(recoveryId, async (recovery, { batch, update }) => {
    if (recovery === null) throw recoveryEnded();
    const state = standingAt({ ...recovery, expiresAt: recovery.expiresAt.toDate() }, account, now);
    if (state === 'waiting' || state === 'approved') return false;
    if (state !== 'open') throw recoveryEnded();
    for (const other of await otherWaitingOf(recovery.accountId, recoveryId)) batch.update(other, { state: 'declined' });
    const expiresAt = Timestamp.fromDate(after(now, recoveryRules.waitingHours * ms.hour));
    update({ state: 'waiting', orgIds: account.orgIds, askedAt: Timestamp.fromDate(now), expiresAt });
    return true;
  });
}

async function mail(orgId: OrgId, recoveryId: RecoveryId): Promise<void> {
  await enqueueTask(mailer, { orgId, recoveryId }, `${recoveryId}-${orgId}`).catch((thrown: unknown) =>
    logFailure('mail of a recovery not enqueued', thrown, { orgId, recoveryId }),
  );
}
