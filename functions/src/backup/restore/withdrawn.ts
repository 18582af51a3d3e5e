/**
 * What was withdrawn or tightened since the moment, taken out of what was restored, before it is copied.
 *
 * Guarantees: a member who was removed stays out, one whose rights were lowered has no more than now, a person who has been given
 * a protected identity since keeps it, settings are the stricter of both, removed factors stay removed and so does another
 * identity provider; unless the operator asks for members or factors by name. Everything that differs is written down in the
 * scratch database, so that a dry run that is repeated tells it again. An organisation of which no owner would be left keeps
 * its present owners. Repeating it changes nothing.
 */
import {
  DocumentSnapshot,
  Timestamp,
  type DocumentData,
  type DocumentReference,
  type Firestore,
  type QueryDocumentSnapshot,
} from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { patternOf } from '../collectionsPlan.ts';
import { dataOfText, textOfSnapshot } from '../journal/rawDocument.ts';
import { documentsOf, membersPattern, pages } from './compare.ts';
import type { Commit } from './commit.ts';
import type { Later } from './later.ts';
import type { Target } from './restorePlan.ts';
import { lockedOut } from '../../orgs/contract.ts';
import { isNoMember, stricterMember, stricterSettings, type Tightening } from './stricter.ts';

/** What an operator brings back although it was withdrawn: members, roles and teams as they were; factors and identity providers. */
export type BringBack = { readonly members: boolean; readonly factors: boolean };

/** One thing that does not come back, or not as it was. `path` names the document; `what` says it in words for operators. */
export type Withdrawn = { readonly path: string; readonly what: string };

/** What a step works on. */
type Work = {
  readonly target: Target;
  readonly scratch: Firestore;
  /** How the scratch database is written. */
  readonly commit: Commit;
  readonly present: Firestore;
  readonly later: Later;
};

/** Only in scratch databases. */
const records = 'restoreWithdrawn';

/** Takes out of a scratch database what was withdrawn since; answers everything of that kind that it ever took out of it. */
export async function keepWithdrawn(work: Work, bringBack: BringBack): Promise<readonly Withdrawn[]> {
  await letIn(work);
  if (!bringBack.members) await keepMembersOut(work);
  await keepProtected(work);
  await keepSettings(work, bringBack);
  if (!bringBack.factors) await keepFactorsOut(work);
  const { docs } = await work.scratch.collection(records).orderBy('path').get();
  return docs.map((record) => ({ path: String(record.get('path')), what: String(record.get('what')) }));
}

/** Changes a document of the scratch database and says why, in one commit; `null` takes it out, a snapshot stands for itself. */
async function change(
  { scratch, commit }: Work,
  ref: DocumentReference,
  to: Tightening | DocumentSnapshot | null,
  what: string,
): Promise<void> {
  await commit((batch) => {
    if (to === null) batch.delete(ref);
    else if (to instanceof DocumentSnapshot) batch.set(ref, dataOfText(textOfSnapshot(to) ?? '{}'));
    else batch.update(ref, to);
    batch.set(...recordOf(scratch, ref.path, what));
  });
}

function recordOf(scratch: Firestore, path: string, what: string): [DocumentReference, Withdrawn] {
  const id = createHash('sha256').update(`${path} ${what}`).digest('hex').slice(0, 40);
  return [scratch.collection(records).doc(id), { path, what }];
}

/** The documents of one collection with what is known of them later. */
async function* withLater({ target, scratch, later }: Work, pattern: string): AsyncGenerator<[QueryDocumentSnapshot, DocumentData | null]> {
  for await (const page of pages(documentsOf(scratch, pattern, target))) {
    const known = await later(page.map(({ ref }) => ref.path));
    for (const document of page) {
      const now = known.get(document.ref.path);
      if (now !== undefined) yield [document, now];
    }
  }
}

/** A moment within an earlier restore: whom that one had locked out was a member. */
async function letIn(work: Work): Promise<void> {
  for await (const member of documentsOf(work.scratch, membersPattern, work.target))
    if (member.get('state') === lockedOut) await change(work, member.ref, { state: 'active' }, 'had been locked out by a restore');
}

