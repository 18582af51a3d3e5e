/**
 * The manifest of an export, of the data or of the keys: what was exported, and what a restore must find in it.
 *
 * Guarantees: nothing but what the schema names is read from a bucket, and only what the service has signed; an export whose
 * files were exchanged is another one, by their SHA-256. The manifest's own SHA-256 is in the list of exports, in the database,
 * so that an export that was exchanged together with its manifest shows.
 */
import * as z from 'zod/mini';
import { openSignedObject, signObject } from '../privacy/signedObject.ts';
import { kindOf } from './exportPlan.ts';

const hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const common = {
  v: z.literal(1),
  exportId: z.string(),
  snapshotAt: z.iso.datetime(),
  completedAt: z.iso.datetime(),
  /** Every object of the export; `path` from the root of the bucket. The CRC32C tells damage, the SHA-256 intent. */
  files: z.array(z.strictObject({ path: z.string(), sizeBytes: z.int(), crc32c: z.string(), sha256: hex })),
  /** How many documents each collection group holds. */
  counts: z.record(z.string(), z.int()),
};

/** See the file's own description. Instants are ISO 8601; `crc32c` is base64, as Cloud Storage gives it. */
export const exportManifest = z.strictObject({
  ...common,
  /** The head of each organisation's audit log. */
  heads: z.array(z.strictObject({ orgId: z.string(), seq: z.int(), count: z.int(), head: hex })),
  /** A made-up record, sealed under a key of the platform's own, and the SHA-256 of its plaintext. */
  canary: z.strictObject({ path: z.string(), sha256: hex }),
});
/** See {@link exportManifest}. */
export type ExportManifest = z.infer<typeof exportManifest>;

/** The manifest of an export of the keys, of which there is nothing to be told but files and counts. */
export const keysManifest = z.strictObject(common);
/** See {@link keysManifest}. */
export type KeysManifest = z.infer<typeof keysManifest>;

const purpose = 'valv/export-manifest/v1';

/** The signed bytes of a manifest, as they are stored. */
export const sealManifest = (manifest: ExportManifest | KeysManifest): Promise<Buffer> => signObject(purpose, manifest.exportId, manifest);

/** The manifest of an export from its bytes. Throws `backup/not-genuine`, `backup/damaged`. */
export const openManifest = <T>(exportId: string, bytes: Uint8Array, form: z.ZodMiniType<T>): Promise<T> =>
  openSignedObject(purpose, exportId, bytes, form);

/** Path of an export's manifest. */
export const exportManifestPath = (exportId: string): string => `${kindOf(exportId)}/${exportId}.manifest.jws`;
/** What the paths of an export's objects begin with. */
export const exportPrefix = (exportId: string): string => `${kindOf(exportId)}/${exportId}/`;
