/** The reconciler: what goes through Valv is in the log, and what is changed past it is told of, once. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { reconcileAudit } from '../../../functions/src/audit/sealing/reconcileAudit.ts';
import { groupOf, unwatchedCollections, watchedCollections } from '../../../functions/src/audit/sealing/watchedCollections.ts';
import { inventory } from '../../../functions/src/privacy/inventory.ts';
import { supportPersonalData } from '../../../functions/src/support/personalData.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { writeEvents } from '../../support/auditLog/storedLog.ts';
import { database, useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud();
useEnvironmentOf(local);

const orgId = 'reconciled-organisation-of-tests';
const told: { orgId: string; targetIds: readonly string[] }[] = [];
const run = async (most?: number) => {
  told.length = 0;
  return reconcileAudit(
    (at, targetIds) => {
      told.push({ orgId: at, targetIds });
      return Promise.resolve();
    },
    () => new Date(),
    most,
  );
};

/** Writes a document and its event in one commit, as every use case does. */
async function change(path: string, fields: object, more: object = {}): Promise<void> {
  const db = database(local);
  const [, at = ''] = path.split('/');
  const event = db.collection(`orgs/${at}/auditEvents`).doc();
  const batch = db.batch();
  batch.set(db.doc(path), { ...fields, lastEventId: event.id }, { merge: true });
  batch.create(event, { v: 1, action: 'orgs.team.update', at: Timestamp.now(), sealSeq: null, jobId: null, targetIds: ['x'], ...more });
  await batch.commit();
}
const path = (of: string): string => `orgs/${orgId}/${of}`;

beforeAll(async () => {
  await change(`orgs/${orgId}`, { name: 'Prov' });
  for (const name of ['members/m1', 'teams/t1', 'folders/f1', 'dataSubjects/d1', 'dataSubjects/d2', 'approvals/a1'])
    await change(path(name), { state: 'active' });
});

describe('the reconciler', () => {
  test('has nothing to say where every newest version has its event', async () => {
    expect(await run()).toEqual({ documents: 7, gaps: 0, isRound: true });
    expect(told).toEqual([]);
  });

  test('tells of a change past the log, once, also when the document keeps naming its old event', async () => {
    await database(local).doc(path('dataSubjects/d1')).update({ state: 'changed past the log' });
    await database(local).doc(path('members/m1')).update({ role: 'owner', lastEventId: 'an-event-that-nobody-wrote' });
    await database(local).doc(path('teams/without')).set({ state: 'active' });
    expect(await run()).toMatchObject({ gaps: 3, isRound: true });
    expect(told.flatMap(({ targetIds }) => targetIds).toSorted()).toEqual(['d1', 'm1', 'without']);
    expect(told.every((one) => one.orgId === orgId)).toBe(true);
    expect(await run()).toMatchObject({ gaps: 0 });
    await database(local).doc(path('dataSubjects/d1')).update({ state: 'and once more' });
    expect(await run()).toMatchObject({ gaps: 1 });
  });

  test('is content again after a change that is in the log', async () => {
    for (const name of ['dataSubjects/d1', 'members/m1', 'teams/without']) await change(path(name), { state: 'active' });
    expect(await run()).toMatchObject({ gaps: 0 });
  });

  test('does not take the event of another organisation, nor one that was copied afterwards', async () => {
    const other = 'another-organisation-of-the-tests';
    const [eventId] = await writeEvents(local, other, 1, 42);
    await database(local).doc(path('folders/f1')).update({ lastEventId: eventId });
    expect(await run()).toMatchObject({ gaps: 1 });
    await database(local)
      .doc(path(`auditEvents/${eventId ?? ''}`))
      .set({ v: 1, action: 'documents.folder.update' });
    await database(local).doc(path('folders/f1')).update({ name: 'new' });
    expect(await run()).toMatchObject({ gaps: 1 });
    await change(path('folders/f1'), {});
  });

  test('accepts what ends by itself, and nothing more of it', async () => {
    const now = Timestamp.now();
    await database(local).doc(path('supportGrants/over')).set({ state: 'ended', endedAt: now, expiresAt: now });
    await database(local).doc(path('members/technician')).set({ role: 'support', state: 'removed' });
    await database(local).doc(path('uploads/old')).set({ state: 'gone' });
    expect(await run()).toMatchObject({ gaps: 0 });
    await database(local).doc(path('supportGrants/over')).update({ state: 'claimed' });
    await database(local).doc(path('members/technician')).update({ state: 'active' });
    await database(local).doc(path('uploads/old')).update({ state: 'stored' });
    expect(await run()).toMatchObject({ gaps: 3 });
  });

  test('asks of a certificate for the event of its erasure', async () => {
    const db = database(local);
    const batch = db.batch();
    batch.set(db.doc(path('erasureCertificates/c1')), { dataSubjectId: 'gone' });
    batch.create(db.doc(path('auditEvents/erased')), { v: 1, action: 'privacy.erasure.finish', targetIds: ['gone'], at: Timestamp.now() });
    await batch.commit();
    expect(await run()).toMatchObject({ gaps: 0 });
    await db.doc(path('erasureCertificates/c1')).update({ jws: 'another' });
    expect(await run()).toMatchObject({ gaps: 1 });
  });

  test('counts what was written during a restore as its doing, and what came after it not', async () => {
    const restore = (jobId: string) =>
      database(local)
        .collection(path('auditEvents'))
        .add({ v: 1, action: 'backup.organisation.restore', jobId, at: Timestamp.now(), targetIds: [orgId] });
    await restore('job-1');
    await database(local).doc(path('dataSubjects/d2')).update({ state: 'as it was' });
    await restore('job-1');
    expect(await run()).toMatchObject({ gaps: 0 });
    await database(local).doc(path('dataSubjects/d2')).update({ state: 'not by the restore' });
    await restore('job-2');
    expect(await run()).toMatchObject({ gaps: 1 });
  });

  test('goes on where the run before stopped', async () => {
    const seen: number[] = [];
    for (let runs = 0; runs < 40; runs += 1) {
      const { documents, isRound } = await run(2);
      seen.push(documents);
      if (isRound) break;
    }
    const whole = await run();
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(whole.documents);
    expect(Math.max(...seen)).toBe(2);
  });
});

test('every collection of an organisation is watched, or there is a reason', () => {
  const declared = [...inventory, ...supportPersonalData].filter(
    ({ store, collection }) => store === 'firestore' && collection.startsWith('orgs/'),
  );
  const known = [...watchedCollections.map(({ collection }) => collection), ...Object.keys(unwatchedCollections)];
  expect(declared.map(({ collection }) => groupOf({ collection })).toSorted()).toEqual(
    known.map((collection) => groupOf({ collection })).toSorted(),
  );
});
