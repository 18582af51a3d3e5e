/**
 * The manifest of an extract's ZIP: which files there are and their SHA-256. Its signature covers the whole ZIP's
 * content, since every file but the manifest itself is listed and nothing else may be in the ZIP.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Locale } from '../identity/contract.ts';
import type { IsoInstant } from '../shared/time.ts';

/** The format's name. */
export const manifestType = 'valv/manifest/v1';

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** Schema of manifest.json and of the payload of manifest.jws. */
export const manifestSchema = z.strictObject({
  type: z.literal(manifestType),
  createdAt: z.iso.datetime(),
  subject: z.strictObject({ orgId: z.string(), dataSubjectId: z.string() }),
  /** `sha256` in lower-case hex, over the uncompressed bytes; in the order of the ZIP. */
  files: z.array(z.strictObject({ name: z.string(), sha256, sizeBytes: z.int() })),
});
/** A manifest. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A file of a ZIP. */
export type NamedBytes = { readonly name: string; readonly bytes: Uint8Array };

/** Names of the files of an extract, in the order of the ZIP. The manifest's own two come last. */
export const extractFileNames = (locale: Locale): readonly string[] => [
  'README.txt',
  locale === 'sv' ? 'utdrag.pdf' : 'extract.pdf',
  'extract.json',
  'register.csv',
];
/** Names of the manifest: readable, and signed. */
export const manifestNames = { json: 'manifest.json', jws: 'manifest.jws' } as const;

/** The manifest of files. */
export function manifestOf(files: readonly NamedBytes[], subject: Manifest['subject'], createdAt: IsoInstant): Manifest {
  const { orgId, dataSubjectId } = subject;
  return {
    type: manifestType,
    createdAt,
    subject: { orgId, dataSubjectId },
    files: files.map(({ name, bytes }) => ({ name, sha256: sha256Hex(bytes), sizeBytes: bytes.length })),
  };
}

/** SHA-256 in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
