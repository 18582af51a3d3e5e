/**
 * Asks how an order stands, and brings about what it was for once the person has approved it.
 *
 * Guarantees: BankID is asked at most every two seconds and by one call at a time, however often and however many at once
 * call this; the outcome happens once, together with the end of the order, and is told once; an order that nobody opened is
 * placed anew without a word for three minutes; the QR code is given only while the order waits to be opened.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { untilSettled } from '../../platform/contention.ts';
import { logFailure } from '../../platform/log.ts';
import { isAppError } from '../../shared/errors.ts';
import type { BankIdOrderId } from '../../shared/ids.ts';
import { after, ms } from '../../shared/time.ts';
import { finishOrder, type Outcome } from './finishOrder.ts';
import { changeOrder, readOrder, sealOrder, type Order, type ReadOrder, type Waiting } from './orderStore.ts';
import { qrCode } from './qr.ts';
import type { RpCollected } from './rpClient.ts';
import { launchUrls, orderRules } from './startOrder.ts';
import type { LaunchUrls } from './contract.ts';
import { knowBrowser } from './turns.ts';
import { orderEnded, type BankIdWorld, type Who } from './world.ts';

/** How an order stands, for the browser; the outcome without the token that functions.ts makes. */
export type Collected = {
  readonly status: 'pending' | 'complete' | 'failed';
  readonly hintCode: string | null;
  readonly qr: string | null;
  readonly launchUrls: LaunchUrls | null;
  readonly restarted: boolean;
  readonly outcome: Outcome | null;
};

/** While one call asks BankID, nobody else does: longer than the client waits. */
const leaseSeconds = 15;
const toBeOpened = 'outstandingTransaction';

/** How the order stands. Throws `identity/attempt-ended`, and `identity/bankid-unavailable` when BankID does not answer just now: ask again. */
export async function collectOrder(orderId: BankIdOrderId, who: Who, world: BankIdWorld): Promise<Collected> {
  const read = await ownOrder(orderId, who, world.clock());
  if (read.order.state !== 'pending' || read.order.nextCollectAt.toDate() > world.clock()) return standing(read, world.clock());
  const now = world.clock();
  const version = await changeOrder(orderId, read.version, { nextCollectAt: Timestamp.fromDate(after(now, leaseSeconds * ms.second)) });
  if (version === undefined) return standing(await ownOrder(orderId, who, now), now);
  return askBankId({ ...read, version }, now, who, world);
}

/** The order, when it is the caller's and not over. */
export async function ownOrder(orderId: BankIdOrderId, who: Who, now: Date): Promise<ReadOrder> {
  const read = await readOrder(orderId);
  const { sessionId, expiresAt } = read?.order ?? {};
  const isOwn = sessionId === null || ('caller' in who && who.caller.sessionId === sessionId);
  if (read === null || !isOwn || expiresAt === undefined || expiresAt.toDate() <= now) throw orderEnded();
  return read;
}

/** What is stored, without asking BankID. Throws `identity/attempt-ended` for an outcome, which has been told. */
function standing({ order, secret }: ReadOrder, now: Date): Collected {
  const restarted = order.restarts > 0;
  if (order.state === 'failed') return { status: 'failed', hintCode: order.hintCode, qr: null, launchUrls: null, restarted, outcome: null };
  if (order.state !== 'pending' || secret?.step !== 'waiting') throw orderEnded();
  const { placed, returnUrl } = secret;
  const isToBeOpened = order.hintCode === toBeOpened;
  const seconds = Math.max(0, Math.floor((now.getTime() - order.placedAt.toMillis()) / ms.second));
  return {
    status: 'pending',
    hintCode: order.hintCode,
    qr: isToBeOpened ? qrCode(placed.qrStartToken, placed.qrStartSecret, seconds) : null,
    launchUrls: isToBeOpened ? launchUrls(placed.autoStartToken, returnUrl) : null,
    restarted,
    outcome: null,
  };
}

