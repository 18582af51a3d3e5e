/**
 * BankID orders and what they leave behind, by the Admin SDK: credentials, which no client may see.
 *
 * Guarantees: what BankID gave (reference, tokens, QR secret) and what it told about a person is sealed under a key of the
 * order's own, which is destroyed with it; an order is changed only as the version that was read; a person is found by a keyed
 * hash of the identity number. Completion data are sealed under the account's key.
 */
import type { DocumentReference, Timestamp } from 'firebase-admin/firestore';
import { exactToken } from '../../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import type { Dek } from '../../crypto/keys.ts';
import type { Normalised } from '../../crypto/normalise.ts';
import { unlessOutrun } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { accountsOrgId, createSubjectKey, subjectKeys } from '../../platform/keyring.ts';
import type { AccountId, BankIdOrderId, SessionId } from '../../shared/ids.ts';
import { accountDoc, accountsKey, credentialsVersionOf } from '../accountStore.ts';
import type { Locale } from '../basics/contract.ts';
import type { Guard } from '../signInStore.ts';
import type { BankIdPurpose, Signing } from './contract.ts';
import type { RpOrder, RpPlaced } from './rpClient.ts';

/** A review as it is signed: `version` is that of its document. */
export type Signed = Signing & { readonly version: number };

/** What an order holds while BankID has it. */
export type Waiting = {
  readonly step: 'waiting';
  readonly placed: RpPlaced;
  readonly asked: RpOrder;
  /** Where the app on the same device goes back to. */
  readonly returnUrl: string | null;
  readonly locale: Locale;
  readonly deviceId: string | null;
  readonly signed: Signed | null;
};

/** What an order holds once BankID told of a person without an account. */
export type Identified = {
  readonly step: 'identified';
  readonly displayName: string;
  readonly bankIdIndex: string;
  readonly evidence: string;
  readonly text: string;
  readonly deviceId: string | null;
};

/** An order as stored, its secrets apart. */
export type Order = {
  readonly v: 1;
  readonly purpose: BankIdPurpose;
  /** `complete` and `failed` are final; `needsEmail` waits for `bankIdSignUp`. */
  readonly state: 'pending' | 'needsEmail' | 'complete' | 'failed';
  /** BankID's latest hint, or Valv's own for a failure. */
  readonly hintCode: string | null;
  readonly restarts: number;
  /** The session that began it, for whoever was signed in. */
  readonly sessionId: SessionId | null;
  readonly accountId: AccountId | null;
  readonly signUps: number;
  readonly sealed: Uint8Array | null;
  readonly createdAt: Timestamp;
  /** When BankID placed it, or placed it anew. */
  readonly placedAt: Timestamp;
  /** BankID is not asked again before. */
  readonly nextCollectAt: Timestamp;
  readonly expiresAt: Timestamp;
};

/** An order, opened, and the version of the document that was read. */
export type ReadOrder = {
  readonly id: BankIdOrderId;
  readonly order: Order;
  readonly secret: Waiting | Identified | null;
  readonly version: Timestamp;
};

const orderDoc = (id: string): DocumentReference => adminFirestore().collection('bankIdOrders').doc(id);
const context = (collection: string, docId: string) => ({ orgId: accountsOrgId, collection, docId, sensitivityClass: 'identity' }) as const;

/** Seals what an order holds. */
export async function sealOrder(id: BankIdOrderId, secret: Waiting | Identified): Promise<Uint8Array> {
  const dek = await createSubjectKey(accountsOrgId, 'bankIdOrder', id); // the one that exists, after the first time
  return sealRecord(dek, context('bankIdOrders', id), secret);
}

/** Stores a new order. */
export async function createOrder(id: BankIdOrderId, order: Order): Promise<void> {
  await orderDoc(id).create(order);
}

/** Reads and opens an order; null when there is none, or its key is gone. */
export async function readOrder(id: BankIdOrderId): Promise<ReadOrder | null> {
  const [snapshot, keys] = await Promise.all([orderDoc(id).get(), subjectKeys(accountsOrgId, [id])]);
  const order = snapshot.data() as Order | undefined; // written by createOrder only
  const dek = keys.get(id);
  if (order === undefined || dek === undefined || snapshot.updateTime === undefined) return null;
  return { id, order, secret: order.sealed === null ? null : openOrder(dek, id, order.sealed), version: snapshot.updateTime };
}

function openOrder(dek: Dek, id: string, sealed: Uint8Array): Waiting | Identified {
  return openRecord(dek, context('bankIdOrders', id), sealed) as unknown as Waiting | Identified; // what sealOrder sealed, authenticated
}

/** Changes an order that still is the version that was read; answers the new version, or undefined when it is not. */
export async function changeOrder(id: BankIdOrderId, version: Timestamp, fields: Partial<Order>): Promise<Timestamp | undefined> {
  return unlessOutrun(async () => (await orderDoc(id).update(fields, { lastUpdateTime: version })).writeTime);
}

/** The order as something that a sign-in relies on and uses up. */
export const orderGuard = ({ id, version }: Pick<ReadOrder, 'id' | 'version'>): Guard => ({ reference: orderDoc(id), version });

/** The keyed hash by which a personal identity number of twelve digits is found among accounts. */
export async function bankIdIndexOf(personalNumber: string): Promise<string> {
  return exactToken(await accountsKey(), 'account.personalIdentityNumber', personalNumber as Normalised); // twelve digits, checked by the client of BankID
}

/** A pseudonym of a browser, which tells BankID only that it is the same one as before. */
export async function deviceIdentifierOf(deviceId: string): Promise<string> {
  return exactToken(await accountsKey(), 'bankId.device', deviceId as Normalised); // the same text gives the same hash
}

const holders = (bankIdIndex: string) => adminFirestore().collection('accounts').where('bankIdIndex', '==', bankIdIndex).limit(1);

/** The account of a person and the version of what it is entered with, or null. */
export async function accountOfPerson(
  bankIdIndex: string,
): Promise<{ accountId: AccountId; isActive: boolean; credentialsVersion: number } | null> {
  const found = (await holders(bankIdIndex).select('state', 'credentialsVersion').get()).docs[0];
  if (found === undefined) return null;
  const accountId = found.id as AccountId; // ids of accounts are ours
  return { accountId, isActive: found.get('state') === 'active', credentialsVersion: credentialsVersionOf(found) };
}

/** The keyed hash of the person behind an account's BankID, or null when it has none, and the version that said so. */
export async function bankIdOfAccount(accountId: AccountId): Promise<{ readonly bankIdIndex: string | null; readonly guard: Guard }> {
  const account = await accountDoc(accountId).get();
  if (account.updateTime === undefined) throw new TypeError('a caller without an account');
  const stored: unknown = account.get('bankIdIndex');
  return { bankIdIndex: typeof stored === 'string' ? stored : null, guard: { reference: account.ref, version: account.updateTime } };
}
