/**
 * Read budgets in Firestore, by the Admin SDK: no client may see or change what it has left.
 * Guarantees: a budget is changed only as it was read, so no spending is lost.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { addServerEvent } from '../../audit/event.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore, isAlreadyExists } from '../../platform/firestore.ts';
import type { AccountId, DataSubjectId } from '../../shared/ids.ts';
import { after, ms } from '../../shared/time.ts';
import type { BudgetState } from './budgetPlan.ts';

type Reader = Pick<OrgActor, 'orgId' | 'accountId'>;

/** A budget as it was read. */
export type StoredBudget = { readonly state: BudgetState; readonly alarmedAt: Date | null; readonly readAt: Timestamp | undefined };

/** Bytes of one print: 40 bits, so that among 100,000 persons hardly two have the same. */
const printBytes = 5;
/** Nothing is left of a budget after a day; then it may go. */
const lifetime = 2 * ms.day;

const budgetDoc = ({ orgId, accountId }: Reader): DocumentReference => adminFirestore().doc(`readBudgets/${orgId}.${accountId}`);

/** What a person is remembered by: a hash of a random id, which tells nobody who it is. */
export function personPrint(id: DataSubjectId): string {
  return createHash('sha256').update(id).digest().toString('base64url', 0, printBytes);
}

/** The budget of a member, or null before the first reading. */
export async function loadBudget(reader: Reader): Promise<StoredBudget | null> {
  const snapshot = await budgetDoc(reader).get();
  if (!snapshot.exists) return null;
  // Written by saveBudget only, in this form.
  const stored = snapshot.data() as {
    hourSpent: number;
    daySpent: number;
    at: Timestamp;
    seen: Uint8Array;
    seenSince: Timestamp;
    alarmedAt: Timestamp | null;
  };
  const state = {
    hourSpent: stored.hourSpent,
    daySpent: stored.daySpent,
    at: stored.at.toDate(),
    seen: printsIn(stored.seen),
    seenSince: stored.seenSince.toDate(),
  };
  return { state, alarmedAt: stored.alarmedAt?.toDate() ?? null, readAt: snapshot.updateTime };
}

/** Stores what follows from a budget that was read; answers false when somebody else was faster. */
export async function saveBudget(reader: Reader, before: StoredBudget | null, state: BudgetState): Promise<boolean> {
  const fields = {
    hourSpent: state.hourSpent,
    daySpent: state.daySpent,
    at: Timestamp.fromDate(state.at),
    seen: Buffer.concat([...state.seen].map((print) => Buffer.from(print, 'base64url'))),
    seenSince: Timestamp.fromDate(state.seenSince),
    expiresAt: Timestamp.fromDate(after(state.at, lifetime)),
  };
  if (before === null)
    return created(budgetDoc(reader), { v: 1, orgId: reader.orgId, accountId: reader.accountId, alarmedAt: null, ...fields });
  const asRead = before.readAt === undefined ? {} : { lastUpdateTime: before.readAt };
  return (await unlessOutrun(() => budgetDoc(reader).update(fields, asRead))) !== undefined;
}

async function created(reference: DocumentReference, fields: Record<string, unknown>): Promise<boolean> {
  try {
    await reference.create(fields);
    return true;
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return false;
    throw thrown;
  }
}

function printsIn(bytes: Uint8Array): ReadonlySet<string> {
  const buffer = Buffer.from(bytes);
  const prints = new Set<string>();
  for (let start = 0; start < buffer.length; start += printBytes) prints.add(buffer.toString('base64url', start, start + printBytes));
  return prints;
}

/** Notes when the last alarm about a spent budget was raised. One that is outrun by other calls is noted by the next refusal. */
export async function noteAlarm(reader: Reader, at: Date): Promise<void> {
  await unlessOutrun(() => budgetDoc(reader).update({ alarmedAt: Timestamp.fromDate(at) }));
}

/** Gives a member the whole budget again, together with the event. Whom the member was shown is still remembered. */
export async function resetBudget(by: OrgActor, accountId: AccountId): Promise<void> {
  const db = adminFirestore();
  const reference = budgetDoc({ orgId: by.orgId, accountId });
  await untilSettled(async () => {
    const exists = (await reference.get()).exists;
    const batch = db.batch();
    addServerEvent(batch, db, by, { action: 'orgs.readBudget.lift', targetKind: 'member', targetIds: [accountId] });
    if (exists) batch.update(reference, { hourSpent: 0, daySpent: 0, alarmedAt: null });
    return unlessOutrun(() => batch.commit());
  });
}
