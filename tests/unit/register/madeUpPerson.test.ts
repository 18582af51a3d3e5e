import { describe, expect, test } from 'vitest';
import { madeUpPerson } from '../../../functions/src/register/canaries/madeUpPerson.ts';
import { validatePerson } from '../../../functions/src/register/validate.ts';

const today = new Date('2026-03-01T12:00:00Z');
/** Dice that go through all numbers, at both ends too. */
const dice = (seed: number) => {
  let at = seed;
  return (below: number): number => {
    at += 7919;
    return at % below;
  };
};
const many = Array.from({ length: 500 }, (_, seed) => madeUpPerson(dice(seed), today));

describe('a made-up person', () => {
  test('is one that the register takes as it is', () => {
    for (const person of many) expect(validatePerson(person, today)).toEqual({ ok: true, fields: person });
  });

  test('has nobody’s identity number and a telephone number kept free for fiction', () => {
    for (const person of many) {
      expect(person).not.toHaveProperty('personalIdentityNumber');
      expect(person).not.toHaveProperty('email');
      const end = Number(/^070-174 06 (\d\d)$/.exec(person.phone ?? '')?.[1]);
      expect(end).toBeGreaterThanOrEqual(5);
      expect(end).toBeLessThanOrEqual(99);
    }
  });

  test('is seldom the same twice', () => {
    expect(new Set(many.map((person) => JSON.stringify(person))).size).toBeGreaterThan(400);
  });
});
