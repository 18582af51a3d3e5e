/**
 * Whether what was imported is what was exported.
 *
 * Guarantees: every collection group has as many documents as the manifest says; every organisation's audit log hashes, seal by
 * seal, to the head of the manifest; the canary opens with the platform's own key. Answers what failed, in words that every
 * signed-in account may read (in `drills`): which organisation's log it is, is in the operators' log only. Throws only when a
 * service does not answer.
 */
import type { Firestore, QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { hashBytes, merkleRoot } from '../../crypto/auditLog/merkle.ts';
import { leafHashes } from '../../crypto/auditLog/event.ts';
import { eventTexts, headOf, noHead, parseHeader } from '../../crypto/auditLog/seal.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { logFailure } from '../../platform/log.ts';
import { isOutage } from '../../platform/outage.ts';
import { AppError } from '../../shared/errors.ts';
import { openCanary } from '../canary.ts';
import type { ExportManifest, KeysManifest } from '../exportManifest.ts';

/** The outcome of one check, in words for operators. */
export type Check = { readonly name: string; readonly ok: boolean; readonly detail: string };

const sealsAtOnce = 20;

/** Counts every collection group of the manifest. */
export async function checkCounts(database: Firestore, { counts }: KeysManifest): Promise<Check> {
  const wrong: string[] = [];
  let total = 0;
  for (const [group, expected] of Object.entries(counts)) {
    const found = (await database.collectionGroup(group).count().get()).data().count;
    total += found;
    if (found !== expected) wrong.push(`${group}: ${found} instead of ${expected}`);
  }
  const detail = wrong.length === 0 ? `${total} documents, as many as were exported` : wrong.join(', ');
  return { name: 'counts', ok: wrong.length === 0, detail };
}

/** Verifies the sealed audit log of every organisation of the manifest, or of one, against its head. */
export async function checkHeads(database: Firestore, { heads }: ExportManifest, onlyOrgId?: string): Promise<Check> {
  let wrong = 0;
  const wanted = heads.filter(({ orgId }) => onlyOrgId === undefined || orgId === onlyOrgId);
  for (const { orgId, seq, count, head } of wanted) {
    const end = await endOfLog(database, orgId, seq);
    if (end !== null && end.head === head && end.events === count) continue;
    wrong += 1;
    logFailure('audit log differs', new AppError('backup/damaged', 'the log is not the one that was sealed'), { orgId });
  }
  const detail = wrong === 0 ? 'every audit log is the one that was sealed' : `${wrong} audit logs are not those that were sealed`;
  return { name: 'auditLogs', ok: wrong === 0, detail };
}

/** The head that an organisation's seals hash to, up to `seq`; null when one is missing, damaged or does not follow. */
async function endOfLog(database: Firestore, orgId: string, seq: number): Promise<{ head: string; events: number } | null> {
  const ordered = database.collection(`orgs/${orgId}/auditSeals`).orderBy('__name__').limit(sealsAtOnce);
  let end = { head: noHead, events: 0 };
  let seen = 0;
  let page = await ordered.get();
  for (let last = page.docs.at(-1); last !== undefined && seen < seq; last = page.docs.at(-1)) {
    for (const seal of page.docs) {
      if (seen === seq) break;
      seen += 1;
      const next = nextHead(seal, orgId, seen, end);
      if (next === null) return null;
      end = next;
    }
    page = await ordered.startAfter(last).get();
  }
  return seen === seq ? end : null;
}

function nextHead(
  seal: QueryDocumentSnapshot,
  orgId: string,
  seq: number,
  before: { head: string; events: number },
): { head: string; events: number } | null {
  const { header: text, events, leaves }: Record<string, unknown> = seal.data();
  if (typeof text !== 'string' || !(events instanceof Uint8Array) || !(leaves instanceof Uint8Array)) return null;
  const header = parseHeader(text);
  if (header?.orgId !== orgId || header.seq !== seq || header.previous !== before.head || header.start !== before.events) return null;
  const hashed = leafHashes(sha256, textsOf(events));
  const isWhole = hashed.length === header.count * hashBytes && Buffer.compare(hashed, leaves) === 0;
  const root = Buffer.from(merkleRoot(sha256, leaves)).toString('hex');
  return isWhole && root === header.root ? { head: headOf(sha256, text), events: header.start + header.count } : null;
}

function textsOf(events: Uint8Array): readonly string[] {
  try {
    return eventTexts(events);
  } catch {
    return []; // no seal has such bytes, and none has no events
  }
}

/** Opens what was sealed before the export. */
export async function checkCanary(database: Firestore, { canary }: ExportManifest): Promise<Check> {
  const snapshot = await database.doc(canary.path).get();
  if (!snapshot.exists) return { name: 'canary', ok: false, detail: 'the canary is missing' };
  try {
    const ok = (await openCanary(snapshot)) === canary.sha256;
    return { name: 'canary', ok, detail: ok ? 'the canary opens' : 'the canary holds something else' };
  } catch (thrown) {
    if (isOutage(thrown)) throw thrown;
    return { name: 'canary', ok: false, detail: 'the canary does not open' };
  }
}

/** That nobody of the ledger is in a database any more. */
export function checkErased(left: number, entries: number): Check {
  const detail = left === 0 ? `none of ${entries} erased persons is there` : `${left} documents of erased persons are there`;
  return { name: 'erased', ok: left === 0, detail };
}
