/**
 * Reading audit events for the extract, by the Admin SDK on a job's behalf. Members read the log themselves, under the rules.
 * Guarantees: every event about the target, in pages, so that memory stays flat.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import type { AuditEventDoc } from './contract.ts';

const pageSize = 500;

/** The events that name a target, newest first. */
export async function* eventsAbout(orgId: string, targetId: string): AsyncGenerator<AuditEventDoc<Date>> {
  const about = adminFirestore()
    .collection(`orgs/${orgId}/auditEvents`)
    .where('targetIds', 'array-contains', targetId)
    .orderBy('at', 'desc')
    .limit(pageSize);
  let page = await about.get();
  while (!page.empty) {
    for (const event of page.docs) {
      const at: unknown = event.get('at');
      if (!(at instanceof Timestamp)) throw new TypeError('an audit event without a time');
      // Written by audit/event.ts only, in this form.
      yield { ...(event.data() as AuditEventDoc<Timestamp>), at: at.toDate() };
    }
    const last = page.docs.at(-1);
    if (page.size < pageSize || last === undefined) return;
    page = await about.startAfter(last).get();
  }
}

/** How many events name a target. */
export async function countEventsAbout(orgId: string, targetId: string): Promise<number> {
  const about = adminFirestore().collection(`orgs/${orgId}/auditEvents`).where('targetIds', 'array-contains', targetId);
  return (await about.count().get()).data().count;
}
