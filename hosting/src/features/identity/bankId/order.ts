/**
 * One BankID order from start to end: starts it, asks each second how it goes, and cancels it when the person leaves.
 * The server asks BankID at most every two seconds and restarts an order that nobody answered; here is only shown what it says.
 */
import { toApiError, type ApiError } from '../../../api/apiError.ts';
import { call } from '../../../api/call.ts';
import type { Input, Output } from '../../../api/callables.ts';
import { nowMs } from '../../../api/clock.ts';
import { forgetOrder, rememberOrder, waitingOrder } from './returning.ts';

/** What comes of an order. */
export type BankIdOutcome = NonNullable<Output<'bankIdCollect'>['outcome']>;
/** An order as it is shown. */
export type OrderView =
  | { readonly status: 'starting' }
  | {
      readonly status: 'pending';
      readonly launchUrl: string;
      readonly hintCode: string | null;
      readonly qr: string | null;
      readonly isRestarted: boolean;
    }
  | { readonly status: 'failed'; readonly hintCode: string | null; readonly error: ApiError | null };

const tickMs = 1_000;
/** Unanswered collects in a row before the person is told: an app switch on a phone cuts the network off for a moment. */
const mostSilences = 8;

/** Phones and tablets, where another address opens the app. */
export function isMobile(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /android|iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1);
}

/** Follows an order; answers its outcome, or null when it failed or was left. `show` gets each change. */
export async function followOrder(
  input: Input<'bankIdStart'>,
  show: (view: OrderView) => void,
  signal: AbortSignal,
): Promise<BankIdOutcome | null> {
  show({ status: 'starting' });
  let orderId: Output<'bankIdStart'>['orderId'] | null = null;
  try {
    const order = await startOrResume(input, show, signal);
    orderId = order.orderId;
    return await collect(order, show, signal);
  } catch (thrown) {
    if (!signal.aborted) show({ status: 'failed', hintCode: null, error: toApiError(thrown) });
    return null;
  } finally {
    if (orderId !== null) forgetOrder(orderId);
    if (signal.aborted && orderId !== null) void call('bankIdCancel', { orderId }).catch(() => undefined);
  }
}

const urlFor = (urls: Output<'bankIdStart'>['launchUrls']): string => (isMobile() ? urls.mobile : urls.desktop);

type Running = { readonly orderId: Output<'bankIdStart'>['orderId']; readonly launchUrl: string };

async function startOrResume(input: Input<'bankIdStart'>, show: (view: OrderView) => void, signal: AbortSignal): Promise<Running> {
  const waiting = input.sameDevice ? waitingOrder(input.purpose) : null;
  // An id that bankIdStart gave, kept as text; the server checks it again.
  if (waiting !== null) return { orderId: waiting.orderId as Running['orderId'], launchUrl: waiting.launchUrl };
  const { orderId, launchUrls } = await call('bankIdStart', input);
  const launchUrl = urlFor(launchUrls);
  // Who left while it began is not to meet the app.
  if (input.sameDevice && !signal.aborted) {
    rememberOrder({ orderId, purpose: input.purpose, launchUrl });
    show({ status: 'pending', launchUrl, hintCode: null, qr: null, isRestarted: false });
    // A web address opens an app only when the person presses it; the computer's own scheme opens by itself.
    if (!launchUrl.startsWith('http')) window.location.assign(launchUrl);
  }
  return { orderId, launchUrl };
}

async function collect(order: Running, show: (view: OrderView) => void, signal: AbortSignal): Promise<BankIdOutcome | null> {
  const { orderId } = order;
  let { launchUrl } = order;
  let isRestarted = false;
  for (let silences = 0; !signal.aborted;) {
    const next = nowMs() + tickMs;
    const state = await call('bankIdCollect', { orderId }).catch((thrown: unknown) => {
      const error = toApiError(thrown);
      if (error.code !== 'shared/unavailable' || (silences += 1) > mostSilences) throw error;
      return null;
    });
    if (signal.aborted) return null;
    if (state !== null) {
      silences = 0;
      isRestarted ||= state.restarted;
      if (state.launchUrls !== null) launchUrl = urlFor(state.launchUrls);
      if (state.outcome !== null) return state.outcome;
      const { hintCode, qr } = state;
      if (state.status === 'failed') {
        show({ status: 'failed', hintCode, error: null });
        return null;
      }
      show({ status: 'pending', launchUrl, hintCode, qr, isRestarted });
    }
    await pause(next - nowMs(), signal);
  }
  return null;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, milliseconds));
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
