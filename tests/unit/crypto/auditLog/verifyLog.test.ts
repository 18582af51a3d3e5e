import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../../functions/src/crypto/auditLog/bytes.ts';
import { knownHead, verifyCheckpointProof } from '../../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { checkpointText } from '../../../../functions/src/crypto/auditLog/checkpoint.ts';
import { differences } from '../../../../functions/src/crypto/auditLog/compareSeal.ts';
import { eventIdOf } from '../../../../functions/src/crypto/auditLog/event.ts';
import {
  checkpointLine,
  cutLines,
  logFileHead,
  maxLineBytes,
  parseCheckpointLine,
  parseSealLine,
  sealLine,
} from '../../../../functions/src/crypto/auditLog/logFile.ts';
import { sealEvents } from '../../../../functions/src/crypto/auditLog/seal.ts';
import { newLogVerifier } from '../../../../functions/src/crypto/auditLog/verifyLog.ts';
import { sha256, verifyEd25519 } from '../../../../functions/src/crypto/nodeHashes.ts';
import {
  drawFrom,
  fileOf,
  leafOf,
  logLines,
  newSampleSigner,
  sampleCheckpoint,
  sampleLog,
  sampleSeals,
  signedNote,
  verifyBytes,
} from '../../../support/auditLog/sampleLog.ts';

const signer = newSampleSigner();
const keys = [signer.key];
const trust = { sha256, verifyEd25519, keys };
const log = sampleLog(signer, [3, 1, 4, 2]);
const { orgId, seals, checkpoint } = log;
const newest = seals.at(-1)!;

type Parts = { header: string; leaves: string; events: string[] };
/** The findings of the log with other lines, line 0 being the first. */
async function findingsOf(lines: readonly string[]) {
  return (await verifyBytes(fileOf(lines), keys)).findings;
}
const changed = (at: number, change: (parts: Parts) => Partial<Parts>): string[] =>
  log.lines.map((line, index) => {
    if (index !== at) return line;
    const parts = JSON.parse(line) as Parts; // a line of a seal
    return JSON.stringify({ ...parts, ...change(parts) });
  });

describe('a log that nobody touched', () => {
  test('gives no finding, and says what it holds', async () => {
    const report = await verifyBytes(fileOf(log.lines), keys);
    expect(report).toMatchObject({ findings: [], findingCount: 0, orgId, seals: 4, events: 10, newest: { seq: 4, head: newest.head } });
    expect(report.checkpoint).toMatchObject({ origin: signer.key.name });
  });

  test('goes on from every earlier receipt of it', async () => {
    for (const known of seals) expect((await verifyBytes(fileOf(log.lines), keys, known)).findings).toEqual([]);
    const receipt = await knownHead(trust, sampleCheckpoint(signer, leafOf(orgId, seals.slice(0, 2)), 9, 0));
    expect(receipt).toMatchObject({ orgId, seq: 2, head: seals[1]?.head });
    expect((await verifyBytes(fileOf(log.lines), keys, receipt!)).findings).toEqual([]);
  });

  test('is good under an older checkpoint when a newer receipt says the same of it', async () => {
    const newer = await knownHead(trust, sampleCheckpoint(signer, leafOf(orgId, seals), 90, 0));
    expect((await verifyBytes(fileOf(log.lines), keys, newer!)).findings).toEqual([]);
  });

  test('is read the same in pieces of any length', async () => {
    const bytes = fileOf(log.lines);
    for (const length of [1, 7, 1000, bytes.length]) {
      const verifier = newLogVerifier(trust);
      const cutter = cutLines(verifier.line);
      for (let start = 0; start < bytes.length; start += length) cutter.push(bytes.subarray(start, start + length));
      cutter.end();
      expect(verifier.eventCount()).toBe(10);
      expect((await verifier.end()).findingCount).toBe(0);
    }
  });
});

describe('a log without anything signed', () => {
  test('is unsigned, even if it is empty', async () => {
    expect(await findingsOf([logFileHead({ orgId, seals: 0, events: 0 }), checkpointLine(null)])).toEqual([
      { kind: 'unsigned', part: 'head', seq: 0 },
    ]);
    expect(await findingsOf(logLines(orgId, seals, null))).toEqual([{ kind: 'unsigned', part: 'head', seq: 4 }]);
  });

  test('of no bytes is truncated', async () => {
    expect(await findingsOf([])).toMatchObject([{ kind: 'truncated', part: 'file', seq: 1 }]);
  });
});

