/**
 * Alarms in Firestore, raised and mailed by the server: whoever is to be caught cannot raise or silence one.
 *
 * Guarantees: the same happening by the same member within an hour is one alarm that counts, until somebody has
 * acknowledged it; then the next is a new one. So is each that has an event of its own. Acknowledging goes under the member's
 * own token, in acknowledgeAlarm.ts.
 */
import { FieldValue, Timestamp, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore, isAlreadyExists } from '../../platform/firestore.ts';
import { idFrom, type AccountId, type AlarmId, type EventId } from '../../shared/ids.ts';
import { ms, type Clock } from '../../shared/time.ts';
import type { AlarmDoc } from './contract.ts';

/**
 * What happened. `count` is how often; an alarm that is open already adds it. With the id of its event it is an alarm of its
 * own, whatever else happened in the hour: so every change of what guards the organisation is mailed.
 */
export type NewAlarm = Pick<AlarmDoc<unknown>, 'kind' | 'actorId' | 'targetIds' | 'count'> & { readonly eventId?: EventId };

const mostTargets = 100;
/** Alarms of one kind about one member in one hour; beyond them the last one counts on, acknowledged or not. */
const mostInOneHour = 12;

const alarmDoc = (orgId: string, alarmId: string): DocumentReference => adminFirestore().doc(`orgs/${orgId}/alarms/${alarmId}`);

/** The id of the `nth` alarm of this kind, about this member and event, in this hour. */
function alarmIdOf(orgId: string, { kind, actorId, eventId }: NewAlarm, at: Date, nth: number): AlarmId {
  const hour = Math.floor(at.getTime() / ms.hour);
  return idFrom<AlarmId>(
    createHash('sha256')
      .update(JSON.stringify([orgId, kind, actorId, hour, nth, eventId]))
      .digest(),
  );
}

/** Stores an alarm, or counts it in the open one of this hour. Answers its id, and whether it is new. */
export async function storeAlarm(orgId: string, alarm: NewAlarm, clock: Clock): Promise<{ alarmId: AlarmId; isNew: boolean }> {
  const now = clock();
  let nth = 0;
  return untilSettled(async () => {
    const alarmId = alarmIdOf(orgId, alarm, now, nth);
    const snapshot = await alarmDoc(orgId, alarmId).get();
    if (!snapshot.exists) return unlessThere(() => snapshot.ref.create(newAlarm(alarm, now)), { alarmId, isNew: true });
    if (snapshot.get('state') !== 'open' && nth < mostInOneHour) {
      nth += 1;
      return undefined;
    }
    const asRead = snapshot.updateTime === undefined ? {} : { lastUpdateTime: snapshot.updateTime };
    return unlessOutrun(async () => {
      await snapshot.ref.update(counted(snapshot, alarm), asRead);
      return { alarmId, isNew: false };
    });
  });
}

async function unlessThere<T>(create: () => Promise<unknown>, done: T): Promise<T | undefined> {
  try {
    await create();
    return done;
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return undefined;
    throw thrown;
  }
}

function counted(known: DocumentSnapshot, { targetIds, count }: NewAlarm): Pick<AlarmDoc<Timestamp>, 'targetIds' | 'count'> {
  const { targetIds: before, count: until } = known.data() as AlarmDoc<Timestamp>; // written by newAlarm
  return { targetIds: [...new Set([...before, ...targetIds])].slice(0, mostTargets), count: until + count };
}

function newAlarm({ kind, actorId, targetIds, count }: NewAlarm, at: Date): AlarmDoc<Timestamp> {
  const unseen = { state: 'open', acknowledgedBy: null, acknowledgedAt: null, mailedAt: null, mailedTo: [], lastEventId: null } as const;
  return { v: 1, kind, at: Timestamp.fromDate(at), actorId, targetIds: targetIds.slice(0, mostTargets), count, ...unseen };
}

/** An alarm whose mail has not gone to everybody yet, or null. */
export async function unmailedAlarm(orgId: string, alarmId: string): Promise<AlarmDoc<Timestamp> | null> {
  const snapshot = await alarmDoc(orgId, alarmId).get();
  if (!snapshot.exists || snapshot.get('mailedAt') !== null) return null;
  return snapshot.data() as AlarmDoc<Timestamp>; // written by newAlarm
}

/** Notes that a member has been mailed, so that another try does not mail again. */
export async function noteMailed(orgId: string, alarmId: string, accountId: AccountId): Promise<void> {
  await alarmDoc(orgId, alarmId).update({ mailedTo: FieldValue.arrayUnion(accountId) });
}

/** Notes that everybody has been mailed. */
export async function noteAllMailed(orgId: string, alarmId: string, at: Date): Promise<void> {
  await alarmDoc(orgId, alarmId).update({ mailedAt: Timestamp.fromDate(at) });
}

/** Alarms of all organisations that were raised before an instant and are not mailed: their task was never enqueued, or gave up. */
export async function alarmsLeftUnmailed(before: Date): Promise<readonly { orgId: string; alarmId: AlarmId }[]> {
  const left = adminFirestore().collectionGroup('alarms').where('mailedAt', '==', null).where('at', '<', Timestamp.fromDate(before));
  const found = await left.orderBy('at').limit(200).select().get();
  return found.docs.map(({ ref, id }) => ({ orgId: ref.parent.parent?.id ?? '', alarmId: id as AlarmId })); // ids of alarms are ours
}
