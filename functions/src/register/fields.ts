/** The standard fields of a data subject: what each is for, how sensitive it is, how long it is kept. Browser-safe. */
import type { BilingualText, SensitivityClass } from '../shared/personalData.ts';

type StandardField = {
  readonly class: SensitivityClass;
  readonly label: BilingualText;
  readonly purpose: BilingualText;
  /** Largest number of characters. */
  readonly maxLength: number;
  readonly kind: 'text' | 'email' | 'phone' | 'postalCode' | 'date' | 'identityNumber' | 'longText';
};

const contact: BilingualText = { sv: 'Kontakt med medlemmen', en: 'Contact with the member' };
const membership: BilingualText = { sv: 'Medlemskapets förvaltning', en: 'Administration of the membership' };

/** Field name → declaration, in the order in which forms and extracts show them. */
export const standardFields = {
  givenName: { class: 'ordinary', label: { sv: 'Förnamn', en: 'Given name' }, purpose: membership, maxLength: 120, kind: 'text' },
  familyName: { class: 'ordinary', label: { sv: 'Efternamn', en: 'Family name' }, purpose: membership, maxLength: 120, kind: 'text' },
  personalIdentityNumber: {
    class: 'identity',
    label: { sv: 'Personnummer', en: 'Personal identity number' },
    purpose: { sv: 'Säker identifiering', en: 'Secure identification' },
    maxLength: 13,
    kind: 'identityNumber',
  },
  email: { class: 'ordinary', label: { sv: 'E-post', en: 'E-mail' }, purpose: contact, maxLength: 254, kind: 'email' },
  phone: { class: 'ordinary', label: { sv: 'Telefon', en: 'Phone' }, purpose: contact, maxLength: 40, kind: 'phone' },
  street: { class: 'ordinary', label: { sv: 'Gatuadress', en: 'Street address' }, purpose: contact, maxLength: 200, kind: 'text' },
  postalCode: { class: 'ordinary', label: { sv: 'Postnummer', en: 'Postal code' }, purpose: contact, maxLength: 12, kind: 'postalCode' },
  city: { class: 'ordinary', label: { sv: 'Postort', en: 'City' }, purpose: contact, maxLength: 120, kind: 'text' },
  country: { class: 'ordinary', label: { sv: 'Land', en: 'Country' }, purpose: contact, maxLength: 80, kind: 'text' },
  memberNumber: {
    class: 'ordinary',
    label: { sv: 'Medlemsnummer', en: 'Member number' },
    purpose: membership,
    maxLength: 40,
    kind: 'text',
  },
  memberSince: { class: 'ordinary', label: { sv: 'Medlem sedan', en: 'Member since' }, purpose: membership, maxLength: 10, kind: 'date' },
  note: { class: 'ordinary', label: { sv: 'Anteckning', en: 'Note' }, purpose: membership, maxLength: 2000, kind: 'longText' },
} as const satisfies Record<string, StandardField>;

/** The name of a standard field. */
export type FieldName = keyof typeof standardFields;

/** All field names, in order. */
// Object.keys gives exactly the keys of the constant above.
export const fieldNames = Object.keys(standardFields) as readonly FieldName[];

/** Field names of one sensitivity class, in order. */
export function fieldsOfClass(sensitivityClass: SensitivityClass): readonly FieldName[] {
  return fieldNames.filter((name) => standardFields[name].class === sensitivityClass);
}

/** Values of a person by field name; an absent field is not stored. */
export type PersonFields = { readonly [K in FieldName]?: string };
