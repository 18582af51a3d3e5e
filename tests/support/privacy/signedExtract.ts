/** A signed extract with the key that signed it, and ways to forge it. */
import { renderExtractPdf } from '../../../functions/src/privacy/extractPdf.ts';
import { extractFiles, zipFiles } from '../../../functions/src/privacy/extractZip.ts';
import { manifestNames, manifestOf, type NamedBytes } from '../../../functions/src/privacy/manifest.ts';
import { loadPdfFonts } from '../../../functions/src/privacy/pdf/fonts.ts';
import { type Jwks, type Signer, signJws } from '../../../functions/src/privacy/signature.ts';
import { canonicalJson } from '../../../functions/src/shared/canonicalJson.ts';
import { sampleExtract } from './sampleExtract.ts';
import { testSigner } from './testSigner.ts';

/** The files of a small extract, its ZIP, its signer and the keys to trust. */
export type SignedExtract = { readonly files: readonly NamedBytes[]; readonly zip: Buffer; readonly signer: Signer; readonly jwks: Jwks };

const time = new Date('2026-11-21T20:42:30.000Z');

/** Makes an extract of three events, signed with a fresh key or the given one. */
export async function signedExtract(signer?: Signer, locale: 'sv' | 'en' = 'sv'): Promise<SignedExtract> {
  const by = signer ?? (await testSigner());
  const files = await extractFiles(sampleExtract(locale, 3), await loadPdfFonts(), by);
  return { files, zip: await zipOf(files), signer: by, jwks: { keys: [by.jwk] } };
}

/** A ZIP of any files. */
export async function zipOf(files: readonly NamedBytes[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipFiles(files, time)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The files with one replaced; the manifest stays. */
export const replaced = (files: readonly NamedBytes[], name: string, bytes: string | Uint8Array): readonly NamedBytes[] =>
  files.map((file) => (file.name === name ? { name, bytes: Buffer.from(bytes) } : file));

/** The files with a manifest that is made anew and signed: what a key holder could do. */
export async function resigned(
  files: readonly NamedBytes[],
  signer: Signer,
  subject: { orgId: string; dataSubjectId: string },
): Promise<readonly NamedBytes[]> {
  const own: readonly string[] = Object.values(manifestNames);
  const content = files.filter((file) => !own.includes(file.name));
  const manifest = manifestOf(content, subject, time.toISOString());
  return [
    ...content,
    { name: manifestNames.json, bytes: Buffer.from(canonicalJson(manifest)) },
    { name: manifestNames.jws, bytes: Buffer.from(await signJws(manifest, signer)) },
  ];
}

/** A PDF of another extract. */
export const otherPdf = async (): Promise<Uint8Array> => renderExtractPdf(sampleExtract('sv', 4), await loadPdfFonts());
