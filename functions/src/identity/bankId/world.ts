/** What the use cases of BankID need of the world, and who calls them. */
import type { CallOrigin } from '../../platform/callable.ts';
import type { SendMail } from '../../platform/email.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import type { Locale } from '../basics/contract.ts';
import type { Caller } from '../session.ts';
import type { Signing } from './contract.ts';
import type { RpClient } from './rpClient.ts';

/** What the use cases need of the world. */
export type BankIdWorld = { readonly clock: Clock; readonly rp: RpClient; readonly origin: CallOrigin; readonly sendMail: SendMail };

/** Whoever calls: signed in, or why not. Some purposes need no session. */
export type Who = { readonly caller: Caller } | { readonly refusal: AppError };

/** The caller. Throws why there is none. */
export function needsCaller(who: Who): Caller {
  if ('caller' in who) return who.caller;
  throw who.refusal;
}

/**
 * What the caller is to sign, in words, and the version of it. Throws `shared/not-found` for what the caller may not see.
 * Made by the capability that it is about.
 */
export type SigningText = (
  caller: Caller,
  signing: Signing,
  locale: Locale,
) => Promise<{ readonly text: string; readonly version: number }>;

/** The one error for an order that is over, was never there, or is somebody else's. */
export const orderEnded = (): AppError => new AppError('identity/attempt-ended', 'start again');
