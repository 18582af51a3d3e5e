/**
 * What the last step of a sign-in makes: a session, or a fresh one of that which was there.
 *
 * Guarantees: a disabled account gets neither; what proves the person is used up in the same commit. Does not decide whether
 * the proof is good: whoever calls has.
 */
import { Timestamp } from 'firebase-admin/firestore';
import type { CallOrigin } from '../platform/callable.ts';
import type { AccountId, SessionId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { strengthOf, type SignInMethod } from './basics/contract.ts';
import { withDevice } from './devices/rememberDevice.ts';
import { newSession } from './sessions/newSession.ts';
import type { NewSession } from './sessionStore.ts';
import type { AccountHead, Guard, SignInWrites } from './signInStore.ts';

/** Whether somebody may be let in is the same question for every way in. */
export type Proof = {
  readonly method: SignInMethod;
  /** What of the account it uses, in the version that was read, and what becomes of it; null deletes it. */
  readonly spends: readonly { readonly guard: Guard; readonly fields: Readonly<Record<string, unknown>> | null }[];
};

/** What the last step gives. `isFresh`: the session was there already and has been made fresh, so there is no new token. */
export type Confirmed = {
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly method: SignInMethod;
  readonly isFresh: boolean;
  /** Whether the account has not signed in from this device before. Never at sign-up. */
  readonly isNewDevice: boolean;
};

/** What the last step needs of the world. */
export type ConfirmWorld = { readonly clock: Clock; readonly origin: CallOrigin };

/**
 * Who comes in, and from where. `deviceIndex` is accountStore's deviceIndexOf. `credentialsVersion` is of the password that was
 * checked; null where the proof itself says that it still counts.
 */
export type Entrant = {
  readonly accountId: AccountId;
  readonly deviceIndex: string | null;
  readonly credentialsVersion: number | null;
};

/** Who is made fresh; `credentialsVersion` as in {@link Entrant}. */
export type Refreshing = { readonly accountId: AccountId; readonly sessionId: SessionId; readonly credentialsVersion?: number | null };

/** A session for an entrant, yet to be stored. */
export function sessionFor(
  { accountId, deviceIndex }: Pick<Entrant, 'accountId' | 'deviceIndex'>,
  method: SignInMethod,
  { clock, origin }: ConfirmWorld,
): Promise<NewSession> {
  return newSession(accountId, { method, deviceIndex, origin }, clock());
}

/** Begins a session of an account that is active, and keeps its device among the known ones; null when it is not active, or the password has changed. */
export async function enter(writes: SignInWrites, entrant: Entrant, proof: Proof, session: NewSession): Promise<Confirmed | null> {
  const { accountId, deviceIndex, credentialsVersion } = entrant;
  const account = await writes.account(accountId);
  if (account === null || !mayEnter(account, credentialsVersion)) return null;
  // An organisation's provider vouches for a person in that organisation, not for a device of the account.
  const isOwnDevice = proof.method !== 'organisation';
  writes.updateAccount(accountId, { knownDevices: withDevice(account.knownDevices, isOwnDevice ? deviceIndex : null) });
  writes.createSession(session);
  spendAll(writes, proof);
  const isNewDevice = deviceIndex === null || !account.knownDevices.includes(deviceIndex);
  return { accountId, sessionId: session.sessionId, method: proof.method, isFresh: false, isNewDevice };
}

function mayEnter(account: AccountHead, credentialsVersion: number | null): boolean {
  return account.state === 'active' && (credentialsVersion === null || credentialsVersion === account.credentialsVersion);
}

/**
 * Makes a running session fresh, and as strong as the proof if that is stronger. One that an organisation vouched for is exactly as
 * strong as the proof: the provider's word counts in that organisation only. Null when the session or the account is over, or the
 * password has changed.
 */
export async function freshen(
  writes: SignInWrites,
  { accountId, sessionId, credentialsVersion = null }: Refreshing,
  proof: Proof,
  now: Date,
): Promise<Confirmed | null> {
  const account = await writes.account(accountId);
  const session = await writes.activeSession(sessionId, accountId);
  if (account === null || session === null || !mayEnter(account, credentialsVersion)) return null;
  const strength = strengthOf(proof.method);
  const isBound = (session['onlyOrgId'] ?? null) !== null;
  const shown = isBound || strength > Number(session['strength']) ? { method: proof.method, strength } : {};
  // Whoever shows factors of their own is no longer bound to the organisation that vouched for them.
  writes.updateSession(sessionId, { authenticatedAt: Timestamp.fromDate(now), onlyOrgId: null, ...shown });
  spendAll(writes, proof);
  return { accountId, sessionId, method: proof.method, isFresh: true, isNewDevice: false };
}

/** Writes what a proof uses up. */
export function spendAll(writes: SignInWrites, { spends }: Proof): void {
  for (const { guard, fields } of spends) writes.spend(guard, fields);
}
