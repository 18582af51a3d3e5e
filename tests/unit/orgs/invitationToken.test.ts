/** The secret of an invitation's link. */
import { describe, expect, test } from 'vitest';
import { generateOrgKey, importOrgKey } from '../../../functions/src/crypto/keys.ts';
import { invitationToken, tokenHash, tokenMatches } from '../../../functions/src/orgs/invitations/token.ts';
import { newId } from '../../../functions/src/platform/random.ts';
import type { InvitationId } from '../../../functions/src/shared/ids.ts';

const key = importOrgKey(generateOrgKey());
const id = newId<InvitationId>();
const token = invitationToken(new Uint8Array(32).fill(7));

describe('a token', () => {
  test('has 256 bits, no fewer', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(() => invitationToken(new Uint8Array(31))).toThrow(TypeError);
  });

  test('matches its own hash, and no other token, invitation or organisation does', () => {
    const hash = tokenHash(key, id, token);
    expect(tokenMatches(key, id, token, hash)).toBe(true);
    expect(tokenMatches(key, id, invitationToken(new Uint8Array(32).fill(8)), hash)).toBe(false);
    expect(tokenMatches(key, newId<InvitationId>(), token, hash)).toBe(false);
    expect(tokenMatches(importOrgKey(generateOrgKey()), id, token, hash)).toBe(false);
    expect(tokenMatches(key, id, token, hash.slice(0, 20))).toBe(false);
    expect(tokenMatches(key, id, token, '')).toBe(false);
  });

  test('is not in its hash', () => {
    expect(tokenHash(key, id, token)).not.toContain(token.slice(0, 8));
    expect(tokenHash(key, id, token)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
