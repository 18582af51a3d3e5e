import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c, crc32cBase64 } from '../../../infra/local/crc32c.ts';
import { signP256Digest } from '../../../infra/local/kms/ecdsa.ts';

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  test.each([
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['rising', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ['"123456789"', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('of %s is the published one', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test('is written big-endian in base64', () => {
    expect(crc32cBase64(Buffer.from('123456789'))).toBe(Buffer.from('e3069283', 'hex').toString('base64'));
  });
});

test('a P-256 signature over a digest is what node verifies over the message', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 201, maxLength: 202 }), (message, other) => {
      const signature = signP256Digest(privateKey, createHash('sha256').update(message).digest());
      expect(verify('sha256', message, publicKey, signature)).toBe(true);
      expect(verify('sha256', other, publicKey, signature)).toBe(false);
    }),
    { numRuns: 100 },
  );
  expect(() => signP256Digest(privateKey, Buffer.alloc(31))).toThrow(TypeError);
  const { privateKey: wrongCurve } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  expect(() => signP256Digest(wrongCurve, Buffer.alloc(32))).toThrow(TypeError);
});
