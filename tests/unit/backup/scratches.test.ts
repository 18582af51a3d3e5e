/** How long scratch databases live. */
import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, test } from 'vitest';
import { fateOf } from '../../../functions/src/backup/restore/pruneScratches.ts';
import type { RestoreStep, ScratchState } from '../../../functions/src/backup/restore/scratch.ts';
import { restoreScratchId, scratchMadeAt } from '../../../functions/src/platform/databases.ts';

const made = new Date('2026-11-22T10:41:59Z');
const day = 86_400_000;
const later = (days: number): Date => new Date(made.getTime() + days * day);
const idOf = (what: string): string => restoreScratchId(what, made, 'a1b2c3d4');
const state = (step: RestoreStep, exportId = 'daily-2026-11-22'): ScratchState => ({
  target: 'everything',
  bucket: 'a-bucket',
  exportId,
  manifestSha256: '0'.repeat(64),
  snapshotAt: made.toISOString(),
  moment: made.toISOString(),
  step,
  createdAt: Timestamp.fromDate(made),
});

test('an id says when its database was made', () => {
  expect(idOf('keys')).toBe('restore-keys-20261122t1041-a1b2c3d4');
  expect(scratchMadeAt(idOf('0f0f0f0f'))).toEqual(new Date('2026-11-22T10:41:00Z'));
  expect(scratchMadeAt('restore-campaign')).toBeNull();
});

describe('a scratch database', () => {
  test.each([
    ['of data, after six days', idOf('0f0f0f0f'), state('replayed'), 6, 'keep'],
    ['of data, after a week', idOf('0f0f0f0f'), state('replayed'), 8, 'remove'],
    ['of data, of an export whose time is over', idOf('0f0f0f0f'), state('replayed', 'daily-2026-10-25'), 2, 'remove'],
    ['of data, of an old export whose time is not over', idOf('0f0f0f0f'), state('replayed', 'daily-2026-10-25'), 0.5, 'keep'],
    ['that was being made when its restore was killed, after a week', idOf('0f0f0f0f'), null, 8, 'remove'],
    ['of a restore that is finished', idOf('0f0f0f0f'), state('done'), 8, 'remove'],
    ['of a restore that has begun, within the week', idOf('0f0f0f0f'), state('begun', 'daily-2026-10-25'), 6, 'keep'],
    ['of a restore that has begun, after a week', idOf('0f0f0f0f'), state('tightened'), 8, 'alarm'],
    ['of a restore that is being given up, after a week', idOf('0f0f0f0f'), state('givenUp'), 8, 'alarm'],
    ['that cannot be read, at once', idOf('0f0f0f0f'), 'unreadable', 0, 'alarm'],
    ['that cannot be read, later too', idOf('0f0f0f0f'), 'unreadable', 40, 'alarm'],
    ['of the keys, within the day', idOf('keys'), null, 0.9, 'keep'],
    ['of the keys, after a day', idOf('keys'), null, 1.1, 'remove'],
    ['that does not say how old it is', 'restore-campaign', null, 0, 'alarm'],
  ] as const)('%s', (_what, id, said, days, fate) => {
    expect(fateOf(id, said, later(days))).toBe(fate);
  });
});
