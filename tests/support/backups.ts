/** Exports of a local cloud made at once, and the state of a database as one text for each document. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { FieldPath, type Firestore } from 'firebase-admin/firestore';
import { plantCanary } from '../../functions/src/backup/canary.ts';
import { collectionPlans, groupOf } from '../../functions/src/backup/collectionsPlan.ts';
import { exportManifestPath, exportPrefix, type ExportManifest } from '../../functions/src/backup/exportManifest.ts';
import { textOfSnapshot } from '../../functions/src/backup/journal/rawDocument.ts';
import { exportProgress, startExport } from '../../functions/src/platform/firestoreAdmin.ts';
import { listObjects, writeObject } from '../../functions/src/platform/storage.ts';
import { canonicalJson } from '../../functions/src/shared/canonicalJson.ts';
import { database } from './valv.ts';
import type { TestCloud } from './localCloud.ts';
import { Timestamp } from 'firebase-admin/firestore';

/** Exports the present, with a manifest; the functions' environment must be this process's. Answers the manifest. */
export async function exportNow(local: TestCloud, exportId: string): Promise<ExportManifest> {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const canary = await plantCanary(exportId, () => new Date());
  await local.cloud.eventsSettled();
  const db = database(local);
  const snapshotAt = new Date().toISOString();
  const groups = [...new Set(Object.keys(collectionPlans).map(groupOf))];
  const counted = await Promise.all(
    groups.map(async (group) => [group, (await db.collectionGroup(group).count().get()).data().count] as const),
  );
  const heads = (await db.collection('auditHeads').get()).docs.map((head) => ({
    orgId: head.id,
    seq: Number(head.get('seq')),
    count: Number(head.get('count')),
    head: String(head.get('head')),
  }));
  const operation = await startExport('(default)', `gs://${bucket}/${exportPrefix(exportId).slice(0, -1)}`, minuteAgo());
  for (;;) {
    const progress = await exportProgress(operation);
    if (progress.state === 'failed') throw new Error(progress.reason);
    if (progress.state === 'done') break;
  }
  const files = (await listObjects(bucket, exportPrefix(exportId))).map(({ path, sizeBytes, crc32c }) => ({ path, sizeBytes, crc32c }));
  const completedAt = new Date().toISOString();
  const manifest: ExportManifest = { v: 1, exportId, snapshotAt, completedAt, files, counts: Object.fromEntries(counted), heads, canary };
  const bytes = Buffer.from(canonicalJson(manifest));
  await writeObject(bucket, exportManifestPath(exportId), Readable.from([bytes]));
  const manifestSha256 = createHash('sha256').update(bytes).digest('hex');
  const startedAt = Timestamp.fromDate(new Date(snapshotAt));
  const record = {
    v: 1,
    kind: 'daily',
    state: 'complete',
    startedAt,
    snapshotAt: startedAt,
    completedAt: Timestamp.now(),
    manifestSha256,
    error: null,
  };
  await db.doc(`exports/${exportId}`).set(record);
  return manifest;
}

/** A whole minute that Firestore takes for a snapshot. */
const minuteAgo = (): Date => new Date(Math.floor(Date.now() / 60_000) * 60_000);

/** Every document of the collections that a restore knows, path → text, without those that `without` names. */
export async function stateOf(db: Firestore, without: readonly string[] = []): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  for (const group of new Set(Object.keys(collectionPlans).map(groupOf))) {
    if (without.includes(group)) continue;
    const found = await db.collectionGroup(group).orderBy(FieldPath.documentId()).get();
    for (const document of found.docs) state.set(document.ref.path, textOfSnapshot(document) ?? '');
  }
  return state;
}
