/** What the register says over the wire: list, search, view, correct, reveal, import. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../shared/ids.ts';
import { budgetCallables } from './budget/contract.ts';
import { canaryCallables } from './canaries/contract.ts';
import { fieldNames } from './fields.ts';

/** The name of a standard field, from outside. */
export const fieldNameSchema = z.enum(fieldNames as readonly [(typeof fieldNames)[number], ...(typeof fieldNames)[number][]]); // never empty

/** Values by field name as they arrive; each is validated by register/validate.ts, which names the field. */
const fieldValues = z.partialRecord(fieldNameSchema, z.string().check(z.maxLength(4000)));
const fieldChanges = z.partialRecord(fieldNameSchema, z.nullable(z.string().check(z.maxLength(4000))));

/** Largest page of persons; `firestore.rules` caps it too. */
export const pageSizeMax = 100;

const summary = z.object({
  dataSubjectId: idSchemas.dataSubject,
  isProtected: z.boolean(),
  /** Null for a protected identity and for a field that is masked for the reader's role, until revealed. */
  givenName: z.nullable(z.string()),
  familyName: z.nullable(z.string()),
  city: z.nullable(z.string()),
  email: z.nullable(z.string()),
  memberNumber: z.nullable(z.string()),
  /** The last four digits masked: `19890201-****`; null when there is none or the identity is protected. */
  maskedIdentityNumber: z.nullable(z.string()),
  updatedAt: z.iso.datetime(),
});
/** One row of the register. */
export type DataSubjectSummary = z.infer<typeof summary>;

const person = z.object({
  dataSubjectId: idSchemas.dataSubject,
  state: z.enum(['active', 'erasing']),
  isProtected: z.boolean(),
  version: z.int(),
  /** Opened values. The personal identity number is masked; what the role does not see, and everything of a protected identity, is absent until revealed. */
  fields: z.partialRecord(fieldNameSchema, z.string()),
  /** Fields that have a value but are masked or hidden here. */
  hiddenFields: z.array(fieldNameSchema),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
/** One person as a screen shows them. */
export type Person = z.infer<typeof person>;

/** Encodings and delimiters that the import understands. */
export const csvEncodings = ['utf-8', 'windows-1252'] as const;
export const csvDelimiters = [',', ';', '\t'] as const;

/** Limits of one import file. */
export const importLimits = { maxBytes: 25 * 1024 * 1024, maxRows: 50_000, maxColumns: 100, maxReportedErrors: 500 } as const;

const rowError = z.object({
  /** Line as a spreadsheet numbers it: the header is row 1. */
  row: z.int(),
  /** The column's header as in the file, or null when the whole row is at fault. */
  column: z.nullable(z.string()),
  field: z.nullable(fieldNameSchema),
  /** What is wrong, by code; the interface has the words. */
  problem: z.enum([
    'ragged-row',
    'required',
    'too-long',
    'invalid-email',
    'invalid-phone',
    'invalid-postal-code',
    'invalid-date',
    'invalid-identity-number',
    'invalid-check-digit',
    'duplicate-in-file',
    'duplicate-in-register',
    'formula',
    'control-character',
    'empty-row',
    'invalid-yes-no',
  ]),
  /** For duplicates in the file: the row that came first. */
  firstRow: z.optional(z.int()),
});
/** One finding about one cell or row of an import; holds no value from the file. */
export type RowError = z.infer<typeof rowError>;

/** Column header of the file → field, `isProtected`, or null for a column that is not imported. */
const columnMapping = z.record(z.string().check(z.maxLength(200)), z.nullable(z.union([fieldNameSchema, z.literal('isProtected')])));
/** See {@link columnMapping}. */
export type ColumnMapping = z.infer<typeof columnMapping>;

const importShape = {
  orgId: idSchemas.org,
  uploadId: idSchemas.upload,
  encoding: z.optional(z.enum(csvEncodings)),
  delimiter: z.optional(z.enum(csvDelimiters)),
  mapping: z.optional(columnMapping),
};

const preview = z.object({
  encoding: z.enum(csvEncodings),
  delimiter: z.enum(csvDelimiters),
  columns: z.array(z.string()),
  mapping: columnMapping,
  rowCount: z.int(),
  validCount: z.int(),
  errorCount: z.int(),
  /** At most {@link importLimits}.maxReportedErrors. */
  errors: z.array(rowError),
  /** The first rows as they would be imported, to check the mapping by eye; identity numbers masked. */
  sample: z.array(z.partialRecord(fieldNameSchema, z.string())),
});
/** The result of a dry run. */
export type ImportPreview = z.infer<typeof preview>;

/**
 * Callables of the register, by name. The file itself is sent to the HTTPS function `uploadImport`
 * (`POST /api/uploadImport?orgId=…`, body = the file, `Authorization: Bearer` ID token), which answers `{ uploadId, sizeBytes }`.
 */
export const registerCallables = {
  ...budgetCallables,
  ...canaryCallables,
  listDataSubjects: {
    input: z.strictObject({
      orgId: idSchemas.org,
      /** Words of a name, an e-mail address or a personal identity number. */
      search: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
      /** At most; fewer when the hour's read budget is smaller. */
      pageSize: z.int().check(z.minimum(1), z.maximum(pageSizeMax)),
      pageToken: z.optional(z.string().check(z.maxLength(200))),
      /** True also lists and finds protected identities; only for roles that hold `register.readProtected`. Default false. */
      includeProtected: z.optional(z.boolean()),
    }),
    output: z.object({
      items: z.array(summary),
      nextPageToken: z.nullable(z.string()),
      /** Persons in the register, protected ones only if they were asked for, without regard to the search. */
      totalCount: z.int(),
      /** Fields that the organisation masks for this member's role: null in every row, and not searched. */
      maskedFields: z.array(fieldNameSchema),
      searchedBy: z.nullable(z.enum(['name', 'email', 'identityNumber'])),
    }),
  },
  getDataSubject: { input: z.strictObject({ orgId: idSchemas.org, dataSubjectId: idSchemas.dataSubject }), output: person },
  createDataSubject: {
    input: z.strictObject({ orgId: idSchemas.org, fields: fieldValues, isProtected: z.boolean() }),
    output: z.object({ dataSubjectId: idSchemas.dataSubject }),
  },
  /** Rectification, GDPR Art. 16. `version` is the one the caller saw; another means `shared/conflict`. */
  correctDataSubject: {
    input: z.strictObject({
      orgId: idSchemas.org,
      dataSubjectId: idSchemas.dataSubject,
      version: z.int(),
      changes: fieldChanges,
      isProtected: z.optional(z.boolean()),
    }),
    output: z.object({ version: z.int() }),
  },
  /** Shows values that are masked or hidden; each call is an audit event. */
  revealFields: {
    input: z.strictObject({
      orgId: idSchemas.org,
      dataSubjectId: idSchemas.dataSubject,
      fields: z.array(fieldNameSchema).check(z.minLength(1), z.maxLength(20)),
    }),
    output: z.object({ fields: z.partialRecord(fieldNameSchema, z.string()) }),
  },
  previewImport: { input: z.strictObject(importShape), output: preview },
  startImport: {
    input: z.strictObject({
      orgId: idSchemas.org,
      uploadId: idSchemas.upload,
      encoding: z.enum(csvEncodings),
      delimiter: z.enum(csvDelimiters),
      mapping: columnMapping,
      /** False: a file with any row error is refused. True: such rows are left out and reported. */
      skipInvalidRows: z.boolean(),
    }),
    output: z.object({ jobId: idSchemas.job }),
  },
} as const;
