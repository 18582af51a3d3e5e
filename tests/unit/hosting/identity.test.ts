// What the sign-in screens decide by themselves: when to warn, what a typed code means, what a hint of BankID says, where to go.
import { describe, expect, it } from 'vitest';
import { bankIdHints } from '../../../functions/src/identity/bankId/contract.ts';
import { warningFor, warnSecondsFor } from '../../../hosting/src/app/sessionWarning.ts';
import { awaitsApp, failedHint, pendingHint } from '../../../hosting/src/features/identity/bankId/hints.ts';
import { destination, destinationOfNewcomer } from '../../../hosting/src/features/identity/destination.ts';
import { cleanRecoveryCode, isRecoveryCode } from '../../../hosting/src/features/identity/flow/recoveryCode.ts';
import { waysOf, type Opened } from '../../../hosting/src/features/identity/flow/steps.ts';
import { en } from '../../../hosting/src/i18n/en/catalogue.ts';
import { sv } from '../../../hosting/src/i18n/sv/catalogue.ts';

describe('the warning before the end of a session', () => {
  const endsIn = (idleSeconds: number, idleMinutes: number) => ({
    idleAtMs: idleSeconds * 1000,
    absoluteAtMs: 12 * 3_600_000,
    idleMinutes,
  });

  it.each([
    [5, 75],
    [8, 120],
    [30, 120],
    [120, 120],
  ])('with an idle limit of %i minutes comes %i seconds ahead', (idleMinutes, seconds) => {
    expect(warnSecondsFor(endsIn(0, idleMinutes))).toBe(seconds);
  });

  it('comes a minute ahead at least, whatever the limit', () => {
    for (let minutes = 0.5; minutes <= 120; minutes += 0.5) expect(warnSecondsFor(endsIn(0, minutes))).toBeGreaterThanOrEqual(60);
  });

  it('is shown from then on, and not before', () => {
    expect(warningFor(endsIn(121, 30), 0)).toBeNull();
    expect(warningFor(endsIn(120, 30), 0)).toEqual({ secondsLeft: 120, isFinal: false });
    expect(warningFor(null, 0)).toBeNull();
  });

  it('is final when the absolute limit comes first', () => {
    expect(warningFor({ idleAtMs: 100_000, absoluteAtMs: 90_000, idleMinutes: 30 }, 0)).toEqual({ secondsLeft: 90, isFinal: true });
  });
});

describe('a recovery code', () => {
  it('is taken in any case and grouping', () => {
    for (const typed of ['ABCDEFGH23456777', 'abcd-efgh-2345-6777', ' abcd efgh 2345 6777 ']) {
      expect(cleanRecoveryCode(typed)).toBe('ABCD-EFGH-2345-6777');
    }
    expect(isRecoveryCode('ABCD-EFGH-2345-6777')).toBe(true);
    expect(isRecoveryCode('ABCD-EFGH-2345-677')).toBe(false);
  });
});

describe('a hint of BankID', () => {
  it.each([sv, en])('has words of its own for every failure that is known, and general ones for the rest', (text) => {
    const words = bankIdHints.failed.map((hint) => failedHint(text, hint));
    expect(words).not.toContain(text.bankId.failed.unknown);
    expect(new Set(words).size).toBe(words.length);
    for (const strange of ['somethingNew', 'constructor', null]) expect(failedHint(text, strange)).toBe(text.bankId.failed.unknown);
  });

  it.each([sv, en])('tells what to do while it is pending', (text) => {
    for (const hint of bankIdHints.pending) {
      for (const sameDevice of [true, false]) expect(pendingHint(text, hint, sameDevice, false)).not.toBe(text.bankId.pending.unknown);
    }
    expect(pendingHint(text, 'userSign', false, true)).toBe(text.bankId.pending.userSignSigning);
    expect(pendingHint(text, 'somethingNew', false, false)).toBe(text.bankId.pending.unknown);
    expect([null, 'outstandingTransaction', 'userSign', 'processing'].map(awaitsApp)).toEqual([true, true, false, false]);
  });
});

describe('after signing in', () => {
  it('leads back within the app only', () => {
    expect(destination({ from: '/invitation/a/b#token' })).toBe('/invitation/a/b#token');
    for (const from of ['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example', 7, undefined]) {
      expect(destination({ from })).toBe('/');
    }
    expect(destination(null)).toBe('/');
  });

  it('leads a newcomer to a first organisation, unless an invitation waits', () => {
    expect(destinationOfNewcomer({ from: '/' })).toBe('/organisations/new');
    expect(destinationOfNewcomer({ from: '/invitation/a/b#token' })).toBe('/invitation/a/b#token');
  });
});

describe('the second step', () => {
  const opened = (mailed: boolean): Opened => ({
    // Only its form matters here.
    attemptId: 'AAAAAAAAAAAAAAAAAAAA' as Opened['attemptId'],
    expiresAt: '2026-01-01T00:00:00Z',
    secondFactors: ['emailCode', 'recoveryCode', 'totp', 'passkey'],
    mailed,
  });

  it('offers the strongest way first, or the code that was sent already', () => {
    expect(waysOf(opened(false))).toEqual(['passkey', 'totp', 'emailCode', 'recoveryCode']);
    expect(waysOf(opened(true))[0]).toBe('emailCode');
  });
});
