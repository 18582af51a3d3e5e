/** Nightly exports of the keys: apart from the data, one a night, kept for seven, and an alarm when there are fewer keys. */
import { Timestamp, type Query } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { keysManifest } from '../../../functions/src/backup/exportManifest.ts';
import { exportIdOf, expiryOf } from '../../../functions/src/backup/exportPlan.ts';
import { pruneExports } from '../../../functions/src/backup/pruneExports.ts';
import { restoreKeys } from '../../../functions/src/backup/restore/restoreKeys.ts';
import { backupPersonalData } from '../../../functions/src/backup/personalData.ts';
import { createScratch, listScratch, restoreScratchId, scratchPrefixes } from '../../../functions/src/platform/databases.ts';
import { namedFirestore } from '../../../functions/src/platform/firestore.ts';
import { accountsOrgId } from '../../../functions/src/platform/keyring.ts';
import { clearDatabase } from '../../../infra/local/firestore/adminRest.ts';
import { restoreCommand } from '../../../infra/restore/command.ts';
import { nightsAgo, signedContent } from '../../support/backups.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { addPerson, builtFunctions, database, newOrganisation, stored, useEnvironmentOf, type Organisation } from '../../support/valv.ts';
import { withinOneDay } from '../../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);
beforeAll(async () => {
  await withinOneDay();
  await addPerson(local, await newOrganisation(local), { givenName: 'Nyckelbärare' });
});

const copies = () => local.cloud.storage.objects(local.cloud.env['EXPORTS_COPY_BUCKET'] ?? '');

