/**
 * Compares the events that people read with the seals that are signed, seal by seal through every organisation.
 *
 * Guarantees: within one round each event that was changed or deleted after it was sealed is found, each that says it is in a seal
 * and is not, or says neither, and each seal that is missing, was changed or does not follow from the one before, or from what was
 * signed, and each tip that is gone, lies behind what was signed or says that a checkpoint has signed it that has not. Every
 * difference is in the operators' log, and its run fails, each time it is met; the runs after it fail until a whole round has not met
 * it any more. The organisation is told once, and again when the document has changed again or the difference was gone for a round.
 * A round goes on where the last run stopped, also after a kill. Events that wait to be sealed are left alone, and whoever writes or
 * seals meanwhile is never taken for a difference: an event is marked in the commit that makes its seal, and neither is written
 * again. Whoever may write to the database can keep an organisation from being told (reconcileStore.ts), and not the operators.
 *
 * Cost: one read for each seal and each event in it, and for an organisation five and two for a thousand events; one run stops behind
 * the seal with which it has made `most` reads. What stands is read, written and logged anew in each round. A million events take a hundred runs.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { forgetUnmet, isAnyMarked, noteMet, untold, type Gap } from './reconcileStore.ts';
import type { TellOfGaps } from './reconcileAudit.ts';
import { newestCheckpoint } from '../sealing/checkpointStore.ts';
import { headDoc, sealDoc, storedHead, type HeadDoc } from '../sealing/sealStore.ts';
import type { SignedState } from '../sealing/signedState.ts';
import {
  eventsOf,
  eventsOfSeal,
  loadComparison,
  logOf,
  nextLog,
  nextSeal,
  saveComparison,
  storedSeal,
  strayEvents,
  unmarkedEvents,
  type Comparison,
  type FoundLog,
  type ReadEvent,
} from './compareStore.ts';
import { beforeFirstSeal, faultsOf, judgeSeal, type ChainPlace, type EventFault, type FaultyEvent } from './judgeSeal.ts';

/** Reads after which one run stops, unless its caller says otherwise. */
export const readsOfOneRun = 10_000;
/** Reads after which it notes how far it has come. */
const readsBetweenNotes = 1000;

/** What one run did; `different` are those that organisations did not know of. `isAlarming` while any difference stands, told or not. */
export type Comparing = {
  readonly seals: number;
  readonly events: number;
  readonly different: number;
  readonly isCompared: boolean;
  readonly isAlarming: boolean;
};

type Signed = Pick<SignedState, 'n' | 'places'>;
type Fault = Gap & { readonly what: EventFault | 'unmarked' | 'seal' | 'tip' };
/** Owned by one run. */
type Run = {
  readonly signed: Signed;
  readonly tell: TellOfGaps;
  readonly clock: Clock;
  readonly most: number;
  /** Number of the round. */
  readonly round: number;
  /** Organisations of which something is signed, in order; the first that can still come is at `nextSigned`. */
  readonly signedIds: readonly string[];
  nextSigned: number;
  seals: number;
  events: number;
  different: number;
  /** Differences, told of before or not. */
  met: number;
  /** Reads when it was last noted how far the run has come. */
  noted: number;
};

/** Compares the next seals of the round, and with `signed`, where all organisations stand in the newest checkpoint and its number. `isCompared`: the round ended. */
export async function compareEvents(tell: TellOfGaps, signed: Signed, clock: Clock, most = readsOfOneRun): Promise<Comparing> {
  const { round, ...begun } = await loadComparison();
  const signedIds = Object.keys(signed.places).toSorted();
  const run: Run = { signed, tell, clock, most, round, signedIds, nextSigned: 0, seals: 0, events: 0, different: 0, met: 0, noted: 0 };
  let place: Comparison = begun;
  let isCompared = false;
  while (readsOf(run) < most && !isCompared) {
    const log = await logAt(run, place);
    if (log === null) isCompared = true;
    else place = await compareLog(run, log, place.isDone ? beforeFirstSeal : place);
  }
  if (isCompared) await forgetUnmet('differences', round);
  await saveComparison(isCompared ? null : place, round, clock());
  const { seals, events, different, met } = run;
  return { seals, events, different, isCompared, isAlarming: met > 0 || (await isAnyMarked('differences')) };
}

const readsOf = ({ seals, events }: Run): number => seals + events;

/** The log in which the round goes on: that of the next organisation that has a tip, or had one when it was signed. */
async function logAt(run: Run, { orgId, isDone }: Comparison): Promise<FoundLog | null> {
  if (!isDone && orgId !== null) return logOf(orgId);
  const next = await nextLog(orgId);
  const isPassed = (id: string): boolean => orgId !== null && id <= orgId;
  while (run.nextSigned < run.signedIds.length && isPassed(run.signedIds[run.nextSigned] ?? '')) run.nextSigned += 1;
  const signed = run.signedIds[run.nextSigned];
  return signed !== undefined && (next === null || signed < next.orgId) ? logOf(signed) : next;
}

