import { describe, expect, test } from 'vitest';
import { backupPersonalData } from '../../../functions/src/backup/personalData.ts';
import { collectionPlans, groupOf, isJournalled, patternOf } from '../../../functions/src/backup/collectionsPlan.ts';
import { patternsOf } from '../../../functions/src/backup/restore/compare.ts';
import { inventory, subjectCollections } from '../../../functions/src/privacy/inventory.ts';
import { supportPersonalData } from '../../../functions/src/support/personalData.ts';

const declared = [...inventory, ...backupPersonalData, ...supportPersonalData]
  .filter(({ store }) => store === 'firestore')
  .map(({ collection }) => collection);

describe('what backup does with each collection', () => {
  test('is decided for every declared collection, and for no other', () => {
    // The names of ids may differ; their places may not.
    const places = (patterns: readonly string[]): string[] => patterns.map((pattern) => pattern.replaceAll(/\{[^}]*\}/g, '{}')).toSorted();
    expect(places(Object.keys(collectionPlans))).toEqual(places(declared));
  });

  test('puts everybody who can be erased into what a restore makes equal, where the ledger is replayed', () => {
    for (const { declaration } of subjectCollections.filter(({ declaration: { store } }) => store === 'firestore')) {
      expect(collectionPlans[declaration.collection]).toEqual({ isJournalled: true, restore: 'equal' });
      expect([...declaration.collection.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(['orgId', 'dataSubjectId']);
    }
  });

  test('never rolls back evidence, and never takes a credential from a backup', () => {
    const mode = (pattern: string) => collectionPlans[pattern]?.restore;
    for (const pattern of [
      'orgs/{orgId}/auditEvents/{eventId}',
      'orgs/{orgId}/auditSeals/{seq}',
      'auditHeads/{orgId}',
      'erasureLedger/{jobId}',
    ])
      expect(mode(pattern)).toBe('added');
    for (const pattern of [
      'sessions/{sessionId}',
      'attempts/{attemptId}',
      'recoveries/{recoveryId}',
      'orgs/{orgId}/supportGrants/{grantId}',
    ])
      expect(mode(pattern)).toBe('kept');
  });

  test('lets members in last', () => {
    expect(patternsOf({ kind: 'organisation', orgId: 'x' }).at(-1)).toBe('orgs/{orgId}/members/{accountId}');
    expect(patternsOf({ kind: 'everything' }).at(-1)).toBe('orgs/{orgId}/members/{accountId}');
    expect(patternsOf({ kind: 'scratch' })).toEqual([]);
    expect(patternsOf({ kind: 'organisation', orgId: 'x' }).every((pattern) => pattern.startsWith('orgs/'))).toBe(true);
  });
});

test('a path has the pattern of its depth, and a collection without a row is journalled', () => {
  expect(patternOf('orgs/a/members/b')).toBe('orgs/{orgId}/members/{accountId}');
  expect(patternOf('members/b')).toBeNull();
  expect(isJournalled('members/b')).toBe(true);
  expect(isJournalled('sessions/s')).toBe(false);
  expect(groupOf('orgs/{orgId}/members/{accountId}')).toBe('members');
});