describe('keys', () => {
  test('are exported apart, in the EU, one export a night', async () => {
    await local.cloud.runSchedule('keysExport');
    await local.cloud.runSchedule('keysExport');
    const id = exportIdOf(new Date(), 'keys');
    expect(await stored(local, `exports/${id}`)).toMatchObject({ kind: 'keys', state: 'complete', documentCount: expect.any(Number) });
    const keys = local.cloud.env['KEYS_BACKUP_BUCKET'] ?? '';
    const bytes = Buffer.concat([...local.cloud.storage.objects(keys).values()].map((object) => local.cloud.storage.read(object)));
    expect(bytes.includes('subjectKeys') && bytes.includes('orgKeys')).toBe(true);
    expect(bytes.includes('auditEvents') || bytes.includes('Föreningen Prov')).toBe(false);
    const names = [...local.cloud.storage.objects(keys).keys()];
    expect(names.every((name) => name.startsWith(`keys/${id}/`) || name === `keys/${id}.manifest.jws`)).toBe(true);
    const manifest = local.cloud.storage.read(local.cloud.storage.objects(keys).get(`keys/${id}.manifest.jws`)!);
    const { files, counts } = keysManifest.parse(signedContent(manifest));
    expect(files.map(({ path }) => path).toSorted()).toEqual(names.filter((name) => name.startsWith(`keys/${id}/`)).toSorted());
    expect(counts).toEqual({
      orgKeys: expect.any(Number),
      subjectKeys: (await database(local, 'keys').collection('subjectKeys').count().get()).data().count,
    });
    expect((await stored(local, `exports/${id}`))?.['manifestSha256']).toBe(createHash('sha256').update(manifest).digest('hex'));
    const settings = local.cloud.storage.bucket(keys).settings;
    local.cloud.storage.bucket(keys).settings = { ...settings, location: 'US' };
    await expect(local.cloud.runSchedule('keysExport')).rejects.toThrow();
    local.cloud.storage.bucket(keys).settings = settings;
  });

  test('are kept for seven nights', async () => {
    const batch = database(local).batch();
    for (let nights = 1; nights <= 9; nights += 1) {
      const id = exportIdOf(nightsAgo(nights), 'keys');
      const dates = {
        startedAt: Timestamp.fromDate(nightsAgo(nights)),
        expiresAt: Timestamp.fromDate(expiryOf(nightsAgo(nights), 'keys')),
      };
      batch.set(database(local).doc(`exports/${id}`), { v: 1, kind: 'keys', state: 'complete', copiedAt: Timestamp.now(), ...dates });
      for (const place of ['KEYS_BACKUP_BUCKET', 'KEYS_BACKUP_COPY_BUCKET'])
        for (const name of [`${id}/a`, `${id}.manifest.jws`])
          local.cloud.storage.put(local.cloud.env[place] ?? '', `keys/${name}`, Buffer.from('keys'), {});
    }
    batch.delete(database(local).doc(`exports/${exportIdOf(new Date(), 'keys')}`));
    await batch.commit();
    await local.cloud.runSchedule('keysExport');
    const complete = database(local).collection('exports').where('kind', '==', 'keys').where('state', '==', 'complete');
    const kept = (await complete.get()).docs.map(({ id }) => id);
    expect(kept.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((nights) => exportIdOf(nightsAgo(nights), 'keys')).toSorted());
    const idsIn = (place: string) => {
      const names = [...local.cloud.storage.objects(local.cloud.env[place] ?? '').keys()];
      return [...new Set(names.map((name) => /keys-[\d-]+/.exec(name)?.[0]))].toSorted();
    };
    expect(idsIn('KEYS_BACKUP_BUCKET')).toEqual(kept.toSorted());
    expect(idsIn('KEYS_BACKUP_COPY_BUCKET')).toEqual(kept.toSorted().slice(0, -1)); // tonight's is not copied yet
  });

  test('of one organisation that are gone, also when made anew, or of one person whom nobody erased, are an alarm', async () => {
    const [tonight, yesterday] = [exportIdOf(new Date(), 'keys'), exportIdOf(nightsAgo(1), 'keys')];
    const keys = database(local, 'keys');
    const countOf = async (query: Query): Promise<number> => (await query.count().get()).data().count;
    const counts = {
      orgKeys: await countOf(keys.collection('orgKeys')),
      subjectKeys: await countOf(keys.collection('subjectKeys')),
      ofPersons: await countOf(keys.collection('subjectKeys').where('kind', '==', 'dataSubject')),
    };
    expect(counts.orgKeys).toBeGreaterThan(1);
    expect(await stored(local, `exports/${tonight}`)).toMatchObject({ counts });
    const judgedAfter = async (more: Partial<typeof counts>): Promise<unknown> => {
      const then = { ...counts, ...more };
      await database(local).doc(`exports/${yesterday}`).update({ counts: then, snapshotAt: Timestamp.now() });
      await local.cloud.runSchedule('keysExport').catch(() => undefined);
      return (await stored(local, 'schedules/keysExport'))?.['lastError'];
    };
    expect(await judgedAfter({ orgKeys: counts.orgKeys + 1 })).toBe('backup/keys-fell');
    // What ends by itself is no alarm.
    expect(await judgedAfter({ subjectKeys: counts.subjectKeys + 1 })).toBeNull();
    const one = { subjectKeys: counts.subjectKeys + 1, ofPersons: counts.ofPersons + 1 };
    expect(await judgedAfter(one)).toBe('backup/keys-fell');
    const entry = database(local).doc('erasureLedger/of-the-fallen-key');
    await entry.set({ v: 1, orgId: 'o', dataSubjectId: 'd', recordedAt: Timestamp.now() });
    expect(await judgedAfter(one)).toBeNull();
    await entry.delete();
    expect(await judgedAfter({})).toBeNull();
    // One that was lost and made anew, as a sign-in does with that of all accounts, is one that is gone, though they are as many.
    const ofAccounts = keys.doc(`orgKeys/${accountsOrgId}`);
    const madeAt: unknown = (await ofAccounts.get()).get('createdAt');
    const judgedWith = async (createdAt: unknown): Promise<unknown> => {
      await ofAccounts.update({ createdAt });
      await database(local).doc(`exports/${tonight}`).delete();
      return judgedAfter({});
    };
    expect(await judgedWith(Timestamp.fromMillis(Date.now() + 3_600_000))).toBe('backup/keys-fell');
    expect(await stored(local, `exports/${tonight}`)).toMatchObject({ counts });
    expect(await judgedWith(madeAt)).toBeNull();
  });
});

describe('the copy of the keys', () => {
  test('is in a bucket of its own in the second region, whole and noted; the bucket of data has no key', async () => {
    await local.cloud.runSchedule('keysExport');
    await local.cloud.runSchedule('copyExports');
    const id = exportIdOf(new Date(), 'keys');
    const [from, to] = ['KEYS_BACKUP_BUCKET', 'KEYS_BACKUP_COPY_BUCKET'].map((place) =>
      local.cloud.storage.objects(local.cloud.env[place] ?? ''),
    );
    const mine = [...from!.values()].filter(({ name }) => name.startsWith(`keys/${id}`));
    expect(mine.length).toBeGreaterThan(1);
    for (const { name, crc32c } of mine) expect(to?.get(name)?.crc32c).toBe(crc32c);
    expect(await stored(local, `exports/${id}`)).toMatchObject({ copiedAt: expect.any(Timestamp) });
    expect([...copies().keys()].filter((name) => name.startsWith('keys/'))).toEqual([]);
  });
});

