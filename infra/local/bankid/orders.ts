// Orders and their life, as BankID's service keeps it: thirty seconds for a client to appear, three minutes in all; a
// completed order can be collected for three minutes and a failed one for five, once. State is in memory.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Person } from './persons.ts';
import { invalidParameters, RpError } from './rpError.ts';
import type { OrderRequest } from './validate.ts';

/** An order. Times are milliseconds. */
export type Order = {
  readonly orderRef: string;
  readonly autoStartToken: string;
  readonly qrStartToken: string;
  readonly qrStartSecret: string;
  readonly kind: 'auth' | 'sign';
  readonly request: OrderRequest;
  readonly createdAt: number;
  status: 'pending' | 'complete' | 'failed';
  hintCode: string;
  /** When it was completed or failed. */
  endedAt: number;
  /** Who opened it. */
  person: Person | null;
  completionData: unknown;
};

/** The clock of the service, which can be moved forward. */
export type MovableClock = { now(): number; advance(seconds: number): void };

/** Makes a clock that runs with the machine's. */
export function movableClock(): MovableClock {
  let ahead = 0;
  return { now: () => Date.now() + ahead, advance: (seconds) => void (ahead += seconds * 1000) };
}

const second = 1000;
const limits = { start: 30 * second, pending: 180 * second, complete: 180 * second, failed: 300 * second } as const;
/** How long a QR code that was shown is good for: it was drawn a moment ago, and the camera needs another. */
const qrWindowSeconds = 5;

/** All orders of a service. */
export type Orders = ReturnType<typeof createOrders>;

/** Makes an empty book of orders. */
export function createOrders(clock: MovableClock) {
  const orders = new Map<string, Order>();
  const living = (): Order[] => [...orders.values()].map((order) => (age(order, clock.now()), order));
  const pendingOf = (personalNumber: string): Order[] =>
    living().filter(
      ({ status, person, request }) => status === 'pending' && (person?.personalNumber ?? request.personalNumber) === personalNumber,
    );
  const pending = (order: Order | undefined): Order => {
    if (order !== undefined) age(order, clock.now());
    if (order?.status !== 'pending') throw new RpError(404, 'notFound', 'No such order is waiting.');
    return order;
  };
  return {
    clock,
    /** Places an order. Throws `alreadyInProgress`, cancelling both, when it names a person who has one. */
    place(kind: 'auth' | 'sign', request: OrderRequest): Order {
      const others = request.personalNumber === null ? [] : pendingOf(request.personalNumber);
      for (const other of others) end(other, 'failed', 'cancelled', clock.now());
      if (others.length > 0) throw new RpError(400, 'alreadyInProgress', 'Order already in progress for pno');
      const order = newOrder(kind, request, clock.now());
      orders.set(order.orderRef, order);
      return order;
    },
    /** The state of an order; an ended one is forgotten with this answer. Throws `invalidParameters` for an unknown one. */
    collect(orderRef: string): Order {
      const order = orders.get(orderRef);
      if (order !== undefined) age(order, clock.now());
      const kept = order !== undefined && (order.status === 'pending' || clock.now() - order.endedAt <= limits[order.status]);
      if (order === undefined || !kept || order.status !== 'pending') orders.delete(orderRef);
      if (order === undefined || !kept) throw invalidParameters('No such order');
      return order;
    },
    /** Withdraws a pending order. Throws `invalidParameters` for any other. */
    cancel(orderRef: string): void {
      const order = orders.get(orderRef);
      if (order !== undefined) age(order, clock.now());
      if (order?.status !== 'pending') throw invalidParameters('No such order');
      orders.delete(orderRef);
    },
    /** Orders that wait for a client or a decision. */
    waiting: (): Order[] => living().filter(({ status }) => status === 'pending'),
    byAutoStartToken: (token: string): Order => pending([...orders.values()].find(({ autoStartToken }) => autoStartToken === token)),
    /** The order behind a QR code that is on a screen now. Throws `notFound` for an old, forged or foreign one. */
    byQr(code: string): Order {
      const [, token, seconds = '', mac] = /^bankid\.([0-9a-f-]{36})\.(\d{1,4})\.([0-9a-f]{64})$/.exec(code.trim()) ?? [];
      const order = pending([...orders.values()].find(({ qrStartToken }) => qrStartToken === token));
      const expected = createHmac('sha256', order.qrStartSecret).update(seconds).digest('hex');
      const shownFor = (clock.now() - order.createdAt) / second - Number(seconds);
      if (mac !== expected || Math.abs(shownFor) > qrWindowSeconds) throw new RpError(404, 'notFound', 'The QR code is not valid now.');
      return order;
    },
    /** A phone opened the order as a person: other orders of the person are cancelled, and this one waits for the code. */
    open(order: Order, person: Person): void {
      const { personalNumber } = order.request;
      if (personalNumber !== null && personalNumber !== person.personalNumber)
        throw new RpError(409, 'wrongPerson', 'The order is for somebody else.');
      for (const other of pendingOf(person.personalNumber)) if (other !== order) end(other, 'failed', 'cancelled', clock.now());
      order.person = person;
      order.hintCode = 'userSign';
    },
    complete(order: Order, completionData: unknown): void {
      order.completionData = completionData;
      end(order, 'complete', '', clock.now());
    },
    fail: (order: Order, hintCode: string): void => end(order, 'failed', hintCode, clock.now()),
  };
}

function newOrder(kind: 'auth' | 'sign', request: OrderRequest, now: number): Order {
  return {
    orderRef: randomUUID(),
    autoStartToken: randomUUID(),
    qrStartToken: randomUUID(),
    qrStartSecret: randomUUID(),
    kind,
    request,
    createdAt: now,
    status: 'pending',
    hintCode: request.callInitiator === null ? 'outstandingTransaction' : 'userCallConfirm',
    endedAt: 0,
    person: null,
    completionData: null,
  };
}

/** Lets time pass for an order. */
function age(order: Order, now: number): void {
  if (order.status !== 'pending') return;
  const isUntouched = order.person === null && order.request.callInitiator === null;
  if (isUntouched && now - order.createdAt > limits.start) end(order, 'failed', 'startFailed', order.createdAt + limits.start);
  else if (now - order.createdAt > limits.pending) end(order, 'failed', 'expiredTransaction', order.createdAt + limits.pending);
}

function end(order: Order, status: 'complete' | 'failed', hintCode: string, at: number): void {
  order.status = status;
  order.hintCode = hintCode;
  order.endedAt = at;
}

/** A hardware identifier as BankID answers it. */
export const someUhi = (): string => randomBytes(20).toString('base64url');
