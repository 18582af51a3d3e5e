/**
 * Every person of a register, opened page by page, for a job that two members agreed on.
 *
 * Guarantees: memory holds one page; a person who is being erased is left out; one whose record does not open is given
 * without values, never left out silently. Does not guarantee one moment: persons who change meanwhile may be seen as they
 * were or as they are. Does not authorize.
 */
import { Timestamp, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import { subjectKeys } from '../platform/keyring.ts';
import { logFailure } from '../platform/log.ts';
import type { Dek } from '../crypto/keys.ts';
import type { DataSubjectId, OrgId } from '../shared/ids.ts';
import type { PersonFields } from './fields.ts';
import { openClass } from './sealedPerson.ts';
import { dataSubjectsPath } from './store.ts';

/** A person as an export holds them. `fields` is null when the record does not open. */
export type OpenedPerson = {
  readonly dataSubjectId: DataSubjectId;
  readonly isProtected: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly fields: PersonFields | null;
};

const pageSize = 300;

/** Pages of opened persons in the order of their ids, protected ones only if they are asked for. */
export async function* everyPerson(orgId: OrgId, includeProtected: boolean): AsyncGenerator<readonly OpenedPerson[]> {
  const active = adminFirestore().collection(dataSubjectsPath(orgId)).where('state', '==', 'active');
  const wanted = (includeProtected ? active : active.where('isProtected', '==', false)).limit(pageSize);
  for (let page = await wanted.get(); ;) {
    const keys = await subjectKeys(
      orgId,
      page.docs.map(({ id }) => id),
    );
    yield page.docs.flatMap((person) => openedPerson(orgId, person, keys.get(person.id)));
    const last = page.docs.at(-1);
    if (last === undefined || page.size < pageSize) return;
    page = await wanted.startAfter(last).get();
  }
}

function openedPerson(orgId: OrgId, person: QueryDocumentSnapshot, dek: Dek | undefined): OpenedPerson[] {
  if (dek === undefined) return [];
  const dataSubjectId = person.id as DataSubjectId; // ids of persons are ours
  const isProtected = person.get('isProtected') === true;
  const [createdAt, updatedAt] = [person.get('createdAt') as unknown, person.get('updatedAt') as unknown];
  if (!(createdAt instanceof Timestamp) || !(updatedAt instanceof Timestamp)) throw new TypeError('a data subject without its instants');
  const head = { dataSubjectId, isProtected, createdAt: createdAt.toDate(), updatedAt: updatedAt.toDate() };
  try {
    const sealed = person.get('sealed') as { ordinary: Uint8Array; identity?: Uint8Array }; // written by register/sealedPerson.ts only
    const place = { orgId, dataSubjectId };
    return [
      { ...head, fields: { ...openClass(dek, place, 'ordinary', sealed.ordinary), ...openClass(dek, place, 'identity', sealed.identity) } },
    ];
  } catch (thrown) {
    logFailure('record does not open', thrown, { dataSubjectId });
    return [{ ...head, fields: null }];
  }
}
