/**
 * The events of a restore, which enclose everything that it writes, and one in between from which on it writes documents.
 *
 * Guarantees: every organisation that is restored has one event of each kind, once however often this runs, all under the id of
 * the same restore, so that audit/reconciling can tell what was written by it.
 */
import { createHash } from 'node:crypto';
import { operatorsActorId } from '../../audit/contract.ts';
import { addJobEvent, eventPath } from '../../audit/event.ts';
import { adminFirestore, isAlreadyExists } from '../../platform/firestore.ts';
import { organisationIds } from '../../platform/queryPages.ts';
import { idFrom, type EventId } from '../../shared/ids.ts';
import type { Commit } from './commit.ts';
import type { Target } from './restorePlan.ts';
import type { FoundScratch } from './scratch.ts';

const actions = {
  begin: 'backup.organisation.restore',
  write: 'backup.organisation.restoreDocuments',
  end: 'backup.organisation.restore',
  giveUp: 'backup.organisation.giveUpRestore',
} as const;
type When = keyof typeof actions;

/**
 * Leaves an event with every organisation that is restored, by `commit`. At the end also for the restores `earlierIds`, which this one took the place
 * of, where those had begun to write: what they wrote stands.
 */
export async function recordRestore(
  target: Target,
  scratch: FoundScratch,
  when: When,
  commit: Commit,
  earlierIds: readonly string[] = [],
): Promise<void> {
  const jobId = restoreIdOf(scratch);
  for (const orgId of await organisationsOf(target, scratch)) {
    for (const earlier of earlierIds) if (await isRecorded(earlier, orgId, 'write')) await record(earlier, orgId, when, commit);
    await record(jobId, orgId, when, commit);
  }
}

async function record(jobId: string, orgId: string, when: When, commit: Commit): Promise<void> {
  const happening = { action: actions[when], targetKind: 'organisation', targetIds: [orgId] } as const;
  const actor = { orgId, jobId, onBehalfOf: operatorsActorId };
  const eventId = eventIdOf(jobId, orgId, when);
  await commit((batch) => void addJobEvent(batch, adminFirestore(), actor, happening, eventId)).catch((thrown: unknown) => {
    if (!isAlreadyExists(thrown)) throw thrown;
  });
}

const eventIdOf = (jobId: string, orgId: string, when: When): EventId =>
  idFrom<EventId>(createHash('sha256').update(`${jobId} ${orgId} ${when}`).digest());

const isRecorded = async (jobId: string, orgId: string, when: When): Promise<boolean> =>
  (
    await adminFirestore()
      .doc(eventPath(orgId, eventIdOf(jobId, orgId, when)))
      .get()
  ).exists;

/** Id under which the events of a restore are recorded: the same however often it is taken up again. */
export function restoreIdOf({ id }: Pick<FoundScratch, 'id'>): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 20);
}

async function organisationsOf(target: Target, { db }: FoundScratch): Promise<ReadonlySet<string>> {
  if (target.kind === 'organisation') return new Set([target.orgId]);
  const ids = new Set<string>();
  for (const database of [adminFirestore(), db]) for await (const orgId of organisationIds(database)) ids.add(orgId);
  return ids;
}
