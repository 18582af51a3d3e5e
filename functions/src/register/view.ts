/** How a person is shown: what is opened, what is masked, what stays hidden until it is revealed. */
import type { Dek } from '../crypto/keys.ts';
import type { OrgId } from '../shared/ids.ts';
import type { DataSubjectSummary, Person } from './contract.ts';
import { fieldNames, fieldsOfClass, type FieldName, type PersonFields } from './fields.ts';
import { maskIdentityNumber } from './identityNumber.ts';
import { openClass } from './sealedPerson.ts';
import type { StoredPerson } from './store.ts';

/** All values of a person, opened. */
export function openAll(dek: Dek, orgId: OrgId, person: StoredPerson): PersonFields {
  const place = { orgId, dataSubjectId: person.dataSubjectId };
  return { ...openClass(dek, place, 'ordinary', person.sealed.ordinary), ...openClass(dek, place, 'identity', person.sealed.identity) };
}

/** The values that are shown without a reveal: for a protected identity none, else all with the identity number masked. */
export function shownFields(all: PersonFields, isProtected: boolean): PersonFields {
  if (isProtected) return {};
  const shown: { [K in FieldName]?: string } = { ...all };
  if (all.personalIdentityNumber !== undefined) shown.personalIdentityNumber = maskIdentityNumber(all.personalIdentityNumber);
  return shown;
}

/** Fields that have a value which is masked or not shown. */
export function hiddenFields(all: PersonFields, isProtected: boolean): FieldName[] {
  const identity: readonly FieldName[] = fieldsOfClass('identity');
  return fieldNames.filter((name) => all[name] !== undefined && (isProtected || identity.includes(name)));
}

/** One row of the register. */
export function summaryOf(person: StoredPerson, all: PersonFields): DataSubjectSummary {
  const shown = shownFields(all, person.isProtected);
  return {
    dataSubjectId: person.dataSubjectId,
    isProtected: person.isProtected,
    givenName: shown.givenName ?? null,
    familyName: shown.familyName ?? null,
    city: shown.city ?? null,
    email: shown.email ?? null,
    memberNumber: shown.memberNumber ?? null,
    maskedIdentityNumber: shown.personalIdentityNumber ?? null,
    updatedAt: person.updatedAt.toISOString(),
  };
}

/** The person as a screen shows them. */
export function personView(person: StoredPerson, all: PersonFields): Person {
  return {
    dataSubjectId: person.dataSubjectId,
    state: person.state,
    isProtected: person.isProtected,
    version: person.version,
    fields: shownFields(all, person.isProtected),
    hiddenFields: hiddenFields(all, person.isProtected),
    createdAt: person.createdAt.toISOString(),
    updatedAt: person.updatedAt.toISOString(),
  };
}
