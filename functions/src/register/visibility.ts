/** Pure: what a role sees of the register before anything is revealed. */
import type { OrganisationDoc, Role } from '../orgs/contract.ts';
import { AppError } from '../shared/errors.ts';
import { fieldNames, type FieldName } from './fields.ts';

/** The fields that the organisation masks for a role, in the order of the fields; none for those who manage it. */
export function maskedFor(role: Role, { maskedFields }: Pick<OrganisationDoc, 'maskedFields'>): readonly FieldName[] {
  if (role !== 'editor' && role !== 'reader' && role !== 'support') return [];
  const masked = maskedFields[role];
  return fieldNames.filter((name) => masked.includes(name));
}

/** The fields that a kind of search compares. */
const searched = {
  name: ['givenName', 'familyName'],
  email: ['email'],
  identityNumber: ['personalIdentityNumber'],
} as const satisfies Record<string, readonly FieldName[]>;

/**
 * Throws `orgs/not-allowed` for a search over a masked field: whoever may try values until somebody is found learns what
 * is masked. A name search is refused when either name is masked, because one index holds both.
 */
export function needsSearchable(by: keyof typeof searched, masked: readonly FieldName[]): void {
  const field = searched[by].find((name) => masked.includes(name));
  if (field === undefined) return;
  throw new AppError('orgs/not-allowed', 'your role does not see what this search compares', { field: 'search', masked: field });
}