async function compareLog(run: Run, { orgId, tip }: FoundLog, from: ChainPlace): Promise<Comparison> {
  const last = tip?.seq ?? run.signed.places[orgId]?.seq ?? 0;
  let place = from;
  while (place.seq < last) {
    place = await compareNext(run, orgId, place, last);
    if (readsOf(run) >= run.most) return { ...place, orgId, isDone: false };
    await noteSometimes(run, { ...place, orgId, isDone: false });
  }
  // A chain with a hole in it has been told of; what is behind the hole is compared with the tip all the same.
  const isTip = tip !== null && tip.seq === place.seq && (place.head ?? tip.head) === tip.head && (place.count ?? tip.count) === tip.count;
  if (!isTip || !(await isAsSigned(run, orgId, tip)))
    await report(run, [{ orgId, path: headDoc(orgId).path, version: tip?.version ?? never, what: 'tip' }]);
  // Without a tip nobody knows which seals there should be.
  await report(run, [...(tip === null ? [] : await strayFaults(orgId, place.seq)), ...(await unmarkedFaults(orgId))]);
  return { ...place, orgId, isDone: true };
}

/** Whether a tip is behind a seal and not in front of the signed place, and is that place where it says that a checkpoint has signed it. */
async function isAsSigned({ signed }: Run, orgId: string, { seq, checkpoint }: HeadDoc): Promise<boolean> {
  const place = signed.places[orgId]?.seq ?? 0;
  if (seq < 1 || seq < place) return false;
  if (checkpoint === null) return true;
  if (!Number.isSafeInteger(checkpoint)) return false;
  // One that was made since this run began is the next round's matter.
  return checkpoint <= signed.n ? seq === place : checkpoint <= ((await newestCheckpoint())?.n ?? 0);
}

async function noteSometimes(run: Run, place: Comparison): Promise<void> {
  if (readsOf(run) - run.noted < readsBetweenNotes) return;
  run.noted = readsOf(run);
  await saveComparison(place, run.round, run.clock());
}

/** Compares the seal behind `place` and its events; answers the place behind it, or before the next that is there. */
async function compareNext(run: Run, orgId: string, place: ChainPlace, last: number): Promise<ChainPlace> {
  const seq = place.seq + 1;
  const found = await storedSeal(orgId, seq);
  const { next, texts } = judgeSeal(orgId, place, found?.seal ?? null);
  run.seals += 1;
  const signed = run.signed.places[orgId];
  const isSigned = signed?.seq !== seq || next.head === null || next.head === signed.head;
  if (texts === null || !isSigned) {
    await report(run, [{ orgId, path: sealDoc(orgId, seq).path, version: found?.version ?? never, what: 'seal' }]);
    // However many are missing: they are one finding, and one read.
    return found === null ? { ...next, seq: Math.min(last, ((await nextSeal(orgId, seq)) ?? last + 1) - 1) } : next;
  }
  const claiming = await eventsOfSeal(orgId, seq);
  const seen = new Set(claiming.map(({ id }) => id));
  const lost = [...texts.keys()].filter((id) => !seen.has(id));
  const stored = [...claiming, ...(await eventsOf(orgId, lost))];
  run.events += claiming.length + lost.length;
  const faults = faultsOf(seq, texts, stored);
  if (faults.length > 0) await report(run, asFaults(orgId, faults, stored));
  return next;
}

function asFaults(orgId: string, faults: readonly FaultyEvent[], stored: readonly ReadEvent[]): readonly Fault[] {
  const versions = new Map(stored.map(({ id, version }) => [id, version]));
  return faults.map(({ id, fault }) => ({
    orgId,
    path: `orgs/${orgId}/auditEvents/${id}`,
    version: versions.get(id) ?? never,
    what: fault,
  }));
}

/** What was sealed while this looked is behind the tip that is there now. */
async function strayFaults(orgId: string, last: number): Promise<readonly Fault[]> {
  const strays = await strayEvents(orgId, last);
  if (strays.length === 0) return [];
  const newest = (await storedHead(orgId))?.seq ?? 0;
  const isPossible = ({ sealSeq }: ReadEvent): boolean => Number.isInteger(sealSeq) && Number(sealSeq) > last && Number(sealSeq) <= newest;
  const faults = strays.filter((event) => !isPossible(event)).map(({ id }): FaultyEvent => ({ id, fault: 'notSealed' }));
  return asFaults(orgId, faults, strays);
}

async function unmarkedFaults(orgId: string): Promise<readonly Fault[]> {
  const count = await unmarkedEvents(orgId);
  // Which ones no index tells; the organisation is told again when there are more or fewer.
  return count === 0 ? [] : [{ orgId, path: `orgs/${orgId}/auditEvents`, version: new Timestamp(count, 0), what: 'unmarked' }];
}

/** The version of what is not there. */
const never = new Timestamp(0, 0);

/** Told first and noted then: a kill in between tells twice, and never nobody. */
async function report(run: Run, faults: readonly Fault[]): Promise<void> {
  const [first] = faults;
  if (first === undefined) return;
  const { orgId } = first;
  run.met += faults.length;
  for (const { path, what } of faults) {
    const fault = new AppError('audit/event-not-as-sealed', 'the log that is shown is not the one that was sealed');
    logFailure('log differs from its seals', fault, { orgId, path, what });
  }
  const fresh = await untold(faults);
  const targetIds = fresh.map(({ path }) => path.split('/').at(-1) ?? '');
  if (fresh.length > 0) await run.tell(orgId, targetIds);
  await noteMet('differences', run.round, faults, run.clock());
  run.different += fresh.length;
}
