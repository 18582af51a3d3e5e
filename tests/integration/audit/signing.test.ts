/** The signer does not take the word of the database for what it has signed. */
import { describe, expect, test } from 'vitest';
import { acceptLoss } from '../../../functions/src/audit/sealing/acceptLoss.ts';
import { adoptCheckpoints } from '../../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointSigner } from '../../../functions/src/audit/sealing/checkpointKey.ts';
import { headDoc, sealDoc } from '../../../functions/src/audit/sealing/sealStore.ts';
import { takeFence } from '../../../functions/src/backup/restore/fence.ts';
import { prepare } from '../../../functions/src/backup/restore/prepare.ts';
import { recordRestore, restoreIdOf } from '../../../functions/src/backup/restore/recordRestore.ts';
import { makePresent } from '../../../functions/src/backup/restore/restore.ts';
import { stepDone } from '../../../functions/src/backup/restore/scratch.ts';
import { headOf } from '../../../functions/src/crypto/auditLog/seal.ts';
import { sha256 } from '../../../functions/src/crypto/nodeHashes.ts';
import { clearDatabase } from '../../../infra/local/firestore/adminRest.ts';
import { checkpointsCommand } from '../../../infra/restore/checkpointsCommand.ts';
import { exportNow } from '../../support/backups.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { logsOf, named, restorer, rewriteHistory, seal, sealPath, sign, verified, writeEvents } from '../../support/auditLog/storedLog.ts';
import { database, stored, useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud();
useEnvironmentOf(local);

const { newOrg, signedLog } = logsOf(local, 'signing');

describe('the signer goes on from what it has signed itself, and from nothing else:', () => {
  /** Has the head signed once more, with what somebody could set beside it. */
  const reopen = (orgId: string, more: object = {}) =>
    database(local)
      .doc(`auditHeads/${orgId}`)
      .update({ checkpoint: null, ...more });
  const other = async (seed: number): Promise<string> => {
    const orgId = newOrg();
    await writeEvents(local, orgId, 1, seed);
    await seal();
    return orgId;
  };

  const sound = { checkpoints: 0, lost: [], torn: [] };
  const adopted = async () => adoptCheckpoints((await checkpointSigner()).key, () => new Date());
  const found = async (orgId: string) => {
    const report = await verified(orgId);
    return { findings: named(report), events: report.events };
  };
  /** Has events of a seal, all or some, wait again. */
  const unseal = async (orgId: string, seq: number, most = 1000): Promise<void> => {
    const sealed = database(local).collection(`orgs/${orgId}/auditEvents`).where('sealSeq', '==', seq);
    for (const event of (await sealed.limit(most).get()).docs) await event.ref.update({ sealSeq: null });
  };

  test('a rewritten history with its head is not signed, whatever the head says of itself, and others are', async () => {
    const orgId = await signedLog(3, 2);
    for (const [at, from] of [1, 2].entries()) {
      const undo = await rewriteHistory(orgId, from);
      const sound = await other(1800 + at);
      await reopen(orgId, at === 0 ? { signed: null, signedBefore: null } : {});
      expect(await sign()).toEqual({ checkpoints: 1, heads: 1, broken: 1 });
      expect(named(await verified(sound))).toEqual([]);
      // It is told of each minute, until it is as it was.
      expect(await sign()).toEqual({ checkpoints: 0, heads: 0, broken: 1 });
      await undo();
    }
    expect(await sign()).toMatchObject({ broken: 0 });
    expect(named(await verified(orgId))).toEqual([]);
  });

  test('a rewritten history that goes on with new seals is not signed', async () => {
    const orgId = await signedLog(3, 2);
    const undo = await rewriteHistory(orgId, 2);
    await writeEvents(local, orgId, 1, 1810);
    await seal();
    expect(await sign()).toEqual({ checkpoints: 0, heads: 0, broken: 1 });
    await undo();
    await sealDoc(orgId, 3).delete();
    await unseal(orgId, 3);
    expect(await adopted()).toEqual(sound);
    await seal();
    await sign();
  });

  test('a head that was cut back is not signed, until an operator accepts the loss', async () => {
    const orgId = await signedLog(3, 2);
    const [head, first] = [database(local).doc(`auditHeads/${orgId}`), (await stored(local, sealPath(orgId, 1)))!];
    await sealDoc(orgId, 2).delete();
    await head.update({ seq: 1, count: 3, head: headOf(sha256, String(first['header'])), checkpoint: null });
    expect(await sign()).toEqual({ checkpoints: 0, heads: 0, broken: 1 });
    const signer = await checkpointSigner();
    expect(await adopted()).toEqual({ ...sound, lost: [orgId] });
    const isSigned = { checkpoints: 1, heads: 1, broken: 0, accepted: [orgId], unsigned: [] };
    // The events of the seal that is lost are there, and sealed anew.
    const mended = { [orgId]: { seals: 1, setAside: 0, events: 2 } };
    expect(await acceptLoss([orgId], signer, () => new Date())).toEqual({ ...isSigned, mended });
    expect(await found(orgId)).toEqual({ findings: [], events: 5 });
    await writeEvents(local, orgId, 2, 1820);
    await seal();
    expect(await sign()).toEqual({ checkpoints: 1, heads: 1, broken: 0 });
    expect(await adopted()).toEqual(sound);
  });

  /** Sets an organisation's log back to its first seal, or to nothing: as a restore leaves it. */
  const setBack = async (orgId: string, to: 0 | 1): Promise<void> => {
    const head = database(local).doc(`auditHeads/${orgId}`);
    const first = await stored(local, sealPath(orgId, 1));
    for (const seq of [1, 2]) if (seq > to) await sealDoc(orgId, seq).delete();
    if (to === 0) await head.delete();
    else await head.update({ seq: 1, count: 3, head: headOf(sha256, String(first?.['header'])), checkpoint: null });
  };

  test('a log that was sealed again past what was signed is named, and signed when its loss is accepted', async () => {
    const orgId = await signedLog(3, 2);
    await setBack(orgId, 1);
    for (const seed of [1821, 1822]) {
      await writeEvents(local, orgId, 1, seed);
      await seal();
    }
    expect(await sign()).toEqual({ checkpoints: 0, heads: 0, broken: 1 });
    const signer = await checkpointSigner();
    expect((await adopted()).lost).toEqual([orgId]);
    expect((await acceptLoss([orgId], signer, () => new Date())).accepted).toEqual([orgId]);
    // Those that say that they are in the lost seal, whose number another one has now, are sealed too.
    expect(await found(orgId)).toEqual({ findings: [], events: 7 });
    expect(await adopted()).toEqual(sound);
  });

  const command = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await checkpointsCommand(args, { print: (text) => out.push(text), printError: (text) => err.push(text) });
    return { code, out, err: err.map((text) => text.split('\n')[0]) };
  };
  const putBack = (count: number): string => `${count} checkpoints were put back from the bucket`;

  test('the command of operators puts back, names what is lost, and signs that only when it is told to', async () => {
    const [first, second, nonsense] = [await signedLog(3, 2), await signedLog(3, 2), await signedLog(1)];
    for (const orgId of [first, second]) await setBack(orgId, 1);
    await database(local).doc(`auditHeads/${nonsense}`).update({ seq: 'of/none', checkpoint: null });
    const [newest] = (await database(local).collection('auditCheckpoints').orderBy('n', 'desc').limit(1).get()).docs;
    await newest?.ref.delete();
    const isLost = (orgId: string): unknown =>
      expect.stringMatching(
        `^${orgId}: seals that were signed are lost; whole up to seal 1, signed up to 2, 0 behind would be set aside; .*--accept-loss ${orgId}$`,
      );
    const isTorn = expect.stringMatching(`^${nonsense}: nothing that was signed is lost.*; whole up to seal 1, signed up to 1, 0 behind`);
    const all = [putBack(0), ...[first, second].toSorted().map(isLost), isTorn];

    expect(await command('--accept-los', first)).toMatchObject({ code: 2, out: [], err: [expect.stringContaining('--accept-los')] });
    expect(await command('--help')).toMatchObject({ code: 0, out: [expect.stringContaining('--accept-loss ORGANISATION')] });
    expect((await newest!.ref.get()).exists).toBe(false);
    expect(await command()).toEqual({ code: 0, out: [putBack(1), ...all.slice(1)], err: [] });
    expect(await sign()).toMatchObject({ heads: 0 });
    // An id may begin as an option does.
    const unknown = await command('--accept-loss', first, '--accept-loss', '-of-nobody');
    expect(unknown).toEqual({ code: 1, out: all, err: ['nothing is lost of -of-nobody; no loss was accepted'] });
    expect(await command()).toEqual({ code: 0, out: all, err: [] });
    const done = await command('--accept-loss', first, '--accept-loss', nonsense);
    expect(done).toMatchObject({ code: 0, err: [] });
    expect(done.out).toEqual([
      putBack(0),
      '2 heads were signed',
      `${first}: whole up to seal 1; 0 seals behind it were set aside (auditSeals/lost-…), 2 events marked anew`,
      `${nonsense}: whole up to seal 1; 0 seals behind it were set aside (auditSeals/lost-…), 0 events marked anew`,
      `${first}: the loss is accepted, and its head signed as it stands`,
      `${nonsense}: the loss is accepted, and its head signed as it stands`,
      isLost(second),
    ]);
    expect(await found(nonsense)).toEqual({ findings: [], events: 1 });
    expect(await command('--accept-loss', second)).toMatchObject({ code: 0, err: [] });
    expect(await command()).toEqual({ code: 0, out: [putBack(0)], err: [] });
  });

  test('a log of which nothing is left is signed with an event that says so', async () => {
    const orgId = await signedLog(3, 2);
    await setBack(orgId, 0);
    // What was lost with the log.
    await database(local).recursiveDelete(database(local).collection(`orgs/${orgId}/auditEvents`));
    const signer = await checkpointSigner();
    expect(await adopted()).toEqual({ ...sound, lost: [orgId] });
    const hold = database(local).doc(`restoreHolds/${orgId}`);
    await hold.set({ v: 1 }); // it may be on its way
    expect(await acceptLoss([orgId], signer, () => new Date())).toMatchObject({ accepted: [], unsigned: [orgId], mended: {} });
    await hold.delete();
    expect(await acceptLoss([orgId], signer, () => new Date())).toMatchObject({ accepted: [orgId], unsigned: [] });
    expect(await found(orgId)).toEqual({ findings: [], events: 1 });
    expect(await adopted()).toEqual(sound);
  });

  test('a log whose last commit is torn is named, and whole and sealed on when its loss is accepted; others go on meanwhile', async () => {
    const head = (orgId: string) => database(local).doc(`auditHeads/${orgId}`);
    const [tipOnly, nonsense] = [await signedLog(3, 2), await signedLog(1)];
    const others = { sealOnly: await signedLog(3), tipless: await signedLog(3), eventsOnly: await signedLog(3), hole: await signedLog(3) };
    const tipsBack = await Promise.all(Object.values(others).map((orgId) => restorer(head(orgId))));
    const { sealOnly, tipless, eventsOnly, hole } = others;
    // What follows is sealed, and not signed.
    for (const [at, orgIds] of [Object.values(others), [hole], [hole]].entries()) {
      for (const orgId of orgIds) await writeEvents(local, orgId, 2, 1861 + at);
      await seal();
    }
    // All of them together, as one loss does it.
    await sealDoc(tipOnly, 2).delete();
    await unseal(sealOnly, 2, 1);
    await tipsBack[0]?.();
    await head(tipless).delete();
    await sealDoc(eventsOnly, 2).delete();
    await tipsBack[2]?.();
    await sealDoc(hole, 3).delete();
    await head(nonsense).update({ seq: 'of/none', checkpoint: null });

    const beside = await other(1870);
    for (const orgId of [sealOnly, hole]) await writeEvents(local, orgId, 1, 1871);
    expect((await seal()).failed).toBeGreaterThan(0);
    await sign();
    expect(await found(beside)).toEqual({ findings: [], events: 1 });
    const unsound = await adopted();
    // Only of one is a seal lost that was signed.
    expect(unsound.lost).toEqual([tipOnly]);
    expect(unsound.torn.toSorted()).toEqual([sealOnly, eventsOnly, tipless, hole, nonsense].toSorted());

    const torn = [tipOnly, sealOnly, tipless, eventsOnly, hole, nonsense];
    const done = await acceptLoss(torn, await checkpointSigner(), () => new Date());
    expect({ accepted: done.accepted.toSorted(), unsigned: done.unsigned }).toEqual({ accepted: torn.toSorted(), unsigned: [] });
    expect(done.mended).toEqual({
      [tipOnly]: { seals: 1, setAside: 0, events: 2 },
      [sealOnly]: { seals: 2, setAside: 0, events: 1 },
      [tipless]: { seals: 2, setAside: 0, events: 0 },
      [eventsOnly]: { seals: 1, setAside: 0, events: 2 },
      [hole]: { seals: 2, setAside: 2, events: 5 },
      [nonsense]: { seals: 1, setAside: 0, events: 0 },
    });
    const events = { [tipOnly]: 5, [sealOnly]: 6, [tipless]: 5, [eventsOnly]: 5, [hole]: 10, [nonsense]: 1 };
    for (const orgId of torn) expect(await found(orgId)).toEqual({ findings: [], events: events[orgId] });
    const aside = await sealDoc(hole, 1).parent.orderBy('__name__').startAt('lost-').get();
    expect(aside.docs.map(({ id }) => id.slice(0, -20))).toEqual(['lost-0000000004-', 'lost-0000000005-']);

    expect(await adopted()).toEqual(sound);
    for (const orgId of torn) await writeEvents(local, orgId, 1, 1880);
    expect(await seal()).toMatchObject({ events: torn.length, failed: 0 });
    expect(await sign()).toMatchObject({ heads: torn.length, broken: 0 });
    for (const orgId of torn) expect(await found(orgId)).toEqual({ findings: [], events: (events[orgId] ?? 0) + 1 });
  });

  test('a torn log is not cut back behind what was signed: a signed seal that is not whole has to be put back before', async () => {
    const orgId = await signedLog(3, 2, 2);
    const [undo, tip] = [await restorer(sealDoc(orgId, 2)), await stored(local, `auditHeads/${orgId}`)];
    await sealDoc(orgId, 2).update({ events: Buffer.from('changed, while every header goes on') });
    // A single event, and the log counts as torn.
    const [id = ''] = await writeEvents(local, orgId, 1, 1890);
    await database(local).doc(`orgs/${orgId}/auditEvents/${id}`).update({ sealSeq: 9 });
    expect(await adopted()).toEqual({ ...sound, torn: [orgId] });
    const told = `${orgId}: a seal that was signed is not whole, although none is lost; whole up to seal 1, signed up to 3, 2 behind would be set aside; seal 2 was signed`;
    expect(await command()).toEqual({ code: 0, out: [putBack(0), expect.stringContaining(told)], err: [] });
    const refused = [putBack(0), '0 heads were signed', expect.stringContaining(`${orgId}: its head could not be signed`)];
    expect(await command('--accept-loss', orgId)).toEqual({ code: 1, out: refused, err: [] });
    expect(await stored(local, `auditHeads/${orgId}`)).toEqual(tip);
    expect((await sealDoc(orgId, 1).parent.get()).docs.map((one) => Number(one.id))).toEqual([1, 2, 3]);

    // Nor by whoever takes the tip away, or sets it back: every seal that was signed is there.
    const [first, putTipBack] = [await stored(local, sealPath(orgId, 1)), await restorer(headDoc(orgId))];
    const setBack = { seq: 1, count: 3, head: headOf(sha256, String(first?.['header'])), checkpoint: null };
    for (const takeAway of [() => headDoc(orgId).update(setBack), () => headDoc(orgId).delete()]) {
      await takeAway();
      const left = await stored(local, `auditHeads/${orgId}`);
      expect(await command()).toEqual({ code: 0, out: [putBack(0), expect.stringContaining(told)], err: [] });
      expect(await command('--accept-loss', orgId)).toEqual({ code: 1, out: refused, err: [] });
      expect(await stored(local, `auditHeads/${orgId}`)).toEqual(left);
      expect((await sealDoc(orgId, 1).parent.get()).docs.map((one) => Number(one.id))).toEqual([1, 2, 3]);
    }
    await putTipBack();

    await undo();
    const inOrder = `${orgId}: nothing that was signed is lost, but the log is not whole behind it; whole up to seal 3, signed up to 3, 0`;
    expect((await command()).out).toEqual([putBack(0), expect.stringContaining(inOrder)]);
    expect(await command('--accept-loss', orgId)).toMatchObject({ code: 0, err: [] });
    expect(await found(orgId)).toEqual({ findings: [], events: 8 });
  });

  test('a tip with a number that is none keeps no other organisation waiting', async () => {
    const orgId = await signedLog(1);
    const undo = await restorer(database(local).doc(`auditHeads/${orgId}`));
    const sound = await other(1823);
    await reopen(orgId, { seq: 1.5 });
    expect(await sign()).toEqual({ checkpoints: 1, heads: 1, broken: 1 });
    expect(named(await verified(sound))).toEqual([]);
    await undo();
  });

  test('in front of a seal that is missing, what follows is signed', async () => {
    const orgId = await signedLog(3);
    for (const seed of [1830, 1831, 1832]) {
      await writeEvents(local, orgId, 1, seed);
      await seal();
    }
    const undo = await restorer(sealDoc(orgId, 3));
    await sealDoc(orgId, 3).delete();
    expect(await sign()).toEqual({ checkpoints: 1, heads: 1, broken: 1 });
    const report = await verified(orgId);
    expect({ findings: named(report), seals: report.seals }).toEqual({ findings: [], seals: 2 });
    await undo();
    expect(await sign()).toEqual({ checkpoints: 1, heads: 1, broken: 0 });
    expect((await verified(orgId)).seals).toBe(4);
  });

  test('where organisations stand, set back with everything else in the database, is not believed', async () => {
    const orgId = await signedLog(3);
    const shards = await database(local).collection('auditSignedHeads').get();
    await writeEvents(local, orgId, 1, 1840);
    await seal();
    await sign();
    const now = await restorer(...shards.docs.map(({ ref }) => ref));
    await other(1841);
    for (const shard of shards.docs) await shard.ref.set(shard.data());
    await expect(sign()).rejects.toMatchObject({ code: 'audit/chain-broken' });
    await now();
    expect(await sign()).toMatchObject({ heads: 1, broken: 0 });
  });

  test('a checkpoint that was changed before it was in the bucket does not come there, and is made anew without it', async () => {
    const orgId = await signedLog(2);
    await writeEvents(local, orgId, 1, 1850);
    await seal();
    await sign();
    const [newest] = (await database(local).collection('auditCheckpoints').orderBy('n', 'desc').limit(1).get()).docs;
    // As a run leaves it that is killed before it has put it there.
    const name = local.cloud.env['CHECKPOINTS_BUCKET'] ?? '';
    const bucket = local.cloud.storage.bucket(name);
    const { settings } = bucket;
    bucket.settings = {};
    local.cloud.storage.remove(local.cloud.storage.objects(name).get(`checkpoints/${newest!.id}.json`)!);
    bucket.settings = settings;
    await newest!.ref.update({ storedAt: null, leaves: (newest!.get('leaves') as string[]).toReversed() });
    await expect(sign()).rejects.toMatchObject({ code: 'audit/chain-broken' });
    await newest!.ref.delete();
    expect(await adopted()).toEqual(sound);
    expect(await sign()).toEqual({ checkpoints: 1, heads: 1, broken: 0 });
    const report = await verified(orgId);
    expect({ findings: named(report), events: report.events }).toEqual({ findings: [], events: 3 });
  });
});

