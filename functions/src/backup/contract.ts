/**
 * What the records of backups say, `exports/{exportId}` and `drills/{drillId}`: functions write them by these types, and the app reads
 * them from Firestore itself, by these schemas. Facts about the service, no personal data. Browser-safe.
 */
import * as z from 'zod/mini';

/** An instant as Firestore's clients have it, in functions and in the browser: their types are not the same one. */
type Instant = { readonly toDate: () => Date; readonly toMillis: () => number };
const instant = z.custom<Instant>(
  (value) => typeof value === 'object' && value !== null && 'toDate' in value && typeof value.toDate === 'function',
);

/** States of an export or increment. Only a complete one counts; an expired one waits for its files to be removed. */
export const exportStates = ['running', 'complete', 'failed', 'passedOver', 'expired', 'pruned'] as const;
/** See {@link exportStates}. */
export type ExportState = (typeof exportStates)[number];

/** Keys of an export: of organisations, of everything else, and of that of persons in registers, which only an erasure destroys. */
const keyCounts = z.object({ orgKeys: z.int(), subjectKeys: z.int(), ofPersons: z.int() });
/** See `counts` of {@link exportRecord}. */
export type KeyCounts = Readonly<z.infer<typeof keyCounts>>;

/** One night's export, or with `hourly` one hour's increment; sizes in bytes. What is not known yet is null or absent. */
export const exportRecord = z.object({
  v: z.literal(1),
  kind: z.enum(['daily', 'keys', 'hourly']),
  state: z.enum(exportStates),
  startedAt: instant,
  snapshotAt: z.optional(instant),
  completedAt: z.optional(z.nullable(instant)),
  expiresAt: z.optional(instant),
  /** When it was in the second region, whole. */
  copiedAt: z.optional(z.nullable(instant)),
  prunedAt: z.optional(instant),
  uri: z.optional(z.string()),
  operation: z.optional(z.nullable(z.string())),
  error: z.optional(z.nullable(z.string())),
  documentCount: z.optional(z.int()),
  fileCount: z.optional(z.int()),
  sizeBytes: z.optional(z.int()),
  manifestSha256: z.optional(z.nullable(z.string())),
  /** Of an export of the keys. */
  counts: z.optional(keyCounts),
  /** Of an increment: what became of the journal's probe. */
  probe: z.optional(z.enum(['first', 'found', 'waiting', 'missing'])),
  /** In plain words, for operators. */
  note: z.optional(z.string()),
});
/** See {@link exportRecord}. */
export type ExportRecord = Readonly<z.infer<typeof exportRecord>>;

/** One restore drill. */
export const drillRecord = z.object({
  v: z.literal(1),
  state: z.enum(['running', 'green', 'red', 'untried']),
  exportId: z.nullable(z.string()),
  startedAt: instant,
  completedAt: z.optional(z.nullable(instant)),
  expiresAt: z.optional(instant),
  /** How long the restoring took. */
  recoverySeconds: z.nullable(z.number()),
  /** How old the newest change in the backups was. */
  recoveryPointSeconds: z.nullable(z.number()),
  checks: z.readonly(z.array(z.object({ name: z.string(), ok: z.boolean() }))),
  /** How often it came to nothing before, and this time. */
  tries: z.optional(z.int()),
  /** In plain words, for operators. */
  note: z.optional(z.string()),
});
/** See {@link drillRecord}. */
export type DrillRecord = Readonly<z.infer<typeof drillRecord>>;
