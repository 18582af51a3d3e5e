/** The reconciler: what goes through Valv is in the log, and what is changed past it is told of, once. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { compareEvents, readsOfOneRun } from '../../../functions/src/audit/reconciling/compareEvents.ts';
import { reconcileAudit } from '../../../functions/src/audit/reconciling/reconcileAudit.ts';
import { checkpointKey } from '../../../functions/src/audit/sealing/checkpointKey.ts';
import { signedState } from '../../../functions/src/audit/sealing/signedState.ts';
import { groupOf, unwatchedCollections, watchedCollections } from '../../../functions/src/audit/reconciling/watchedCollections.ts';
import { takeFence } from '../../../functions/src/backup/restore/fence.ts';
import { beginWriting } from '../../../functions/src/backup/restore/hold.ts';
import { letBackIn, lockOut } from '../../../functions/src/backup/restore/lockOut.ts';
import { schedules } from '../../../functions/src/platform/schedules.ts';
import { inventory } from '../../../functions/src/privacy/inventory.ts';
import { supportPersonalData } from '../../../functions/src/support/personalData.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { restorer, rewriteHistory, seal, sign, writeEvents } from '../../support/auditLog/storedLog.ts';
import { database, stored, useEnvironmentOf } from '../../support/valv.ts';

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

  test('is started once in an hour, also when it fails by what it has found', () => {
    expect(schedules.reconcileAudit).toMatchObject({ cron: expect.stringMatching(/^\d+ \* \* \* \*$/), retries: { count: 0 } });
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

  const restore = (jobId: string, action = 'backup.organisation.restore') =>
    database(local)
      .collection(path('auditEvents'))
      .add({ v: 1, action, jobId, at: Timestamp.now(), targetIds: [orgId] });
  const target = { kind: 'organisation', orgId } as const;

  test('counts what was written during a restore as its doing, and what came after it not', async () => {
    await restore('job-1');
    await database(local).doc(path('dataSubjects/d2')).update({ state: 'as it was' });
    await restore('job-1');
    expect(await run()).toMatchObject({ gaps: 0 });
    await database(local).doc(path('dataSubjects/d2')).update({ state: 'not by the restore' });
    await restore('job-2');
    expect(await run()).toMatchObject({ gaps: 1 });
  });

  test('takes of a restore that is given up nothing for its doing but what has events, and lets in nobody whom it did not lock out', async () => {
    const db = database(local);
    await db.doc(path('supportGrants/over')).delete(); // its end would have an event that is sealed
    for (const name of ['members/m1', 'members/technician', 'members/raised', 'members/raised-later'])
      await change(path(name), { state: 'active', role: 'reader' });
    await restore('job-3');
    const fence = await takeFence(target, 'job-3');
    await db.doc(path('members/raised')).update({ role: 'owner' });
    await db.doc(path('members/intruder')).set({ state: 'lockedOut', role: 'owner' });
    await db.doc(path('dataSubjects/d2')).update({ state: 'by somebody else' });
    expect(await lockOut(target, 'job-3', fence.commit)).toBeGreaterThan(0);
    await db.doc(path('members/raised-later')).update({ role: 'owner' });
    expect(await run()).toMatchObject({ gaps: 4 });
    expect(told.flatMap(({ targetIds }) => targetIds).toSorted()).toEqual(['d2', 'intruder', 'raised', 'raised-later']);
    const outside = [path('members/intruder'), path('members/raised-later')];
    expect(await letBackIn(target, 'job-4', null)).toMatchObject({ count: 0 });
    const { count } = await letBackIn(target, 'job-4', null, ['job-3']);
    expect(await stored(local, path('members/m1'))).toMatchObject({ state: 'lockedOut', role: 'reader' });
    expect(await letBackIn(target, 'job-3', fence.commit)).toEqual({ count, stayOut: outside });
    for (const outsider of outside) expect(await stored(local, outsider)).toMatchObject({ state: 'lockedOut' });
    for (const id of ['m1', 'technician', 'raised']) expect(await stored(local, path(`members/${id}`))).toMatchObject({ state: 'active' });
    await restore('job-3', 'backup.organisation.giveUpRestore');
    await fence.release();
    expect(await run()).toMatchObject({ gaps: 1 });
    expect(told).toEqual([{ orgId, targetIds: ['raised'] }]);
  });

  test('counts what a restore writes from when it says so, also one that is left for another of the same, and nothing before', async () => {
    const write = (state: string) => database(local).doc(path('dataSubjects/d2')).update({ state });
    const everything = { kind: 'everything' } as const;
    await restore('job-5');
    const left = await takeFence(everything, 'job-5');
    await write('before it writes');
    expect(await run()).toMatchObject({ gaps: 1 });
    await restore('job-5', 'backup.organisation.restoreDocuments');
    await beginWriting(left);
    await write('as it was');
    expect(await run()).toMatchObject({ gaps: 0 });
    await restore('job-6');
    const fence = await takeFence(everything, 'job-6');
    expect(fence.earlierIds).toEqual(['job-5']);
    expect(await run()).toMatchObject({ gaps: 0 });
    await restore('job-6', 'backup.organisation.restoreDocuments');
    for (const id of [...fence.earlierIds, 'job-6']) await restore(id);
    await fence.release();
    expect(await run()).toMatchObject({ gaps: 0 });
    await write('behind it');
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

describe('comparing what people read with what was sealed', () => {
  const log = 'compared-organisation-of-tests';
  const event = (id: string | undefined) => database(local).doc(`orgs/${log}/auditEvents/${id ?? ''}`);
  let ids: readonly string[] = [];
  const compare = async (most?: number, at = new Date()) => {
    told.length = 0;
    const tell = async (orgOf: string, targetIds: readonly string[]) => void told.push({ orgId: orgOf, targetIds });
    const signed = await signedState(await checkpointKey(), () => at, 'all');
    return compareEvents(tell, signed, () => at, most);
  };
  const toldOf = (): string[] => told.flatMap(({ targetIds }) => targetIds).toSorted();
  /** What one comparison tells of while something is so; then it is taken back. */
  const foundWhile = async (change: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<string[]> => {
    await change();
    const { different } = await compare();
    const found = toldOf();
    expect(different).toBe(found.length);
    await undo();
    return found;
  };

  beforeAll(async () => {
    // The organisation above has no log that could be sealed.
    const { docs } = await database(local).collection(path('auditEvents')).get();
    for (const { ref } of docs) await ref.delete();
    ids = await writeEvents(local, log, 5, 3);
    await seal();
    ids = [...ids, ...(await writeEvents(local, log, 4, 4))];
    await seal();
    await writeEvents(local, 'compared-organisation-number-two', 3, 5);
    await seal();
    await sign();
  });

  test('finds nothing in a sound log, with events that wait, and at a cost of one read for each', async () => {
    const before = await compare();
    await writeEvents(local, log, 2, 6);
    expect(await compare()).toEqual(before);
    expect(before).toMatchObject({ different: 0, isCompared: true, isAlarming: false });
    expect(before.seals).toBeGreaterThanOrEqual(3);
    expect(before.events).toBeGreaterThanOrEqual(12);
    expect(told).toEqual([]);
  });

  test('finds nothing while others write and seal', async () => {
    const compared: number[] = [];
    const writing = (async () => {
      for (let round = 0; round < 4; round += 1) {
        await writeEvents(local, log, 20, 20 + round);
        await seal();
      }
    })();
    for (let rounds = 0; rounds < 4; rounds += 1) compared.push((await compare()).different);
    await writing;
    compared.push((await compare()).different);
    expect(compared).toEqual(compared.map(() => 0));
  });

  test('finds one changed field, once, and again only when it is changed again', async () => {
    const { actorId, fields } = (await stored(local, event(ids[1]).path)) ?? {};
    await event(ids[1]).update({ actorId: 'somebody-else-altogether' });
    expect(await compare()).toMatchObject({ different: 1, isAlarming: true });
    expect(told).toEqual([{ orgId: log, targetIds: [ids[1]] }]);
    // Nothing new, and the operators are to hear of it as long as it is so.
    expect(await compare()).toMatchObject({ different: 0, isAlarming: true });
    expect(await compare(undefined, new Date(Date.now() + 3_600_000))).toMatchObject({ different: 0, isAlarming: true });
    await event(ids[1]).update({ fields: ['note'] });
    expect(await compare()).toMatchObject({ different: 1 });
    await event(ids[1]).update({ actorId, fields });
    expect(await compare()).toMatchObject({ different: 0, isAlarming: false });
  });

  test('tells again of what was put back and is so once more, and is alarmed also where somebody has marked it as told', async () => {
    const kept = (await event(ids[2]).get()).data() ?? {};
    const gone = () => event(ids[2]).delete();
    const back = () => event(ids[2]).set(kept);
    expect(await foundWhile(gone, back)).toEqual([ids[2]]);
    const found = await database(local).collection('auditReconciliation').where('path', '==', event(ids[2]).path).get();
    expect(found.size).toBe(1);
    expect(await compare()).toMatchObject({ different: 0, isAlarming: false });
    expect(await foundWhile(gone, back)).toEqual([ids[2]]);
    await compare();
    // The name of the mark is no secret.
    for (const mark of found.docs) await mark.ref.set({ v: 1 });
    await gone();
    expect(await compare()).toMatchObject({ different: 0, isAlarming: true });
    await back();
    expect(await compare()).toMatchObject({ isAlarming: false });
  });

  test('is alarmed until a whole round has not met it any more', async () => {
    const { actorId } = (await stored(local, event(ids[1]).path)) ?? {};
    await event(ids[1]).update({ actorId: 'somebody-else-altogether' });
    expect(await compare()).toMatchObject({ different: 1, isCompared: true });
    await event(ids[1]).update({ actorId });
    for (let isCompared = false; !isCompared;) {
      const run = await compare(7);
      expect(run.isAlarming).toBe(!run.isCompared);
      isCompared = run.isCompared;
    }
  });

  test('finds a tip that is gone, and one that says it is signed by a checkpoint that there is not', async () => {
    const logs = [log, 'compared-organisation-number-two'];
    const heads = logs.map((orgId) => database(local).doc(`auditHeads/${orgId}`));
    const undo = await restorer(...heads);
    expect(await foundWhile(() => Promise.all(heads.map((head) => head.delete())), undo)).toEqual(logs.toSorted());
    const [head] = heads;
    for (const checkpoint of [999_999, 'none']) expect(await foundWhile(() => head!.update({ checkpoint }), undo)).toEqual([log]);
    expect(await compare()).toMatchObject({ different: 0, isAlarming: false, isCompared: true });
  });

  test('finds a deleted event, a mark that was taken away and one that was never given', async () => {
    const gone = (await event(ids[2]).get()).data() ?? {};
    expect(
      await foundWhile(
        () => event(ids[2]).delete(),
        () => event(ids[2]).set(gone),
      ),
    ).toEqual([ids[2]]);
    expect(
      await foundWhile(
        () => event(ids[3]).update({ sealSeq: null }),
        () => event(ids[3]).update({ sealSeq: 1 }),
      ),
    ).toEqual([ids[3]]);
    const madeUp = [1, 1.5, 0, 4711, 'sealed'].map((sealSeq) => ({ sealSeq, document: event(`made-up-${sealSeq}`) }));
    const found = await foundWhile(
      () => Promise.all(madeUp.map(({ document, sealSeq }) => document.set({ ...gone, sealSeq }))),
      () => Promise.all(madeUp.map(({ document }) => document.delete())),
    );
    expect(found).toEqual(madeUp.map(({ document }) => document.id).toSorted());
    const { sealSeq: _sealSeq, ...unmarked } = gone;
    expect(
      await foundWhile(
        () => event('made-up-unmarked').set(unmarked),
        () => event('made-up-unmarked').delete(),
      ),
    ).toEqual(['auditEvents']);
    expect(await compare()).toMatchObject({ different: 0, isCompared: true });
  });

  test('finds a seal that was changed, made anew or taken away, and a tip that was cut back', async () => {
    const first = database(local).doc(`orgs/${log}/auditSeals/0000000001`);
    const head = database(local).doc(`auditHeads/${log}`);
    const [sealed, tip] = [(await first.get()).data() ?? {}, (await head.get()).data() ?? {}];
    const other = (await stored(local, 'orgs/compared-organisation-number-two/auditSeals/0000000001')) ?? {};
    for (const change of [{ events: Buffer.from('{}\n') }, { header: '{}' }, other])
      expect(
        await foundWhile(
          () => first.update(change),
          () => first.set(sealed),
        ),
      ).toEqual(expect.arrayContaining(['0000000001']));
    expect(
      await foundWhile(
        () => first.delete(),
        () => first.set(sealed),
      ),
    ).toEqual(['0000000001']);
    expect(
      await foundWhile(
        () => head.update({ seq: 1, count: 5 }),
        () => head.set(tip),
      ),
    ).toEqual(expect.arrayContaining([log]));
    // It would never be signed: it says that it is.
    expect(
      await foundWhile(
        () => head.update({ checkpoint: 1 }),
        () => head.set(tip),
      ),
    ).toEqual([log]);
    // Every link is right, and it is not what was signed.
    let undo = async () => {};
    expect(
      await foundWhile(
        async () => void (undo = await rewriteHistory(log, 1)),
        () => undo(),
      ),
    ).toEqual(['0000000002']);
    expect(await compare()).toMatchObject({ different: 0, isCompared: true });
  });

  test('goes on where the run before stopped, and stops behind the seal that spends its reads', async () => {
    const whole = await compare();
    let [seals, events] = [0, 0];
    for (let isCompared = false; !isCompared;) {
      const run = await compare(7);
      expect(run.seals + run.events).toBeLessThanOrEqual(7 + 21);
      [seals, events, isCompared] = [seals + run.seals, events + run.events, run.isCompared];
    }
    expect({ seals, events }).toEqual({ seals: whole.seals, events: whole.events });
    expect(whole.seals + whole.events).toBeLessThan(readsOfOneRun);
  });
});
