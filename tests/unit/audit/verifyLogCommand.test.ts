import { beforeAll, describe, expect, it } from 'vitest';
import { checkpointLine } from '../../../functions/src/crypto/auditLog/logFile.ts';
import { verifierKey } from '../../../functions/src/crypto/auditLog/signedNote.ts';
import {
  drawFrom,
  fileOf,
  leafOf,
  logLines,
  newSampleSigner,
  sampleCheckpoint,
  sampleLog,
  sampleSeals,
} from '../../support/auditLog/sampleLog.ts';
import { withVerifyCommand } from '../../support/verifyCommand.ts';

const { verify, verifyAlone, saved } = withVerifyCommand();
const signer = newSampleSigner();
const log = sampleLog(signer, [3, 4, 2], 8);
const { orgId, seals } = log;
const newest = seals.at(-1)!;
const older = seals.slice(0, 2);
let keys: string;
let good: string;
beforeAll(async () => {
  keys = await saved('keys.json', JSON.stringify({ keys: [], checkpoints: verifierKey(signer.key) }));
  good = await saved('good.valvlog', fileOf(log.lines));
});

describe('the verify command on a log', () => {
  it('takes nothing else for a log that is named as one, however genuine it may be', async () => {
    const other = await saved('certificate.valvlog', '{"jws":"e30.e30.e30"}');
    const run = await verify(other, '--keys', keys);
    expect(run.code).toBe(1);
    expect(run.out).toContain('NOT verified');
  });

  it('passes one that nobody touched, without network, and prints a receipt to keep', async () => {
    const run = await verifyAlone(good, '--keys', keys);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out.match(/^ {2}ok /gm)).toHaveLength(4);
    expect(run.out).toContain('9 events');
    expect(run.out).toContain(`{"seq":3,"head":"${newest.head}"}`);
    expect(run.out).toContain('Genuine and unchanged.');
  });

  it('passes one that goes on from a receipt of each form', async () => {
    const earlier = logLines(orgId, older, sampleCheckpoint(signer, leafOf(orgId, older), 2, 1));
    const receipts = [
      await saved('earlier.valvlog', fileOf(earlier)),
      await saved('line.json', earlier.at(-1) ?? ''),
      await saved('bare.json', `{"seq":2,"head":"${older[1]?.head ?? ''}"}\n`),
      good,
    ];
    for (const receipt of receipts) {
      const run = await verify(good, '--keys', keys, '--receipt', receipt);
      expect(run, receipt).toMatchObject({ code: 0, err: '' });
      expect(run.out.match(/^ {2}ok /gm)).toHaveLength(6);
    }
  });

  it('compares with every receipt that it is given', async () => {
    const bare = await saved('first.json', `{"seq":2,"head":"${older[1]?.head ?? ''}"}`);
    const both = await verify(good, '--keys', keys, '--receipt', bare, '--receipt', good);
    expect(both).toMatchObject({ code: 0, err: '' });
    expect(both.out.match(/^ {2}ok /gm)).toHaveLength(7);
    const cut = await saved('cutBack.valvlog', fileOf(logLines(orgId, older, sampleCheckpoint(signer, leafOf(orgId, older)))));
    expect(await verify(cut, '--keys', keys, '--receipt', bare)).toMatchObject({ code: 0 });
    const one = await verify(cut, '--keys', keys, '--receipt', bare, '--receipt', good);
    expect(one).toMatchObject({ code: 1 });
    expect(one.out).toContain('the log goes on from the receipt: seal 3 is missing, with everything behind it');
    expect(await verify(good, '--keys', keys, '--receipt', good, '--receipt', await saved('none', 'hej'))).toMatchObject({ code: 1 });
  });

  it('names what was done to a log, with seal and event, and answers 1', async () => {
    const lines = log.lines.map((line, index) => {
      const seal = JSON.parse(line) as { header: string; leaves: string; events: string[] }; // looked at only if it is a seal
      return index === 2 ? JSON.stringify({ ...seal, events: seal.events.slice(1) }) : line;
    });
    const run = await verify(await saved('removed.valvlog', fileOf(lines)), '--keys', keys);
    expect(run.code).toBe(1);
    expect(run.out).toContain('FAILED   every event is the one that was sealed: event 1 of seal 2 was removed');
    expect(run.out).toContain('NOT verified');
    expect(run.out).not.toContain('receipt');
  });

  it('names a log that was cut back, one that was made anew, and one under another key', async () => {
    const cut = logLines(orgId, older, sampleCheckpoint(signer, leafOf(orgId, older)));
    const short = await verify(await saved('cut.valvlog', fileOf(cut)), '--keys', keys, '--receipt', good);
    expect(short).toMatchObject({ code: 1 });
    expect(short.out).toContain('the log goes on from the receipt: seal 3 is missing, with everything behind it');
    const anew = sampleSeals(orgId, [4, 2], drawFrom(99), seals.slice(0, 1));
    const forked = logLines(orgId, anew, sampleCheckpoint(signer, leafOf(orgId, anew)));
    const fork = await verify(await saved('fork.valvlog', fileOf(forked)), '--keys', keys, '--receipt', good);
    expect(fork).toMatchObject({ code: 1 });
    expect(fork.out).toContain('the log goes on from the receipt: seal 3 is another than the one that was signed or receipted');
    const other = await saved('other.json', JSON.stringify({ keys: [], checkpoints: verifierKey(newSampleSigner().key) }));
    expect((await verify(good, '--keys', other)).out).toContain('seal 3 is not covered by a genuine signature');
  });

  it('does not take a receipt that is none, is not genuine or is about another organisation', async () => {
    const foreign = sampleLog(signer, [1, 1], 77);
    const unsigned = sampleCheckpoint(newSampleSigner(), leafOf(orgId, older));
    for (const [receipt, words] of [
      [await saved('r1', 'hej'), 'it is no receipt'],
      [await saved('r2', checkpointLine(unsigned)), 'no trusted key signed it'],
      [await saved('r3', checkpointLine(null)), 'it is no receipt'],
      [await saved('r4', fileOf(foreign.lines)), 'about another organisation'],
      [await saved('r5', '{"seq":0,"head":""}'), 'it is no receipt'],
    ] as const) {
      const run = await verify(good, '--keys', keys, '--receipt', receipt);
      expect(run.code, receipt).toBe(1);
      expect(run.out, receipt).toContain(words);
    }
  });

  it('prints at most twenty faults of a kind, says how many there are, and nothing that moves the cursor', async () => {
    const lines = sampleLog(signer, [60], 5).lines.map((line) => line.replaceAll('dataSubject', 'other\u001B[2J'));
    const run = await verify(await saved('many.valvlog', fileOf(lines)), '--keys', keys);
    expect(run.code).toBe(1);
    expect(run.out).not.toContain('\u001B');
    expect(run.out).toContain('not run  every event is the one that was sealed');
    const faulty = sampleLog(signer, [60], 5).lines.map((line) => line.replaceAll('dataSubject', 'somethingElse'));
    const many = await verify(await saved('faulty.valvlog', fileOf(faulty)), '--keys', keys);
    expect(many.out).toContain('every event is the one that was sealed: and 40 more');
  });

  it('answers 2 when it is called wrongly, or the keys name no key of checkpoints', async () => {
    const calls = [
      [good, '--keys', await saved('k1', '{"keys":[]}')],
      [good, '--keys', await saved('k2', '{"keys":[],"checkpoints":"valv"}')],
      [good, '--keys', 'nowhere.json'],
      [good, '--keys', keys, '--receipt', 'nowhere'],
      [await saved('a.txt', 'hej du'), '--keys', keys, '--receipt', good],
    ];
    for (const args of calls) expect(await verify(...args), args.join(' ')).toMatchObject({ code: 2, out: '' });
  });
});
