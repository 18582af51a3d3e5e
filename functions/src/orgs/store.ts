/**
 * Organisations and members in Firestore: the only access of orgs.
 *
 * Guarantees: settings are read and changed under the caller's token. Founding an organisation goes through the Admin SDK,
 * because no member exists yet who could be authorized; it writes organisation, first owner and event in one transaction.
 * Does not check organisation numbers for ownership: whoever founds first has it.
 */
import { FieldValue } from 'firebase-admin/firestore';
import { Bytes, collection, doc, getDoc, getDocs, limit, query, serverTimestamp, where, writeBatch } from 'firebase/firestore/lite';
import type { AuditEventDoc } from '../audit/contract.ts';
import { addMemberEvent, eventPath } from '../audit/event.ts';
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import type { Dek } from '../crypto/keys.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, EventId, OrgId, SessionId } from '../shared/ids.ts';
import type { OrganisationDoc, Role } from './contract.ts';
import type { OrgActor } from './memberCallable.ts';

/** The opened personal data of a member, a copy of the account's for the organisation. */
export type MemberData = { readonly displayName: string; readonly email: string };

/** An organisation about to be founded. */
export type NewOrganisation = Pick<OrganisationDoc, 'name' | 'organisationNumber' | 'identityNumberGround'>;

const sealContext = (orgId: string, accountId: string) =>
  ({ orgId, collection: 'members', docId: accountId, sensitivityClass: 'ordinary' }) as const;

/** The id under which a member's key is stored; a member's account has another key. */
export const memberKeyId = (orgId: string, accountId: string): string => `${orgId}.${accountId}`;

const withNumber = (organisationNumber: string) =>
  adminFirestore().collection('orgs').where('organisationNumber', '==', organisationNumber).limit(1);
const numberTaken = () =>
  new AppError('orgs/organisation-number-taken', '"organisationNumber" is registered already', { field: 'organisationNumber' });

/** Throws `orgs/organisation-number-taken` before keys are made for nothing; {@link foundOrganisation} decides. */
export async function needsFreeOrganisationNumber(organisationNumber: string): Promise<void> {
  if (!(await withNumber(organisationNumber).get()).empty) throw numberTaken();
}

/** Founds an organisation with its first owner. Throws `orgs/organisation-number-taken`. */
export async function foundOrganisation(
  orgId: OrgId,
  founder: { accountId: AccountId; sessionId: SessionId },
  organisation: NewOrganisation,
  member: { dek: Dek; data: MemberData },
): Promise<void> {
  const db = adminFirestore();
  const orgRef = db.collection('orgs').doc(orgId);
  const eventId = newId<EventId>();
  const now = FieldValue.serverTimestamp();
  await db.runTransaction(async (transaction) => {
    const same = await transaction.get(withNumber(organisation.organisationNumber));
    if (!same.empty) throw numberTaken();
    transaction.create(orgRef, { v: 1, ...organisation, version: 1, createdAt: now, updatedAt: now, lastEventId: eventId });
    const sealed = sealRecord(member.dek, sealContext(orgId, founder.accountId), member.data);
    const owner = { v: 1, role: 'owner' satisfies Role, state: 'active', accountId: founder.accountId, sealed };
    transaction.create(orgRef.collection('members').doc(founder.accountId), {
      ...owner,
      createdAt: now,
      updatedAt: now,
      lastEventId: eventId,
    });
    transaction.create(db.doc(eventPath(orgId, eventId)), foundingEvent(orgId, founder, now));
  });
}

function foundingEvent(orgId: OrgId, founder: { accountId: AccountId; sessionId: SessionId }, at: FieldValue): AuditEventDoc<FieldValue> {
  return {
    v: 1,
    at,
    actorKind: 'member',
    actorId: founder.accountId,
    sessionId: founder.sessionId,
    jobId: null,
    action: 'orgs.organisation.create',
    targetKind: 'organisation',
    targetIds: [orgId],
    fields: ['name', 'organisationNumber', 'identityNumberGround'],
  };
}

/** The organisations in which an account is an active member. By the Admin SDK: the query crosses organisations. */
export async function organisationsOf(
  accountId: AccountId,
): Promise<readonly { orgId: OrgId; role: Role; organisation: OrganisationDoc }[]> {
  const db = adminFirestore();
  const members = await db.collectionGroup('members').where('accountId', '==', accountId).where('state', '==', 'active').limit(100).get();
  const orgRefs = members.docs.map((member) => member.ref.parent.parent).filter((ref) => ref !== null);
  if (orgRefs.length === 0) return [];
  const organisations = await db.getAll(...orgRefs);
  return members.docs.flatMap((member, index) => {
    const organisation = organisations[index];
    if (organisation === undefined || !organisation.exists) return [];
    // Both documents are written by this file only, with these fields.
    return [{ orgId: organisation.id as OrgId, role: member.get('role') as Role, organisation: organisation.data() as OrganisationDoc }];
  });
}

/** The actor's organisation. */
export async function getOrganisation(actor: OrgActor): Promise<OrganisationDoc> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `orgs/${actor.orgId}`)));
  const data = snapshot.data();
  if (data === undefined) throw new AppError('shared/not-found', 'not found');
  return data as OrganisationDoc; // its form is enforced by firestore.rules
}

/** Changes settings, if the organisation still is at `version`; answers the new version. */
export async function updateSettings(
  actor: OrgActor,
  version: number,
  changes: Pick<NewOrganisation, 'name' | 'identityNumberGround'>,
): Promise<number> {
  const current = await getOrganisation(actor);
  if (current.version !== version)
    throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version: current.version });
  const batch = writeBatch(actor.db);
  const fields = Object.keys(changes);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'orgs.organisation.update',
    targetKind: 'organisation',
    targetIds: [actor.orgId],
    fields,
  });
  batch.update(doc(actor.db, `orgs/${actor.orgId}`), { ...changes, version: version + 1, updatedAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
  return version + 1;
}

/** The active members, sealed: at most 100. */
export async function activeMembers(actor: OrgActor): Promise<readonly { accountId: AccountId; role: Role; sealed: Uint8Array }[]> {
  const members = query(collection(actor.db, `orgs/${actor.orgId}/members`), where('state', '==', 'active'), limit(100));
  const found = await asCaller('orgs/not-allowed', () => getDocs(members));
  return found.docs.map((member) => {
    const sealed: unknown = member.get('sealed');
    if (!(sealed instanceof Bytes)) throw new AppError('crypto/cannot-open', 'cannot open');
    return { accountId: member.id as AccountId, role: member.get('role') as Role, sealed: sealed.toUint8Array() }; // written by foundOrganisation
  });
}

/** Opens a member's data. */
export function openMember(dek: Dek, orgId: OrgId, accountId: AccountId, sealed: Uint8Array): MemberData {
  return openRecord(dek, sealContext(orgId, accountId), sealed) as MemberData; // what foundOrganisation sealed, authenticated
}
