/**
 * Data subjects in Firestore under the caller's own token: the only access of the register's calls.
 *
 * Guarantees: a change and its event are one commit, which the rules accept only together. The two look-ups that go
 * through the Admin SDK answer a number or a yes, never a document: the count, and whether an identity number is taken.
 */
import type { QueryDocumentSnapshot as AdminSnapshot } from 'firebase-admin/firestore';
import {
  Bytes,
  Timestamp,
  collection,
  doc,
  documentId,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  serverTimestamp,
  startAfter,
  where,
  writeBatch,
  type DocumentSnapshot,
  type QueryConstraint,
} from 'firebase/firestore/lite';
import * as z from 'zod/mini';
import { addMemberEvent } from '../audit/event.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { AppError, isAppError } from '../shared/errors.ts';
import type { DataSubjectId, OrgId } from '../shared/ids.ts';
import type { FieldName } from './fields.ts';
import type { SealedPerson } from './sealedPerson.ts';

/** A data subject as stored, sealed. */
export type StoredPerson = {
  readonly dataSubjectId: DataSubjectId;
  readonly state: 'active' | 'erasing';
  readonly isProtected: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly sealed: { readonly ordinary: Uint8Array; readonly identity?: Uint8Array };
  readonly searchTokens: readonly string[];
};

/** What a search looks for: an index that must be equal, or name tokens that all must be there. */
export type Lookup =
  | { readonly by: 'name'; readonly tokens: readonly string[] }
  | { readonly by: 'email'; readonly index: string }
  | { readonly by: 'identityNumber'; readonly index: string };

/** Collection path of an organisation's data subjects. */
export const dataSubjectsPath = (orgId: OrgId): string => `orgs/${orgId}/dataSubjects`;
const personPath = (orgId: OrgId, id: DataSubjectId): string => `${dataSubjectsPath(orgId)}/${id}`;

/** One data subject. Throws `shared/not-found` for an absent, a foreign and a hidden one alike. */
export async function getPerson(actor: OrgActor, id: DataSubjectId): Promise<StoredPerson> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, personPath(actor.orgId, id))));
  if (!snapshot.exists()) throw new AppError('shared/not-found', 'not found');
  return storedPerson(snapshot);
}

/** A page of data subjects, latest change first, and where the next one starts. */
export async function listPersons(
  actor: OrgActor,
  page: { size: number; token: string | undefined; lookup: Lookup | null; includeProtected: boolean },
): Promise<{ persons: readonly StoredPerson[]; nextPageToken: string | null }> {
  // An exact look-up finds one or a few: it needs no order, no pages and no index of its own.
  const isExact = page.lookup !== null && page.lookup.by !== 'name';
  const order = isExact ? [] : [orderBy('updatedAt', 'desc'), orderBy(documentId()), ...after(page.token)];
  const constraints = [...visible(page.includeProtected), ...lookupConstraints(page.lookup), ...order];
  const persons = collection(actor.db, dataSubjectsPath(actor.orgId));
  const found = await asCaller('orgs/not-allowed', () => getDocs(query(persons, ...constraints, limit(page.size))));
  const last = found.docs.at(-1);
  const otherTokens = page.lookup?.by === 'name' ? page.lookup.tokens.slice(1) : [];
  return {
    persons: found.docs.map(storedPerson).filter((person) => otherTokens.every((token) => person.searchTokens.includes(token))),
    nextPageToken: isExact || last === undefined || found.docs.length < page.size ? null : pageToken(last),
  };
}

/** Rules prove queries: whoever may not see protected identities must leave them out of the question, and others do unless they ask. */
function visible(includeProtected: boolean): QueryConstraint[] {
  const active = where('state', '==', 'active');
  return includeProtected ? [active] : [active, where('isProtected', '==', false)];
}

function lookupConstraints(lookup: Lookup | null): QueryConstraint[] {
  if (lookup === null) return [];
  if (lookup.by === 'email') return [where('emailIndex', '==', lookup.index)];
  if (lookup.by === 'identityNumber') return [where('identityNumberIndex', '==', lookup.index)];
  return [where('searchTokens', 'array-contains', lookup.tokens[0])];
}

const pageTokenSchema = z.tuple([z.int(), z.int(), z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))]);

function pageToken(last: DocumentSnapshot): string {
  const at: unknown = last.get('updatedAt');
  if (!(at instanceof Timestamp)) throw new TypeError('a data subject without "updatedAt"');
  return Buffer.from(JSON.stringify([at.seconds, at.nanoseconds, last.id])).toString('base64url');
}

function after(token: string | undefined): QueryConstraint[] {
  if (token === undefined) return [];
  try {
    const [seconds, nanoseconds, id] = z.parse(pageTokenSchema, JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
    return [startAfter(new Timestamp(seconds, nanoseconds), id)];
  } catch (cause) {
    throw new AppError('shared/invalid-input', 'invalid "pageToken"', { field: 'pageToken', reason: 'invalid' }, { cause });
  }
}

/** Throws `shared/not-found` unless all of these persons are in the register and none is being erased. */
export async function needsActivePersons(actor: OrgActor, ids: readonly DataSubjectId[]): Promise<void> {
  let missing = 0;
  const left = [...ids];
  // One by one, because the rules prove no list of ids; some at a time, because there may be hundreds.
  const lookUp = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const person = doc(actor.db, personPath(actor.orgId, id));
      const snapshot = await asCaller('orgs/not-allowed', () => getDoc(person)).catch(unlessRefused);
      if (snapshot?.get('state') !== 'active') missing += 1;
    }
  };
  await Promise.all(Array.from({ length: 20 }, lookUp));
  if (missing > 0) throw new AppError('shared/not-found', 'some of these persons are not in the register', { missing });
}

