import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { privacyCallables } from '../../../functions/src/privacy/contract.ts';
import { copiesGone, copyLifetimeDays } from '../../../functions/src/privacy/erasurePlan.ts';
import { ms } from '../../../functions/src/shared/time.ts';

const instants = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true });

describe('the copies of an erased person', () => {
  test('are all named, once each', () => {
    const schema = z.toJSONSchema(privacyCallables.previewErasure.output) as unknown as {
      properties: { copies: { items: { properties: { copy: { enum: string[] } } } } };
    }; // JSON Schema of our own contract
    expect(
      copiesGone(new Date())
        .map(({ copy }) => copy)
        .toSorted(),
    ).toEqual(schema.properties.copies.items.properties.copy.enum.toSorted());
  });

  test('are unreadable no later than they are gone, and nothing is gone before the key', () => {
    fc.assert(
      fc.property(instants, (destroyedAt) => {
        for (const { unreadableFrom, goneBy } of copiesGone(destroyedAt)) {
          expect(unreadableFrom <= goneBy).toBe(true);
          expect(unreadableFrom >= destroyedAt.toISOString()).toBe(true);
        }
      }),
    );
  });

  test('ciphertext that outlives the key is unreadable from the day when the last backup of the key is gone', () => {
    const destroyedAt = new Date('2026-10-24T10:00:00.000Z');
    const byCopy = new Map(copiesGone(destroyedAt).map((copy) => [copy.copy, copy]));
    expect(byCopy.get('dailyExports')).toEqual({
      copy: 'dailyExports',
      unreadableFrom: '2026-10-31T10:00:00.000Z',
      goneBy: '2026-11-21T10:00:00.000Z',
    });
    expect(byCopy.get('keyBackups')).toEqual({
      copy: 'keyBackups',
      unreadableFrom: '2026-10-31T10:00:00.000Z',
      goneBy: '2026-10-31T10:00:00.000Z',
    });
    expect(byCopy.get('database')?.goneBy).toBe(destroyedAt.toISOString());
  });

  test('the last is gone when the longest-kept copy is', () => {
    const destroyedAt = new Date('2026-01-01T00:00:00.000Z');
    const last = copiesGone(destroyedAt)
      .map(({ goneBy }) => goneBy)
      .toSorted()
      .at(-1);
    expect(last).toBe(new Date(destroyedAt.getTime() + Math.max(...Object.values(copyLifetimeDays)) * ms.day).toISOString());
  });
});
