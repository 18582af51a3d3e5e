/**
 * The manifest of a daily export: what was exported, and what a restore must find in it.
 *
 * Guarantees: nothing but what the schema names is read from a bucket. Its SHA-256 is in the list of exports, in the database,
 * so that an export that was exchanged together with its manifest shows.
 */
import * as z from 'zod/mini';

const hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** See the file's own description. Instants are ISO 8601; `crc32c` is base64, as Cloud Storage gives it. */
export const exportManifest = z.strictObject({
  v: z.literal(1),
  exportId: z.string(),
  snapshotAt: z.iso.datetime(),
  completedAt: z.iso.datetime(),
  /** Every object of the export; `path` from the root of the bucket. */
  files: z.array(z.strictObject({ path: z.string(), sizeBytes: z.int(), crc32c: z.string() })),
  /** How many documents each collection group holds. */
  counts: z.record(z.string(), z.int()),
  /** The head of each organisation's audit log. */
  heads: z.array(z.strictObject({ orgId: z.string(), seq: z.int(), count: z.int(), head: hex })),
  /** A made-up record, sealed under a key of the platform's own, and the SHA-256 of its plaintext. */
  canary: z.strictObject({ path: z.string(), sha256: hex }),
});
/** See {@link exportManifest}. */
export type ExportManifest = z.infer<typeof exportManifest>;

/** Path of an export's manifest. */
export const exportManifestPath = (exportId: string): string => `daily/${exportId}.manifest.json`;
/** What the paths of an export's objects begin with. */
export const exportPrefix = (exportId: string): string => `daily/${exportId}/`;