describe('the sealer, in the middle of the restore of a lost database,', () => {
  const tools = { clock: () => new Date(), sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 20)), say: () => undefined };
  const everything = { kind: 'everything' } as const;
  const isLost = { organisations: 2, seals: 0, events: 0 };

  test('begins no log anew, neither before the restore holds it nor before its seals are there, and then goes on behind them', async () => {
    const [orgId, beside] = [await signedLog(3, 2), await signedLog(2)];
    for (const id of [orgId, beside]) await database(local).doc(`orgs/${id}`).set({ v: 1, name: 'of the tests' });
    await exportNow(local);
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, '(default)');
    // Whoever writes before the restore holds them all.
    for (const id of [orgId, beside]) await writeEvents(local, id, 1, 1900);
    expect(await seal()).toEqual({ ...isLost, failed: 2 });

    const request = { target: everything, moment: null, exportId: null };
    const prepared = await prepare(request, tools);
    const fence = await takeFence(everything, restoreIdOf(prepared.scratch));
    await recordRestore(everything, prepared.scratch, 'begin', fence.commit);
    expect(await seal()).toMatchObject({ seals: 0, failed: 0 });
    expect([await stored(local, `auditHeads/${orgId}`), await stored(local, sealPath(orgId, 1))]).toEqual([undefined, undefined]);

    const restoring = { isOver: false };
    const scratch = await stepDone(prepared.scratch, 'begun');
    const restored = makePresent(request, { ...prepared, scratch }, tools).finally(() => (restoring.isOver = true));
    while (!restoring.isOver) await seal();
    await restored;
    await seal();
    const added = await adoptCheckpoints((await checkpointSigner()).key, tools.clock);
    expect(added).toMatchObject({ lost: [], torn: [] });
    await sign();
    for (const [id, before] of [
      [orgId, 5],
      [beside, 2],
    ] as const) {
      const report = await verified(id);
      // That of before, and the three of the restore.
      expect({ findings: named(report), events: report.events }).toEqual({ findings: [], events: before + 4 });
    }
  }, 120_000);
});
