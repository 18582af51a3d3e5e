import { describe, expect, test } from 'vitest';
import { newId, randomDigits } from '../../../functions/src/platform/random.ts';
import { idPattern } from '../../../functions/src/shared/ids.ts';

describe('randomness', () => {
  test('ten thousand ids are ten thousand', () => {
    const ids = Array.from({ length: 10_000 }, () => newId<string>());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !idPattern.test(id))).toEqual([]);
  });

  test('digits are as many as asked for, leading zeros included, each about equally often', () => {
    const codes = Array.from({ length: 20_000 }, () => randomDigits(6));
    expect(codes.filter((code) => !/^\d{6}$/.test(code))).toEqual([]);
    const first = Map.groupBy(codes, (code) => code.at(0));
    expect(first.size).toBe(10);
    // Expected 2,000 each with a deviation of 42: six deviations are a false alarm in a billion runs.
    for (const [, group] of first) expect(Math.abs(group.length - 2000)).toBeLessThan(260);
  });
});
