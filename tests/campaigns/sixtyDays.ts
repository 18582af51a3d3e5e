/**
 * Sixty simulated days of backups: from the 28th on exactly 28 daily exports at every moment, at both places, and seven of the
 * keys from the seventh; each export is restored, once on its last day and again if it is there at the end, and is equal to the
 * state of its night. `npm run campaign:sixtyDays`. The nights are those around March, when one has no 02:00.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { copyExports } from '../../functions/src/backup/copyExports.ts';
import { exportNight } from '../../functions/src/backup/exportNight.ts';
import { exportIdOf } from '../../functions/src/backup/exportPlan.ts';
import { pruneExports } from '../../functions/src/backup/pruneExports.ts';
import { createScratch, deleteScratch, importInto } from '../../functions/src/platform/databases.ts';
import { createSubjectKey, createOrgKey, destroySubjectKey } from '../../functions/src/platform/keyring.ts';
import { schedules, scheduleTimeZone } from '../../functions/src/platform/schedules.ts';
import { isDue, wallClock } from '../../infra/local/scheduler/cron.ts';
import { pagesOf, type RestDocument } from '../../infra/local/firestore/adminRest.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { database, stored, useEnvironmentOf } from '../support/valv.ts';

const nights = 60;
const [minute, hour] = [60_000, 3_600_000];
/** Sixty nights over 29 March 2026. */
let now = new Date('2026-02-15T12:00:00Z');
const clock = (): Date => now;
const local = withLocalCloud({ ownEmulator: true, now: clock });
useEnvironmentOf(local);
const sleep = (): Promise<void> => pause(5);
const orgId = 'sixty-days';

/** What operators write about backups themselves is in no comparison: it goes on while they are made. */
const operators = /\/(exports|backupCanaries|schedules|drills)\//;

/** SHA-256 over every document of a database, whatever it is called. */
async function digestOf(databaseId: string): Promise<string> {
  const name = `projects/${local.cloud.projectId}/databases/${databaseId}`;
  const lines: string[] = [];
  for await (const page of pagesOf(local.cloud.urls.firestore, name)) lines.push(...page.map((document) => lineOf(document, name)));
  return createHash('sha256')
    .update(
      lines
        .filter((line) => !operators.test(line.split(' ')[0] ?? ''))
        .toSorted()
        .join('\n'),
    )
    .digest('hex');
}

const lineOf = (document: RestDocument, name: string): string =>
  `${document.name.slice(name.length)} ${JSON.stringify(document.fields ?? {}, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted()) : value,
  )}`;

/** A day's work: persons come, change and go. */
async function liveThrough(day: number): Promise<void> {
  const persons = database(local).collection(`orgs/${orgId}/dataSubjects`);
  const batch = database(local).batch();
  for (let person = 0; person < 5; person += 1)
    batch.set(persons.doc(`person-${day}-${person}`), {
      v: 1,
      day,
      sealed: Buffer.from(`${day}/${person}`),
      ref: persons.doc('person-0-0'),
    });
  batch.set(persons.doc('person-0-0'), { changed: day }, { merge: true });
  if (day > 3) batch.delete(persons.doc(`person-${day - 3}-1`));
  await batch.commit();
  await createSubjectKey(orgId, 'dataSubject', `person-${day}`);
  if (day > 3) await erase(`person-${day - 3}`);
}

/** As an erasure does: the ledger first, then the key. */
async function erase(dataSubjectId: string): Promise<void> {
  await database(local).doc(`erasureLedger/${dataSubjectId}`).set({ v: 1, orgId, dataSubjectId, recordedAt: Timestamp.now() });
  await destroySubjectKey(orgId, 'dataSubject', dataSubjectId);
}

async function restoredDigest(exportId: string): Promise<string> {
  const scratch = `drill-${exportId}`;
  await createScratch(scratch, sleep);
  await importInto(scratch, `gs://${local.cloud.env['EXPORTS_BUCKET']}/daily/${exportId}`, sleep);
  const digest = await digestOf(scratch);
  await deleteScratch(scratch, sleep);
  return digest;
}

