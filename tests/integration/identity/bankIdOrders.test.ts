/** The life of an order at Valv: how often BankID is asked, restarts, hints, outages, trust, and what is stored. */
import { beforeAll, describe, expect, test } from 'vitest';
import { cancelOrder, collectOrder } from '../../../functions/src/identity/bankId/collectOrder.ts';
import { qrCode } from '../../../functions/src/identity/bankId/qr.ts';
import { rpClient, type RpClient } from '../../../functions/src/identity/bankId/rpClient.ts';
import { startOrder, type Started } from '../../../functions/src/identity/bankId/startOrder.ts';
import { orderEnded, type BankIdWorld } from '../../../functions/src/identity/bankId/world.ts';
import { AppError } from '../../../functions/src/shared/errors.ts';
import { startBankId, type BankIdService } from '../../../infra/local/bankid/bankIdService.ts';
import { createFaults } from '../../../infra/local/faults.ts';
import { somebodyNew } from '../../support/bankIdPhone.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { everyDocument, stored, useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud();
useEnvironmentOf(local);
const nobody = { refusal: orderEnded() };
const device = 'a-device-of-a-test-of-valv-0001';
let ahead = 0;
let rp: RpClient;
let service: BankIdService;
beforeAll(() => {
  service = local.cloud.bankId;
  rp = rpClient({ url: service.api.url, ...service.relyingParty });
});

const world = (over: Partial<BankIdWorld> = {}): BankIdWorld => ({
  clock: () => new Date(Date.now() + ahead),
  rp,
  origin: { address: '::ffff:192.0.2.9', userAgent: 'Prov/1', country: 'SE' },
  sendMail: async () => undefined,
  ...over,
});
/** Lets time pass here and at BankID. */
const pass = (seconds: number): void => {
  ahead += seconds * 1000;
  service.phone.advance(seconds);
};
const noSigning = () => Promise.reject(new Error('nothing is signed here'));
const start = (over: object = {}, in_: BankIdWorld = world()): Promise<Started> =>
  startOrder(
    { purpose: 'signIn', locale: 'sv', sameDevice: true, returnPath: '/sign-in', deviceId: device, ...over },
    nobody,
    in_,
    noSigning,
  );
const collect = ({ orderId }: Started, in_: BankIdWorld = world()) => collectOrder(orderId, nobody, in_);
const asked = (): number => service.api.counters.get('collect') ?? 0;
const codeOf = (asking: Promise<unknown>): Promise<[string, unknown]> =>
  asking.then(
    () => ['not refused', null] as [string, unknown],
    (thrown: unknown) => (thrown instanceof AppError ? [thrown.code, thrown.details['hintCode']] : Promise.reject(thrown)),
  );

