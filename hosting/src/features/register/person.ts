/** Asking for persons, and what a form makes of one. */
import { useQuery } from '@tanstack/react-query';
import { fieldNames, standardFields, type FieldName, type PersonFields } from '../../../../functions/src/register/fields.ts';
import { call } from '../../api/call.ts';
import type { Messages } from '../../i18n/messages.ts';

/** One person; each asking is an event in the log. */
export function usePerson(orgId: string, dataSubjectId: string) {
  return useQuery({ queryKey: ['person', orgId, dataSubjectId], queryFn: () => call('getDataSubject', { orgId, dataSubjectId }) });
}

/** A form of a person: text in every field. */
export type PersonForm = Record<FieldName, string> & { isProtected: boolean; removesNumber: boolean };

/** A form filled with what is known. The number is left empty: it is masked, and typed anew only to change it. */
export function formOf(fields: PersonFields, isProtected: boolean): PersonForm {
  const values = fieldNames.map((name) => [name, name === 'personalIdentityNumber' ? '' : (fields[name] ?? '')]);
  // Built from exactly the field names, so every field is there.
  return { ...(Object.fromEntries(values) as Record<FieldName, string>), isProtected, removesNumber: false };
}

/** What the form changed: null empties a field. */
export function changesOf(form: PersonForm, before: PersonForm): Partial<Record<FieldName, string | null>> {
  const changes: Partial<Record<FieldName, string | null>> = {};
  for (const name of fieldNames) {
    const typed = form[name].trim();
    if (typed !== before[name].trim()) changes[name] = typed === '' ? null : typed;
  }
  if (form.removesNumber) changes.personalIdentityNumber = null;
  return changes;
}

/** The words for a refusal of each field, by its kind. */
export function fieldProblems({ register }: Messages): Record<FieldName, string> {
  const words = fieldNames.map((name) => [name, register.problems[standardFields[name].kind]]);
  // Built from exactly the field names.
  return Object.fromEntries(words) as Record<FieldName, string>;
}

/** What browsers may fill in by themselves: nothing, since the data is somebody else's. */
export const inputOf = {
  text: { type: 'text', inputMode: 'text' },
  email: { type: 'email', inputMode: 'email' },
  phone: { type: 'tel', inputMode: 'tel' },
  postalCode: { type: 'text', inputMode: 'numeric' },
  date: { type: 'text', inputMode: 'numeric' },
  identityNumber: { type: 'text', inputMode: 'numeric' },
  longText: { type: 'text', inputMode: 'text' },
} as const satisfies Record<
  (typeof standardFields)[FieldName]['kind'],
  { type: 'text' | 'email' | 'tel'; inputMode: 'text' | 'email' | 'tel' | 'numeric' }
>;
