/** The loopback BankID: mutual TLS, validation, the life of an order, QR codes, errors, signatures. */
import { createHmac, X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBankId, type BankIdService } from '../../../infra/local/bankid/bankIdService.ts';
import { verifySignature } from '../../../infra/local/bankid/signature.ts';
import { createFaults } from '../../../infra/local/faults.ts';

type Answer = { status: number; body: Record<string, unknown> };
type Placed = { orderRef: string; autoStartToken: string; qrStartToken: string; qrStartSecret: string };

const faults = createFaults();
let service: BankIdService;
let agent: Agent;
beforeAll(async () => {
  service = await startBankId({ faults, stateDir: null });
  agent = new Agent({ ...service.relyingParty });
});
afterAll(() => service.stop());

function post(path: string, body: unknown, over: { agent?: Agent; contentType?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${service.api.url}/rp/v6.0/${path}`,
      { method: 'POST', agent: over.agent ?? agent, headers: { 'content-type': over.contentType ?? 'application/json' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const place = async (kind: 'auth' | 'sign' = 'auth', over: object = {}): Promise<Placed> => {
  const { status, body } = await post(kind, {
    endUserIp: '192.0.2.7',
    ...(kind === 'sign' ? { userVisibleData: base64('Jag intygar.') } : {}),
    ...over,
  });
  expect(status).toBe(200);
  return body as Placed;
};
const collect = (orderRef: string): Promise<Answer> => post('collect', { orderRef });
const qrAt = ({ qrStartToken, qrStartSecret }: Placed, second: number): string =>
  `bankid.${qrStartToken}.${second}.${createHmac('sha256', qrStartSecret).update(String(second)).digest('hex')}`;
const somebody = (index = 0) => {
  const person = service.phone.persons()[index];
  if (person === undefined) throw new Error('the phone has no such person');
  return person;
};

describe('transport', () => {
  test('a caller without a certificate is not heard', async () => {
    await expect(post('auth', { endUserIp: '192.0.2.7' }, { agent: new Agent({ ca: service.relyingParty.ca }) })).rejects.toThrow();
  });

  test('a certificate of another authority is not heard', async () => {
    const other = await startBankId({ faults, stateDir: null });
    const { cert, key } = other.relyingParty;
    await expect(
      post('auth', { endUserIp: '192.0.2.7' }, { agent: new Agent({ ca: service.relyingParty.ca, cert, key }) }),
    ).rejects.toThrow();
    await other.stop();
  });

  test.each([
    ['503', 503, 'Maintenance'],
    ['429', 429, 'tooManyRequests'],
    ['500', 500, 'internalError'],
  ] as const)('an injected %s is worded as BankID does', async (kind, status, errorCode) => {
    faults.inject({ service: 'bankid', match: 'auth', kind, times: 1 });
    expect(await post('auth', { endUserIp: '192.0.2.7' })).toMatchObject({ status, body: { errorCode } });
  });
});

describe('requests', () => {
  test.each([
    ['auth', {}],
    ['auth', { endUserIp: 'here' }],
    ['auth', { endUserIp: '192.0.2.7', personalNumber: '189001019802' }],
    ['auth', { endUserIp: '192.0.2.7', requirement: { personalNumber: '12' } }],
    ['auth', { endUserIp: '192.0.2.7', requirement: { risk: 'HIGH' } }],
    ['auth', { endUserIp: '192.0.2.7', userVisibleData: 'not base64!' }],
    ['auth', { endUserIp: '192.0.2.7', web: { referringDomain: 'example.org' } }],
    ['auth', { endUserIp: '192.0.2.7', returnRisk: 'yes' }],
    ['sign', { endUserIp: '192.0.2.7' }],
    ['phone/auth', { callInitiator: 'user' }],
    ['collect', {}],
    ['collect', { orderRef: 'unknown' }],
    ['cancel', { orderRef: 'unknown' }],
  ])('%s %j is refused', async (path, body) => {
    expect(await post(path, body)).toMatchObject({ status: 400, body: { errorCode: 'invalidParameters' } });
  });

  test('of another content type, path or form are refused in the API’s words', async () => {
    expect(await post('auth', {}, { contentType: 'text/plain' })).toMatchObject({
      status: 415,
      body: { errorCode: 'unsupportedMediaType' },
    });
    expect(await post('nothing', {})).toMatchObject({ status: 404, body: { errorCode: 'notFound' } });
    expect(await post('auth', ['a'])).toMatchObject({ status: 400, body: { errorCode: 'invalidParameters' } });
  });

  test('a second order for a named person cancels both', async () => {
    const requirement = { personalNumber: somebody(1).personalNumber };
    const first = await place('auth', { requirement });
    expect(await post('auth', { endUserIp: '192.0.2.7', requirement })).toMatchObject({
      status: 400,
      body: { errorCode: 'alreadyInProgress' },
    });
    expect((await collect(first.orderRef)).body).toMatchObject({ status: 'failed', hintCode: 'cancelled' });
  });
});

describe('an order', () => {
  test('waits, is opened, is approved, and is collected once', async () => {
    const order = await place();
    expect((await collect(order.orderRef)).body).toEqual({
      orderRef: order.orderRef,
      status: 'pending',
      hintCode: 'outstandingTransaction',
    });
    service.phone.scan(qrAt(order, 0), somebody());
    expect((await collect(order.orderRef)).body).toMatchObject({ status: 'pending', hintCode: 'userSign' });
    service.phone.approve(order.autoStartToken);
    const { body } = await collect(order.orderRef);
    expect(body).toMatchObject({
      status: 'complete',
      completionData: { user: { personalNumber: somebody().personalNumber }, device: { ipAddress: '192.0.2.7' } },
    });
    expect(await collect(order.orderRef)).toMatchObject({ status: 400, body: { errorCode: 'invalidParameters' } });
  });

  test('carries a signature over what was shown, which anybody can verify', async () => {
    const order = await place('sign');
    service.phone.autostart(order.autoStartToken, somebody(2));
    service.phone.approve(order.autoStartToken);
    const { completionData } = (await collect(order.orderRef)).body as { completionData: { signature: string } };
    const xml = Buffer.from(completionData.signature, 'base64').toString('utf8');
    const authority = new X509Certificate(service.personsCa);
    expect(verifySignature(xml, authority)).toEqual({ personalNumber: somebody(2).personalNumber, userVisibleText: 'Jag intygar.' });
    expect(verifySignature(xml.replace(base64('Jag intygar.'), base64('Jag nekar..')), authority)).toBeNull();
  });

  test('that nobody opens within thirty seconds has not started', async () => {
    const order = await place();
    service.phone.advance(31);
    expect((await collect(order.orderRef)).body).toMatchObject({ status: 'failed', hintCode: 'startFailed' });
  });

  test('that is opened and not decided expires after three minutes', async () => {
    const order = await place();
    service.phone.autostart(order.autoStartToken, somebody());
    service.phone.advance(181);
    expect((await collect(order.orderRef)).body).toMatchObject({ status: 'failed', hintCode: 'expiredTransaction' });
  });

  test('that is complete is gone after three minutes', async () => {
    const order = await place();
    service.phone.autostart(order.autoStartToken, somebody());
    service.phone.approve(order.autoStartToken);
    service.phone.advance(181);
    expect((await collect(order.orderRef)).status).toBe(400);
  });

  test('that failed can be collected for five minutes', async () => {
    const [early, late] = [await place(), await place()];
    for (const { autoStartToken } of [early, late]) service.phone.decline(autoStartToken);
    service.phone.advance(299);
    expect((await collect(early.orderRef)).body).toMatchObject({ status: 'failed', hintCode: 'userCancel' });
    service.phone.advance(2);
    expect((await collect(late.orderRef)).status).toBe(400);
  });

  test('is withdrawn by its relying party, and the phone finds nothing', async () => {
    const order = await place();
    expect(await post('cancel', { orderRef: order.orderRef })).toEqual({ status: 200, body: {} });
    expect(() => service.phone.autostart(order.autoStartToken, somebody())).toThrow('No such order');
  });

  test('is opened by a QR code of the present second, not an old, a forged or a strange one', async () => {
    const order = await place();
    service.phone.advance(12);
    expect(() => service.phone.scan(qrAt(order, 0), somebody())).toThrow('not valid now');
    expect(() => service.phone.scan(qrAt({ ...order, qrStartSecret: 'another' }, 12), somebody())).toThrow('not valid now');
    expect(() => service.phone.scan('https://example.org', somebody())).toThrow('No such order');
    expect(service.phone.scan(qrAt(order, 12), somebody()).openedBy).toEqual(somebody());
  });
});

describe('the phone', () => {
  const phone = (path: string, body: object): Promise<Response> =>
    fetch(`${service.url}/phone/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  test('is played by JSON', async () => {
    const order = await place('auth', { userVisibleData: base64('Logga in i Valv') });
    const person = { ...somebody(), givenName: 'Någon', surname: 'Annan' };
    expect(await (await phone('autostart', { order: order.autoStartToken, person })).json()).toMatchObject({
      visibleText: 'Logga in i Valv',
      openedBy: person,
    });
    await phone('hint', { order: order.autoStartToken, hintCode: 'somethingNew' });
    expect((await collect(order.orderRef)).body).toMatchObject({ hintCode: 'somethingNew' });
    expect((await phone('decline', { order: order.autoStartToken })).status).toBe(200);
    expect((await phone('approve', { order: order.autoStartToken })).status).toBe(404);
  });

  test('is played by pages in two languages, on which nothing of an order is taken for markup', async () => {
    const order = await place('sign', { userVisibleData: base64('<b>Skriv under</b>') });
    const start = await (await fetch(`${service.url}/?lang=sv`)).text();
    expect(start).toContain('Väntande ärenden');
    const address = `${service.url}/launch?autostarttoken=${order.autoStartToken}&lang=en&redirect=${encodeURIComponent('http://localhost:5100/back')}`;
    const opened = await (await fetch(address)).text();
    expect(opened).toContain('&#60;b&#62;Skriv under');
    const form = (step: string, fields: Record<string, string>) =>
      fetch(`${service.url}/orders/${order.autoStartToken}/${step}?lang=en&redirect=${encodeURIComponent('http://localhost:5100/back')}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
    expect(await (await form('open', { person: somebody(3).personalNumber })).text()).toContain('Approve');
    expect(await (await form('approve', {})).text()).toContain('href="http://localhost:5100/back"');
    expect((await collect(order.orderRef)).body).toMatchObject({ status: 'complete' });
  });

  test('leads back to web addresses only', async () => {
    const order = await place();
    const path = `${service.url}/orders/${order.autoStartToken}`;
    await fetch(`${path}/open`, { method: 'POST', body: new URLSearchParams({ person: somebody().personalNumber }) });
    const done = await fetch(`${path}/approve?redirect=${encodeURIComponent('javascript:alert(1)')}`, { method: 'POST' });
    expect(await done.text()).not.toContain('javascript:');
  });
});