describe('while an order waits', () => {
  test('the code on the screen is new every second and is the one that BankID takes', async () => {
    const order = await start();
    const codes = new Set<string>();
    for (let second = 0; second < 4; second += 1) {
      const { qr } = await collect(order);
      codes.add(qr ?? 'none');
      pass(1);
    }
    expect(codes.size).toBe(4);
    const { qr } = await collect(order);
    expect(service.phone.scan(qr ?? '', somebodyNew()).visibleText).toContain('Logga in i Valv');
  });

  test('the app on this device is opened by links that lead back here', async () => {
    const { launchUrls, autoStartToken } = await start();
    const { searchParams, origin } = new URL(launchUrls.mobile);
    expect([origin, searchParams.get('autostarttoken'), searchParams.get('redirect')]).toEqual([
      service.url,
      autoStartToken,
      `${local.cloud.urls.app}/sign-in`,
    ]);
  });

  test('BankID is asked every two seconds at most, however often it is collected', async () => {
    const order = await start();
    const before = asked();
    const began = world().clock().getTime();
    let last = began;
    for (let tenths = 0; tenths < 200; tenths += 5) {
      await collect(order);
      last = world().clock().getTime();
      pass(0.5);
    }
    expect(asked() - before).toBeLessThanOrEqual(Math.floor((last - began) / 2000) + 1);
    expect(asked() - before).toBeGreaterThanOrEqual(8);
  });

  test('BankID is asked by one call among many', async () => {
    const order = await start();
    pass(3);
    const before = asked();
    const now = world().clock();
    await Promise.all(Array.from({ length: 25 }, () => collect(order, world({ clock: () => now }))));
    expect(asked() - before).toBe(1);
  });

  test('every hint is passed on, the unknown too', async () => {
    const order = await start();
    for (const hintCode of ['noClient', 'started', 'userMrtd', 'userCallConfirm', 'userSign', 'processing', 'someHintOfTheFuture']) {
      service.phone.hint(order.autoStartToken, hintCode, false);
      pass(2);
      expect(await collect(order)).toMatchObject({ status: 'pending', hintCode, qr: null, launchUrls: null });
    }
  });

  test.each([
    'expiredTransaction',
    'certificateErr',
    'userCancel',
    'notSupportedByUserApp',
    'transactionRiskBlocked',
    'someFailureOfTheFuture',
  ])('the failure %s is passed on', async (hintCode) => {
    const order = await start();
    service.phone.hint(order.autoStartToken, hintCode, true);
    pass(2);
    expect(await collect(order)).toMatchObject({ status: 'failed', hintCode, outcome: null });
    const before = asked();
    pass(2);
    expect(await collect(order)).toMatchObject({ status: 'failed', hintCode });
    expect(asked()).toBe(before);
  });

  test('text that is no hint is called unknown', async () => {
    const order = await start();
    service.phone.hint(order.autoStartToken, '<b>x</b>', false);
    pass(2);
    expect(await collect(order)).toMatchObject({ hintCode: 'unknown' });
  });

  test('it is over after ten minutes', async () => {
    const order = await start();
    pass(601);
    expect(await codeOf(collect(order))).toEqual(['identity/attempt-ended', undefined]);
  });
});

describe('an order that nobody opened', () => {
  test('is placed anew for three minutes, with new codes and links, and fails then', async () => {
    const order = await start();
    const began = world().clock().getTime();
    const links = new Set<string>();
    const restarts: boolean[] = [];
    for (let step = 0; step < 20; step += 1) {
      pass(15);
      const collected = await collect(order);
      if (collected.status === 'failed') break;
      restarts.push(collected.restarted);
      links.add(collected.launchUrls?.mobile ?? 'none');
    }
    expect((world().clock().getTime() - began) / 1000).toBeGreaterThan(180);
    expect(restarts.slice(0, 4).at(-1)).toBe(true);
    expect(links.size).toBeGreaterThanOrEqual(4);
    expect(links.has('none')).toBe(false);
    expect(await collect(order)).toMatchObject({ status: 'failed', restarted: true });
  });

  test('can be opened after it was placed anew, by the new code', async () => {
    const order = await start();
    pass(31);
    const { restarted, qr } = await collect(order);
    expect(restarted).toBe(true);
    expect(qr).toMatch(/^bankid\.[\w-]+\.0\./);
    const { order: token } = service.phone.scan(qr ?? '', somebodyNew());
    service.phone.approve(token);
    pass(2);
    expect(await collect(order)).toMatchObject({ status: 'complete', restarted: true, outcome: { kind: 'needsEmail' } });
  });

  test('fails when BankID cannot place it anew', async () => {
    const order = await start();
    pass(31);
    local.cloud.faults.inject({ service: 'bankid', match: 'auth', kind: '503', times: 1 });
    expect(await codeOf(collect(order))).toEqual(['identity/bankid-unavailable', 'Maintenance']);
    expect(await collect(order)).toMatchObject({ status: 'failed', hintCode: 'startFailed' });
  });
});

