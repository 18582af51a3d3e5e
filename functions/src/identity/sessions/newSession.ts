/**
 * What a session is made of when it begins.
 *
 * Guarantees: what tells of the person's device and whereabouts is sealed under the account's key, and only the network part
 * of the address is kept. Does not vouch for device and place: a browser names itself, and see platform/callable.ts.
 */
import { Timestamp, type DocumentData } from 'firebase-admin/firestore';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import type { Dek } from '../../crypto/keys.ts';
import type { CallOrigin } from '../../platform/callable.ts';
import { accountsOrgId, subjectKey } from '../../platform/keyring.ts';
import { newId } from '../../platform/random.ts';
import type { AccountId, SessionId } from '../../shared/ids.ts';
import { networkOf } from '../../shared/network.ts';
import { after, ms } from '../../shared/time.ts';
import { sessionRules, strengthOf, type SignInMethod } from '../contract.ts';
import { deviceName } from '../devices/deviceName.ts';
import type { NewSession } from '../sessionStore.ts';
import { idleMinutesOf } from './idleLimit.ts';

/** How somebody signed in. `deviceIndex` is accountStore's deviceIndexOf. */
export type SignedInHow = { readonly method: SignInMethod; readonly deviceIndex: string | null; readonly origin: CallOrigin };

/** Where a session runs, e.g. `Firefox · Windows`, `192.0.2.0/24`, `SE`; null when unknown. */
export type SessionPlace = { readonly device: string | null; readonly address: string | null; readonly country: string | null };

const sealContext = (sessionId: string) =>
  ({ orgId: accountsOrgId, collection: 'sessions', docId: sessionId, sensitivityClass: 'ordinary' }) as const;

/** A session that begins at `now`; reads what it needs, and stores nothing: that is done together with what allows it. */
export async function newSession(accountId: AccountId, how: SignedInHow, now: Date): Promise<NewSession> {
  const [dek, idleMinutes] = await Promise.all([subjectKey(accountsOrgId, accountId), idleMinutesOf(accountId, now)]);
  const sessionId = newId<SessionId>();
  const { address, userAgent, country } = how.origin;
  const place: SessionPlace = { device: deviceName(userAgent), address: networkOf(address), country };
  const document: DocumentData = {
    accountId,
    state: 'active',
    method: how.method,
    strength: strengthOf(how.method),
    idleMinutes,
    deviceIndex: how.deviceIndex,
    onlyOrgId: null,
    sealed: sealRecord(dek, sealContext(sessionId), place),
    authenticatedAt: Timestamp.fromDate(now),
    createdAt: Timestamp.fromDate(now),
    lastSeenAt: Timestamp.fromDate(now),
    idleExpiresAt: Timestamp.fromDate(after(now, idleMinutes * ms.minute)),
    absoluteExpiresAt: Timestamp.fromDate(after(now, sessionRules.absoluteHours * ms.hour)),
    endedAt: null,
    endedReason: null,
  };
  return { sessionId, document };
}

/** Opens what {@link newSession} sealed. Throws `crypto/cannot-open`. */
export function openPlace(dek: Dek, sessionId: string, sealed: unknown): SessionPlace {
  return openRecord(dek, sealContext(sessionId), sealed as Uint8Array) as SessionPlace; // what newSession sealed, authenticated
}

/** Network and country in one line, e.g. `192.0.2.0/24 · SE`; null when neither is known. */
export function placeText({ address, country }: SessionPlace): string | null {
  return [address, country].filter((part) => part !== null).join(' · ') || null;
}
