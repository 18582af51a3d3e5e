/** BankID without a network: the QR code, the addresses that open the app, whom the client trusts. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { bankIdCallables } from '../../../functions/src/identity/bankId/contract.ts';
import { qrCode } from '../../../functions/src/identity/bankId/qr.ts';
import { rpClient } from '../../../functions/src/identity/bankId/rpClient.ts';
import { launchUrls } from '../../../functions/src/identity/bankId/startOrder.ts';
import { visibleText } from '../../../functions/src/identity/bankId/visibleText.ts';
import { makeAuthority, makeClient, toCredential } from '../../../infra/local/bankid/certificates.ts';

type Vector = { qrStartToken: string; qrStartSecret: string; codes: { seconds: number; mac: string }[] };
const vector = JSON.parse(readFileSync(new URL('../../vectors/identity/bankIdQr.json', import.meta.url), 'utf8')) as Vector; // our own file

describe('the QR code', () => {
  test.each(vector.codes)('of second $seconds is the published one', ({ seconds, mac }) => {
    expect(qrCode(vector.qrStartToken, vector.qrStartSecret, seconds)).toBe(`bankid.${vector.qrStartToken}.${seconds}.${mac}`);
  });
});

describe('the addresses that open the app', () => {
  afterEach(() => {
    delete process.env['BANKID_LAUNCH_URL'];
  });

  test('are BankID’s own, and on a computer the browser stays where it is', () => {
    expect(launchUrls('a-token', 'https://valv.example/sign-in?x=1')).toEqual({
      mobile: 'https://app.bankid.com/?autostarttoken=a-token&redirect=https%3A%2F%2Fvalv.example%2Fsign-in%3Fx%3D1',
      desktop: 'bankid:///?autostarttoken=a-token&redirect=null',
    });
  });

  test('are others by configuration', () => {
    process.env['BANKID_LAUNCH_URL'] = 'http://127.0.0.1:1/launch';
    expect(launchUrls('t', null).desktop).toBe('http://127.0.0.1:1/launch?autostarttoken=t&redirect=null');
  });
});

test('every purpose warns against being talked into it, in both languages', () => {
  for (const purpose of ['signIn', 'signUp', 'reauth', 'addFactor'] as const) {
    expect(visibleText(purpose, 'sv')).toContain('bedrägeri');
    expect(visibleText(purpose, 'en')).toContain('fraud');
  }
});

describe('the client', () => {
  const authority = makeAuthority({ CN: 'BankID SSL Root CA v1' }, new Date());
  const settings = { ca: toCredential(authority).cert, ...toCredential(makeClient(authority, { CN: 'Valv' }, new Date())) };

  test.each(['https://appapi2.bankid.com', 'https://appapi2.test.bankid.com'])('trusts nobody but BankID’s authority for %s', (url) => {
    expect(() => rpClient({ url, ...settings })).toThrow('is not the certificate of the authority');
  });

  test('speaks to nobody in the clear', () => {
    expect(() => rpClient({ url: 'http://appapi2.bankid.com', ...settings })).toThrow('must be an https address');
  });
});

describe('bankIdStart', () => {
  const input = { purpose: 'signIn', locale: 'sv', sameDevice: true };
  const accepts = (over: object): boolean => bankIdCallables.bankIdStart.input.safeParse({ ...input, ...over }).success;

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/with space', '', '/a'.padEnd(501, 'a'), '/\n'])(
    'goes back to paths of the app only: %j is refused',
    (returnPath) => expect(accepts({ returnPath })).toBe(false),
  );

  test.each(['/', '/sign-in', '/invitation/a/b#c', '/sign-in?to=%2Fo%2Fx'])('%s is accepted', (returnPath) =>
    expect(accepts({ returnPath })).toBe(true),
  );
});
