/**
 * What BankID gave as proof of an identification or signature: its whole completion data, sealed under the account's key.
 *
 * Guarantees: nothing comes of an order before its evidence is kept. Does not verify BankID's signature:
 * the answer came over a connection to BankID's pinned authority.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import { accountsOrgId, subjectKey } from '../../platform/keyring.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { accountDoc } from '../accountStore.ts';
import type { BankIdPurpose } from './contract.ts';
import type { Signed } from './orderStore.ts';

/** What was proven. `completionData` is BankID's JSON text, `text` what the person saw. */
export type Evidence = { readonly completionData: string; readonly text: string };

const evidenceDoc = (accountId: string, orderId: string): DocumentReference => accountDoc(accountId).collection('signatures').doc(orderId);
const context = (orderId: string) =>
  ({ orgId: accountsOrgId, collection: 'signatures', docId: orderId, sensitivityClass: 'identity' }) as const;

/** What evidence is about. `signed` is null for identifications. */
export type About = { readonly purpose: BankIdPurpose; readonly signed: Signed | null; readonly evidence: Evidence };

/** Keeps evidence under an account, before anything comes of it. Keeping it again changes nothing. Throws `shared/not-found` without the account's key. */
export async function keepEvidence(where: { accountId: AccountId; orderId: string }, about: About, now: Date): Promise<void> {
  const dek = await subjectKey(accountsOrgId, where.accountId);
  const { purpose, signed, evidence } = about;
  const document = { v: 1, purpose, signed, sealed: sealRecord(dek, context(where.orderId), evidence), createdAt: Timestamp.fromDate(now) };
  await evidenceDoc(where.accountId, where.orderId).set(document);
}

/** What an account signed under this id: ids and version of the review. Throws `shared/not-found` when it signed nothing such. */
export async function signedBy(accountId: AccountId, evidenceId: string): Promise<Signed> {
  const stored = (await evidenceDoc(accountId, evidenceId).get()).data();
  if (stored?.['purpose'] !== 'sign') throw new AppError('shared/not-found', 'not found');
  return stored['signed'] as Signed; // written by keepEvidence, with this purpose always
}

/** Opens evidence. Throws `shared/not-found` when there is none or its key is gone. */
export async function openEvidence(accountId: AccountId, evidenceId: string): Promise<Evidence> {
  const [stored, dek] = await Promise.all([evidenceDoc(accountId, evidenceId).get(), subjectKey(accountsOrgId, accountId)]);
  if (!stored.exists) throw new AppError('shared/not-found', 'not found');
  return openRecord(dek, context(evidenceId), stored.get('sealed') as Uint8Array) as Evidence; // what keepEvidence sealed, authenticated
}