describe('within a seal', () => {
  const texts = (JSON.parse(log.lines[3] ?? '') as Parts).events;
  const ids = texts.map(eventIdOf);
  const within = (events: string[]) => findingsOf(changed(3, () => ({ events })));
  const [a, b, c, d] = texts as [string, string, string, string];
  const made = a.replace(/"id":"[^"]*"/, '"id":"madeUp00000000000000"');

  test.each([
    ['an edited event', [a, b.replace('2026', '2027'), c, d], [{ kind: 'edited', index: 1, eventId: ids[1] }]],
    ['a removed event', [a, c, d], [{ kind: 'removed', index: 1 }]],
    ['a removed last event', [a, b, c], [{ kind: 'removed', index: 3 }]],
    ['an inserted event', [a, b, made, c, d], [{ kind: 'inserted', index: 2, eventId: 'madeUp00000000000000' }]],
    ['a doubled event', [a, b, c, d, b], [{ kind: 'inserted', index: 4, eventId: ids[1] }]],
    ['two events in each other’s place', [b, a, c, d], [{ kind: 'reordered', index: 1, eventId: ids[1] }]],
    ['an event moved to the end', [b, c, d, a], [{ kind: 'reordered', index: 0, eventId: ids[0] }]],
    [
      'an edited, a removed and an inserted event',
      [a.replace('2026', '2027'), c, d, made],
      [
        { kind: 'edited', index: 0, eventId: ids[0] },
        { kind: 'removed', index: 1 },
        { kind: 'inserted', index: 3, eventId: 'madeUp00000000000000' },
      ],
    ],
    ['no events', [], [0, 1, 2, 3].map((index) => ({ kind: 'removed', index }))],
  ])('%s is named', async (_what, events, expected) => {
    expect(await within(events)).toEqual(expected.map((finding) => ({ ...finding, part: 'event', seq: 3 })));
  });

  test('damaged leaves are told from damaged events', async () => {
    const leaves = Buffer.from(seals[2]?.leaves ?? []);
    leaves[40] = leaves[40]! ^ 1;
    const spoilt = leaves.toString('base64');
    expect(await findingsOf(changed(3, () => ({ leaves: spoilt })))).toEqual([{ kind: 'damaged', part: 'leaves', seq: 3 }]);
    expect(await findingsOf(changed(3, () => ({ leaves: `${spoilt}!` })))).toEqual([{ kind: 'damaged', part: 'leaves', seq: 3 }]);
    expect(await findingsOf(changed(3, ({ events }) => ({ leaves: spoilt, events: [...events.slice(0, 3), made] })))).toEqual([
      { kind: 'damaged', part: 'leaves', seq: 3 },
      { kind: 'damaged', part: 'event', seq: 3 },
    ]);
  });

  test('a lone surrogate is not taken for the character that stands for it in UTF-8', async () => {
    const draw = drawFrom(5);
    const odd = sampleSeals(orgId, [1], draw).map(() =>
      sealEvents(sha256, {
        orgId,
        previous: null,
        sealedAt: '2026-11-22T03:10:00.000Z',
        events: [a.replace('"fields":[', '"fields":["\uFFFD",').replace(',]', ']')],
      }),
    );
    const lines = logLines(orgId, odd, sampleCheckpoint(signer, leafOf(orgId, odd)));
    expect(await findingsOf(lines)).toEqual([]);
    expect(await findingsOf(lines.map((line) => line.replace('\uFFFD', String.raw`\ud800`)))).toMatchObject([
      { kind: 'edited', part: 'event', seq: 1, index: 0 },
    ]);
  });

  test('an event sealed twice, and what is sealed but no event, are named', async () => {
    const twice = [
      ...seals,
      sealEvents(sha256, { orgId, previous: newest.header, sealedAt: '2026-11-22T05:00:00.000Z', events: [a, 'nonsense'] }),
    ];
    expect(await findingsOf(logLines(orgId, twice, sampleCheckpoint(signer, leafOf(orgId, twice))))).toEqual([
      { kind: 'inserted', part: 'event', seq: 5, index: 0, eventId: ids[0] },
      { kind: 'damaged', part: 'event', seq: 5, index: 1 },
    ]);
  });

  test('a line spelled otherwise is damaged, whatever it says', async () => {
    const spellings = [
      (line: string) => line.replace('{"header"', '{ "header"'),
      (line: string) => line.replace('"events":[', '"events":["forged"],"events":['),
      (line: string) => line.replace(/\}$/, ',"note":"more"}'),
      (line: string) => line.replace('register.', String.raw`r\u0065gister.`),
      (line: string) => `${line}\r`,
    ];
    for (const spell of spellings) {
      const lines = log.lines.map((line, index) => (index === 1 ? spell(line) : line));
      expect(await findingsOf(lines)).toEqual([{ kind: 'damaged', part: 'file', seq: 1 }]);
    }
  });
});

