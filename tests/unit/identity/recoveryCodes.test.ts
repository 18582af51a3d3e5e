/** Recovery codes: what they look like, and what is left after one. */
import { describe, expect, test } from 'vitest';
import { generateOrgKey, importOrgKey } from '../../../functions/src/crypto/keys.ts';
import { leftAfter, newRecoveryCodes, recoveryCodeHash } from '../../../functions/src/identity/factors/recoveryCode.ts';

const key = importOrgKey(generateOrgKey());
const codes = newRecoveryCodes();
const hashes = codes.map((code) => recoveryCodeHash(key, 'ada', code));

describe('recovery codes', () => {
  test('are ten different ones of sixteen letters in fours', () => {
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
  });

  test('leave the other nine when one is used, however it is typed', () => {
    const typed = ` ${(codes[3] ?? '').toLowerCase().replaceAll('-', ' ')} `;
    expect(leftAfter(key, 'ada', typed, hashes)).toEqual(hashes.filter((_, index) => index !== 3));
  });

  test('are of their account alone, and of their key alone', () => {
    expect(leftAfter(key, 'eva', codes[0] ?? '', hashes)).toBeNull();
    expect(leftAfter(importOrgKey(generateOrgKey()), 'ada', codes[0] ?? '', hashes)).toBeNull();
  });

  test('are not guessed by their beginning', () => {
    expect(leftAfter(key, 'ada', (codes[0] ?? '').slice(0, -1), hashes)).toBeNull();
  });
});
