/**
 * Adding and correcting a person (rectification, GDPR Art. 16).
 *
 * Guarantees: only validated fields are stored, sealed; the change and its event are one commit; a change made meanwhile by
 * somebody else is never overwritten. A personal identity number is stored only on a stated ground (SFS 2018:218, 3 kap. 10 §).
 */
import type { OrgActor } from '../orgs/memberCallable.ts';
import { can, needsAllowed } from '../orgs/policy.ts';
import { getOrganisation } from '../orgs/store.ts';
import { createSubjectKey, destroySubjectKey, orgKey, subjectKey } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import { AppError, isAppError } from '../shared/errors.ts';
import type { DataSubjectId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { takeReads } from './budget/readBudget.ts';
import { fieldNames, type FieldName, type PersonFields } from './fields.ts';
import { holdingNumbers, needsNoRunningImport } from './numberLock.ts';
import { identityNumberIndex, sealPerson } from './sealedPerson.ts';
import { createPerson, getPerson, numberExists, takenIdentityNumbers, updatePerson } from './store.ts';
import { invalidPerson, validatePerson } from './validate.ts';
import { openAll } from './view.ts';

type FieldInput = { readonly [K in FieldName]?: string | undefined };
type FieldChanges = { readonly [K in FieldName]?: string | null | undefined };

/** A person to be added. `beforeStoring` runs when the fields are found valid; what it throws keeps the person from being stored. */
export type NewPerson = {
  readonly fields: FieldInput;
  readonly isProtected: boolean;
  /** A random id; made when it is absent. */
  readonly id?: DataSubjectId;
  readonly beforeStoring?: () => Promise<void>;
};

/** Adds a person; answers the new id. */
export async function createDataSubject(actor: OrgActor, person: NewPerson, clock: Clock): Promise<DataSubjectId> {
  needsAllowed(can.createDataSubject(actor, person));
  const fields = validated(person.fields, clock());
  return withUsableNumber(actor, fields.personalIdentityNumber, clock, async () => {
    await person.beforeStoring?.();
    return store(actor, fields, person.isProtected, person.id ?? newId<DataSubjectId>());
  });
}

async function store(actor: OrgActor, fields: PersonFields, isProtected: boolean, id: DataSubjectId): Promise<DataSubjectId> {
  const dek = await createSubjectKey(actor.orgId, 'dataSubject', id);
  const person = sealPerson(await orgKey(actor.orgId), dek, { orgId: actor.orgId, dataSubjectId: id }, fields);
  try {
    await createPerson(actor, id, person, isProtected, namesOf(fields));
  } catch (thrown) {
    // Only when it is certain that nothing was stored: without an answer the person may be there, and needs the key.
    if (isAppError(thrown, 'orgs/not-allowed')) await destroySubjectKey(actor.orgId, 'dataSubject', id);
    throw thrown;
  }
  return id;
}

/** Corrects a person; answers the new version. Null removes a value. Throws `shared/conflict` when `version` is not the stored one. */
export async function correctDataSubject(
  actor: OrgActor,
  input: { dataSubjectId: DataSubjectId; version: number; changes: FieldChanges; isProtected?: boolean | undefined },
  clock: Clock,
): Promise<number> {
  const { dataSubjectId, changes } = input;
  const current = await getPerson(actor, dataSubjectId);
  const isProtected = input.isProtected ?? current.isProtected;
  needsAllowed(can.correctDataSubject(actor, current, { isProtected }));
  if (current.version !== input.version)
    throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version: current.version });
  // Who tries values until one changes nothing has read it.
  await takeReads(actor, actor.organisation.readBudget, [dataSubjectId], clock);
  const dek = await subjectKey(actor.orgId, dataSubjectId);
  const before = openAll(dek, actor.orgId, current);
  const after = validated(merged(before, changes), clock());
  const changed: string[] = fieldNames.filter((name) => before[name] !== after[name]);
  if (isProtected !== current.isProtected) changed.push('isProtected');
  if (changed.length === 0) return current.version;
  const newNumber = changed.includes('personalIdentityNumber') ? after.personalIdentityNumber : undefined;
  return withUsableNumber(actor, newNumber, clock, async () => {
    const person = sealPerson(await orgKey(actor.orgId), dek, { orgId: actor.orgId, dataSubjectId }, after);
    return updatePerson(actor, current, person, { isProtected, fields: changed });
  });
}

function validated(fields: FieldInput, today: Date): PersonFields {
  const result = validatePerson(fields, today);
  if (!result.ok) throw invalidPerson(result.problems);
  return result.fields;
}

function merged(before: PersonFields, changes: FieldChanges): FieldInput {
  const after: { [K in FieldName]?: string } = { ...before };
  for (const name of fieldNames) {
    const change = changes[name];
    if (change === null) delete after[name];
    else if (change !== undefined) after[name] = change;
  }
  return after;
}

/** Runs `work` if the organisation has a ground for identity numbers and nobody else has the number, nor gets it meanwhile. */
async function withUsableNumber<T>(actor: OrgActor, number: string | undefined, clock: Clock, work: () => Promise<T>): Promise<T> {
  if (number === undefined) return work();
  const [organisation, index] = [await getOrganisation(actor), identityNumberIndex(await orgKey(actor.orgId), number)];
  if (organisation.identityNumberGround === null) throw groundMissing();
  if (index === null) return work();
  return holdingNumbers(actor.orgId, clock, async () => {
    await needsNoRunningImport(actor.orgId);
    if ((await takenIdentityNumbers(actor.orgId, [index])).has(index)) throw numberExists();
    return work();
  });
}

/** The error for a personal identity number without a stated ground. */
export function groundMissing(): AppError {
  return new AppError('orgs/identity-number-ground-missing', 'state the ground for "personalIdentityNumber" first', {
    field: 'personalIdentityNumber',
  });
}

const namesOf = (fields: PersonFields): FieldName[] => fieldNames.filter((name) => fields[name] !== undefined);
