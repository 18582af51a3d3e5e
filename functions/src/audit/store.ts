/**
 * Reading audit events for the extract, by the Admin SDK on a job's behalf. Members read the log themselves, under the rules.
 * Guarantees: every event about the target, in pages, so that memory stays flat; of each whether the seal that it names holds
 * exactly it. Does not find an event that was deleted, nor say whether the seals are the signed ones: reconciling/compareEvents.ts and
 * verification do. One read for each event and, a page at a time, for each seal that they are in.
 */
import { Timestamp, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import { pagesOf } from '../platform/queryPages.ts';
import type { AuditEventDoc } from './contract.ts';
import { leafOfEvent, sealedLeaves, sealedTextOf } from './sealing/sealStore.ts';

const pageSize = 500;

/** What an event's seal says of it: it holds exactly this; it is none yet; it holds something else. */
export type Evidence = 'sealed' | 'notYetSealed' | 'notAsSealed';

/** The events that name a target, newest first. */
export async function* eventsAbout(orgId: string, targetId: string): AsyncGenerator<AuditEventDoc<Date> & { readonly evidence: Evidence }> {
  const about = adminFirestore()
    .collection(`orgs/${orgId}/auditEvents`)
    .where('targetIds', 'array-contains', targetId)
    .orderBy('at', 'desc');
  for await (const page of pagesOf(about, pageSize)) {
    const leaves = await leavesNamedBy(orgId, page);
    for (const event of page) {
      const at: unknown = event.get('at');
      if (!(at instanceof Timestamp)) throw new TypeError('an audit event without a time');
      // Written by audit/event.ts only, in this form.
      yield { ...(event.data() as AuditEventDoc<Timestamp>), at: at.toDate(), evidence: evidenceOf(event, leaves) };
    }
  }
}

/** Leaves of the seals that these events say they are in, by the seals' numbers. */
async function leavesNamedBy(orgId: string, events: readonly QueryDocumentSnapshot[]): Promise<ReadonlyMap<unknown, ReadonlySet<string>>> {
  const numbers = new Set(
    events.map((event): unknown => event.get('sealSeq')).filter((seq) => Number.isSafeInteger(seq) && Number(seq) > 0),
  );
  return sealedLeaves(orgId, [...numbers].map(Number));
}

function evidenceOf(event: QueryDocumentSnapshot, leaves: ReadonlyMap<unknown, ReadonlySet<string>>): Evidence {
  const sealSeq: unknown = event.get('sealSeq');
  if (sealSeq === null) return 'notYetSealed';
  const text = sealedTextOf(event);
  return text !== null && leaves.get(sealSeq)?.has(leafOfEvent(text)) === true ? 'sealed' : 'notAsSealed';
}

/** How many events name a target. */
export async function countEventsAbout(orgId: string, targetId: string): Promise<number> {
  const about = adminFirestore().collection(`orgs/${orgId}/auditEvents`).where('targetIds', 'array-contains', targetId);
  return (await about.count().get()).data().count;
}
