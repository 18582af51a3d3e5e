/** Fetching a finished export of the register. */
import { doc, getDoc, Timestamp } from 'firebase/firestore/lite';
import { recordReading } from '../../audit/event.ts';
import { openStream } from '../../crypto/stream.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { filesBucket } from '../../platform/config.ts';
import { subjectKey } from '../../platform/keyring.ts';
import { readObject } from '../../platform/storage.ts';
import { AppError } from '../../shared/errors.ts';
import type { JobId } from '../../shared/ids.ts';
import { swedishDate, type Clock } from '../../shared/time.ts';
import type { Download } from '../extracts.ts';
import { exportContext, exportPath } from './exportPaths.ts';

/** Opens a finished export, after the event of its download. Throws `privacy/extract-expired`, `shared/not-found`. */
export async function downloadRegisterExport(actor: OrgActor, jobId: JobId, clock: Clock): Promise<Download> {
  const job = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `jobs/${jobId}`)));
  const isExport = job.get('kind') === 'registerExport' && job.get('orgId') === actor.orgId;
  if (!isExport || job.get('state') !== 'succeeded') throw new AppError('shared/not-found', 'not found');
  const expiresAt: unknown = job.get('result.expiresAt');
  if (!(expiresAt instanceof Timestamp) || expiresAt.toDate() <= clock())
    throw new AppError('privacy/extract-expired', 'the export has expired, ask for a new one');
  const dek = await subjectKey(actor.orgId, jobId);
  await recordReading(actor.db, actor, { action: 'privacy.registerExport.download', targetKind: 'job', targetIds: [jobId] });
  const sealed = readObject(filesBucket(), exportPath(actor.orgId, jobId));
  return { fileName: `register-${swedishDate(clock())}.zip`, content: openStream(dek, exportContext(actor.orgId, jobId), sealed) };
}
