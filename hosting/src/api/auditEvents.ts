/** The log as the browser reads it from Firestore directly. No personal data is in it. */
import type { DocumentData, QueryConstraint, QueryDocumentSnapshot, Timestamp } from 'firebase/firestore';
import type { AuditAction, AuditEventDoc } from '../../../functions/src/audit/contract.ts';
import { firestore } from './firebase.ts';
import { reading } from './reading.ts';

/** An event with its id. */
export type AuditEvent = AuditEventDoc<Timestamp> & { readonly eventId: string };
/** A page of the log, which may be short or empty; `last` is where the next one starts, null at the end. */
export type AuditPage = { readonly events: readonly AuditEvent[]; readonly last: QueryDocumentSnapshot<DocumentData> | null };
/** What the log may be narrowed to. Dates are instants. */
export type AuditFilter = {
  readonly dataSubjectId?: string;
  readonly actorId?: string;
  readonly action?: AuditAction;
  readonly outcome?: 'done' | 'refused';
  /** As events have it, such as `203.0.113.0/24`. */
  readonly network?: string;
  readonly from?: Date;
  readonly before?: Date;
};
/** Events on one page of the log. */
export const auditPageSize = 50;

/** Most pages that are read for one, when the reader is after what no index leads to. */
const mostPagesRead = 10;

/** What of a filter the database narrows by, each with its own index; the rest is narrowed by here. */
export function narrowedByDatabase(filter: AuditFilter): { readonly byNetwork: boolean; readonly byRefusal: boolean } {
  const isNarrow = filter.dataSubjectId !== undefined || filter.actorId !== undefined || filter.action !== undefined;
  const byNetwork = !isNarrow && filter.network !== undefined;
  return { byNetwork, byRefusal: !isNarrow && !byNetwork && filter.outcome === 'refused' };
}

/** Whether an event is one of those asked for, as far as outcome and network go. */
export function isAskedFor(event: Pick<AuditEvent, 'outcome' | 'from'>, { outcome, network }: AuditFilter): boolean {
  return (
    (outcome === undefined || (event.outcome === 'done') === (outcome === 'done')) && (network === undefined || event.from === network)
  );
}

/** One page of the log, newest first. Throws an ApiError. */
export async function readAuditPage(orgId: string, filter: AuditFilter, after: AuditPage['last']): Promise<AuditPage> {
  const sdk = await import('firebase/firestore');
  const { byNetwork, byRefusal } = narrowedByDatabase(filter);
  const conditions: QueryConstraint[] = [];
  if (filter.dataSubjectId !== undefined) conditions.push(sdk.where('targetIds', 'array-contains', filter.dataSubjectId));
  if (filter.actorId !== undefined) conditions.push(sdk.where('actorId', '==', filter.actorId));
  if (filter.action !== undefined) conditions.push(sdk.where('action', '==', filter.action));
  if (byNetwork) conditions.push(sdk.where('from', '==', filter.network));
  if (byRefusal) conditions.push(sdk.where('outcome', '!=', 'done'));
  if (filter.from !== undefined) conditions.push(sdk.where('at', '>=', filter.from));
  if (filter.before !== undefined) conditions.push(sdk.where('at', '<', filter.before));
  conditions.push(sdk.orderBy('at', 'desc'), ...(byRefusal ? [sdk.orderBy('outcome', 'desc')] : []), sdk.limit(auditPageSize));
  const events = sdk.query(sdk.collection(await firestore(), 'orgs', orgId, 'auditEvents'), ...conditions);
  const found: AuditEvent[] = [];
  let last = after;
  for (let page = 0; page < mostPagesRead && found.length < auditPageSize; page += 1) {
    const { docs } = await reading(sdk.getDocsFromServer(last === null ? events : sdk.query(events, sdk.startAfter(last))));
    // Events are written by the rules' leave only, in the shape of the contract.
    const read = docs.map((event) => ({ ...(event.data() as AuditEventDoc<Timestamp>), eventId: event.id }));
    found.push(...read.filter((event) => isAskedFor(event, filter)));
    last = docs.length < auditPageSize ? null : (docs.at(-1) ?? null);
    if (last === null) break;
  }
  return { events: found, last };
}
