/**
 * Owners and administrators decide whether a member gets back into the account.
 *
 * Guarantees: approving takes the reference that only the person knows, at most five wrong ones in all; nobody approves for
 * themselves, or twice; a decision and its event are one commit. When two of every organisation have approved, the recovery
 * is approved, each organisation gets an alarm, and the person a mail.
 */
import { Timestamp, type WriteBatch } from 'firebase-admin/firestore';
import { addServerEvent } from '../../audit/event.ts';
import { accountsKey } from '../../identity/accountStore.ts';
import { notify } from '../../identity/notices/notify.ts';
import { organisationsOf } from '../../identity/recovery/account.ts';
import { recoveryRules } from '../../identity/recovery/contract.ts';
import { recoveryMatches } from '../../identity/recovery/secret.ts';
import { isApproved, stateAt } from '../../identity/recovery/standing.ts';
import { readRecovery, withRecovery, type Recovery } from '../../identity/recovery/store.ts';
import { needsFresh } from '../../identity/session.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId, OrgId, RecoveryId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { raiseAlarm } from '../alarms/raiseAlarm.ts';
import type { OrgActor } from '../memberCallable.ts';

type Outcome =
  | { readonly outcome: 'approved' | 'counted' | 'declined'; readonly accountId: AccountId; readonly orgIds: readonly OrgId[] }
  | { readonly outcome: 'wrong'; readonly accountId: AccountId; readonly triesLeft: number };

const notFound = (): AppError => new AppError('shared/not-found', 'not found');

/**
 * Approves for one's organisation. Throws `identity/reauthentication-needed`, `shared/not-found` for a recovery that does not
 * wait for this organisation, `orgs/not-allowed` for one's own, `identity/wrong-code` with `triesLeft`.
 */
export async function approveRecovery(actor: OrgActor, recoveryId: RecoveryId, reference: string, clock: Clock): Promise<void> {
  needsFresh(actor.caller, clock());
  const [key, orgIds] = [await accountsKey(), await currentOrganisations(recoveryId, clock())];
  const decided = await withRecovery(recoveryId, async (recovery, writes): Promise<Outcome> => {
    const waiting = needsWaiting(recovery, actor, orgIds, clock());
    const { accountId } = waiting;
    if (!recoveryMatches(key, 'reference', recoveryId, reference, waiting.referenceHash)) {
      const tries = waiting.referenceTries + 1;
      const triesLeft = recoveryRules.maxReferenceTries - tries;
      writes.update({ referenceTries: tries, ...(triesLeft === 0 ? { state: 'declined' } : {}) });
      return { outcome: 'wrong', accountId, triesLeft };
    }
    const given = waiting.approvals[actor.orgId] ?? [];
    if (given.includes(actor.accountId)) return { outcome: 'counted', accountId, orgIds };
    const approvals = { ...waiting.approvals, [actor.orgId]: [...given, actor.accountId] };
    // Nobody may ask for a technician, and who has become one since is refused in the end.
    const isDone = isApproved({ approvals }, { orgIds, isSupport: false });
    const expiresAt = Timestamp.fromDate(after(clock(), recoveryRules.approvedHours * ms.hour));
    writes.update({ approvals, ...(isDone ? { state: 'approved', expiresAt } : {}) });
    addEvent(writes, actor, 'orgs.recovery.approve', accountId);
    return { outcome: isDone ? 'approved' : 'counted', accountId, orgIds };
  });
  await tell(decided, clock);
}

/** Declines for one's organisation, which ends the recovery for all. Throws `shared/not-found`. */
export async function declineRecovery(actor: OrgActor, recoveryId: RecoveryId, clock: Clock): Promise<void> {
  const orgIds = await currentOrganisations(recoveryId, clock());
  const decided = await withRecovery(recoveryId, async (recovery, writes): Promise<Outcome> => {
    const { accountId } = needsWaiting(recovery, actor, orgIds, clock());
    writes.update({ state: 'declined' });
    addEvent(writes, actor, 'orgs.recovery.decline', accountId);
    return { outcome: 'declined', accountId, orgIds };
  });
  await tell(decided, clock);
}

async function currentOrganisations(recoveryId: RecoveryId, now: Date): Promise<readonly OrgId[]> {
  const recovery = await readRecovery(recoveryId);
  return recovery === null ? [] : organisationsOf(recovery.accountId, now);
}

/** The recovery, if it waits for the actor's organisation, where the person still is a member, and is not the actor's own. */
function needsWaiting(recovery: Recovery | null, actor: OrgActor, orgIds: readonly OrgId[], now: Date): Recovery {
  if (recovery === null || !recovery.orgIds.includes(actor.orgId) || !orgIds.includes(actor.orgId)) throw notFound();
  if (stateAt({ state: recovery.state, expiresAt: recovery.expiresAt.toDate() }, now) !== 'waiting') throw notFound();
  if (recovery.accountId === actor.accountId) throw new AppError('orgs/not-allowed', 'somebody else must decide');
  return recovery;
}

function addEvent(
  { batch }: { readonly batch: WriteBatch },
  actor: OrgActor,
  action: 'orgs.recovery.approve' | 'orgs.recovery.decline',
  accountId: AccountId,
): void {
  addServerEvent(batch, adminFirestore(), actor, { action, targetKind: 'member', targetIds: [accountId] });
}

async function tell(decided: Outcome, clock: Clock): Promise<void> {
  const { accountId, outcome } = decided;
  if (outcome === 'declined') await notify(accountId, 'recoveryDeclined', clock());
  if (outcome === 'approved') {
    // Who approved stands in each organisation's own log: another's administrators are strangers here.
    const alarm = { kind: 'recoveryApproved', actorId: null, targetIds: [accountId], count: 1 } as const;
    for (const orgId of decided.orgIds) await raiseAlarm(orgId, alarm, clock);
    await notify(accountId, 'recoveryApproved', clock());
  }
  if (outcome !== 'wrong') return;
  if (decided.triesLeft === 0) await notify(accountId, 'recoveryDeclined', clock());
  throw new AppError('identity/wrong-code', 'wrong "reference"', { field: 'reference', triesLeft: decided.triesLeft });
}