describe('the chain of seals', () => {
  const [head = '', one = '', two = '', three = '', four = '', last = ''] = log.lines;

  test.each([
    ['a removed seal', [head, one, three, four, last], [{ kind: 'removed', part: 'seal', seq: 2 }]],
    ['the first one removed', [head, two, three, four, last], [{ kind: 'removed', part: 'seal', seq: 1 }]],
    ['two removed', [head, one, four, last], [2, 3].map((seq) => ({ kind: 'removed', part: 'seal', seq }))],
    ['the last one removed', [head, one, two, three, last], [{ kind: 'truncated', part: 'head', seq: 4 }]],
    ['all removed', [head, last], [{ kind: 'truncated', part: 'head', seq: 1 }]],
    ['a doubled seal', [head, one, two, two, three, four, last], [{ kind: 'inserted', part: 'seal', seq: 2 }]],
    ['an early one doubled late', [head, one, two, three, one, four, last], [{ kind: 'inserted', part: 'seal', seq: 1 }]],
    ['two in each other’s place', [head, one, three, two, four, last], [{ kind: 'reordered', part: 'seal', seq: 2 }]],
    ['the first at the end', [head, two, three, four, one, last], [{ kind: 'reordered', part: 'seal', seq: 1 }]],
    ['something behind the end', [...log.lines, four], [{ kind: 'inserted', part: 'file', seq: 4 }]],
    ['no end', [head, one, two, three, four], [{ kind: 'truncated', part: 'file', seq: 5 }]],
    [
      'no beginning',
      [one, two, three, four, last],
      [
        { kind: 'damaged', part: 'file', seq: 0 },
        { kind: 'removed', part: 'seal', seq: 1 },
      ],
    ],
    ['a line that is none', [head, one, two, 'x', four, last], [{ kind: 'damaged', part: 'file', seq: 3 }]],
  ])('%s is named', async (_what, lines, expected) => {
    expect(await findingsOf(lines)).toEqual(expected);
  });

  const withHeader = (at: number, from: string | RegExp, to: string) =>
    changed(at, ({ header }) => {
      expect(header.replace(from, to)).not.toBe(header);
      return { header: header.replace(from, to) };
    });

  test.each([1, 2, 3])('an edited time in header %i is named', async (at) => {
    expect(await findingsOf(withHeader(at, '.000Z', '.001Z'))).toEqual([{ kind: 'edited', part: 'header', seq: at }]);
  });

  test('an edited time in the last header is another head than the signed one', async () => {
    expect(await findingsOf(withHeader(4, '.000Z', '.001Z'))).toEqual([{ kind: 'forked', part: 'head', seq: 4 }]);
  });

  test.each([1, 2, 3, 4])('an edited link in header %i is named', async (at) => {
    expect(await findingsOf(withHeader(at, /"previous":"...../, '"previous":"abcde'))).toEqual([
      { kind: 'edited', part: 'header', seq: at },
    ]);
  });

  test.each([2, 3])('an edited number in header %i is named', async (at) => {
    const findings = await findingsOf(withHeader(at, /"seq":\d/, '"seq":77'));
    expect(findings).toContainEqual({ kind: 'edited', part: 'header', seq: at });
    expect(findings.every(({ kind }) => kind === 'edited')).toBe(true);
  });

  test('a header that is none is named', async () => {
    expect(await findingsOf(withHeader(2, '"v":1', '"v":3'))).toEqual([{ kind: 'edited', part: 'header', seq: 2 }]);
  });

  test('a seal of another organisation is named', async () => {
    const foreign = sealLine(sampleSeals('anotherOrganisation0', [2], drawFrom(9))[0]!);
    expect(await findingsOf([head, one, foreign, two, three, four, last])).toEqual([{ kind: 'inserted', part: 'seal', seq: 1 }]);
  });

  test('a first line that does not fit the rest is named', async () => {
    for (const wrong of [
      { orgId, seals: 5, events: 10 },
      { orgId, seals: 4, events: 9 },
      { orgId: 'anotherOrganisation0', seals: 4, events: 10 },
    ])
      expect(await findingsOf([logFileHead(wrong), ...log.lines.slice(1)])).toEqual([{ kind: 'damaged', part: 'file', seq: 0 }]);
  });
});

describe('the signed head', () => {
  const withLast = (change: Partial<typeof checkpoint>) =>
    findingsOf([...log.lines.slice(0, -1), checkpointLine({ ...checkpoint, ...change })]);
  const unsigned = (part: string) => [{ kind: 'unsigned', part, seq: 4 }];

  test('counts only with a trusted signature over the log’s own origin', async () => {
    expect(await withLast({ note: checkpoint.note.replace('\n\n', '\n') })).toEqual(unsigned('note'));
    expect((await verifyBytes(fileOf(log.lines), [newSampleSigner().key])).findings).toEqual(unsigned('note'));
    const foreign = sampleCheckpoint(signer, checkpoint.leaf, 5, 3, 'another.example/log');
    expect(await withLast(foreign)).toEqual(unsigned('note'));
    expect(await withLast({ note: signedNote(signer, 'hej\n') })).toEqual(unsigned('note'));
  });

  test('counts only when the leaf is in the signed tree, at its place', async () => {
    expect(await withLast({ index: checkpoint.index + 1 })).toEqual(unsigned('proof'));
    expect(await withLast({ proof: checkpoint.proof.slice(1) })).toEqual(unsigned('proof'));
    expect(await withLast({ proof: [...checkpoint.proof, 'AAAA'] })).toEqual(unsigned('proof'));
    expect(await withLast({ proof: checkpoint.proof.map((hash) => hash.replace('=', '')) })).toEqual(unsigned('proof'));
    expect(await withLast({ leaf: checkpoint.leaf.replace('"v":1', '"v":1 ') })).toEqual(unsigned('proof'));
  });

  test('is not that of another organisation, nor an older one', async () => {
    const foreign = sampleSeals('anotherOrganisation0', [1, 1, 1, 1], drawFrom(4));
    expect(await withLast(sampleCheckpoint(signer, leafOf('anotherOrganisation0', foreign)))).toEqual(unsigned('head'));
    expect(await withLast(sampleCheckpoint(signer, leafOf(orgId, seals.slice(0, 2))))).toEqual([
      { kind: 'unsigned', part: 'head', seq: 3 },
    ]);
  });

  test('has the number of events of the log', async () => {
    const leaf = checkpoint.leaf.replace('"count":10', '"count":11');
    expect(await withLast(sampleCheckpoint(signer, leaf))).toEqual([{ kind: 'damaged', part: 'head', seq: 4 }]);
  });

  test('is read from one spelling of the last line', async () => {
    const line = checkpointLine(checkpoint);
    expect(parseCheckpointLine(line)).toEqual({ checkpoint });
    for (const other of [
      line.replace(':', ': '),
      line.replace('"n":7', '"n":7.5'),
      line.replace('"n":7', '"n":7,"n":7'),
      '{"checkpoint":[]}',
      '{"checkpoint":5}',
      '{"checkpoint": null}',
    ])
      expect(parseCheckpointLine(other)).toBeNull();
    expect(await verifyCheckpointProof(trust, checkpoint)).toMatchObject({ problem: null, leaf: { orgId, seq: 4, count: 10 } });
  });
});

describe('an earlier receipt', () => {
  test('finds a log that ends before it, and one that says otherwise', async () => {
    const short = seals.slice(0, 2);
    const bytes = fileOf(logLines(orgId, short, sampleCheckpoint(signer, leafOf(orgId, short))));
    expect((await verifyBytes(bytes, keys, newest)).findings).toEqual([{ kind: 'truncated', part: 'receipt', seq: 3 }]);
    const other = { seq: 2, head: 'ab'.repeat(32) };
    expect((await verifyBytes(fileOf(log.lines), keys, other)).findings).toEqual([{ kind: 'forked', part: 'receipt', seq: 2 }]);
  });

  test('finds a log of all heads that was signed twice with one size', async () => {
    const { note } = sampleCheckpoint(signer, checkpoint.leaf, checkpoint.index, 3);
    const size = Number(note.split('\n')[1]);
    const root = new Uint8Array(32).fill(7);
    const signed = await verifyBytes(fileOf(logLines(orgId, seals, sampleCheckpoint(signer, checkpoint.leaf, checkpoint.index, 3))), keys, {
      ...newest,
      checkpoint: { origin: signer.key.name, size, root },
    });
    expect(checkpointText({ origin: signer.key.name, size, root })).toContain(String(size));
    expect(signed.findings).toEqual([{ kind: 'forked', part: 'receipt', seq: 4 }]);
  });

  test('counts only if it is genuine', async () => {
    expect(await knownHead(trust, { ...checkpoint, index: checkpoint.index + 1 })).toBeNull();
  });
});

describe('a hostile file', () => {
  test('is not held in memory: a line without end is damaged', () => {
    const lines: (string | null)[] = [];
    const cutter = cutLines((line) => lines.push(line));
    for (let pieces = 0; pieces < 10; pieces += 1) cutter.push(new Uint8Array(maxLineBytes / 4).fill(0x61));
    cutter.push(utf8('\nnext\n'));
    cutter.push(Uint8Array.of(0xff, 0x0a));
    cutter.push(utf8('no line feed'));
    cutter.end();
    expect(lines).toEqual([null, 'next', null, null]);
  });

  test('with more faults than are kept has all of them counted', async () => {
    const many = sampleLog(signer, [1000, 1000], 3);
    const lines = many.lines.map((line) => line.replaceAll('dataSubject', 'somethingElse'));
    const report = await verifyBytes(fileOf(lines), keys);
    expect(report.findings).toHaveLength(1000);
    expect(report.findingCount).toBeGreaterThanOrEqual(2000);
  });

  test('whose first header claims the largest number is answered at once', async () => {
    const lines = changed(1, ({ header }) => ({
      header: header.replace(/"seq":1/, '"seq":9007199254740991').replace(/"previous":"0/, '"previous":"1'),
    }));
    expect((await verifyBytes(fileOf(lines), keys)).findingCount).toBeGreaterThan(0);
  });

  test('with far more events in a line than a seal has is not compared event by event', async () => {
    const lines = changed(3, ({ events }) => ({ events: [...events, ...Array.from({ length: 2000 }, () => 'x')] }));
    expect(await findingsOf(lines)).toEqual([{ kind: 'damaged', part: 'event', seq: 3 }]);
  });

  test('of lines that are JSON but no seals is refused line by line', () => {
    for (const line of ['[]', 'null', '5', '{}', '{"header":1,"leaves":"","events":[]}', '{"header":"","leaves":"","events":[1]}'])
      expect(parseSealLine(line)).toBeNull();
  });
});

test('nothing is verified without a key', () => {
  expect(() => newLogVerifier({ ...trust, keys: [] })).toThrow(TypeError);
});

describe('the differences of two lists', () => {
  test.each([
    ['abc', 'abc', []],
    ['', '', []],
    ['abcx', 'abc', [{ kind: 'inserted', index: 3, at: 3 }]],
    ['cab', 'abc', [{ kind: 'reordered', index: 2, at: 0 }]],
    ['aab', 'ab', [{ kind: 'inserted', index: 1, at: 1 }]],
    [
      'xy',
      'a',
      [
        { kind: 'edited', index: 0, at: 0 },
        { kind: 'inserted', index: 1, at: 1 },
      ],
    ],
  ])('%s instead of %s', (found, sealed, expected) => {
    expect(differences([...found], [...sealed])).toEqual(expected);
  });
});
