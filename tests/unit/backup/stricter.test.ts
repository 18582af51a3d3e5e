/** Of then and now the stricter stands. */
import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, test } from 'vitest';
import { stricterMember, stricterSettings } from '../../../functions/src/backup/restore/stricter.ts';
import { defaultSettings } from '../../../functions/src/orgs/settings/contract.ts';

const at = (text: string): Timestamp => Timestamp.fromDate(new Date(text));
const member = (role: string, teamIds: string[] = [], expiresAt: Timestamp | null = null) => ({
  state: 'active',
  role,
  teamIds,
  expiresAt,
  grantId: null,
});

describe('a member', () => {
  test('who was removed since, left, or is there for support only, is none', () => {
    const then = member('editor', ['a']);
    expect(stricterMember(then, { ...then, state: 'removed' })).toEqual({ state: 'removed' });
    expect(stricterMember(then, { ...then, role: 'support', grantId: 'a-grant' })).toEqual({ state: 'removed' });
    expect(stricterMember({ ...then, state: 'removed' }, then)).toEqual({});
  });

  test('has the weaker role', () => {
    expect(stricterMember(member('owner'), member('reader'))).toEqual({ role: 'reader' });
    expect(stricterMember(member('reader'), member('owner'))).toEqual({});
  });

  test('has the earlier end', () => {
    const [early, late] = [at('2026-12-01T00:00:00Z'), at('2027-01-01T00:00:00Z')];
    expect(stricterMember(member('editor'), member('editor', [], early))).toEqual({ expiresAt: early });
    expect(stricterMember(member('editor', [], late), member('editor', [], early))).toEqual({ expiresAt: early });
    expect(stricterMember(member('editor', [], early), member('editor', [], late))).toEqual({});
    expect(stricterMember(member('editor', [], early), member('editor'))).toEqual({});
  });

  test('is in the teams of both', () => {
    expect(stricterMember(member('editor', ['a', 'b']), member('editor', ['b', 'c']))).toEqual({ teamIds: ['b'] });
    expect(stricterMember(member('editor', ['a']), member('editor', ['a', 'b']))).toEqual({});
  });
});

describe('settings', () => {
  const mark = { issuer: 'https://id.example', setBy: 'someone' };
  const then = { ...defaultSettings, identityProvider: mark };

  test('that have not changed stay as they are', () => {
    expect(stricterSettings(then, then)).toEqual({});
  });

  test('that were loosened since stay as they were', () => {
    const now = { ...then, idleMinutes: 120, readBudget: { perHour: 5000, perDay: 50_000 }, reviewEveryMonths: 12 };
    expect(stricterSettings(then, now)).toEqual({});
  });

  test('that were tightened since are as now, each for itself', () => {
    const now = {
      ...then,
      idleMinutes: 5,
      minimumStrength: { ...then.minimumStrength, reader: 3 },
      maskedFields: { ...then.maskedFields, reader: ['email'] },
      readBudget: { perHour: 100, perDay: 50_000 },
      reviewEveryMonths: 1,
    };
    const had = {
      ...then,
      minimumStrength: { ...then.minimumStrength, owner: 2 },
      maskedFields: { ...then.maskedFields, reader: ['givenName'] },
    };
    expect(stricterSettings(had, now)).toEqual({
      idleMinutes: 5,
      minimumStrength: { ...then.minimumStrength, owner: 2, reader: 3 },
      maskedFields: { ...then.maskedFields, reader: ['givenName', 'email'] },
      readBudget: { perHour: 100, perDay: 2000 },
      reviewEveryMonths: 1,
    });
  });

  test('have an identity provider only if it is the same then and now', () => {
    expect(stricterSettings(then, { ...then, identityProvider: null })).toEqual({ identityProvider: null });
    expect(stricterSettings(then, { ...then, identityProvider: { ...mark, setBy: 'another' } })).toEqual({ identityProvider: null });
    expect(stricterSettings({ ...then, identityProvider: null }, then)).toEqual({});
  });
});
