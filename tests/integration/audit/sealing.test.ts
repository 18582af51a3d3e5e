/** Events become seals, seals a signed log, and what is changed in the database afterwards is found. */
import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, test } from 'vitest';
import { adoptCheckpoints } from '../../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey, checkpointSigner } from '../../../functions/src/audit/sealing/checkpointKey.ts';
import { receiptOf } from '../../../functions/src/audit/sealing/downloadLog.ts';
import { signCheckpoints } from '../../../functions/src/audit/sealing/signCheckpoints.ts';
import { knownHead } from '../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { parseCheckpointLine } from '../../../functions/src/crypto/auditLog/logFile.ts';
import { parseNote } from '../../../functions/src/crypto/auditLog/signedNote.ts';
import { sha256, verifyEd25519 } from '../../../functions/src/crypto/nodeHashes.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { downloaded, logsOf, named, seal, sealPath, sign, verified, writeEvents } from '../../support/auditLog/storedLog.ts';
import { database, stored, useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud();
useEnvironmentOf(local);

const { newOrg, signedLog } = logsOf(local, 'sealing');
const bucket = (): string => local.cloud.env['CHECKPOINTS_BUCKET'] ?? '';
const objects = (prefix: string): string[] =>
  [...local.cloud.storage.objects(bucket()).keys()].filter((name) => name.startsWith(prefix)).toSorted();

describe('sealing', () => {
  test('packs a thousand events into a seal, the oldest first, and what does not fit into the next', async () => {
    const orgId = newOrg();
    const ids = await writeEvents(local, orgId, 1003);
    expect(await seal()).toMatchObject({ organisations: 1, seals: 2, events: 1003, failed: 0 });
    await sign();
    const report = await verified(orgId);
    expect(named(report)).toEqual([]);
    expect({ seals: report.seals, events: report.events, newest: report.newest?.seq }).toEqual({ seals: 2, events: 1003, newest: 2 });
    const texts = (await downloaded(orgId)).split('\n').slice(1, 3);
    const sealed = texts.flatMap((line) =>
      (JSON.parse(line) as { events: string[] }).events.map((text) => JSON.parse(text) as { id: string; at: string }),
    );
    expect(sealed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(sealed).toEqual(sealed.toSorted((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1)));
    const marked = await database(local).collection(`orgs/${orgId}/auditEvents`).where('sealSeq', '==', 2).get();
    expect(marked.docs.map(({ id }) => id).toSorted()).toEqual(
      sealed
        .slice(1000)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test('does nothing where nothing waits, and goes on behind what is there', async () => {
    const orgId = await signedLog(3, 2);
    const before = await stored(local, `auditHeads/${orgId}`);
    expect(await seal()).toEqual({ organisations: 0, seals: 0, events: 0, failed: 0 });
    expect(await sign()).toEqual({ checkpoints: 0, heads: 0, broken: 0 });
    expect(await stored(local, `auditHeads/${orgId}`)).toEqual(before);
    await writeEvents(local, orgId, 1, 9_000_001);
    await seal();
    expect(await stored(local, `auditHeads/${orgId}`)).toMatchObject({ seq: 3, count: 6, checkpoint: null, signed: { seq: 2, count: 5 } });
  });

  test('takes an event that comes later with an earlier time into the next seal', async () => {
    const orgId = await signedLog(4);
    await writeEvents(local, orgId, 2, 0);
    await seal();
    await sign();
    expect(named(await verified(orgId))).toEqual([]);
  });

  test('by four sealers at once seals every event once', async () => {
    const busy = [newOrg(), newOrg(), newOrg()];
    for (const [at, orgId] of busy.entries()) await writeEvents(local, orgId, 250, 500 + at);
    await Promise.all([seal(), seal(), seal(), seal()]);
    await seal();
    await Promise.all([sign(), sign(), sign()]);
    await sign();
    for (const orgId of busy) {
      const report = await verified(orgId);
      expect({ findings: named(report), events: report.events }).toEqual({ findings: [], events: 250 });
    }
  });

  test('gives each organisation its turn before the second of one that writes much', async () => {
    const [much, little] = [newOrg(), newOrg()];
    await writeEvents(local, much, 1001, 700);
    await writeEvents(local, little, 1, 701);
    // Time for one round only.
    let now = 0;
    const { sealAuditEvents } = await import('../../../functions/src/audit/sealing/sealAuditEvents.ts');
    await sealAuditEvents(() => new Date((now += 1)), 4);
    const heads = await Promise.all([much, little].map((orgId) => stored(local, `auditHeads/${orgId}`)));
    expect(heads.map((head) => head?.['count'] as unknown)).toEqual([1000, 1]);
    await seal();
    expect(await stored(local, `auditHeads/${much}`)).toMatchObject({ seq: 2, count: 1001 });
  });

  test('leaves out what is no event, says so, and seals the others', async () => {
    const orgId = newOrg();
    await writeEvents(local, orgId, 3, 800);
    await database(local).doc(`orgs/${orgId}/auditEvents/not-an-event-at-all`).set({ v: 1, at: Timestamp.now(), sealSeq: null, fields: 7 });
    expect(await seal()).toMatchObject({ events: 3, failed: 1 });
    await sign();
    expect((await verified(orgId)).events).toBe(3);
    await database(local).doc(`orgs/${orgId}/auditEvents/not-an-event-at-all`).delete();
  });

  test('refuses to go on behind a tip that was changed, and seals the others', async () => {
    const [broken, other] = [await signedLog(2), newOrg()];
    await database(local)
      .doc(`auditHeads/${broken}`)
      .update({ head: '0'.repeat(64) });
    await writeEvents(local, broken, 1, 900);
    await writeEvents(local, other, 1, 901);
    expect(await seal()).toMatchObject({ organisations: 2, events: 1, failed: 1 });
    await database(local).doc(`auditHeads/${broken}`).delete();
    expect(await seal()).toMatchObject({ events: 0, failed: 1 }); // there is a first seal already
    expect(await stored(local, sealPath(broken, 2))).toBeUndefined();
    await database(local).recursiveDelete(database(local).collection(`orgs/${broken}/auditEvents`));
  });
});

describe('a checkpoint', () => {
  test('signs all heads that moved at once, under a name that others can verify, and is kept in the bucket', async () => {
    await seal();
    await sign();
    const three = [newOrg(), newOrg(), newOrg()];
    for (const [at, orgId] of three.entries()) await writeEvents(local, orgId, 2, 1000 + at);
    await seal();
    const signatures = local.cloud.counters('kms')['asymmetricSign'] ?? 0;
    expect(await sign()).toEqual({ checkpoints: 1, heads: 3, broken: 0 });
    expect((local.cloud.counters('kms')['asymmetricSign'] ?? 0) - signatures).toBe(1);
    const newest = (await database(local).collection('auditCheckpoints').orderBy('n', 'desc').limit(1).get()).docs[0]!;
    const { n, note, leaves, start, size } = newest.data() as { n: number; note: string; leaves: string[]; start: number; size: number };
    // The last leaf says where all organisations stand.
    expect(size - start).toBe(4);
    expect(
      leaves
        .slice(0, -1)
        .map((leaf) => (JSON.parse(leaf) as { orgId: string }).orgId)
        .toSorted(),
    ).toEqual(three.toSorted());
    expect(parseNote(note)?.signatures[0]?.name).toBe('valv.localhost/audit');
    const name = String(n).padStart(10, '0');
    const read = (path: string) => local.cloud.storage.read(local.cloud.storage.objects(bucket()).get(path)!).toString();
    expect(JSON.parse(read(`checkpoints/${name}.json`))).toMatchObject({ note, leaves });
    expect(newest.get('storedAt')).toBeInstanceOf(Timestamp);
    for (const orgId of three) expect(named(await verified(orgId))).toEqual([]);
  });

  test('can neither be deleted nor replaced in the bucket', async () => {
    await signedLog(1);
    const [first] = objects('checkpoints/');
    const address = `${local.cloud.urls.storage}/storage/v1/b/${bucket()}/o/${encodeURIComponent(first ?? '')}`;
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(403);
    const upload = `${local.cloud.urls.storage}/upload/storage/v1/b/${bucket()}/o?uploadType=media&name=${encodeURIComponent(first ?? '')}`;
    expect((await fetch(upload, { method: 'POST', body: 'another history' })).status).toBe(403);
    const shorter = JSON.stringify({ retentionPolicy: { retentionPeriod: '1' } });
    const policy = await fetch(`${local.cloud.urls.storage}/storage/v1/b/${bucket()}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: shorter,
    });
    expect(policy.status).toBe(403);
  });

  test('that was stored but not put into the bucket is not handed out, and put there by the next run', async () => {
    const [known, orgId] = [await signedLog(1), newOrg()];
    await writeEvents(local, orgId, 1, 1100);
    await writeEvents(local, known, 1, 1101);
    await seal();
    const withdraw = local.cloud.faults.inject({ service: 'storage', match: 'insertObject', kind: '403', times: 1000 });
    await expect(sign()).rejects.toMatchObject({ code: 'shared/unavailable' });
    withdraw();
    const unstored = await database(local).collection('auditCheckpoints').where('storedAt', '==', null).get();
    expect(unstored.size).toBe(1);
    // It is signed, and nobody is told before it is where it cannot be taken back.
    expect(named(await verified(orgId))).toEqual(['unsigned head 0']);
    expect(named(await verified(known))).toEqual([]);
    expect((await verified(known)).seals).toBe(1);
    await sign();
    expect((await verified(known)).seals).toBe(2);
    expect(named(await verified(orgId))).toEqual([]);
    expect((await database(local).collection('auditCheckpoints').where('storedAt', '==', null).get()).size).toBe(0);
    expect(objects('checkpoints/')).toContain(`checkpoints/${unstored.docs[0]?.id ?? ''}.json`);
  }, 120_000);

  test('is refused when the bucket knows more than the database, or something else; no log begins meanwhile', async () => {
    const orgId = await signedLog(1);
    const newest = (await database(local).collection('auditCheckpoints').orderBy('n', 'desc').limit(1).get()).docs[0]!;
    const next = Number(newest.get('n')) + 1;
    local.cloud.storage.bucket(bucket()).settings = {};
    local.cloud.storage.put(bucket(), `checkpoints/${String(next).padStart(10, '0')}.json`, Buffer.from('of a later time'), {});
    for (const [at, id] of [orgId, newOrg()].entries()) await writeEvents(local, id, 1, 1200 + at);
    expect(await seal()).toMatchObject({ events: 1, failed: 1 });
    await expect(sign()).rejects.toMatchObject({ code: 'audit/checkpoint-contradicted' });
    local.cloud.storage.remove(local.cloud.storage.objects(bucket()).get(`checkpoints/${String(next).padStart(10, '0')}.json`)!);
    expect(await seal()).toMatchObject({ events: 1, failed: 0 });
    await sign();
  });

  test('that the database has lost comes back from the bucket, byte for byte, and one that does not follow stays out', async () => {
    const logs = [await signedLog(2), await signedLog(1)];
    const lost = (await database(local).collection('auditCheckpoints').orderBy('n', 'desc').limit(2).get()).docs;
    for (const checkpoint of lost) await checkpoint.ref.delete();
    await writeEvents(local, logs[0]!, 1, 1250);
    await seal();
    await expect(sign()).rejects.toMatchObject({ code: 'audit/checkpoint-contradicted' });
    const other = await checkpointKey();
    const stranger = { ...other, keyId: new Uint8Array(4) };
    await expect(adoptCheckpoints(stranger, () => new Date())).rejects.toMatchObject({ code: 'audit/checkpoint-contradicted' });
    // Where organisations stand comes back too.
    const shards = database(local).collection('auditSignedHeads');
    const before = await shards.get();
    await Promise.all(before.docs.map((shard) => shard.ref.delete()));
    expect(await adoptCheckpoints(other, () => new Date())).toMatchObject({ checkpoints: 2 });
    expect(await adoptCheckpoints(other, () => new Date())).toMatchObject({ checkpoints: 0 });
    const places = (all: typeof before) => Object.fromEntries(all.docs.map((shard) => [shard.id, shard.get('text') as unknown]));
    expect(places(await shards.get())).toEqual(places(before));
    for (const checkpoint of lost) {
      const { signedAt: _signedAt, storedAt: _storedAt, ...before } = checkpoint.data();
      expect(await stored(local, checkpoint.ref.path)).toMatchObject(before);
    }
    await sign();
    for (const orgId of logs) expect(named(await verified(orgId))).toEqual([]);
  });

  test('is not made over a tree that is not the one that was signed', async () => {
    const orgId = await signedLog(1);
    const newest = (await database(local).collection('auditCheckpoints').orderBy('n', 'desc').limit(1).get()).docs[0]!;
    const frontierAfter = newest.get('frontierAfter') as string[];
    await newest.ref.update({ frontierAfter: frontierAfter.map(() => Buffer.alloc(32).toString('base64')) });
    await writeEvents(local, orgId, 1, 1300);
    await seal();
    await expect(sign()).rejects.toMatchObject({ code: 'audit/chain-broken' });
    await newest.ref.update({ frontierAfter });
    await sign();
  });

  test('whose signature is not genuine is thrown away', async () => {
    await writeEvents(local, newOrg(), 1, 1400);
    await seal();
    const signer = await checkpointSigner();
    const before = (await database(local).collection('auditCheckpoints').count().get()).data().count;
    const wrong = { ...signer, sign: () => Promise.resolve(new Uint8Array(64)) };
    await expect(signCheckpoints(wrong, () => new Date())).rejects.toMatchObject({ code: 'shared/internal' });
    expect((await database(local).collection('auditCheckpoints').count().get()).data().count).toBe(before);
    await sign();
  });
});

describe('a downloaded log', () => {
  test('of an organisation without events is empty and unsigned', async () => {
    const orgId = newOrg();
    const report = await verified(orgId);
    expect(report).toMatchObject({ seals: 0, events: 0 });
    expect(named(report)).toEqual(['unsigned head 0']);
  });

  test('ends with the newest head that is signed', async () => {
    const orgId = await signedLog(3);
    await writeEvents(local, orgId, 2, 1500);
    await seal();
    const report = await verified(orgId);
    expect({ findings: named(report), events: report.events }).toEqual({ findings: [], events: 3 });
    await sign();
    expect((await verified(orgId)).events).toBe(5);
  });

  test('goes on from the receipt of an earlier day', async () => {
    const orgId = await signedLog(3);
    const receipt = parseCheckpointLine((await receiptOf(orgId))?.file.trimEnd() ?? '')?.checkpoint;
    const known = (await knownHead({ sha256, verifyEd25519, keys: [await checkpointKey()] }, receipt!))!;
    await writeEvents(local, orgId, 2, 1600);
    await seal();
    await sign();
    expect(named(await verified(orgId, known))).toEqual([]);
  });
});

describe('what is changed in the database after it was sealed is found:', () => {
  const edit = async (
    orgId: string,
    seq: number,
    change: (seal: { events: Buffer; leaves: Buffer; header: string }) => object,
  ): Promise<void> => {
    const path = sealPath(orgId, seq);
    const data = (await stored(local, path)) as { events: Buffer; leaves: Buffer; header: string };
    await database(local).doc(path).update(change(data));
  };
  const swapped = (bytes: Buffer, from: string, to: string): Buffer => Buffer.from(bytes.toString().replace(from, to));
  const lines = (bytes: Buffer): string[] => bytes.toString().trimEnd().split('\n');
  const bytesOf = (all: readonly string[]): Buffer => Buffer.from(all.map((line) => `${line}\n`).join(''));

  test.each<[string, (orgId: string) => Promise<unknown>, string[]]>([
    [
      'an event edited in its seal',
      (orgId) => edit(orgId, 2, ({ events }) => ({ events: swapped(events, '"v":1', '"v":2') })),
      ['edited event 2', 'damaged event 2'],
    ],
    ['an event taken out', (orgId) => edit(orgId, 1, ({ events }) => ({ events: bytesOf(lines(events).slice(1)) })), ['removed event 1']],
    [
      'an event put in',
      (orgId) => edit(orgId, 2, ({ events }) => ({ events: bytesOf([...lines(events), lines(events)[0]!.replace('"id":"', '"id":"x')]) })),
      ['inserted event 2'],
    ],
    [
      'events in another order',
      (orgId) => edit(orgId, 1, ({ events }) => ({ events: bytesOf(lines(events).toReversed()) })),
      ['reordered event 1'],
    ],
    ['bytes that nobody can read', (orgId) => edit(orgId, 2, () => ({ events: Buffer.from([0xff, 0xfe, 0x0a]) })), ['event 2']],
    ['a header edited', (orgId) => edit(orgId, 2, ({ header }) => ({ header: header.replace('"count":2', '"count":3') })), ['2']],
    ['a seal removed', (orgId) => database(local).doc(sealPath(orgId, 2)).delete(), ['removed seal 2']],
    ['the last seal removed', (orgId) => database(local).doc(sealPath(orgId, 3)).delete(), ['truncated head 3']],
    [
      'a seal of another organisation',
      async (orgId) =>
        database(local)
          .doc(sealPath(orgId, 2))
          .set((await stored(local, sealPath(await signedLog(2, 2), 2)))!),
      ['inserted seal 2'],
    ],
  ])('%s', async (_what, tamper, expected) => {
    const orgId = await signedLog(3, 2, 2);
    expect(named(await verified(orgId))).toEqual([]);
    await tamper(orgId);
    const found = named(await verified(orgId));
    expect(found.length).toBeGreaterThan(0);
    for (const words of expected)
      expect(
        found.some((finding) => finding.includes(words)),
        `${words} among ${found.join(', ')}`,
      ).toBe(true);
  });

  test('an event document edited or deleted after sealing changes nothing in the log', async () => {
    const orgId = await signedLog(3);
    const before = await downloaded(orgId);
    const events = await database(local).collection(`orgs/${orgId}/auditEvents`).get();
    await events.docs[0]?.ref.update({ actorId: 'somebody-else-altogether' });
    await events.docs[1]?.ref.delete();
    expect(await downloaded(orgId)).toBe(before);
    expect(await seal()).toMatchObject({ events: 0 });
  });

  test('a log that was signed is not begun anew when nothing of it is left, which is said each minute, and others are sealed', async () => {
    const [orgId, other] = [await signedLog(3, 2), newOrg()];
    for (const collection of ['auditSeals', 'auditEvents'])
      await database(local).recursiveDelete(database(local).collection(`orgs/${orgId}/${collection}`));
    await database(local).doc(`auditHeads/${orgId}`).delete();
    await writeEvents(local, orgId, 3, 1700);
    await writeEvents(local, other, 1, 1701);
    expect(await seal()).toEqual({ organisations: 2, seals: 1, events: 1, failed: 1 });
    expect(await seal()).toEqual({ organisations: 1, seals: 0, events: 0, failed: 1 });
    expect(await stored(local, `auditHeads/${orgId}`)).toBeUndefined();
    expect(await sign()).toMatchObject({ heads: 1, broken: 0 });
    expect(named(await verified(orgId))).toEqual(['unsigned head 0']);
    await database(local).recursiveDelete(database(local).collection(`orgs/${orgId}/auditEvents`));
  });
});
