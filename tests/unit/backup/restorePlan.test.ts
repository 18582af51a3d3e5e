import { describe, expect, test } from 'vitest';
import { requestText } from '../../../functions/src/backup/restore/prepare.ts';
import { comparePaths, instantText, newestBefore, targetOfText } from '../../../functions/src/backup/restore/restorePlan.ts';
import { parseCommand } from '../../../infra/restore/arguments.ts';
import { Nonsense } from '../../../infra/restore/explain.ts';

const manifest = (exportId: string, snapshotAt: string) => ({
  v: 1 as const,
  exportId,
  snapshotAt,
  completedAt: snapshotAt,
  files: [],
  counts: {},
  heads: [],
  canary: { path: 'backupCanaries/x', sha256: '0'.repeat(64) },
});
const nights = [
  manifest('b', '2026-11-21T01:00:00.000Z'),
  manifest('c', '2026-11-22T01:00:00.000Z'),
  manifest('a', '2026-11-20T01:00:00.000Z'),
];

describe('the export of a moment', () => {
  test.each([
    ['2026-11-22T01:00:00Z', 'c'],
    ['2026-11-22T00:59:59Z', 'b'],
    ['2026-11-20T01:00:00Z', 'a'],
    ['2026-11-20T00:59:59Z', undefined],
  ])('%s is in %s', (moment, exportId) => {
    expect(newestBefore(nights, new Date(moment))?.exportId).toBe(exportId);
  });
});

test('instants of nine digits compare as instants do', () => {
  expect(instantText(new Date('2026-11-22T01:00:00.123Z'))).toBe('2026-11-22T01:00:00.123000000Z');
  expect('2026-11-22T01:00:00.123456000Z' > instantText(new Date('2026-11-22T01:00:00.123Z'))).toBe(true);
});

test('a target is found again in the text of its request', () => {
  const orgId = 'x'.repeat(20);
  for (const target of [{ kind: 'organisation', orgId }, { kind: 'everything' }, { kind: 'scratch' }] as const)
    expect(targetOfText(requestText({ target, bringBack: { members: true, factors: true } }))).toEqual(target);
});

test('a scratch database is used only for the same target and what is brought back', () => {
  const target = { kind: 'everything' } as const;
  const asked = [
    { members: false, factors: false },
    { members: true, factors: false },
    { members: false, factors: true },
    { members: true, factors: true },
  ];
  expect(new Set(asked.map((bringBack) => requestText({ target, bringBack }))).size).toBe(4);
  expect(requestText({ target })).toBe('everything');
});

test('paths are ordered segment by segment, as Firestore orders them', () => {
  const paths = ['orgs/a', 'orgs/a/members/b', 'orgs/a-b', 'orgs/a-b/members/a', 'orgs/b'];
  expect(paths.toReversed().toSorted(comparePaths)).toEqual(paths);
});

describe('the command line', () => {
  test('takes one target, a moment with a zone, and does nothing unless it is told to', () => {
    expect(parseCommand(['--org', 'x'.repeat(20), '--at', '2026-11-22T10:30+01:00']).command).toEqual({
      kind: 'restore',
      target: { kind: 'organisation', orgId: 'x'.repeat(20) },
      moment: new Date('2026-11-22T09:30:00Z'),
      exportId: null,
      fromCopy: false,
      bringBack: { members: false, factors: false },
      isReal: false,
    });
    expect(parseCommand(['--everything', '--do-it']).command).toMatchObject({ target: { kind: 'everything' }, isReal: true });
    expect(parseCommand(['--everything', '--with-removed-members']).command).toMatchObject({
      bringBack: { members: true, factors: false },
    });
  });

  test.each(['-', '--'])('takes an organisation whose id begins with "%s"', (start) => {
    const orgId = `${start}${'x'.repeat(20)}`;
    expect(parseCommand(['--org', orgId, '--do-it']).command).toMatchObject({ target: { orgId }, isReal: true });
    expect(() => parseCommand(['--org', '--do-it'])).toThrow(Nonsense);
  });

  test('takes the keys from an export that is named, and to no moment', () => {
    const command = { kind: 'keys', exportId: 'keys-2026-11-22', isAdding: false, fromCopy: true, isReal: false };
    expect(parseCommand(['--keys', '--export', 'keys-2026-11-22', '--from-copy']).command).toEqual(command);
    expect(parseCommand(['--keys', '--add-missing']).command).toMatchObject({ isAdding: true });
  });

  test('lists either place', () => {
    expect(parseCommand(['--list']).command).toEqual({ kind: 'list', fromCopy: false });
    expect(parseCommand(['--list', '--from-copy']).command).toEqual({ kind: 'list', fromCopy: true });
  });

  test('gives up a restore that is named, when it is told to', () => {
    expect(parseCommand(['--give-up', 'restore-x']).command).toEqual({ kind: 'giveUp', scratchId: 'restore-x', isReal: false });
    expect(parseCommand(['--give-up', 'restore-x', '--do-it']).command).toMatchObject({ isReal: true });
  });

  test.each([
    [[]],
    [['--give-up']],
    [['--give-up', 'restore-x', '--org', 'x'.repeat(20)]],
    [['--give-up', 'restore-x', '--at', '2026-11-22T09:00:00Z']],
    [['--org', 'short']],
    [['--org', '--with-removed-members']],
    [['--org', 'x'.repeat(20), '--everything']],
    [['--list', '--at', '2026-11-22T09:00:00Z']],
    [['--to-scratch', '--with-removed-members']],
    [['--keys', '--with-removed-factors']],
    [['--everything', '--add-missing']],
    [['--keys', '--at', '2026-11-22T09:00:00Z']],
    [['--list', '--export', 'daily-2026-11-22']],
    [['--anything']],
  ])('refuses %j', (args) => {
    expect(() => parseCommand(args)).toThrow(Nonsense);
  });

  test.each([
    ['--at', 'now'],
    ['--at', '2026-11-22T10:30'],
    ['--at', '2026-13-22T10:30Z'],
    ['--at', '2026-11-22'],
  ])('refuses %s %s', (...more) => {
    expect(() => parseCommand(['--everything', ...more])).toThrow(Nonsense);
  });
});