describe('when BankID is not itself', () => {
  test.each([
    ['503', 'Maintenance'],
    ['429', 'tooManyRequests'],
    ['500', 'internalError'],
    ['late-success', 'requestTimeout'],
    ['reset', 'unknown'],
    ['garbage', 'unknown'],
  ] as const)('a start that meets %s is refused as unavailable', async (kind, hintCode) => {
    local.cloud.faults.inject({ service: 'bankid', match: 'auth', kind, times: kind === 'reset' ? 2 : 1 });
    expect(await codeOf(start())).toEqual(['identity/bankid-unavailable', hintCode]);
    local.cloud.faults.clear();
  });

  test.each(['503', '429', 'reset'] as const)('an order lives through %s while it is collected', async (kind) => {
    const order = await start();
    pass(3);
    local.cloud.faults.inject({ service: 'bankid', match: 'collect', kind, times: kind === 'reset' ? 2 : 1 });
    expect((await codeOf(collect(order)))[0]).toBe('identity/bankid-unavailable');
    local.cloud.faults.clear();
    expect((await collect(order)).status).toBe('pending'); // from what is stored: two seconds have not passed
    pass(3);
    expect(await collect(order)).toMatchObject({ status: 'pending', hintCode: 'outstandingTransaction' });
  });

  test.each(['late-success', 'garbage', 'duplicate'] as const)(
    'an outcome that was lost by %s ends the order, and nobody comes in',
    async (kind) => {
      const order = await start();
      service.phone.autostart(order.autoStartToken, somebodyNew());
      service.phone.approve(order.autoStartToken);
      pass(2);
      local.cloud.faults.inject({ service: 'bankid', match: 'collect', kind, times: 1 });
      const first = await collect(order).catch((thrown: unknown) => thrown);
      pass(3);
      const last = first instanceof AppError ? await collect(order) : first;
      expect(last).toMatchObject({ status: 'failed', hintCode: 'invalidParameters', outcome: null });
    },
  );

  test('a cancellation that BankID does not hear is a cancellation', async () => {
    const order = await start();
    local.cloud.faults.inject({ service: 'bankid', match: 'cancel', kind: '503', times: 1 });
    await cancelOrder(order.orderId, nobody, world());
    expect(await collect(order)).toMatchObject({ status: 'failed', hintCode: 'cancelled' });
  });

  test('a cancellation counts although others collect at the same moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const order = await start();
      pass(3);
      const collecting = Array.from({ length: 3 }, () => collect(order).catch(() => null));
      await Promise.all([...collecting, cancelOrder(order.orderId, nobody, world())]);
      expect(await collect(order)).toMatchObject({ status: 'failed', hintCode: 'cancelled' });
    }
  });

  test('a service that another authority vouches for is not spoken to', async () => {
    const impostor = await startBankId({ faults: createFaults(), stateDir: null });
    const { cert, key } = impostor.relyingParty;
    const deceived = rpClient({ url: impostor.api.url, ca: service.relyingParty.ca, cert, key });
    expect(await codeOf(start({}, world({ rp: deceived })))).toEqual(['identity/bankid-unavailable', 'unknown']);
    expect(impostor.api.counters.get('auth')).toBeUndefined();
    await impostor.stop();
  });

  test('a caller without a network address gets no order', async () => {
    const origin = { address: 'unknown', userAgent: '', country: null };
    expect(await codeOf(start({}, world({ origin })))).toEqual(['identity/bankid-failed', 'invalidParameters']);
  });
});

test('what BankID told is sealed in every document', async () => {
  const person = somebodyNew('Klara', 'Klartextsson');
  const placed: string[] = [];
  const listening: RpClient = {
    ...rp,
    place: async (order) => {
      const answer = await rp.place(order);
      placed.push(...Object.values(answer));
      return answer;
    },
  };
  const order = await start({}, world({ rp: listening }));
  const { qr } = await collect(order, world({ rp: listening }));
  expect(qr).toBe(qrCode(placed[2] ?? '', placed[3] ?? '', Number(qr?.split('.')[2])));
  const pending = JSON.stringify(await stored(local, `bankIdOrders/${order.orderId}`));
  service.phone.scan(qr ?? '', person);
  service.phone.approve(order.autoStartToken);
  pass(2);
  expect((await collect(order)).outcome?.kind).toBe('needsEmail');
  const documents = pending + JSON.stringify(await everyDocument(local));
  expect(documents).toContain('bankIdOrders');
  expect(placed).toHaveLength(4);
  for (const secret of [...placed, person.personalNumber, 'Klartextsson', '192.0.2.9', device]) {
    const forms = [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')];
    for (const form of forms) expect(documents.includes(form)).toBe(false);
  }
});
