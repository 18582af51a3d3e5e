/**
 * Reading the register: list and search, one person, reveal.
 *
 * Guarantees: the reading event, with the ids and the names of the fields that are shown, is committed before anything is
 * answered; every person is charged to the reader's budget before it is opened; what the organisation masks for a role is
 * neither shown to it nor found by it; protected identities are left out unless they are asked for; a person whose key is
 * destroyed is not listed.
 */
import { recordReading } from '../audit/event.ts';
import { exactToken, nameQueryTokens } from '../crypto/blindIndex.ts';
import type { Dek, OrgKey } from '../crypto/keys.ts';
import { normaliseEmail } from '../crypto/normalise.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { roleMay } from '../orgs/contract.ts';
import { can, needsAllowed } from '../orgs/policy.ts';
import { takeToken } from '../identity/rateLimit.ts';
import { logFailure } from '../platform/log.ts';
import { orgKey, subjectKey, subjectKeys } from '../platform/keyring.ts';
import { AppError } from '../shared/errors.ts';
import type { DataSubjectId, OrgId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { takeReads } from './budget/readBudget.ts';
import { watchCanaries } from './canaries/watch.ts';
import type { DataSubjectSummary, Person } from './contract.ts';
import type { FieldName, PersonFields } from './fields.ts';
import { parseIdentityNumber } from './identityNumber.ts';
import { identityNumberIndex } from './sealedPerson.ts';
import { countPersons, getPerson, listPersons, type Lookup, type StoredPerson } from './store.ts';
import { hiddenFields, openAll, personView, shownFields, summaryOf } from './view.ts';
import { maskedFor, needsSearchable } from './visibility.ts';

/** A page of the register. */
export type RegisterPage = {
  readonly items: DataSubjectSummary[];
  readonly nextPageToken: string | null;
  readonly totalCount: number;
  readonly maskedFields: FieldName[];
  readonly searchedBy: Lookup['by'] | null;
};

/** What is asked of the register. */
type ListInput = {
  readonly search?: string | undefined;
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
  readonly includeProtected?: boolean | undefined;
};

/** Fields that a row shows. */
const summaryFields: readonly FieldName[] = ['givenName', 'familyName', 'city', 'email', 'memberNumber'];
const maskedNumber = 'maskedIdentityNumber';

/** Lists or searches. A search that cannot match anything, e.g. half a number, gives an empty page. Throws `register/read-budget-spent`. */
export async function listDataSubjects(actor: OrgActor, input: ListInput, clock: Clock): Promise<RegisterPage> {
  const includeProtected = input.includeProtected ?? false;
  if (includeProtected) needsAllowed(can.readProtected(actor));
  const { organisation } = actor;
  const masked = maskedFor(actor.role, organisation);
  const key = await orgKey(actor.orgId);
  const lookup = input.search === undefined ? null : lookupFor(key, input.search, clock());
  if (lookup !== null) needsSearchable(lookup.by, masked);
  if (lookup?.by === 'identityNumber') await needsRightToNumbers(actor, clock);
  const isHopeless = lookup !== null && lookup.by === 'name' && lookup.tokens.length === 0;
  // A page that is larger than the hour's budget would never be granted.
  const size = Math.min(input.pageSize, organisation.readBudget.perHour);
  const page = { size, token: input.pageToken, lookup, includeProtected };
  const [{ persons, nextPageToken }, totalCount] = await Promise.all([
    isHopeless ? { persons: [], nextPageToken: null } : listPersons(actor, page),
    countPersons(actor.orgId, includeProtected),
  ]);
  await takeReads(actor, organisation.readBudget, idsOf(persons), clock);
  if (isExact(lookup, persons)) await watchCanaries(actor, idsOf(persons), clock);
  const items = await openRows(actor, persons, masked);
  if (persons.length === 0 && lookup !== null && lookup.by !== 'name') await recordMiss(actor, lookup.by);
  return { items, nextPageToken, totalCount, maskedFields: [...masked], searchedBy: lookup?.by ?? null };
}

const idsOf = (persons: readonly StoredPerson[]): DataSubjectId[] => persons.map(({ dataSubjectId }) => dataSubjectId);

/** Whether a search pointed at somebody: by number or address, or by a name that one person has. */
function isExact(lookup: Lookup | null, found: readonly StoredPerson[]): boolean {
  return lookup !== null && (lookup.by !== 'name' || found.length === 1);
}

/** Whoever may search by number can find out a masked one by trying: that takes the right to reveal, and a limit. */
async function needsRightToNumbers(actor: OrgActor, clock: Clock): Promise<void> {
  if (!roleMay(actor.role, 'register.reveal')) {
    throw new AppError('orgs/not-allowed', 'your role does not allow this', { permission: 'register.reveal', field: 'search' });
  }
  await takeToken('numberSearchByMember', `${actor.orgId} ${actor.accountId}`, clock);
}

/** What a search text means: with `@` an e-mail address, of digits an identity number, else words of a name. */
function lookupFor(key: OrgKey, search: string, today: Date): Lookup {
  const email = normaliseEmail(search);
  if (search.includes('@') && email !== undefined) return { by: 'email', index: exactToken(key, 'register.email', email) };
  if (/^[\d\s+-]{6,}$/.test(search)) {
    const parsed = parseIdentityNumber(search, today);
    // An index that no stored number has, so that a mistyped number is answered like an absent one.
    return { by: 'identityNumber', index: parsed.ok ? (identityNumberIndex(key, parsed.number) ?? 'none') : 'none' };
  }
  return { by: 'name', tokens: nameQueryTokens(key, search) };
}

/** Nobody was found, and that too is an answer about a number or an address: the event names the organisation. */
async function recordMiss(actor: OrgActor, by: 'email' | 'identityNumber'): Promise<void> {
  const fields = [by === 'email' ? 'email' : 'personalIdentityNumber'];
  await recordReading(actor.db, actor, {
    action: 'register.dataSubject.list',
    targetKind: 'organisation',
    targetIds: [actor.orgId],
    fields,
  });
}

async function openRows(actor: OrgActor, persons: readonly StoredPerson[], masked: readonly FieldName[]): Promise<DataSubjectSummary[]> {
  const ids = idsOf(persons);
  const shown = summaryFields.filter((name) => !masked.includes(name));
  const event = {
    action: 'register.dataSubject.list',
    targetKind: 'dataSubject',
    targetIds: ids,
    fields: masked.includes('personalIdentityNumber') ? shown : [...shown, maskedNumber],
  } as const;
  const [keys] = await Promise.all([subjectKeys(actor.orgId, ids), recordReading(actor.db, actor, event)]);
  return persons.flatMap((person) => {
    const dek = keys.get(person.dataSubjectId);
    return dek === undefined ? [] : [summaryOf(person, openedOrNothing(dek, actor.orgId, person), masked)];
  });
}

/** A record that does not open must not hide the others: its row is empty, and can be opened from there to be erased. */
function openedOrNothing(dek: Dek, orgId: OrgId, person: StoredPerson): PersonFields {
  try {
    return openAll(dek, orgId, person);
  } catch (thrown) {
    logFailure('record does not open', thrown, { dataSubjectId: person.dataSubjectId });
    return {};
  }
}

/** One person, with what the role does not see masked and a protected identity hidden. Throws `register/read-budget-spent`. */
export async function getDataSubject(actor: OrgActor, id: DataSubjectId, clock: Clock): Promise<Person> {
  const { organisation } = actor;
  const person = await getPerson(actor, id);
  const masked = maskedFor(actor.role, organisation);
  await takeReads(actor, organisation.readBudget, [id], clock);
  const all = openAll(await subjectKey(actor.orgId, id), actor.orgId, person);
  const names = Object.keys(shownFields(all, person.isProtected, masked));
  const shown = names.map((name) => (name === 'personalIdentityNumber' ? maskedNumber : name));
  await recordReading(actor.db, actor, { action: 'register.dataSubject.read', targetKind: 'dataSubject', targetIds: [id], fields: shown });
  await watchCanaries(actor, [id], clock);
  return personView(person, all, masked);
}

/**
 * Shows fields that are masked or hidden. Throws `shared/not-found` for a protected identity without the right to it,
 * `register/not-editable` during erasure, `register/read-budget-spent`.
 */
export async function revealFields(actor: OrgActor, id: DataSubjectId, fields: readonly FieldName[], clock: Clock): Promise<PersonFields> {
  const { organisation } = actor;
  const person = await getPerson(actor, id);
  needsAllowed(can.reveal(actor, person));
  if (person.state !== 'active') throw new AppError('register/not-editable', 'this person is being erased');
  await takeReads(actor, organisation.readBudget, [id], clock);
  const all = openAll(await subjectKey(actor.orgId, id), actor.orgId, person);
  const wanted = hiddenFields(all, person.isProtected, maskedFor(actor.role, organisation)).filter((name) => fields.includes(name));
  if (wanted.length === 0) return {};
  await recordReading(actor.db, actor, {
    action: 'register.dataSubject.reveal',
    targetKind: 'dataSubject',
    targetIds: [id],
    fields: wanted,
  });
  await watchCanaries(actor, [id], clock);
  return Object.fromEntries(wanted.map((name) => [name, all[name]])) as PersonFields; // names of hiddenFields have a value
}
