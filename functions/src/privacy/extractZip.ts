/**
 * The ZIP that a person receives: PDF, JSON, CSV, README and the signed manifest.
 *
 * Guarantees: every file but the two of the manifest is listed in the manifest with its SHA-256; the manifest is
 * signed; entries carry the given time only. Does not encrypt: the download is authorized, and the files are the
 * person's to keep.
 */
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { canonicalJson } from '../shared/canonicalJson.ts';
import { extractCsv } from './extractCsv.ts';
import type { ExtractModel } from './extractModel.ts';
import { renderExtractPdf } from './extractPdf.ts';
import { extractReadme } from './extractReadme.ts';
import { extractFileNames, manifestNames, manifestOf, type NamedBytes } from './manifest.ts';
import type { PdfFonts } from './pdf/page.ts';
import { type Signer, signJws } from './signature.ts';

/** Permissions of the entries: a plain file, readable by all who have the ZIP. */
const mode = 0o100644;

/** The files of an extract with its signed manifest, in the order of the ZIP. */
export async function extractFiles(model: ExtractModel, fonts: PdfFonts, signer: Signer): Promise<readonly NamedBytes[]> {
  const [readmeName, pdfName, jsonName, csvName] = extractFileNames(model.locale);
  const files = [
    named(readmeName, extractReadme(model)),
    named(pdfName, await renderExtractPdf(model, fonts)),
    named(jsonName, canonicalJson(model)),
    named(csvName, extractCsv(model)),
  ];
  const manifest = manifestOf(files, { orgId: model.organisation.orgId, dataSubjectId: model.dataSubjectId }, model.createdAt);
  return [...files, named(manifestNames.json, canonicalJson(manifest)), named(manifestNames.jws, await signJws(manifest, signer))];
}

/** The bytes of a ZIP of these files, as a stream. `mtime` is stored with each entry, to the second. */
export function zipFiles(files: readonly NamedBytes[], mtime: Date): AsyncIterable<Uint8Array> {
  const zip = new ZipFile();
  // The archive's stream is a PassThrough; its types say less.
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { name, bytes } of files) zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), name, { mtime, mode });
  zip.end();
  return output;
}

function named(name: string | undefined, content: string | Uint8Array): NamedBytes {
  if (name === undefined) throw new TypeError('a file of the extract has no name');
  return { name, bytes: typeof content === 'string' ? Buffer.from(content, 'utf8') : content };
}
