/** Which column of a file is which field: a suggestion from the headers, and the check of what the member chose. */
import { AppError } from '../shared/errors.ts';
import type { ColumnMapping } from './contract.ts';
import { fieldNames, standardFields, type FieldName } from './fields.ts';

/** What a column can be: a field of the person, or the mark of a protected identity. */
export type ColumnTarget = FieldName | 'isProtected';

/** Usual headers in Swedish and English, as {@link simplified}; the fields' own labels are added to them. */
const usualHeaders = {
  givenName: ['fornamn', 'fnamn', 'tilltalsnamn', 'givenname', 'firstname', 'forename', 'given', 'first'],
  familyName: ['efternamn', 'enamn', 'slaktnamn', 'familyname', 'lastname', 'surname', 'last'],
  personalIdentityNumber: [
    'personnummer',
    'personnr',
    'pnr',
    'persnr',
    'personnummersamordningsnummer',
    'personsamordningsnummer',
    'samordningsnummer',
    'samordningsnr',
    'fodelsenummer',
    'personid',
    'identitetsnummer',
    'personalidentitynumber',
    'personalnumber',
    'personalidnumber',
    'identitynumber',
    'ssn',
  ],
  email: ['epost', 'epostadress', 'email', 'emailadress', 'emailaddress', 'mail', 'mailadress', 'mejl', 'mejladress'],
  phone: [
    'telefon',
    'telefonnummer',
    'telefonnr',
    'tel',
    'telnr',
    'tfn',
    'mobil',
    'mobiltelefon',
    'mobilnummer',
    'mobilnr',
    'phone',
    'phonenumber',
    'telephone',
    'mobile',
    'mobilephone',
    'cellphone',
  ],
  street: [
    'gatuadress',
    'adress',
    'gata',
    'utdelningsadress',
    'postadress',
    'adress1',
    'street',
    'streetaddress',
    'address',
    'address1',
    'addressline1',
  ],
  postalCode: ['postnummer', 'postnr', 'pnummer', 'postalcode', 'postcode', 'zip', 'zipcode'],
  city: ['ort', 'postort', 'stad', 'city', 'town'],
  country: ['land', 'country'],
  memberNumber: [
    'medlemsnummer',
    'medlemsnr',
    'medlnr',
    'medlemsid',
    'medlemnr',
    'membernumber',
    'memberno',
    'memberid',
    'membershipnumber',
  ],
  memberSince: ['medlemsedan', 'medlemfran', 'intradesdatum', 'intrade', 'inskriven', 'membersince', 'joined', 'joindate', 'joinedon'],
  note: [
    'anteckning',
    'anteckningar',
    'notering',
    'noteringar',
    'kommentar',
    'kommentarer',
    'ovrigt',
    'note',
    'notes',
    'comment',
    'comments',
    'remark',
  ],
  isProtected: [
    'skyddadidentitet',
    'skyddadeuppgifter',
    'skyddadepersonuppgifter',
    'skyddad',
    'sekretessmarkering',
    'sekretess',
    'skyddadfolkbokforing',
    'protectedidentity',
    'protected',
    'isprotected',
    'protectedpersonaldata',
  ],
} as const satisfies Record<ColumnTarget, readonly string[]>;

/** Headers of a whole name, taken for the family name when no other column is. */
const wholeName = ['namn', 'name', 'fullstandigtnamn', 'fullname', 'medlem', 'member'];

const targetByHeader = new Map<string, ColumnTarget>(
  // Object.keys gives exactly the keys of the constant above.
  (Object.keys(usualHeaders) as ColumnTarget[]).flatMap((target) =>
    usualHeaders[target].map((header): [string, ColumnTarget] => [header, target]),
  ),
);
for (const field of fieldNames) {
  const { sv, en } = standardFields[field].label;
  for (const label of [field, sv, en]) targetByHeader.set(simplified(label), field);
}

/** Suggests a field for each header that is known; each field once, to the first header that names it. */
export function suggestMapping(columns: readonly string[]): ColumnMapping {
  const taken = new Set<ColumnTarget>();
  const chosen = new Map<string, ColumnTarget | null>();
  const take = (column: string, target: ColumnTarget | undefined): void => {
    const isFree = target !== undefined && !taken.has(target) && (chosen.get(column) ?? null) === null;
    if (isFree) taken.add(target);
    if (isFree || !chosen.has(column)) chosen.set(column, isFree ? target : null);
  };
  for (const column of columns) take(column, targetByHeader.get(simplified(column)));
  for (const column of columns) if (wholeName.includes(simplified(column))) take(column, 'familyName');
  return Object.fromEntries(chosen);
}

/**
 * The target of each column of the file, by place; null is not imported. Throws `register/import-mapping-missing` with
 * `reason` and `columns` when the mapping names a column that the file lacks (`unknown-column`), gives one field to two
 * columns (`field-twice`), or leaves the file without a name (`no-name-column`; `columns` are then all that there are).
 */
export function targetsOf(columns: readonly string[], mapping: ColumnMapping): readonly (ColumnTarget | null)[] {
  const unknown = Object.keys(mapping).filter((column) => !columns.includes(column));
  if (unknown.length > 0) throw refused('unknown-column', unknown);
  const targets = columns.map((column) => (Object.hasOwn(mapping, column) ? (mapping[column] ?? null) : null));
  const twice = columns.filter((_, index) => targets[index] !== null && targets.filter((target) => target === targets[index]).length > 1);
  if (twice.length > 0) throw refused('field-twice', twice);
  if (!targets.some((target) => target === 'givenName' || target === 'familyName')) throw refused('no-name-column', columns);
  return targets;
}

const reasons = {
  'unknown-column': 'the file has no such columns',
  'field-twice': 'several columns are mapped to one field',
  'no-name-column': 'none of the columns is mapped to a given or family name',
} as const;

function refused(reason: keyof typeof reasons, columns: readonly string[]): AppError {
  const named = columns.map((column) => `"${column}"`).join(', ');
  return new AppError('register/import-mapping-missing', `${reasons[reason]}: ${named}`, { reason, columns });
}

/** A header without case, diacritics, blanks and signs: `E-post` → `epost`. */
function simplified(header: string): string {
  return header
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{Ll}\p{Lo}\p{N}]/gu, '');
}
