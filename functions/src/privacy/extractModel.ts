/**
 * The content of a register extract (GDPR Art. 15 and 20), format `valv/register-extract/v1`: what extract.json holds
 * in canonical JSON and what the PDF and the CSV are made from.
 *
 * Guarantees the shape only. That it is complete follows from buildExtract.ts and the inventory. Values are the stored
 * text, unchanged, whatever characters they hold; all words around them are in the extract's language.
 */
import * as z from 'zod/mini';
import { localeSchema } from '../identity/contract.ts';

/** The format's name; another name is another format. */
export const extractFormat = 'valv/register-extract/v1';

const instant = z.iso.datetime();
const held = z.strictObject({ name: z.string(), label: z.string(), value: z.string(), purpose: z.string() });

/** Where a record came from. */
export const recordSources = ['import', 'organisation'] as const;

const record = z.strictObject({
  id: z.string(),
  source: z.strictObject({ kind: z.enum(recordSources), text: z.string() }),
  /** Only what is held: a field without a value is not listed. */
  fields: z.array(held),
  createdAt: instant,
  updatedAt: instant,
});

const section = z.strictObject({
  /** Path pattern of the inventory, e.g. `orgs/{orgId}/dataSubjects/{dataSubjectId}`. */
  collection: z.string(),
  label: z.string(),
  purposes: z.array(z.string()),
  /** `article` is the letter of GDPR Art. 6(1), null where the collection needs none. */
  legalBasis: z.strictObject({ article: z.nullable(z.string()), text: z.string() }),
  retention: z.string(),
  recipients: z.array(z.string()),
  records: z.array(record),
});

const access = z.strictObject({
  at: instant,
  action: z.string(),
  actionText: z.string(),
  /** `done`, or the code of the error with which it was refused: nothing was shown or changed then. Early extracts told of no refusals. */
  outcome: z._default(z.string(), 'done'),
  /**
   * `id` is a random id, no name: the person may learn who by asking the controller. `role` is null for jobs, former members and
   * who is no member. The network that a call came from is not here: it tells where an employee was, not what was done with the data.
   */
  actor: z.strictObject({ kind: z.enum(['member', 'job']), role: z.nullable(z.string()), text: z.string(), id: z.string() }),
  /** Names of the fields that were read or changed; empty means the record as a whole. */
  fields: z.array(z.string()),
  /**
   * Whether the sealed log, which is signed and can be verified, holds exactly this; `notYetSealed` of the newest minute, `notAsSealed`
   * where it was changed afterwards. Early extracts did not say.
   */
  evidence: z._default(z.enum(['sealed', 'notYetSealed', 'notAsSealed', 'unknown']), 'unknown'),
});

/** Schema of extract.json. */
export const extractSchema = z.strictObject({
  format: z.literal(extractFormat),
  locale: localeSchema,
  createdAt: instant,
  /** Role of the member who asked for it; null if no longer a member when it was made. */
  createdBy: z.strictObject({ role: z.nullable(z.string()), text: z.string() }),
  organisation: z.strictObject({ orgId: z.string(), name: z.string(), organisationNumber: z.string() }),
  dataSubjectId: z.string(),
  controller: z.string(),
  processor: z.string(),
  storage: z.string(),
  /** The ground on which the personal identity number is held; null where the organisation has stated none. */
  identityNumberGround: z.nullable(z.strictObject({ ground: z.string(), text: z.string(), explanation: z.string() })),
  sections: z.array(section),
  /** Newest first. */
  accessLog: z.array(access),
  /** Words for the field names of the access log. */
  fieldLabels: z.record(z.string(), z.string()),
  rights: z.array(z.strictObject({ articles: z.string(), heading: z.string(), text: z.string() })),
});
/** A register extract. */
export type ExtractModel = z.infer<typeof extractSchema>;
/** One collection's part of an extract. */
export type ExtractSection = ExtractModel['sections'][number];
/** One reading or change of the person's data. */
export type ExtractAccess = ExtractModel['accessLog'][number];
