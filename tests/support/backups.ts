/** Exports of a local cloud made at once, and the state of a database as one text for each document. */
import { FieldPath, type Firestore } from 'firebase-admin/firestore';
import { collectionPlans, groupOf } from '../../functions/src/backup/collectionsPlan.ts';
import type { ExportManifest } from '../../functions/src/backup/exportManifest.ts';
import { exportNight } from '../../functions/src/backup/exportNight.ts';
import { textOfSnapshot } from '../../functions/src/backup/journal/rawDocument.ts';
import { readExportManifest } from '../../functions/src/backup/restore/sources.ts';
import { ms, swedishDate } from '../../functions/src/shared/time.ts';
import type { TestCloud } from './localCloud.ts';

/** Makes tonight's export now, or that of another night of the last week; the functions' environment must be this process's. Answers its manifest. */
export async function exportNow(local: TestCloud, clock = (): Date => new Date()): Promise<ExportManifest> {
  await local.cloud.eventsSettled();
  const { exportId } = await exportNight('daily', clock, () => new Promise((resolve) => setTimeout(resolve, 50)));
  return readExportManifest(local.cloud.env['EXPORTS_BUCKET'] ?? '', exportId);
}

/** The same hour so many nights ago in Sweden, whose days have 23 hours in spring and 25 in autumn. */
export function nightsAgo(nights: number): Date {
  const now = Date.now();
  const date = new Date(Date.parse(swedishDate(new Date(now))) - nights * ms.day).toISOString().slice(0, 10);
  const candidates = [0, ms.hour, -ms.hour].map((shift) => new Date(now - nights * ms.day + shift));
  return candidates.find((at) => swedishDate(at) === date)!; // days differ by an hour at most
}

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

/** What an object of a bucket of backups says, whoever signed it. */
export function signedContent(bytes: Uint8Array): unknown {
  const [, payload = ''] = Buffer.from(bytes).toString().split('.');
  const signed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { content: unknown }; // what signedObject.ts makes
  return signed.content;
}
