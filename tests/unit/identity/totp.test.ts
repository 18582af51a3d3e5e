/** One-time passwords: the vectors of RFC 6238, and the laws of the step that is accepted. */
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { acceptedStep, totpSecretBytes, totpSecretText, totpUri } from '../../../functions/src/identity/factors/totp.ts';

/** RFC 6238, appendix B: seconds since 1970, and the eight digits by SHA-1, SHA-256 and SHA-512. */
const vectors = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
] as const;
/** The seeds of the same appendix (corrected by erratum 2866): the digits 1 to 0, repeated to the length of the hash. */
const seed = (length: number) => Secret.fromLatin1('1234567890'.repeat(7).slice(0, length));
const at = (seconds: number) => new Date(seconds * 1000);
const secret = seed(20).base32;
const password = (step: number) => new TOTP({ secret }).generate({ timestamp: step * 30_000 });

describe('RFC 6238', () => {
  test.each(vectors)('at %i seconds has its eight digits', (seconds, sha1, sha256, sha512) => {
    const generated = (algorithm: string, length: number) =>
      new TOTP({ secret: seed(length), algorithm, digits: 8 }).generate({ timestamp: seconds * 1000 });
    expect([generated('SHA1', 20), generated('SHA256', 32), generated('SHA512', 64)]).toEqual([sha1, sha256, sha512]);
  });

  test.each(vectors)('at %i seconds the last six digits by SHA-1 are accepted, as the step of that instant', (seconds, sha1) => {
    expect(acceptedStep(secret, sha1.slice(2), at(seconds), -1)).toBe(Math.floor(seconds / 30));
  });
});

describe('a password', () => {
  const now = at(1_700_000_010);
  const current = Math.floor(1_700_000_010 / 30);

  test('counts one step early and one step late, and no further', () => {
    const accepted = [-2, -1, 0, 1, 2].map((by) => acceptedStep(secret, password(current + by), now, -1));
    expect(accepted).toEqual([null, current - 1, current, current + 1, null]);
  });

  test('never counts in a step that was accepted, or before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 40 }),
        fc.integer({ min: -1, max: 1 }),
        fc.integer({ min: -3, max: 3 }),
        (seconds, by, last) => {
          const step = Math.floor(seconds / 30);
          const lastStep = step + last;
          const accepted = acceptedStep(secret, password(Math.max(0, step + by)), at(seconds), lastStep);
          expect(accepted === null || accepted > lastStep).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('is never %j', (text) => {
    expect(acceptedStep(secret, text, now, -1)).toBeNull();
  });
});

describe('a secret', () => {
  test('of 160 bits is 32 letters, and is in the address with issuer and account', () => {
    const text = totpSecretText(new Uint8Array(totpSecretBytes).fill(255));
    expect(text).toBe('7'.repeat(32));
    const uri = new URL(totpUri(text, 'ada@example.org'));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toContain('Valv:ada@example.org');
    expect(Object.fromEntries(uri.searchParams)).toEqual({ issuer: 'Valv', secret: text, algorithm: 'SHA1', digits: '6', period: '30' });
  });
});
