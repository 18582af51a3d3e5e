/**
 * How a recovery stands, and what it takes to finish it, as pure decisions.
 *
 * Guarantees: e-mail alone finishes nothing, unless the account is in no organisation, so that there is nothing behind it,
 * has no factor besides password and e-mail, and is no technician's; administrators count once each, in every organisation of the
 * account. An approval counts for the organisations that the account is in when it is used, and never for a technician, behind whom
 * are other organisations than those that approve.
 */
import { recoveryRules, type RecoveryState } from './contract.ts';

/** What a decision needs to know of a recovery. */
export type RecoveryFacts = {
  readonly state: Exclude<RecoveryState, 'expired'>;
  readonly expiresAt: Date;
  readonly approvals: Readonly<Record<string, readonly string[]>>;
};

/** What a decision needs to know of the account as it is now. */
export type AccountFacts = {
  /** The organisations in which it is an active member. */
  readonly orgIds: readonly string[];
  /** Whether it has a passkey, an authenticator app, BankID or recovery codes. */
  readonly hasOtherFactor: boolean;
  /** Whether it is a technician's, before whom organisations open. */
  readonly isSupport: boolean;
};

/** The state at `now`: what has run out is over. */
export function stateAt({ state, expiresAt }: Pick<RecoveryFacts, 'state' | 'expiresAt'>, now: Date): RecoveryState {
  const isOver = state === 'declined' || state === 'finished';
  return !isOver && expiresAt <= now ? 'expired' : state;
}

/** Approvals that are needed in all, and how many of them are there. */
export function approvalsOf(
  { approvals }: Pick<RecoveryFacts, 'approvals'>,
  { orgIds }: Pick<AccountFacts, 'orgIds'>,
): { given: number; needed: number } {
  const each = recoveryRules.approvalsPerOrganisation;
  const given = orgIds.map((orgId) => Math.min(each, new Set(approvals[orgId] ?? []).size));
  return { given: given.reduce((sum, count) => sum + count, 0), needed: each * orgIds.length };
}

/** What is asked of an account before its approvals count. */
type Approved = Pick<AccountFacts, 'orgIds' | 'isSupport'>;

/** Whether administrators of every organisation have approved. Of none is none, and a technician cannot be approved. */
export function isApproved(facts: Pick<RecoveryFacts, 'approvals'>, account: Approved): boolean {
  const { given, needed } = approvalsOf(facts, account);
  return needed > 0 && given === needed && !account.isSupport;
}

/** Whether the mailbox alone is enough for an account: there is nothing behind it, and no other factor to ask for. */
export const needsMailOnly = ({ orgIds, hasOtherFactor, isSupport }: AccountFacts): boolean =>
  orgIds.length === 0 && !hasOtherFactor && !isSupport;

/** As {@link stateAt}, but one whose approvals are not enough any more, as when the account has joined another organisation, is open. */
export function standingAt(facts: RecoveryFacts, account: Approved, now: Date): RecoveryState {
  const state = stateAt(facts, now);
  return state === 'approved' && !isApproved(facts, account) ? 'open' : state;
}

/** By what a recovery may be finished. */
export type Way = 'recoveryCode' | 'approval' | 'email';

/** The way by which a recovery may be finished at `now`; null when there is none (yet). A code that is shown is judged elsewhere. */
export function wayToFinish(facts: RecoveryFacts, account: AccountFacts, showsRecoveryCode: boolean, now: Date): Way | null {
  const state = standingAt(facts, account, now);
  if (state === 'approved') return 'approval';
  if (state !== 'open' && state !== 'waiting') return null;
  if (showsRecoveryCode) return 'recoveryCode';
  return needsMailOnly(account) ? 'email' : null;
}