/** The rules refuse a person who does not exist, since they read the document to decide. */
function unlessRefused(thrown: unknown): null {
  if (isAppError(thrown, 'orgs/not-allowed')) return null;
  throw thrown;
}

/** How many active data subjects there are, protected ones only if they are asked for. */
export async function countPersons(orgId: OrgId, includeProtected: boolean): Promise<number> {
  const active = adminFirestore().collection(dataSubjectsPath(orgId)).where('state', '==', 'active');
  const seen = includeProtected ? active : active.where('isProtected', '==', false);
  return (await seen.count().get()).data().count;
}

/** The error for an identity number that another person has. */
export function numberExists(): AppError {
  return new AppError('register/number-exists', '"personalIdentityNumber" is in the register already', { field: 'personalIdentityNumber' });
}

/** Which of the identity numbers' indexes are in the register already. At most 30 at a time go into one query. */
export async function takenIdentityNumbers(orgId: OrgId, indexes: readonly string[]): Promise<ReadonlySet<string>> {
  const persons = adminFirestore().collection(dataSubjectsPath(orgId));
  const groups = Array.from({ length: Math.ceil(indexes.length / 30) }, (_, group) => indexes.slice(group * 30, group * 30 + 30));
  const answers = await Promise.all(
    groups.map((group) => persons.where('identityNumberIndex', 'in', group).select('identityNumberIndex').get()),
  );
  return new Set(answers.flatMap((answer) => answer.docs.map((person) => String(person.get('identityNumberIndex')))));
}

/** The indexes of all identity numbers in the register: one read for each person, for files that ask about many. */
export async function allIdentityNumbers(orgId: OrgId): Promise<ReadonlySet<string>> {
  const indexes = new Set<string>();
  for await (const person of adminFirestore().collection(dataSubjectsPath(orgId)).select('identityNumberIndex').stream()) {
    const index: unknown = (person as unknown as AdminSnapshot).get('identityNumberIndex'); // the stream's type says less than it yields
    if (typeof index === 'string') indexes.add(index);
  }
  return indexes;
}

/** Stores a new data subject together with its event. */
export async function createPerson(
  actor: OrgActor,
  id: DataSubjectId,
  person: SealedPerson,
  isProtected: boolean,
  fields: readonly FieldName[],
): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'register.dataSubject.create',
    targetKind: 'dataSubject',
    targetIds: [id],
    fields,
  });
  const at = serverTimestamp();
  const head = { v: 1, state: 'active', isProtected, version: 1, createdAt: at, updatedAt: at, importJobId: null, lastEventId };
  batch.set(doc(actor.db, personPath(actor.orgId, id)), { ...head, ...forClient(person) });
  await asCaller('orgs/not-allowed', () => batch.commit());
}

/** Replaces a data subject's sealed fields together with the event; answers the new version. */
export async function updatePerson(
  actor: OrgActor,
  current: StoredPerson,
  person: SealedPerson,
  change: { readonly isProtected: boolean; readonly fields: readonly string[] },
): Promise<number> {
  const id = current.dataSubjectId;
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'register.dataSubject.correct',
    targetKind: 'dataSubject',
    targetIds: [id],
    fields: change.fields,
  });
  const version = current.version + 1;
  const head = { isProtected: change.isProtected, version, updatedAt: serverTimestamp(), lastEventId };
  batch.update(doc(actor.db, personPath(actor.orgId, id)), { ...head, ...forClient(person) });
  await asCaller('shared/conflict', () => batch.commit());
  return version;
}

function forClient(person: SealedPerson) {
  const { ordinary, identity } = person.sealed;
  const sealed = {
    ordinary: Bytes.fromUint8Array(ordinary),
    ...(identity === undefined ? {} : { identity: Bytes.fromUint8Array(identity) }),
  };
  return { ...person, searchTokens: [...person.searchTokens], sealed };
}

const bytes = z.pipe(
  z.custom<Bytes>((value) => value instanceof Bytes),
  z.transform((value) => value.toUint8Array()),
);
const instant = z.pipe(
  z.instanceof(Timestamp),
  z.transform((value) => value.toDate()),
);
const personSchema = z.object({
  state: z.enum(['active', 'erasing']),
  isProtected: z.boolean(),
  version: z.int(),
  createdAt: instant,
  updatedAt: instant,
  sealed: z.object({ ordinary: bytes, identity: z.optional(bytes) }),
  searchTokens: z.array(z.string()),
});

function storedPerson(snapshot: DocumentSnapshot): StoredPerson {
  const { sealed, ...rest } = z.parse(personSchema, snapshot.data());
  const { ordinary, identity } = sealed;
  return { ...rest, dataSubjectId: snapshot.id as DataSubjectId, sealed: identity === undefined ? { ordinary } : { ordinary, identity } }; // ids of persons are ours
}
