/**
 * A person's fields as they are stored: sealed by sensitivity class, found by blind indexes.
 *
 * Guarantees: nothing here returns a value of a person in the clear for storage; each class is opened apart. What the
 * indexes leak is in crypto/README.md.
 */
import { exactToken, nameTokens } from '../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import type { Dek, OrgKey } from '../crypto/keys.ts';
import { normaliseEmail, normaliseNumber } from '../crypto/normalise.ts';
import type { SensitivityClass } from '../shared/personalData.ts';
import { fieldsOfClass, type PersonFields } from './fields.ts';

/** Where a person is, for the associated data. */
export type PersonPlace = { readonly orgId: string; readonly dataSubjectId: string };

/** The sealed and indexed form of a person. `identity` is absent when no field of that class has a value. */
export type SealedPerson = {
  readonly sealed: { readonly ordinary: Uint8Array; readonly identity?: Uint8Array };
  readonly hasIdentityNumber: boolean;
  readonly searchTokens: readonly string[];
  readonly emailIndex: string | null;
  readonly identityNumberIndex: string | null;
};

const sealContext = ({ orgId, dataSubjectId }: PersonPlace, sensitivityClass: SensitivityClass) =>
  ({ orgId, collection: 'dataSubjects', docId: dataSubjectId, sensitivityClass }) as const;

/** Seals a person's validated fields. */
export function sealPerson(key: OrgKey, dek: Dek, place: PersonPlace, fields: PersonFields): SealedPerson {
  const ordinary = sealRecord(dek, sealContext(place, 'ordinary'), ofClass(fields, 'ordinary'));
  const identityFields = ofClass(fields, 'identity');
  const hasIdentity = Object.keys(identityFields).length > 0;
  return {
    sealed: hasIdentity ? { ordinary, identity: sealRecord(dek, sealContext(place, 'identity'), identityFields) } : { ordinary },
    hasIdentityNumber: fields.personalIdentityNumber !== undefined,
    searchTokens: nameTokens(key, [fields.givenName ?? '', fields.familyName ?? '']),
    emailIndex: emailIndex(key, fields.email),
    identityNumberIndex: identityNumberIndex(key, fields.personalIdentityNumber),
  };
}

/** Opens one class of a person's fields. Throws `crypto/cannot-open`. */
export function openClass(dek: Dek, place: PersonPlace, sensitivityClass: SensitivityClass, bytes: Uint8Array | undefined): PersonFields {
  if (bytes === undefined) return {};
  return openRecord(dek, sealContext(place, sensitivityClass), bytes); // what sealPerson sealed, authenticated
}

/** The keyed hash by which an e-mail address is found; null when there is none. */
export function emailIndex(key: OrgKey, email: string | undefined): string | null {
  const normalised = email === undefined ? undefined : normaliseEmail(email);
  return normalised === undefined ? null : exactToken(key, 'register.email', normalised);
}

/** The keyed hash by which a personal identity number of twelve digits is found; null when there is none. */
export function identityNumberIndex(key: OrgKey, number: string | undefined): string | null {
  const normalised = number === undefined ? undefined : normaliseNumber(number);
  return normalised === undefined ? null : exactToken(key, 'register.personalIdentityNumber', normalised);
}

function ofClass(fields: PersonFields, sensitivityClass: SensitivityClass): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of fieldsOfClass(sensitivityClass)) {
    const value = fields[name];
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}
