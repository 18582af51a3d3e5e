/**
 * The events of a restore, which enclose everything that it writes.
 *
 * Guarantees: every organisation that is restored has one event of each kind, once however often this runs, all under the id of
 * the same restore, so that audit/reconciling can tell what was written in between.
 */
import { FieldPath } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { operatorsActorId } from '../../audit/contract.ts';
import { addJobEvent } from '../../audit/event.ts';
import { adminFirestore, isAlreadyExists } from '../../platform/firestore.ts';
import { idFrom, type EventId } from '../../shared/ids.ts';
import type { Target } from './restorePlan.ts';
import type { Scratch } from './scratch.ts';

const actions = {
  begin: 'backup.organisation.restore',
  end: 'backup.organisation.restore',
  giveUp: 'backup.organisation.giveUpRestore',
} as const;

/** Leaves an event with every organisation that is restored. */
export async function recordRestore(target: Target, scratch: Scratch, when: keyof typeof actions): Promise<void> {
  const jobId = restoreIdOf(scratch);
  const db = adminFirestore();
  for (const orgId of await organisationsOf(target, scratch)) {
    const eventId = idFrom<EventId>(createHash('sha256').update(`${jobId} ${orgId} ${when}`).digest());
    const batch = db.batch();
    const happening = { action: actions[when], targetKind: 'organisation', targetIds: [orgId] } as const;
    addJobEvent(batch, db, { orgId, jobId, onBehalfOf: operatorsActorId }, happening, eventId);
    await batch.commit().catch((thrown: unknown) => {
      if (!isAlreadyExists(thrown)) throw thrown;
    });
  }
}

/** Id under which the events of a restore are recorded: the same however often it is taken up again. */
export function restoreIdOf(scratch: Scratch): string {
  return createHash('sha256').update(scratch.id).digest('base64url').slice(0, 20);
}

async function organisationsOf(target: Target, { db }: Scratch): Promise<ReadonlySet<string>> {
  if (target.kind === 'organisation') return new Set([target.orgId]);
  const ids = new Set<string>();
  for (const database of [adminFirestore(), db]) {
    const { docs } = await database.collection('orgs').orderBy(FieldPath.documentId()).select().get();
    for (const { id } of docs) ids.add(id);
  }
  return ids;
}
