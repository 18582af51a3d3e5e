/**
 * How often a password may be tried.
 *
 * Guarantees: a device that the account has signed in from is limited by a bucket of its own alone, so that no flood from
 * elsewhere, at this account or at all of them, from true addresses or forged ones, keeps the owner out there. Every other
 * device takes one token each of its address, of the account and of all: 100 tries a day for an account, however many
 * machines try. An address without an account has the same buckets and costs the same reads and writes.
 * Does not guarantee that an owner gets in by password from a new device while somebody else uses up the account's 100 tries, or
 * what strangers share. A passkey takes none of these and has no limit that strangers share. BankID takes none of these either,
 * and has buckets of its own (bankId/turns.ts); recovery by e-mail, whose end makes the device known, has others again.
 */
import type { Clock } from '../shared/time.ts';
import { deviceIndexOf, type FoundAccount } from './accountStore.ts';
import { takeToken } from './rateLimit.ts';

/** Whoever tries a password. */
export type PasswordTry = {
  readonly emailIndex: string;
  readonly account: FoundAccount | null;
  readonly deviceId: string | undefined;
  readonly address: string;
};

/** Counts one try; answers the device's index at the account, or null. Throws `identity/too-many-attempts`. */
export async function throttlePassword({ emailIndex, account, deviceId, address }: PasswordTry, clock: Clock): Promise<string | null> {
  const deviceIndex = await deviceIndexOf(account?.accountId ?? 'nobody-has-this-account-id', deviceId);
  if (isKnownDevice(account, deviceIndex)) {
    await takeToken('signInFromKnownDevice', deviceIndex, clock);
    return deviceIndex;
  }
  await takeToken('signInByAddress', address, clock);
  await takeToken('signInFromNewDevice', emailIndex, clock);
  await takeToken('signInOverall', 'all', clock);
  return deviceIndex;
}

/** Whether the account has signed in from a device. */
export function isKnownDevice(account: FoundAccount | null, deviceIndex: string | null): deviceIndex is string {
  return deviceIndex !== null && account !== null && account.knownDevices.includes(deviceIndex);
}
