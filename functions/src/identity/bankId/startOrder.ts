/**
 * Begins an identification or a signature with BankID.
 *
 * Guarantees: the order is bound to the session that begins it, when there is one; what is signed is worded on the server;
 * changing factors needs a fresh session. How often orders begin: turns.ts.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { isIP } from 'node:net';
import type * as z from 'zod/mini';
import { appUrl, bankIdLaunchUrl } from '../../platform/config.ts';
import { newId } from '../../platform/random.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { BankIdOrderId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { needsOwnStrength } from '../factors/ownStrength.ts';
import type { Caller } from '../session.ts';
import type { bankIdCallables, LaunchUrls } from './contract.ts';
import { bankIdOfAccount, createOrder, deviceIdentifierOf, sealOrder, type Signed, type Waiting } from './orderStore.ts';
import type { RpOrder } from './rpClient.ts';
import { takeTurn } from './turns.ts';
import { visibleText } from './visibleText.ts';
import { needsCaller, type BankIdWorld, type SigningText, type Who } from './world.ts';

/** Limits of an order. BankID wants to be asked every two seconds and no more often. */
export const orderRules = { lifetimeMinutes: 10, restartWithinSeconds: 180, collectEverySeconds: 2 } as const;

type Input = z.output<typeof bankIdCallables.bankIdStart.input>;
/** A begun order. */
export type Started = { readonly orderId: BankIdOrderId; readonly autoStartToken: string; readonly launchUrls: LaunchUrls };

/** Begins an order. Throws `identity/reauthentication-needed`, `identity/factor-exists`, `identity/too-many-attempts`, `identity/bankid-failed`, `identity/bankid-unavailable`. */
export async function startOrder(input: Input, who: Who, world: BankIdWorld, signingText: SigningText): Promise<Started> {
  const caller = needsSession(input.purpose) ? needsCaller(who) : null;
  if (caller !== null) await needsRight(input, caller, world.clock);
  await takeTurn({ caller, deviceId: input.deviceId, address: world.origin.address }, world.clock);
  const { text, signed } = await wordsOf(input, caller, signingText);
  const asked = await rpOrder(input, text, world);
  const placed = await world.rp.place(asked);
  const { returnUrl } = asked;
  const secret: Waiting = { step: 'waiting', placed, asked, returnUrl, locale: input.locale, deviceId: input.deviceId ?? null, signed };
  const orderId = await store(secret, input.purpose, caller, world.clock());
  return { orderId, autoStartToken: placed.autoStartToken, launchUrls: launchUrls(placed.autoStartToken, returnUrl) };
}

const needsSession = (purpose: Input['purpose']): boolean => purpose !== 'signIn' && purpose !== 'signUp';

/** A factor is added by somebody who just signed in, once; the other two need the BankID that the account has. */
async function needsRight({ purpose }: Input, caller: Caller, clock: Clock): Promise<void> {
  if (purpose === 'addFactor') await needsOwnStrength(caller, clock);
  const isAdded = (await bankIdOfAccount(caller.accountId)).bankIdIndex !== null;
  if (purpose === 'addFactor' && isAdded) throw new AppError('identity/factor-exists', 'the account has a BankID already');
  if (purpose !== 'addFactor' && !isAdded)
    throw new AppError('identity/bankid-failed', 'the account has no BankID', { hintCode: 'notAdded' });
}

async function wordsOf(input: Input, caller: Caller | null, signingText: SigningText): Promise<{ text: string; signed: Signed | null }> {
  const { purpose, locale, signing } = input;
  if (purpose !== 'sign') return { text: visibleText(purpose, locale), signed: null };
  if (signing === undefined || caller === null) throw invalidInput('signing', 'required');
  const { text, version } = await signingText(caller, signing, locale);
  return { text, signed: { ...signing, version } };
}

async function rpOrder({ purpose, deviceId, sameDevice, returnPath }: Input, text: string, { origin }: BankIdWorld): Promise<RpOrder> {
  const endUserIp = origin.address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIP(endUserIp) === 0)
    throw new AppError('identity/bankid-failed', 'the network address is not known', { hintCode: 'invalidParameters' });
  const referringDomain = new URL(appUrl()).hostname;
  const userAgent = origin.userAgent === '' ? 'unknown' : origin.userAgent;
  const web = deviceId === undefined ? null : { referringDomain, userAgent, deviceIdentifier: await deviceIdentifierOf(deviceId) };
  const returnUrl = sameDevice && returnPath !== undefined ? returnUrlOf(returnPath) : null;
  return { kind: purpose === 'sign' ? 'sign' : 'auth', endUserIp, text, web, returnUrl };
}

/** The address of a path of the web app, and of nothing else. */
function returnUrlOf(path: string): string {
  const url = new URL(path, appUrl());
  if (url.origin !== new URL(appUrl()).origin) throw invalidInput('returnPath', 'must be a path');
  return url.href;
}

async function store(secret: Waiting, purpose: Input['purpose'], caller: Caller | null, now: Date): Promise<BankIdOrderId> {
  const orderId = newId<BankIdOrderId>();
  await createOrder(orderId, {
    v: 1,
    purpose,
    state: 'pending',
    hintCode: 'outstandingTransaction',
    restarts: 0,
    sessionId: caller?.sessionId ?? null,
    accountId: caller?.accountId ?? null,
    signUps: 0,
    sealed: await sealOrder(orderId, secret),
    createdAt: Timestamp.fromDate(now),
    placedAt: Timestamp.fromDate(now),
    nextCollectAt: Timestamp.fromDate(after(now, orderRules.collectEverySeconds * ms.second)),
    expiresAt: Timestamp.fromDate(after(now, orderRules.lifetimeMinutes * ms.minute)),
  });
  return orderId;
}

/** The addresses that open the BankID app. On a computer the app leaves the browser where it is. */
export function launchUrls(autoStartToken: string, returnUrl: string | null): LaunchUrls {
  const query = (redirect: string): string =>
    `?autostarttoken=${encodeURIComponent(autoStartToken)}&redirect=${encodeURIComponent(redirect)}`;
  const configured = bankIdLaunchUrl();
  return {
    mobile: `${configured ?? 'https://app.bankid.com/'}${query(returnUrl ?? 'null')}`,
    desktop: `${configured ?? 'bankid:///'}${query('null')}`,
  };
}
