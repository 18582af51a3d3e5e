/**
 * Organisations in Firestore. Members, invitations, teams and reviews have stores of their own.
 *
 * Guarantees: settings are read and changed under the caller's token. Founding an organisation goes through the Admin SDK,
 * because no member exists yet who could be authorized; it writes organisation, first owner and event in one transaction.
 * Does not check organisation numbers for ownership: whoever founds first has it.
 */
import { FieldValue } from 'firebase-admin/firestore';
import { doc, getDoc, serverTimestamp, writeBatch } from 'firebase/firestore/lite';
import { addMemberEvent, addServerEvent } from '../audit/event.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { adminFirestore, hasPassed } from '../platform/firestore.ts';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, EventId, OrgId, SessionId } from '../shared/ids.ts';
import { lockedOut, standingStates, type OrganisationDoc, type Role } from './contract.ts';
import type { OrgActor } from './memberCallable.ts';
import { defaultSettings, type SecuritySettings } from './settings/contract.ts';

/** An organisation about to be founded. */
export type NewOrganisation = Pick<OrganisationDoc, 'name' | 'organisationNumber' | 'identityNumberGround'>;

/** Settings that are to have another value. */
export type SettingChanges = Partial<Pick<OrganisationDoc, 'name' | 'identityNumberGround'> & SecuritySettings>;

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
  founder: { accountId: AccountId; sessionId: SessionId; from: string | null },
  organisation: NewOrganisation,
  sealedOwner: Uint8Array,
): Promise<void> {
  const db = adminFirestore();
  const orgRef = db.collection('orgs').doc(orgId);
  const eventId = newId<EventId>();
  const at = FieldValue.serverTimestamp();
  const written = { createdAt: at, updatedAt: at, lastEventId: eventId };
  await db.runTransaction(async (transaction) => {
    const same = await transaction.get(withNumber(organisation.organisationNumber));
    if (!same.empty) throw numberTaken();
    transaction.create(orgRef, { v: 1, ...organisation, ...beginnings, version: 1, ...written });
    const owner = { role: 'owner', teamIds: [], expiresAt: null, grantId: null } as const;
    const member = { v: 1, ...owner, state: 'active', accountId: founder.accountId, sealed: sealedOwner };
    transaction.create(orgRef.collection('members').doc(founder.accountId), { ...member, ...written });
    addServerEvent(transaction, db, { ...founder, orgId }, { ...founding, targetIds: [orgId] }, eventId);
  });
}

/** What every organisation begins with. */
const beginnings = { ...defaultSettings, ownerCount: 1, lastAccessReviewAt: null, identityProvider: null } as const;

const founding = {
  action: 'orgs.organisation.create',
  targetKind: 'organisation',
  fields: ['name', 'organisationNumber', 'identityNumberGround'],
} as const;

/**
 * The organisations in which an account is a member, and still is `now`; `isLockedOut` while one is being restored. By the Admin SDK:
 * the query crosses organisations.
 */
export async function organisationsOf(
  accountId: AccountId,
  now: Date,
): Promise<readonly { orgId: OrgId; role: Role; isLockedOut: boolean; organisation: OrganisationDoc }[]> {
  const db = adminFirestore();
  const members = await db
    .collectionGroup('members')
    .where('accountId', '==', accountId)
    .where('state', 'in', standingStates)
    .limit(100)
    .get();
  const orgRefs = members.docs.map((member) => member.ref.parent.parent).filter((ref) => ref !== null);
  if (orgRefs.length === 0) return [];
  const organisations = await db.getAll(...orgRefs);
  return members.docs.flatMap((member, index) => {
    const organisation = organisations[index];
    if (organisation === undefined || !organisation.exists || hasPassed(member.get('expiresAt'), now)) return [];
    // Both documents are written by the server or under the rules only, with these fields.
    const [role, data] = [member.get('role') as Role, organisation.data() as OrganisationDoc];
    return [{ orgId: organisation.id as OrgId, role, isLockedOut: member.get('state') === lockedOut, organisation: data }];
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
export async function updateSettings(actor: OrgActor, version: number, changes: SettingChanges): Promise<number> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'orgs.organisation.update',
    targetKind: 'organisation',
    targetIds: [actor.orgId],
    fields: Object.keys(changes),
  });
  batch.update(doc(actor.db, `orgs/${actor.orgId}`), { ...changes, version: version + 1, updatedAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
  return version + 1;
}