describe('lost keys that come back', () => {
  const tools = { clock: () => new Date(), sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 20)), say: () => undefined };
  /** Writes a document before the restore takes its next step, which waits meanwhile: from another process. */
  const writeNow = (databaseId: string, path: string, fields: object): void => {
    const address = `${local.cloud.urls.firestore}/v1/projects/${local.cloud.projectId}/databases/${databaseId}/documents/${path}`;
    const script = `fetch(process.argv[1], { method: 'PATCH', headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: process.argv[2] }).then((answer) => process.exit(answer.ok ? 0 : 1))`;
    execFileSync(process.execPath, ['-e', script, address, JSON.stringify({ fields })], { timeout: 20_000 });
  };
  /** Restores the keys of tonight, and lets something happen when those of erased persons have been taken out. */
  const restoredWhile = async (happens: () => void): Promise<void> => {
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, 'keys');
    await restoreKeys(true, { ...tools, say: (line) => (line.startsWith('the keys of') ? happens() : undefined) });
  };
  const idsOf = async (collection: string): Promise<string[]> =>
    (await database(local, 'keys').collection(collection).get()).docs.map(({ id }) => id);

  let at: Organisation;
  let [kept, erased] = ['', ''];
  let before: string[];
  beforeAll(async () => {
    at = await newOrganisation(local);
    [kept, erased] = [await addPerson(local, at, { givenName: 'Kvar' }), await addPerson(local, at, { givenName: 'Raderas' })];
    await database(local)
      .doc(`exports/${exportIdOf(new Date(), 'keys')}`)
      .delete();
    await local.cloud.runSchedule('keysExport');
    before = await idsOf('subjectKeys');
    expect(before).toEqual(expect.arrayContaining([kept, erased]));
  });

  test('are without those of whom is erased meanwhile', async () => {
    const [orgId, dataSubjectId] = [at.orgId, erased].map((stringValue) => ({ stringValue }));
    await restoredWhile(() => writeNow('(default)', 'erasureLedger/erased-meanwhile', { orgId, dataSubjectId }));
    expect(await idsOf('subjectKeys')).toEqual(before.filter((id) => id !== erased));
    await database(local).doc('erasureLedger/erased-meanwhile').delete();
  });

  test('are not put below a key that is made anew meanwhile', async () => {
    const wrapped = { bytesValue: Buffer.from('anew').toString('base64') };
    const remade = restoredWhile(() => writeNow('keys', `orgKeys/${accountsOrgId}`, { wrapped }));
    await expect(remade).rejects.toMatchObject({ code: 'backup/keys-remade', details: { orgIds: [accountsOrgId], count: 1 } });
    expect(await idsOf('subjectKeys')).toEqual([]);
    await database(local, 'keys').doc(`orgKeys/${accountsOrgId}`).delete();
    await restoreKeys(true, tools);
    expect(await idsOf('subjectKeys')).toEqual(before);
  });

  test.each([
    ['within a day', 25, () => pruneExports(tools.clock, tools.sleep)],
    ['by --discard', 0, () => restoreCommand(['--discard'], { print: tools.say, printError: tools.say })],
  ] as const)('are without those of whom was erased meanwhile also when nobody goes on with the restore: %s', async (_, hours, end) => {
    if (!(await idsOf('subjectKeys')).includes(erased)) await restoredWhile(() => undefined);
    const interrupted = restoreScratchId('keys', new Date(Date.now() - hours * 3_600_000), 'a1b2c3d4');
    await createScratch(interrupted, tools.sleep);
    await database(local).doc('erasureLedger/erased-meanwhile').set({ v: 1, orgId: at.orgId, dataSubjectId: erased });
    await end();
    expect(await listScratch(scratchPrefixes.restore)).toEqual([]);
    expect(await idsOf('subjectKeys')).toEqual(before.filter((id) => id !== erased));
    await database(local).doc('erasureLedger/erased-meanwhile').delete();
  });

  test('declare what is noted of their restore', async () => {
    let noted: object = {};
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, 'keys');
    const sleep = async (): Promise<void> => {
      const [id = ''] = await listScratch(scratchPrefixes.restore);
      if (id !== '') noted = (await namedFirestore(id).doc('keysRestore/current').get()).data() ?? noted;
      await tools.sleep();
    };
    await restoreKeys(true, { ...tools, sleep });
    const declared = backupPersonalData.find(({ collection }) => collection === 'keysRestore/{id}');
    expect(Object.keys(noted).toSorted()).toEqual(Object.keys(declared?.fields ?? {}).toSorted());
  });
});
