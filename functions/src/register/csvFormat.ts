/**
 * Tells how a file of comma-separated values is written: its encoding and its delimiter, or why it is no such file.
 *
 * Guarantees: constant memory; reads the whole file, since the first byte that is not ASCII may come late. Refuses what
 * is another kind of file, and text in an encoding other than UTF-8 and Windows-1252 as far as that can be seen.
 */
import { AppError } from '../shared/errors.ts';
import { csvDelimiters, importLimits, type csvEncodings } from './contract.ts';
import { createUtf8Scanner } from './utf8.ts';

/** `utf-8` or `windows-1252`. */
export type CsvEncoding = (typeof csvEncodings)[number];
/** Comma, semicolon or tab. */
export type CsvDelimiter = (typeof csvDelimiters)[number];
/** How a file is written. */
export type CsvFormat = { readonly encoding: CsvEncoding; readonly delimiter: CsvDelimiter };

const windowBytes = 64 * 1024;
const sampledRecords = 25;

/** First bytes of other kinds of file. */
const signatures: readonly { readonly found: string; readonly bytes: readonly number[] }[] = [
  { found: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { found: 'pdf', bytes: [0x25, 0x50, 0x44, 0x46] },
  { found: 'xls', bytes: [0xd0, 0xcf, 0x11, 0xe0] },
  { found: 'gzip', bytes: [0x1f, 0x8b] },
  { found: 'png', bytes: [0x89, 0x50, 0x4e, 0x47] },
  { found: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { found: 'rtf', bytes: [0x7b, 0x5c, 0x72, 0x74, 0x66] },
];

/**
 * Reads the file to its end and answers its format; what is wanted already is not guessed.
 * Throws `register/import-not-csv` or `register/import-wrong-encoding` with `found`, or `register/import-too-large`.
 */
export async function detectFormat(
  chunks: AsyncIterable<Uint8Array>,
  wanted: { readonly encoding?: CsvEncoding | undefined; readonly delimiter?: CsvDelimiter | undefined } = {},
  maxBytes: number = importLimits.maxBytes,
): Promise<CsvFormat> {
  const look = createLook();
  for await (const chunk of limitBytes(chunks, maxBytes)) look.take(chunk);
  const seen = look.result();
  refuseOtherFiles(seen);
  const encoding = wanted.encoding ?? chooseEncoding(seen);
  if (encoding === 'windows-1252' && hasUtf8Mark(seen.start)) throw wrongEncoding('utf-8');
  const text = new TextDecoder(encoding).decode(seen.start);
  return { encoding, delimiter: wanted.delimiter ?? chooseDelimiter(text, seen.size > seen.start.length) };
}

/** Passes chunks on until more than `maxBytes` have come, then throws `register/import-too-large`. */
export async function* limitBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes)
      throw new AppError('register/import-too-large', `the file has more than ${maxBytes} bytes`, { limit: 'bytes', max: maxBytes });
    yield chunk;
  }
}

/** The error for text that is not in a known encoding. */
export function wrongEncoding(found: string, at: { readonly row?: number; readonly column?: string | null } = {}): AppError {
  const place = at.row === undefined ? '' : ` in row ${at.row}`;
  return new AppError('register/import-wrong-encoding', `the file is not in a known encoding${place}: found ${found}`, { found, ...at });
}

/** The error for a file that is something else, or is broken at a place. */
export function notCsv(found: string, at: { readonly row?: number; readonly column?: string | null } = {}): AppError {
  const place = at.row === undefined ? '' : ` in row ${at.row}`;
  return new AppError('register/import-not-csv', `the file cannot be read as csv${place}: found ${found}`, { found, ...at });
}

type Seen = {
  readonly start: Uint8Array;
  readonly size: number;
  readonly nulBytes: number;
  readonly controlBytes: number;
  /** Bytes 0xC0 to 0xFF, letters in Windows-1252. */
  readonly letterBytes: number;
  /** Bytes that Windows-1252 does not have. */
  readonly unassignedBytes: number;
  /** Bytes inside words that are signs in Windows-1252 but Swedish letters in Mac OS Roman and in DOS code pages. */
  readonly oddBytesInWords: number;
  readonly multiByteSequences: number;
  readonly invalidBytes: number;
};

