/**
 * What a completed order brings about, by what it was for.
 *
 * Guarantees: a named list of checks, each of which ends the order without effect; evidence is kept first; the effect and the
 * end of the order are one commit, so that an order has its effect once. Whoever is signed in must be the same person.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { untilSettled } from '../../platform/contention.ts';
import type { AccountId, AttemptId } from '../../shared/ids.ts';
import { after, ms } from '../../shared/time.ts';
import { deviceIndexOf, newCredentials } from '../accountStore.ts';
import { endSignInsOf } from '../endSignIns.ts';
import { enter, freshen, sessionFor, type Confirmed, type Proof } from '../completeSignIn.ts';
import { notify } from '../notices/notify.ts';
import type { Caller } from '../session.ts';
import { whileUnchanged } from '../signInStore.ts';
import { keepEvidence } from './evidence.ts';
import {
  accountOfPerson,
  bankIdIndexOf,
  bankIdOfAccount,
  changeOrder,
  orderGuard,
  readOrder,
  sealOrder,
  type ReadOrder,
  type Waiting,
} from './orderStore.ts';
import type { Completion } from './rpClient.ts';
import { orderRules } from './startOrder.ts';
import { needsCaller, orderEnded, type BankIdWorld, type Who } from './world.ts';

/** What came of an order. */
export type Outcome =
  | { readonly kind: 'signedIn'; readonly confirmed: Confirmed }
  | { readonly kind: 'needsEmail'; readonly attemptId: AttemptId; readonly displayName: string }
  | { readonly kind: 'reauthenticated' }
  | { readonly kind: 'factorAdded' }
  | { readonly kind: 'signed'; readonly evidenceId: string };

/** The outcome, or the hint with which the order fails. */
export type Finished =
  | { readonly outcome: Outcome }
  | { readonly refusedAs: 'wrongPerson' | 'factorExists' | 'accountClosed' | 'textChanged' };

/** A completed order and what is needed to make something of it. */
type Completed = {
  readonly read: ReadOrder;
  readonly secret: Waiting;
  readonly completion: Completion;
  /** The keyed hash of the person. */
  readonly bankIdIndex: string;
  readonly world: BankIdWorld;
};

/** Makes of a completed order what it was for. Throws `identity/attempt-ended` when it was cancelled meanwhile. */
export async function finishOrder(
  read: ReadOrder,
  secret: Waiting,
  completion: Completion,
  who: Who,
  world: BankIdWorld,
): Promise<Finished> {
  const completed = { read, secret, completion, world, bankIdIndex: await bankIdIndexOf(completion.personalNumber) };
  switch (read.order.purpose) {
    case 'signIn':
    case 'signUp':
      return signIn(completed);
    case 'reauth':
      return reauthenticate(completed, needsCaller(who));
    case 'addFactor':
      return addFactor(completed, needsCaller(who));
    case 'sign':
      return sign(completed, needsCaller(who));
  }
}

const ended = { state: 'complete', hintCode: null, sealed: null } as const;
const proofOf = (read: ReadOrder): Proof => ({ method: 'bankId', spends: [{ guard: orderGuard(read), fields: ended }] });

/** Repeats a commit that others were in the way of, while the order is the version that was read. Throws `identity/attempt-ended` when it is not. */
async function settle<T>(read: ReadOrder, commit: () => Promise<T | undefined>): Promise<T> {
  return untilSettled(async () => {
    const result = await commit();
    if (result !== undefined) return result;
    if ((await readOrder(read.id))?.version.isEqual(read.version) !== true) throw orderEnded();
    return undefined;
  });
}

function keep({ read, secret, completion, world }: Completed, accountId: AccountId): Promise<void> {
  const evidence = { completionData: completion.evidence, text: secret.asked.text };
  return keepEvidence({ accountId, orderId: read.id }, { purpose: read.order.purpose, signed: secret.signed, evidence }, world.clock());
}