const completeIds = async (kind: string): Promise<readonly string[]> => {
  const query = database(local).collection('exports').where('kind', '==', kind).where('state', '==', 'complete');
  return (await query.get()).docs.map(({ id }) => id).toSorted();
};
const idsIn = (bucket: string): readonly string[] => {
  const names = [...local.cloud.storage.objects(local.cloud.env[bucket] ?? '').keys()];
  return [...new Set(names.flatMap((name) => /(?:daily|keys)-\d{4}-\d\d-\d\d/.exec(name)?.[0] ?? []))].toSorted();
};

/** Runs every minute's due schedules of backups, by the cron of the table, until a moment. */
async function runUntil(end: Date): Promise<void> {
  const runs = {
    dailyExport: () => exportNight('daily', clock, sleep),
    keysExport: () => exportNight('keys', clock, sleep),
    copyExports: () => copyExports(clock),
    pruneExports: () => pruneExports(clock, sleep),
  } as const;
  for (; now < end; now = new Date(now.getTime() + minute)) {
    const wall = wallClock(now, scheduleTimeZone);
    // Copying and pruning find nothing to do at most hours: those of the exports, and one before and after, are enough.
    const isQuiet = ![1, 2, 3, 12].includes(wall.hour);
    for (const name of Object.keys(runs) as (keyof typeof runs)[])
      // its own keys
      if (!isQuiet && isDue(schedules[name].cron, wall)) await runs[name]();
  }
}

test('sixty days', async () => {
  await createOrgKey(orgId);
  const digests = new Map<string, string>();
  const seen: Record<'daily' | 'keys', number[]> = { daily: [], keys: [] };
  const watched = { daily: 28, keys: 7 } as const;
  const unsubscribe = (Object.keys(watched) as (keyof typeof watched)[]).map((kind) =>
    // its own keys
    database(local)
      .collection('exports')
      .where('kind', '==', kind)
      .where('state', '==', 'complete')
      .onSnapshot(({ size }) => void seen[kind].push(size)),
  );
  let restored = 0;
  for (let day = 1; day <= nights; day += 1) {
    await liveThrough(day);
    const tonight = exportIdOf(new Date(now.getTime() + 15 * hour));
    digests.set(tonight, await digestOf('(default)'));
    const [oldest = ''] = await completeIds('daily');
    if (day > 28) {
      expect(await restoredDigest(oldest)).toBe(digests.get(oldest)); // its last day
      restored += 1;
    }
    await runUntil(new Date(now.getTime() + 24 * hour));
    const [daily, keys] = [await completeIds('daily'), await completeIds('keys')];
    expect([day, daily.length, keys.length]).toEqual([day, Math.min(day, 28), Math.min(day, 7)]);
    expect(daily.at(-1)).toBe(tonight);
    expect(['EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET', 'KEYS_BACKUP_BUCKET', 'KEYS_BACKUP_COPY_BUCKET'].map(idsIn)).toEqual([
      daily,
      daily,
      keys,
      keys,
    ]);
  }
  for (const exportId of await completeIds('daily')) {
    expect(await restoredDigest(exportId)).toBe(digests.get(exportId));
    expect(await stored(local, `exports/${exportId}`)).toMatchObject({ copiedAt: expect.anything() });
    restored += 1;
  }
  for (const stop of unsubscribe) stop();
  for (const kind of ['daily', 'keys'] as const) {
    const full = seen[kind].indexOf(watched[kind]);
    expect(full).toBeGreaterThan(0);
    expect(new Set(seen[kind].slice(full))).toEqual(new Set([watched[kind]])); // at every moment since
  }
  expect(new Set(digests.values()).size).toBe(nights);
  console.log(
    `${nights} nights, ${restored} restores equal to their nights, moments seen: ${seen.daily.length} daily, ${seen.keys.length} keys`,
  );
}, 3_600_000);