async function askBankId(read: ReadOrder, askedAt: Date, who: Who, world: BankIdWorld): Promise<Collected> {
  const { secret } = read;
  if (secret?.step !== 'waiting') throw orderEnded();
  const collected = await world.rp.collect(secret.placed.orderRef).catch((thrown: unknown) => afterRefusal(read, askedAt, thrown));
  if (collected.status === 'complete') return complete(read, secret, collected, who, world);
  const isNeverOpened = collected.status === 'failed' && collected.hintCode === 'startFailed';
  const mayRestart = askedAt.getTime() - read.order.createdAt.toMillis() <= orderRules.restartWithinSeconds * ms.second;
  if (isNeverOpened && mayRestart) return restart(read, secret, world);
  if (collected.status === 'failed') return fail(read, collected.hintCode, world);
  return advance(read, { hintCode: collected.hintCode, nextCollectAt: nextAfter(askedAt) }, secret, world.clock());
}

const nextAfter = (askedAt: Date): Timestamp => Timestamp.fromDate(after(askedAt, orderRules.collectEverySeconds * ms.second));

/** BankID does not know the order, or gave no answer: the former ends it, after the latter it is asked again in a while. */
async function afterRefusal(read: ReadOrder, askedAt: Date, thrown: unknown): Promise<RpCollected> {
  if (isAppError(thrown, 'identity/bankid-failed')) return { status: 'failed', hintCode: String(thrown.details['hintCode']) };
  await changeOrder(read.id, read.version, { nextCollectAt: nextAfter(askedAt) });
  throw thrown;
}

/** Stores how a pending order goes on, and tells it. */
async function advance(read: ReadOrder, fields: Partial<Order>, secret: Waiting, now: Date): Promise<Collected> {
  const version = await changeOrder(read.id, read.version, fields);
  if (version === undefined) throw orderEnded(); // cancelled meanwhile
  return standing({ ...read, order: { ...read.order, ...fields }, secret, version }, now);
}

async function restart(read: ReadOrder, secret: Waiting, world: BankIdWorld): Promise<Collected> {
  const placed = await world.rp.place(secret.asked).catch(async (thrown: unknown) => {
    await fail(read, 'startFailed', world);
    throw thrown;
  });
  const now = world.clock();
  const anew = { ...secret, placed };
  const fields = {
    hintCode: toBeOpened,
    restarts: read.order.restarts + 1,
    sealed: await sealOrder(read.id, anew),
    placedAt: Timestamp.fromDate(now),
    nextCollectAt: nextAfter(now),
  };
  return advance(read, fields, anew, now);
}

const failedAs = (hintCode: string) => ({ state: 'failed', hintCode, sealed: null }) as const;

async function fail(read: ReadOrder, hintCode: string, world: BankIdWorld): Promise<Collected> {
  const fields = failedAs(hintCode);
  if ((await changeOrder(read.id, read.version, fields)) === undefined) throw orderEnded();
  return standing({ ...read, order: { ...read.order, ...fields }, secret: null }, world.clock());
}

async function complete(
  read: ReadOrder,
  secret: Waiting,
  { completion }: Extract<RpCollected, { status: 'complete' }>,
  who: Who,
  world: BankIdWorld,
): Promise<Collected> {
  const finished = await finishOrder(read, secret, completion, who, world);
  await knowBrowser(secret.deviceId, world.clock);
  if ('refusedAs' in finished) return fail(read, finished.refusedAs, world);
  return { status: 'complete', hintCode: null, qr: null, launchUrls: null, restarted: read.order.restarts > 0, outcome: finished.outcome };
}

/** Withdraws an order, at BankID too if it can be reached. Throws `identity/attempt-ended` when it does not wait any more. */
export async function cancelOrder(orderId: BankIdOrderId, who: Who, world: BankIdWorld): Promise<void> {
  const { placed } = await untilSettled(async () => {
    const { order, secret, version } = await ownOrder(orderId, who, world.clock());
    if (order.state !== 'pending' || secret?.step !== 'waiting') throw orderEnded();
    // Whoever collects at the same moment may be faster: as long as the order waits, it can be withdrawn.
    return (await changeOrder(orderId, version, failedAs('cancelled'))) && secret;
  });
  await world.rp.cancel(placed.orderRef).catch((thrown: unknown) => {
    // Nobody collects it any more, and BankID forgets it by itself.
    logFailure('order not cancelled at BankID', thrown);
  });
}