async function keepMembersOut(work: Work): Promise<void> {
  for await (const [member, now] of withLater(work, membersPattern)) {
    const to = now === null ? null : stricterMember(member.data(), now);
    if (to !== null && Object.keys(to).length === 0) continue;
    const words = Object.entries(to ?? {}).map(([field, value]) => `${field} as now: ${inWords(value)}`);
    await change(work, member.ref, to, now === null || isNoMember(now) ? 'was removed since and stays out' : words.join(', '));
  }
  // Those of an earlier run too, which may have been killed before it counted.
  const changed = await work.scratch.collection(records).select('path').get();
  const members = changed.docs.map((record) => String(record.get('path'))).filter((path) => patternOf(path) === membersPattern);
  for (const orgId of new Set(members.map(orgOf))) await countOwners(work, orgId);
}

const inWords = (value: unknown): string => (value instanceof Timestamp ? value.toDate().toISOString() : JSON.stringify(value));
const orgOf = (path: string): string => path.split('/')[1] ?? '';

/** The number of owners is part of the organisation; the last one is never lost. */
async function countOwners(work: Work, orgId: string): Promise<void> {
  const { scratch, commit, present } = work;
  const ownersIn = async (db: Firestore): Promise<QueryDocumentSnapshot[]> => {
    const { docs } = await db.collection(`orgs/${orgId}/members`).where('role', '==', 'owner').get();
    return docs.filter((owner) => !isNoMember(owner.data()));
  };
  let owners = await ownersIn(scratch);
  if (owners.length === 0) {
    for (const owner of await ownersIn(present))
      await change(work, scratch.doc(owner.ref.path), owner, 'stays owner: no owner of that moment is one now');
    await letIn(work);
    owners = await ownersIn(scratch);
  }
  const organisation = await scratch.doc(`orgs/${orgId}`).get();
  if (owners.length === 0) {
    const [record, said] = recordOf(scratch, organisation.ref.path, 'has no owner: restore it with removed members');
    await commit((batch) => batch.set(record, said));
  }
  if (owners.length === 0 || organisation.get('ownerCount') === owners.length) return;
  await change(work, organisation.ref, { ownerCount: owners.length }, `ownerCount: ${owners.length}`);
}

async function keepProtected(work: Work): Promise<void> {
  for await (const [person, now] of withLater(work, 'orgs/{orgId}/dataSubjects/{dataSubjectId}')) {
    if (now?.['isProtected'] !== true || person.get('isProtected') === true) continue;
    await change(work, person.ref, { isProtected: true }, 'was given a protected identity since and keeps it');
  }
}

async function keepSettings(work: Work, { factors }: BringBack): Promise<void> {
  for await (const [organisation, now] of withLater(work, 'orgs/{orgId}')) {
    if (now === null) continue;
    const { identityProvider, ...settings } = stricterSettings(organisation.data(), now);
    for (const [name, value] of Object.entries(settings))
      await change(work, organisation.ref, { [name]: value }, `${name} is stricter now: ${inWords(value)}`);
    if (factors) continue;
    if (identityProvider !== undefined)
      await change(work, organisation.ref, { identityProvider }, 'has no identity provider: that of the moment is not that of now');
    await keepProvider(work, organisation.ref, identityProvider === undefined);
  }
}

/** A provider that is the same then and now stays as it is now; any other goes, until an owner sets one. */
async function keepProvider({ present, ...work }: Work, organisation: DocumentReference, isSame: boolean): Promise<void> {
  for (const provider of (await organisation.collection('identityProviders').get()).docs) {
    const now = await present.doc(provider.ref.path).get();
    if (!isSame) await change({ present, ...work }, provider.ref, null, 'is not the identity provider of now');
    else if (now.exists && textOfSnapshot(now) !== textOfSnapshot(provider))
      await change({ present, ...work }, provider.ref, now, 'is as now');
  }
}

async function keepFactorsOut(work: Work): Promise<void> {
  if (work.target.kind !== 'everything') return; // accounts belong to no organisation
  for await (const [factor, now] of withLater(work, 'accounts/{accountId}/factors/{factorId}'))
    if (now === null) await change(work, factor.ref, null, `factor "${String(factor.get('kind'))}" was removed since and stays removed`);
}
