/** A log in the database as the service leaves it: events written, sealed, signed and downloaded by the use cases themselves. */
import { Timestamp } from 'firebase-admin/firestore';
import { checkpointKey, checkpointSigner } from '../../../functions/src/audit/sealing/checkpointKey.ts';
import { auditLog } from '../../../functions/src/audit/sealing/downloadLog.ts';
import { sealAuditEvents, type Sealing } from '../../../functions/src/audit/sealing/sealAuditEvents.ts';
import { signCheckpoints } from '../../../functions/src/audit/sealing/signCheckpoints.ts';
import type { LogReport } from '../../../functions/src/crypto/auditLog/verifyLog.ts';
import type { KnownHead } from '../../../functions/src/crypto/auditLog/checkpointProof.ts';
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
export const sign = async (): Promise<{ checkpoints: number; heads: number }> => signCheckpoints(await checkpointSigner(), clock);

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
