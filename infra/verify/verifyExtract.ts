/**
 * Verifies the ZIP of a register extract: offline, against trusted keys.
 *
 * Guarantees: if all checks pass, the files are, byte for byte, those that a trusted key signed, all of them and no
 * others, and they are about the organisation and person that the manifest names. Does not guarantee that the extract
 * was complete when it was made, nor that the PDF says what the JSON says beyond coming from the same hand.
 */
import { extractSchema, type ExtractModel } from '../../functions/src/privacy/extractModel.ts';
import { extractFileNames, type Manifest, manifestNames, manifestSchema, sha256Hex } from '../../functions/src/privacy/manifest.ts';
import type { Jwks } from '../../functions/src/privacy/signature.ts';
import { canonicalJson, type JsonValue } from '../../functions/src/shared/canonicalJson.ts';
import { type Check, type Checklist, newChecklist } from './checks.ts';
import { readZip, ZipProblem } from './readZip.ts';
import { checkJws } from './verifyJws.ts';

type Files = ReadonlyMap<string, Buffer>;

/** All checks of an extract's ZIP. */
export async function verifyExtract(zip: Buffer, jwks: Jwks): Promise<readonly Check[]> {
  const list = newChecklist();
  const files = await checkArchive(list, zip);
  const signed = await checkJws(list, contentOf(files, manifestNames.jws), jwks);
  await list.must('manifest.json is what was signed', () =>
    contentOf(files, manifestNames.json) === signed?.payloadText ? null : 'it says something else',
  );
  const manifest = manifestSchema.safeParse(signed?.payload);
  await list.must('the manifest has the known format', () => (manifest.success ? null : 'it has not'));
  await checkFiles(list, files, manifest.data);
  const extract = await checkExtract(list, files);
  await checkAgreement(list, files, manifest.data, extract);
  return list.checks;
}

async function checkArchive(list: Checklist, zip: Buffer): Promise<Files> {
  let files: Files = new Map();
  await list.must('the ZIP is well-formed', () => {
    try {
      files = new Map(readZip(zip).map(({ name, bytes }) => [name, bytes]));
      return null;
    } catch (error) {
      if (error instanceof ZipProblem) return error.message;
      throw error;
    }
  });
  await list.must('it holds the files of an extract and no others', () => unexpected(files));
  return files;
}

function unexpected(files: Files): string | null {
  const found = [...files.keys()].join(', ');
  const sets = (['sv', 'en'] as const).map((locale) => [...extractFileNames(locale), ...Object.values(manifestNames)].join(', '));
  return sets.includes(found) ? null : `it holds ${found === '' ? 'nothing' : found}, not ${sets[0] ?? ''}`;
}

const contentOf = (files: Files, name: string): string => files.get(name)?.toString('utf8') ?? '';

async function checkFiles(list: Checklist, files: Files, manifest: Manifest | undefined): Promise<void> {
  const own: readonly string[] = Object.values(manifestNames);
  const present = [...files.keys()].filter((name) => !own.includes(name));
  await list.must('the manifest lists exactly these files', () =>
    manifest?.files.map((file) => file.name).join('\n') === present.join('\n') ? null : 'a file is missing, added or renamed',
  );
  for (const name of present) await list.check(`${name} is unchanged`, () => changed(name, files, manifest));
}

function changed(name: string, files: Files, manifest: Manifest | undefined): string | null {
  const bytes = files.get(name);
  const listed = manifest?.files.find((file) => file.name === name);
  if (bytes === undefined || listed === undefined) return 'it is not listed';
  if (bytes.length !== listed.sizeBytes) return `it has ${bytes.length} bytes, not ${listed.sizeBytes}`;
  return sha256Hex(bytes) === listed.sha256 ? null : 'its checksum is another';
}

async function checkExtract(list: Checklist, files: Files): Promise<ExtractModel | undefined> {
  const source = contentOf(files, 'extract.json');
  const value = parsed(source);
  await list.must('extract.json is canonical JSON', () => (isCanonical(value, source) ? null : 'it is not'));
  const extract = extractSchema.safeParse(value);
  await list.must('extract.json has the known format', () => (extract.success ? null : 'it has not'));
  return extract.data;
}

function parsed(source: string): JsonValue | undefined {
  try {
    return JSON.parse(source) as JsonValue; // JSON.parse answers nothing but JSON values
  } catch {
    return undefined;
  }
}

function isCanonical(value: JsonValue | undefined, source: string): boolean {
  try {
    return value !== undefined && canonicalJson(value) === source;
  } catch {
    return false;
  }
}

async function checkAgreement(
  list: Checklist,
  files: Files,
  manifest: Manifest | undefined,
  extract: ExtractModel | undefined,
): Promise<void> {
  await list.check('the manifest and the extract are about the same person', () =>
    manifest?.subject.orgId === extract?.organisation.orgId && manifest?.subject.dataSubjectId === extract?.dataSubjectId
      ? null
      : 'their ids differ',
  );
  await list.check('the manifest and the extract are of the same time', () =>
    manifest?.createdAt === extract?.createdAt ? null : 'their times differ',
  );
  await list.check('the PDF is a PDF, in the language of the extract', () => {
    const pdf = files.get(extract?.locale === 'en' ? 'extract.pdf' : 'utdrag.pdf');
    return pdf?.subarray(0, 5).toString('latin1') === '%PDF-' ? null : 'it is not there';
  });
}
