/**
 * How often orders may begin.
 *
 * Guarantees: strangers cannot use up the turns of somebody who is signed in, nor those of a browser in which somebody has completed
 * an order before: both have a bucket of their own. Everybody else shares what there is for the address as stated and for all, as
 * does such a browser once its own is empty: at a reception many sign in on one.
 * Does not guarantee that BankID can be used at once in a browser where it never was, while somebody uses up what strangers share.
 */
import { logFailure } from '../../platform/log.ts';
import type { Clock } from '../../shared/time.ts';
import { openOwnBucket, takeOwnToken, takeToken } from '../rateLimit.ts';
import type { Caller } from '../session.ts';

/** Who begins an order: somebody who is signed in, or a browser by the secret that it keeps, at an address. */
export type Beginner = { readonly caller: Caller | null; readonly deviceId: string | undefined; readonly address: string };

/** Counts one order. Throws `identity/too-many-attempts`. */
export async function takeTurn({ caller, deviceId, address }: Beginner, clock: Clock): Promise<void> {
  if (caller !== null) return takeToken('bankIdByAccount', caller.accountId, clock);
  if (deviceId !== undefined && (await takeOwnToken('bankIdFromKnownDevice', deviceId, clock))) return;
  await takeToken('bankIdByAddress', address, clock);
  await takeToken('bankIdOverall', 'all', clock);
}

/** Gives a browser turns of its own, now that a person has completed an order in it. Never throws: the order counts without. */
export async function knowBrowser(deviceId: string | null, clock: Clock): Promise<void> {
  if (deviceId === null) return;
  await openOwnBucket('bankIdFromKnownDevice', deviceId, clock).catch((thrown: unknown) => {
    logFailure('browser not known to BankID', thrown);
  });
}