function createLook(): { readonly take: (chunk: Uint8Array) => void; readonly result: () => Seen } {
  const utf8 = createUtf8Scanner();
  const start = new Uint8Array(windowBytes);
  const counts = { size: 0, nulBytes: 0, controlBytes: 0, letterBytes: 0, unassignedBytes: 0, oddBytesInWords: 0 };
  let previous = 0;
  let beforePrevious = 0;
  const count = (byte: number): void => {
    if (byte < 0x20) {
      if (byte === 0) counts.nulBytes += 1;
      else if (byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) counts.controlBytes += 1;
    } else if (byte >= 0xc0) counts.letterBytes += 1;
    else if (unassigned.has(byte)) counts.unassignedBytes += 1;
    if (odd.has(previous) && isAsciiLetter(byte) && isAsciiLetter(beforePrevious)) counts.oddBytesInWords += 1;
    beforePrevious = previous;
    previous = byte;
  };
  return {
    take(chunk) {
      if (counts.size < windowBytes) start.set(chunk.subarray(0, windowBytes - counts.size), counts.size);
      counts.size += chunk.length;
      utf8.scan(chunk);
      for (const byte of chunk) count(byte);
    },
    result() {
      utf8.end();
      const encodings = { multiByteSequences: utf8.multiByteSequences(), invalidBytes: utf8.invalidBytes() };
      return { ...counts, ...encodings, start: start.subarray(0, Math.min(counts.size, windowBytes)) };
    },
  };
}

const unassigned = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** å, ä, ö in Mac OS Roman (8C 8A 9A) and in code pages 437 and 850 (86 84 94). */
const odd = new Set([0x84, 0x86, 0x8a, 0x8c, 0x94, 0x9a]);

function isAsciiLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function hasUtf8Mark(start: Uint8Array): boolean {
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
}

function refuseOtherFiles(seen: Seen): void {
  const { start, size } = seen;
  const isUtf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (isUtf16) throw wrongEncoding('utf-16');
  const signature = signatures.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte));
  if (signature) throw notCsv(signature.found === 'zip' ? zipKind(start) : signature.found);
  // UTF-16 without a mark: every other byte of Latin text is zero.
  if (seen.nulBytes > size / 3) throw wrongEncoding('utf-16');
  if (seen.nulBytes > 0 || seen.controlBytes > size / 100) throw notCsv('binary');
  const text = new TextDecoder('windows-1252').decode(hasUtf8Mark(start) ? start.subarray(3) : start).trimStart();
  if (text === '') throw notCsv('empty');
  if (text.startsWith('<')) throw notCsv('html-or-xml');
  if (/^(\{|\[\s*[{["])/.test(text)) throw notCsv('json');
}

function zipKind(start: Uint8Array): 'xlsx' | 'zip' {
  const text = new TextDecoder('windows-1252').decode(start);
  return text.includes('[Content_Types].xml') || text.includes('xl/') ? 'xlsx' : 'zip';
}

/** UTF-8 if it is, or if it mostly is and damaged (then reading it names the row); otherwise Windows-1252 if that is plausible. */
function chooseEncoding(seen: Seen): CsvEncoding {
  if (hasUtf8Mark(seen.start) || seen.invalidBytes === 0 || seen.multiByteSequences > seen.invalidBytes) return 'utf-8';
  if (seen.unassignedBytes > 0 || seen.oddBytesInWords > seen.letterBytes) throw wrongEncoding('another 8-bit encoding');
  return 'windows-1252';
}

/** The delimiter that `sep=` names, or the one that stands in the header and most evenly in the first rows. */
function chooseDelimiter(text: string, isCut: boolean): CsvDelimiter {
  const named = /^\ufeff?sep=([,;\t])\r?\n/i.exec(text)?.[1];
  const chosen = csvDelimiters.find((delimiter) => delimiter === named);
  if (chosen) return chosen;
  const counts = countDelimiters(text, isCut);
  let best: { delimiter: CsvDelimiter; evenness: number; count: number } | null = null;
  for (const delimiter of csvDelimiters) {
    const [count = 0, ...others] = counts.map((record) => record[delimiter]);
    const evenness = others.length === 0 ? 1 : others.filter((other) => other === count).length / others.length;
    const isBetter = best === null || evenness > best.evenness || (evenness === best.evenness && count > best.count);
    if (count > 0 && isBetter) best = { delimiter, evenness, count };
  }
  return best?.delimiter ?? ',';
}

/** How often each delimiter stands outside quotes in each of the first records that are not blank. */
function countDelimiters(text: string, isCut: boolean): Record<CsvDelimiter, number>[] {
  const records: Record<CsvDelimiter, number>[] = [];
  let current = { ',': 0, ';': 0, '\t': 0 };
  let isQuoted = false;
  let isBlank = true;
  const endRecord = (): void => {
    if (!isBlank) records.push(current);
    current = { ',': 0, ';': 0, '\t': 0 };
    isBlank = true;
  };
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && (character === '\n' || character === '\r')) endRecord();
    else if (!isQuoted && (character === ',' || character === ';' || character === '\t')) current[character] += 1;
    if (!/[\s,;]/.test(character)) isBlank = false;
    if (records.length === sampledRecords) return records;
  }
  // What the end of the window cut off is left out, unless it is all there is.
  if (!isCut || records.length === 0) endRecord();
  return records;
}
