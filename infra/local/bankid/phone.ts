// What a person does with the phone: opens an order, and approves it by signing or declines it.
import { ocspGood, type Identity } from './certificates.ts';
import { type Order, type Orders, someUhi } from './orders.ts';
import { type Person, persons } from './persons.ts';
import { RpError } from './rpError.ts';
import { signAs } from './signature.ts';

/** The phone of one person after another. */
export type Phone = ReturnType<typeof createPhone>;

/** An order as the phone shows it. */
export type ShownOrder = {
  /** Its autostart token, by which the phone knows it. */
  readonly order: string;
  readonly kind: 'auth' | 'sign';
  readonly hintCode: string;
  /** What the person is asked to identify for, or sign. */
  readonly visibleText: string | null;
  readonly referringDomain: string | null;
  readonly openedBy: Person | null;
  readonly ageSeconds: number;
};

/** Makes a phone for the orders of a service. */
export function createPhone(orders: Orders, authority: Identity) {
  const shown = (order: Order): ShownOrder => show(order, orders.clock.now());
  const find = (token: string): Order => orders.byAutoStartToken(token);
  const open = (order: Order, person: Person): ShownOrder => (orders.open(order, person), shown(order));
  return {
    persons: (): readonly Person[] => persons,
    waiting: (): ShownOrder[] => orders.waiting().map(shown),
    /** By the QR code on the screen. Throws `notFound` for one that is not shown now, `wrongPerson`. */
    scan: (qr: string, person: Person): ShownOrder => open(orders.byQr(qr), person),
    /** By a link on the same device. Throws `notFound`, `wrongPerson`. */
    autostart: (token: string, person: Person): ShownOrder => open(find(token), person),
    look: (token: string): ShownOrder => shown(find(token)),
    /** The person gives the security code. Throws `notOpened` before an order was opened. */
    approve(token: string): void {
      const order = find(token);
      if (order.person === null) throw new RpError(409, 'notOpened', 'Open the order first.');
      if (order.request.riskLimit !== null && order.request.endUserIp === riskyAddress) orders.fail(order, 'transactionRiskBlocked');
      else orders.complete(order, completionData(order, order.person, authority, new Date(orders.clock.now())));
    },
    decline: (token: string): void => orders.fail(find(token), 'userCancel'),
    /** Sets what BankID hints at, or ends the order with it: for hints that no phone here gives by itself. */
    hint(token: string, hintCode: string, fails: boolean): void {
      const order = find(token);
      if (fails) orders.fail(order, hintCode);
      else order.hintCode = hintCode;
    },
    advance: (seconds: number): void => orders.clock.advance(seconds),
  };
}

/** An address that BankID holds to be risky (TEST-NET-3). */
const riskyAddress = '203.0.113.66';

function show(order: Order, now: number): ShownOrder {
  const { userVisibleData, referringDomain } = order.request;
  return {
    order: order.autoStartToken,
    kind: order.kind,
    hintCode: order.hintCode,
    visibleText: userVisibleData === null ? null : Buffer.from(userVisibleData, 'base64').toString('utf8'),
    referringDomain,
    openedBy: order.person,
    ageSeconds: Math.floor((now - order.createdAt) / 1000),
  };
}

function completionData(order: Order, person: Person, authority: Identity, at: Date): object {
  const { personalNumber, givenName, surname } = person;
  const { request, kind, orderRef } = order;
  const { xml, certDer } = signAs(person, authority, { ...request, kind, orderRef }, at);
  return {
    user: { personalNumber, name: `${givenName} ${surname}`, givenName, surname },
    device: { ipAddress: request.endUserIp, uhi: someUhi() },
    bankIdIssueDate: '2025-03-01Z',
    signature: xml.toString('base64'),
    ocspResponse: ocspGood(authority, certDer, xml, at).toString('base64'),
    ...(request.returnRisk ? { risk: 'low' } : {}),
  };
}
