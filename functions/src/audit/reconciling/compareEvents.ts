/**
 * Compares the events that people read with the seals that are signed, seal by seal through every organisation.
 *
 * Guarantees: within one round each event that was changed or deleted after it was sealed is found, each that says it is in a seal
 * and is not, or says neither, and each seal that is missing, was changed or does not follow from the one before, or from what was signed; every difference is told once, to
 * the organisation and to the operators, and again only when the document has changed again. A round goes on where the last run
 * stopped, also after a kill. Events that wait to be sealed are left alone, and whoever writes or seals meanwhile is never taken
 * for a difference: an event is marked in the commit that makes its seal, and neither is written again.
 *
 * Cost: one read for each seal and each event in it, and for an organisation five and two for a thousand events; one run stops behind the seal with which it has
 * made `most` reads. A million events take a hundred runs.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { noteTold, untold, type Gap } from './reconcileStore.ts';
import type { TellOfGaps } from './reconcileAudit.ts';
import { headDoc, sealDoc, storedHead, type HeadDoc } from '../sealing/sealStore.ts';
import type { SignedState } from '../sealing/signedState.ts';
import {
  eventsOf,
  eventsOfSeal,
  loadComparison,
  logOf,
  nextLog,
  nextSeal,
  noteFound,
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
/** For so long after a difference was found every run counts as failed, so that the heartbeat tells the operators. */
const alarmFor = 50 * ms.minute;

/** What one run did; `isAlarming` while a difference was found a short time ago, by this run or one before. */
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
  seals: number;
  events: number;
  different: number;
  /** Reads when it was last noted how far the run has come. */
  noted: number;
};

/** Compares the next seals of the round, and with `signed`, where all organisations stand in the newest checkpoint and its number. `isCompared`: the round ended. */
export async function compareEvents(tell: TellOfGaps, signed: Signed, clock: Clock, most = readsOfOneRun): Promise<Comparing> {
  const run: Run = { signed, tell, clock, most, seals: 0, events: 0, different: 0, noted: 0 };
  const { foundAt, ...begun } = await loadComparison();
  let place: Comparison = begun;
  let isCompared = false;
  while (readsOf(run) < most && !isCompared) {
    const log = await logAt(place);
    if (log === null) isCompared = true;
    else place = await compareLog(run, log, place.isDone ? beforeFirstSeal : place);
  }
  await saveComparison(isCompared ? null : place, clock());
  const { seals, events, different } = run;
  const isAlarming = different > 0 || (foundAt !== null && clock().getTime() - foundAt.getTime() < alarmFor);
  return { seals, events, different, isCompared, isAlarming };
}

const readsOf = ({ seals, events }: Run): number => seals + events;

/** The log in which the round goes on. */
async function logAt({ orgId, isDone }: Comparison): Promise<FoundLog | null> {
  return isDone || orgId === null ? nextLog(orgId) : logOf(orgId);
}

async function compareLog(run: Run, { orgId, tip }: FoundLog, from: ChainPlace): Promise<Comparison> {
  let place = from;
  while (place.seq < (tip?.seq ?? 0)) {
    place = await compareNext(run, orgId, place, tip?.seq ?? 0);
    if (readsOf(run) >= run.most) return { ...place, orgId, isDone: false };
    await noteSometimes(run, { ...place, orgId, isDone: false });
  }
  // A chain with a hole in it has been told of; what is behind the hole is compared with the tip all the same.
  const isTip = tip !== null && tip.seq === place.seq && (place.head ?? tip.head) === tip.head && (place.count ?? tip.count) === tip.count;
  if (!isTip || !isAsSigned(run, orgId, tip))
    await report(run, [{ orgId, path: headDoc(orgId).path, version: tip?.version ?? never, what: 'tip' }]);
  await report(run, [...(await strayFaults(orgId, place.seq)), ...(await unmarkedFaults(orgId))]);
  return { ...place, orgId, isDone: true };
}

/** Whether a tip does not lie behind the signed place, and is that place where it says that one of these checkpoints has signed it. */
function isAsSigned({ signed }: Run, orgId: string, { seq, checkpoint }: HeadDoc): boolean {
  const place = signed.places[orgId]?.seq ?? 0;
  return seq >= place && (checkpoint === null || checkpoint > signed.n || seq === place);
}

async function noteSometimes(run: Run, place: Comparison): Promise<void> {
  if (readsOf(run) - run.noted < readsBetweenNotes) return;
  run.noted = readsOf(run);
  await saveComparison(place, run.clock());
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
  // Which ones no index tells; told again when there are more or fewer.
  return count === 0 ? [] : [{ orgId, path: `orgs/${orgId}/auditEvents`, version: new Timestamp(count, 0), what: 'unmarked' }];
}

/** The version of what is not there. */
const never = new Timestamp(0, 0);

/** Told first and noted then: a kill in between tells twice, and never nobody. */
async function report(run: Run, faults: readonly Fault[]): Promise<void> {
  const fresh = await untold(faults);
  const [first] = fresh;
  if (first === undefined) return;
  const { orgId } = first;
  for (const { path, what } of fresh) {
    const fault = new AppError('audit/event-not-as-sealed', 'the log that is shown is not the one that was sealed');
    logFailure('log differs from its seals', fault, { orgId, path, what });
  }
  await run.tell(
    orgId,
    fresh.map(({ path }) => path.split('/').at(-1) ?? ''),
  );
  await noteFound(run.clock());
  await noteTold(fresh, run.clock());
  run.different += fresh.length;
}
