/**
 * The runner of jobs: takes one up, keeps its lease, records progress, ends it.
 *
 * Guarantees: at most one worker's checkpoints count at a time (each is conditional on the job document being as this
 * worker left it); a checkpoint and the writes it reports are one atomic commit; a killed worker's job is taken up again
 * from its last checkpoint when its lease has run out; nothing is taken up while the organisation is restored. A handler must do nothing irreversible that a repeated run could
 * double: it writes through {@link RunningJob.commit}, or idempotently.
 */
import { FieldValue, Timestamp, type DocumentReference, type DocumentSnapshot, type WriteBatch } from 'firebase-admin/firestore';
import { AppError, errorCodes, isAppError } from '../shared/errors.ts';
import { after, ms } from '../shared/time.ts';
import { systemClock } from './clock.ts';
import { adminFirestore, isOutdated } from './firestore.ts';
import type { JobDoc, JobKind } from './jobContract.ts';
import { logFailure } from './log.ts';
import { everyOrganisation, holdPath } from './restoreHold.ts';

/** How long a worker may be silent before another takes its job. */
const lease = 20 * ms.second;
const heartbeat = 6 * ms.second;
/** Times a job is taken up before an outage or a fault of ours ends it. An erasure is tried for ever: half of one serves nobody. */
const mostAttempts = {
  import: 8,
  extract: 8,
  erasure: Number.POSITIVE_INFINITY,
  massErasure: Number.POSITIVE_INFINITY,
  registerExport: 8,
} as const satisfies Record<JobKind, number>;

/** What a checkpoint says. `cursor` is whatever the handler needs to go on from here; keys that are not named stay as they are. */
export type Checkpoint = {
  readonly step?: string;
  readonly done?: number;
  readonly total?: number;
  readonly cursor?: Readonly<Record<string, unknown>>;
};

/** A job in the hands of a worker. */
export type RunningJob = {
  readonly jobId: string;
  readonly doc: JobDoc<Timestamp>;
  /** The cursor of the last checkpoint, or an empty object at the first run. */
  readonly cursor: Readonly<Record<string, unknown>>;
  /** Commits a batch and the checkpoint in one. Throws {@link LeaseLost} when another worker has the job. */
  readonly commit: (fill: (batch: WriteBatch) => void, checkpoint: Checkpoint) => Promise<void>;
};

/** Does the work of one kind; answers the job's result. */
export type JobHandler = (job: RunningJob) => Promise<Readonly<Record<string, unknown>>>;

/** Thrown when a worker finds that its job is in other hands, a restore's included; Cloud Tasks asks again later. */
export class LeaseLost extends Error {}

/** Runs a job to its end, or throws so that it is tried again. A job that has ended is left alone. */
export async function runJob(kind: JobKind, jobId: string, handler: JobHandler): Promise<void> {
  const reference = adminFirestore().collection('jobs').doc(jobId);
  const taken = await takeUp(reference, kind);
  if (taken === null) return;
  const hold = holdOf(reference, taken);
  // A lost beat is no failure: the next one, or the next checkpoint, tells whether the job is still this worker's.
  const beat = setInterval(() => void hold.write(() => undefined, {}).catch(() => undefined), heartbeat);
  try {
    const result = await handler(hold.job).finally(() => clearInterval(beat));
    await hold.write(() => undefined, { state: 'succeeded', step: 'done', result, leaseUntil: FieldValue.delete() });
  } catch (thrown) {
    await failOrRethrow(hold, thrown);
  }
}

