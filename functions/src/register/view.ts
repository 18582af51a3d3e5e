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

/** The values that are shown without a reveal: for a protected identity none, else what is not masked for the reader's role, the identity number in part. */
export function shownFields(all: PersonFields, isProtected: boolean, masked: readonly FieldName[]): PersonFields {
  if (isProtected) return {};
  const shown: { [K in FieldName]?: string } = { ...all };
  if (all.personalIdentityNumber !== undefined) shown.personalIdentityNumber = maskIdentityNumber(all.personalIdentityNumber);
  for (const name of masked) delete shown[name];
  return shown;
}

/** Fields that have a value which is masked or not shown. */
export function hiddenFields(all: PersonFields, isProtected: boolean, masked: readonly FieldName[]): FieldName[] {
  const hidden: readonly FieldName[] = [...fieldsOfClass('identity'), ...masked];
  return fieldNames.filter((name) => all[name] !== undefined && (isProtected || hidden.includes(name)));
}

/** One row of the register. */
export function summaryOf(person: StoredPerson, all: PersonFields, masked: readonly FieldName[]): DataSubjectSummary {
  const shown = shownFields(all, person.isProtected, masked);
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
export function personView(person: StoredPerson, all: PersonFields, masked: readonly FieldName[]): Person {
  return {
    dataSubjectId: person.dataSubjectId,
    state: person.state,
    isProtected: person.isProtected,
    version: person.version,
    fields: shownFields(all, person.isProtected, masked),
    hiddenFields: hiddenFields(all, person.isProtected, masked),
    createdAt: person.createdAt.toISOString(),
    updatedAt: person.updatedAt.toISOString(),
  };
}
