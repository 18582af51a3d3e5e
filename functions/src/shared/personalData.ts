/**
 * The form in which each capability declares its personal data. The declarations together are the inventory, from
 * which extract, erasure and the record of processing are derived.
 *
 * Guarantees nothing by itself: tests/architecture/inventory.test.ts fails when a stored field is in no declaration.
 */

/** A text in the two languages of Valv. */
export type BilingualText = { readonly sv: string; readonly en: string };

/** The legal bases of GDPR Art. 6(1) that Valv's declarations use, by letter. */
export type LegalBasis = '6(1)(a)' | '6(1)(b)' | '6(1)(c)' | '6(1)(e)' | '6(1)(f)';

/** How sensitive a field is; one envelope per record and class is sealed. `none` holds no personal data. */
export type SensitivityClass = 'ordinary' | 'identity';

/** What is true of one stored field. `class: 'none'` is metadata without personal data, stored in the clear. */
export type FieldDeclaration = {
  readonly class: SensitivityClass | 'none' | 'pseudonymous';
  readonly label: BilingualText;
  readonly purpose: BilingualText;
};

/** One collection's part of the inventory. */
export type PersonalDataDeclaration = {
  /** Path pattern, e.g. `orgs/{orgId}/dataSubjects/{dataSubjectId}`. */
  readonly collection: string;
  /** The database or bucket that holds it. */
  readonly store: 'firestore' | 'firestore/keys' | 'firestore/journal' | 'firestore/scratch' | 'storage';
  /** Whose data it is. */
  readonly concerns: 'dataSubject' | 'account' | 'nobody';
  readonly legalBasis: LegalBasis | null;
  readonly retention: BilingualText;
  /** Who receives it besides the controller. */
  readonly recipients: readonly BilingualText[];
  /** Every stored top-level field; a field that is not here fails the tests. */
  readonly fields: Readonly<Record<string, FieldDeclaration>>;
  /** What happens to it when its data subject is erased (GDPR Art. 17). */
  readonly onErasure:
    | 'key destroyed and document deleted'
    | 'key destroyed within a day'
    | 'key destroyed, backup removed in its time'
    | 'kept, holds no personal data'
    | 'kept, pseudonymous evidence'
    | 'not about data subjects';
};

/** One record about a data subject, opened. Instants are ISO 8601. */
export type SubjectRecord = {
  readonly id: string;
  readonly source: 'import' | 'organisation';
  readonly values: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/**
 * A collection that holds data about data subjects, and how to extract and erase it. Every declaration that concerns
 * data subjects has one, save what is gone within a day and backups, in which nobody can be found alone; extract and erasure run
 * over all of them.
 */
export type SubjectCollection = {
  readonly declaration: PersonalDataDeclaration;
  /** What a person would call it. */
  readonly label: BilingualText;
  /** Every field that a record may hold, in order. */
  readonly fields: Readonly<Record<string, { readonly label: BilingualText; readonly purpose: BilingualText }>>;
  /** All records about the subject, opened; files are listed by name, not opened. `locale` is for yes and no. */
  readonly read: (orgId: string, dataSubjectId: string, locale: 'sv' | 'en') => Promise<readonly SubjectRecord[]>;
  /** How many there are, without opening any. */
  readonly count: (orgId: string, dataSubjectId: string) => Promise<number>;
  /** Deletes all of them. Called after the subject's key is destroyed; repeating it changes nothing. */
  readonly erase: (orgId: string, dataSubjectId: string) => Promise<void>;
};
