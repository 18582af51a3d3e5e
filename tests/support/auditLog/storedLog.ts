/** A log in the database as the service leaves it: events written, sealed, signed and downloaded by the use cases themselves. */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { checkpointKey, checkpointSigner } from '../../../functions/src/audit/sealing/checkpointKey.ts';
import { auditLog } from '../../../functions/src/audit/sealing/downloadLog.ts';
import { sealAuditEvents, type Sealing } from '../../../functions/src/audit/sealing/sealAuditEvents.ts';
import { headDoc, sealDoc, type HeadDoc, type SealDoc } from '../../../functions/src/audit/sealing/sealStore.ts';
import { signCheckpoints, type Signing } from '../../../functions/src/audit/sealing/signCheckpoints.ts';
import { eventTexts, sealEvents } from '../../../functions/src/crypto/auditLog/seal.ts';
import type { LogReport } from '../../../functions/src/crypto/auditLog/verifyLog.ts';
import type { KnownHead } from '../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { sha256 } from '../../../functions/src/crypto/nodeHashes.ts';
import type { TestCloud } from '../localCloud.ts';
import { database } from '../valv.ts';
import { drawFrom, sampleEvent, verifyBytes } from './sampleLog.ts';

const clock = (): Date => new Date();

/** Writes events as they are stored before they are sealed; answers their ids. Events of different seeds differ. */
export async function writeEvents(local: TestCloud, orgId: string, count: number, seed = 1): Promise<string[]> {
  const db = database(local);
  const draw = drawFrom(seed);
  const ids: string[] = [];
  for (let start = 0; start < count; start += 400) {
    const batch = db.batch();
    for (let number = start; number < Math.min(count, start + 400); number += 1) {
      const { id, at: _at, ...event } = sampleEvent(number, draw);
      // Two and two at one instant: then the id decides.
      const at = Timestamp.fromMillis(1_790_000_000_000 + seed * 10_000_000 + Math.floor(number / 2));
      batch.create(db.doc(`orgs/${orgId}/auditEvents/${id}`), { ...event, at, sealSeq: null });
      ids.push(id);
    }
    await batch.commit();
  }
  return ids;
}

/** Seals whatever waits. */
export const seal = (patience = 600_000): Promise<Sealing> => sealAuditEvents(clock, patience);

/** Signs whatever is not. */
export const sign = async (): Promise<Signing> => signCheckpoints(await checkpointSigner(), clock);

/** Organisations of one file of tests, which nothing else knows, and their logs. `prefix` is eight characters or so, the file's own. */
export function logsOf(
  local: TestCloud,
  prefix: string,
): { newOrg: () => string; signedLog: (...sizes: readonly number[]) => Promise<string> } {
  let orgs = 0;
  const newOrg = (): string => {
    orgs += 1;
    return `${prefix}-${String(orgs).padStart(3, '0')}-of-the-tests`;
  };
  return {
    newOrg,
    /** An organisation with a signed log of seals of these sizes. */
    async signedLog(...sizes) {
      const orgId = newOrg();
      for (const [at, size] of sizes.entries()) {
        await writeEvents(local, orgId, size, orgs * 100 + at);
        await seal();
      }
      await sign();
      return orgId;
    },
  };
}

/** Path of a seal. */
export const sealPath = (orgId: string, seq: number): string => `orgs/${orgId}/auditSeals/${String(seq).padStart(10, '0')}`;

/** What a report found, a line each. */
export const named = ({ findings }: LogReport): string[] => findings.map(({ kind, part, seq }) => `${kind} ${part} ${seq}`);

/** The log as it is downloaded. */
export async function downloaded(orgId: string): Promise<string> {
  let text = '';
  for await (const line of auditLog(orgId)) text += line;
  return text;
}

/** What a verifier says of the log as it is downloaded now. */
export async function verified(orgId: string, known?: KnownHead): Promise<LogReport> {
  return verifyBytes(Buffer.from(await downloaded(orgId)), [await checkpointKey()], known);
}

/** What puts documents back as they are now. */
export async function restorer(...documents: readonly DocumentReference[]): Promise<() => Promise<void>> {
  const before = await Promise.all(documents.map((document) => document.get()));
  return async () => {
    for (const snapshot of before) await (snapshot.exists ? snapshot.ref.set(snapshot.data() ?? {}) : snapshot.ref.delete());
  };
}

/**
 * Makes an organisation's stored history anew from seal `from` on, as somebody can who has everything but the key: in each event
 * somebody else has acted, and events, seals, every link and the tip agree. Answers what puts it back.
 */
export async function rewriteHistory(orgId: string, from: number): Promise<() => Promise<void>> {
  const { seq: last } = (await headDoc(orgId).get()).data() as HeadDoc;
  const numbers = Array.from({ length: last - from + 1 }, (_, index) => from + index);
  const stored = await Promise.all(numbers.map(async (seq) => (await sealDoc(orgId, seq).get()).data() as SealDoc));
  const texts = stored.map(({ events }) =>
    eventTexts(events).map((text) => ({ before: text, id: (JSON.parse(text) as { id: string }).id })),
  );
  const events = texts.flat().map(({ id }) => headDoc(orgId).firestore.doc(`orgs/${orgId}/auditEvents/${id}`));
  const undo = await restorer(headDoc(orgId), ...numbers.map((seq) => sealDoc(orgId, seq)), ...events);
  for (const event of events) await event.update({ actorId: 'somebody-else-altogether' });
  let previous = from === 1 ? null : ((await sealDoc(orgId, from - 1).get()).data() as SealDoc).header;
  let head = '';
  for (const [index, seq] of numbers.entries()) {
    const changed = (texts[index] ?? []).map(({ before }) => before.replace(/"actorId":"[^"]*"/, '"actorId":"somebody-else-altogether"'));
    const seal = sealEvents(sha256, { orgId, previous, sealedAt: '2026-11-22T04:00:00.000Z', events: changed });
    await sealDoc(orgId, seq).update({ header: seal.header, events: seal.events, leaves: seal.leaves });
    [previous, head] = [seal.header, seal.head];
  }
  await headDoc(orgId).update({ head });
  return undo;
}