async function signIn(completed: Completed): Promise<Finished> {
  const { read, secret, bankIdIndex, world } = completed;
  const holder = await accountOfPerson(bankIdIndex);
  if (holder === null) return askForEmail(completed);
  if (!holder.isActive) return { refusedAs: 'accountClosed' };
  const { accountId, credentialsVersion } = holder;
  await keep(completed, accountId);
  const deviceIndex = await deviceIndexOf(accountId, secret.deviceId ?? undefined);
  // A BankID that is taken off the account meanwhile lets nobody in.
  const entrant = { accountId, deviceIndex, credentialsVersion };
  const session = await sessionFor(entrant, 'bankId', world);
  const confirmed = await settle(read, () =>
    whileUnchanged([orderGuard(read)], (writes) => enter(writes, entrant, proofOf(read), session)),
  );
  if (confirmed === null) return { refusedAs: 'accountClosed' };
  return { outcome: { kind: 'signedIn', confirmed } };
}

/** Nobody has this identity yet: what is known of the person waits, sealed, for an e-mail address. */
async function askForEmail({ read, secret, completion, bankIdIndex, world }: Completed): Promise<Finished> {
  const { displayName, evidence } = completion;
  const sealed = await sealOrder(read.id, {
    step: 'identified',
    displayName,
    bankIdIndex,
    evidence,
    text: secret.asked.text,
    deviceId: secret.deviceId,
  });
  const expiresAt = Timestamp.fromDate(after(world.clock(), orderRules.lifetimeMinutes * ms.minute));
  const version = await changeOrder(read.id, read.version, { state: 'needsEmail', hintCode: null, sealed, expiresAt });
  if (version === undefined) throw orderEnded();
  return { outcome: { kind: 'needsEmail', attemptId: read.id as string as AttemptId, displayName } }; // one id, two names: it is an attempt from here on
}

async function reauthenticate(completed: Completed, caller: Caller): Promise<Finished> {
  const { read, bankIdIndex, world } = completed;
  if ((await bankIdOfAccount(caller.accountId)).bankIdIndex !== bankIdIndex) return { refusedAs: 'wrongPerson' };
  await keep(completed, caller.accountId);
  const confirmed = await settle(read, () =>
    whileUnchanged([orderGuard(read)], (writes) => freshen(writes, caller, proofOf(read), world.clock())),
  );
  return confirmed === null ? { refusedAs: 'accountClosed' } : { outcome: { kind: 'reauthenticated' } };
}

async function addFactor(completed: Completed, caller: Caller): Promise<Finished> {
  const { read, bankIdIndex, world } = completed;
  const { accountId, sessionId } = caller;
  // Nothing is kept here of a person who is somebody else's.
  if ((await accountOfPerson(bankIdIndex)) !== null) return { refusedAs: 'factorExists' };
  await keep(completed, accountId);
  const now = world.clock();
  const refusedAs = await settle(read, async () => {
    const { bankIdIndex: present, guard } = await bankIdOfAccount(accountId);
    return whileUnchanged([orderGuard(read), guard], async (writes) => {
      if (present !== null || (await writes.isBankIdTaken(bankIdIndex))) return 'factorExists';
      const endOthers = await writes.endingSessions(accountId, 'credentialsChanged', now, sessionId);
      // What was just shown counts for the session that showed it.
      if ((await freshen(writes, caller, proofOf(read), now)) === null) return 'accountClosed';
      writes.updateAccount(accountId, { bankIdIndex, ...newCredentials() });
      endOthers();
      return null;
    });
  });
  if (refusedAs !== null) return { refusedAs };
  await endSignInsOf(accountId, 'credentialsChanged', now, sessionId);
  await notify(caller.accountId, 'factorAdded', now, caller.sessionId);
  return { outcome: { kind: 'factorAdded' } };
}

async function sign(completed: Completed, caller: Caller): Promise<Finished> {
  const { read, secret, completion, bankIdIndex } = completed;
  if ((await bankIdOfAccount(caller.accountId)).bankIdIndex !== bankIdIndex) return { refusedAs: 'wrongPerson' };
  const text = Buffer.from(secret.asked.text, 'utf8').toString('base64');
  // The signed XML carries what was shown in base64, perhaps in several lines.
  if (!completion.signature.replaceAll(/\s/g, '').includes(text)) return { refusedAs: 'textChanged' };
  await keep(completed, caller.accountId);
  await settle(read, () => changeOrder(read.id, read.version, ended));
  return { outcome: { kind: 'signed', evidenceId: read.id } };
}
