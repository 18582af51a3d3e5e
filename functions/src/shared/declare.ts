/** Short forms for declaring stored fields that hold no personal data. */
import type { FieldDeclaration } from './personalData.ts';

const operation = { sv: 'Drift av tjänsten', en: 'Operation of the service' } as const;

/** Metadata without personal data. */
export function technical(sv: string, en: string): FieldDeclaration {
  return { class: 'none', label: { sv, en }, purpose: operation };
}

/** A random id or a keyed hash: says something only to whoever holds the key or the record it points to. */
export function pseudonymous(sv: string, en: string): FieldDeclaration {
  return { class: 'pseudonymous', label: { sv, en }, purpose: operation };
}