/** Marks the job as running by this worker, or answers null when there is nothing to do. Throws while another holds it. */
async function takeUp(reference: DocumentReference, kind: JobKind): Promise<DocumentSnapshot | null> {
  const isTaken = await adminFirestore().runTransaction(async (transaction) => {
    const snapshot = await transaction.get(reference);
    const state: unknown = snapshot.get('state');
    if (!snapshot.exists || snapshot.get('kind') !== kind || state === 'succeeded' || state === 'failed') return false;
    const now = systemClock();
    const leaseUntil: unknown = snapshot.get('leaseUntil');
    if (leaseUntil instanceof Timestamp && leaseUntil.toDate() > now) throw new LeaseLost('another worker holds this job');
    const holds = [String(snapshot.get('orgId')), everyOrganisation].map((id) => adminFirestore().doc(holdPath(id)));
    if ((await transaction.getAll(...holds)).some(({ exists }) => exists)) throw new LeaseLost('the organisation is being restored');
    const attempts = FieldValue.increment(1);
    transaction.update(reference, {
      state: 'running',
      attempts,
      updatedAt: Timestamp.fromDate(now),
      leaseUntil: Timestamp.fromDate(after(now, lease)),
    });
    return true;
  });
  return isTaken ? reference.get() : null;
}

type Hold = {
  readonly job: RunningJob;
  readonly write: (fill: (batch: WriteBatch) => void, fields: Record<string, unknown>) => Promise<void>;
};

function holdOf(reference: DocumentReference, snapshot: DocumentSnapshot): Hold {
  // Owned here: the version of the document that this worker wrote last. Writes follow one another through `turn`.
  let version = snapshot.updateTime;
  let turn: Promise<void> = Promise.resolve();
  const write: Hold['write'] = (fill, fields) => {
    const mine = turn.then(async () => {
      version = await conditionalCommit(reference, version, fill, fields);
    });
    // A write that failed must not fail the ones after it: they are what gives the lease back or ends the job.
    turn = mine.catch(() => undefined);
    return mine;
  };
  const job: RunningJob = {
    jobId: reference.id,
    // Written by startJob under rules that check each field.
    doc: snapshot.data() as JobDoc<Timestamp>,
    cursor: (snapshot.get('cursor') as Readonly<Record<string, unknown>> | undefined) ?? {}, // written by commit below
    commit: (fill, { cursor = {}, ...checkpoint }) =>
      write(fill, { ...checkpoint, ...Object.fromEntries(Object.entries(cursor).map(([key, value]) => [`cursor.${key}`, value])) }),
  };
  return { job, write };
}

async function conditionalCommit(
  reference: DocumentReference,
  version: Timestamp | undefined,
  fill: (batch: WriteBatch) => void,
  fields: Record<string, unknown>,
): Promise<Timestamp | undefined> {
  const batch = adminFirestore().batch();
  fill(batch);
  const now = systemClock();
  const stamps = { updatedAt: Timestamp.fromDate(now), leaseUntil: Timestamp.fromDate(after(now, lease)) };
  batch.update(reference, { ...stamps, ...fields }, version === undefined ? {} : { lastUpdateTime: version });
  try {
    const results = await batch.commit();
    return results.at(-1)?.writeTime;
  } catch (thrown) {
    if (isOutdated(thrown)) throw new LeaseLost('another worker holds this job', { cause: thrown });
    throw thrown;
  }
}

/** Ends a job that cannot succeed; rethrows what another try may cure, and gives the lease back for it. */
async function failOrRethrow(hold: Hold, thrown: unknown): Promise<void> {
  if (thrown instanceof LeaseLost) throw thrown;
  const isFinal = isAppError(thrown) && errorCodes[thrown.code] !== 'unavailable' && errorCodes[thrown.code] !== 'internal';
  if (!isFinal && hold.job.doc.attempts < mostAttempts[hold.job.doc.kind]) {
    logFailure('job interrupted', thrown, { jobId: hold.job.jobId, kind: hold.job.doc.kind });
    await hold.write(() => undefined, { leaseUntil: FieldValue.delete() });
    throw thrown;
  }
  logFailure('job failed', thrown, { jobId: hold.job.jobId, kind: hold.job.doc.kind });
  const error = isAppError(thrown) ? thrown : new AppError('shared/internal', 'something went wrong on our side');
  await hold.write(() => undefined, {
    state: 'failed',
    error: { code: error.code, details: error.details },
    leaseUntil: FieldValue.delete(),
  });
}
