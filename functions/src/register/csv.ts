/**
 * Reads a file of comma-separated values as a stream of rows.
 *
 * A row's number is the one that a spreadsheet shows: the header is row 1, blank rows count, a quoted cell that spans
 * several lines is still one row, and the `sep=;` line that Excel writes is none. Guarantees: memory holds a few chunks
 * and never the file; at a broken place the reading fails, and no part of the row that is broken there is handed out.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { AppError, isAppError } from '../shared/errors.ts';
import { importLimits } from './contract.ts';
import { limitBytes, notCsv, wrongEncoding, type CsvFormat } from './csvFormat.ts';
import { createUtf8Scanner, incompleteTail } from './utf8.ts';

/** One row: its number and its cells as they stand in the file. A blank row has only blank cells. */
export type CsvRow = { readonly row: number; readonly cells: readonly string[] };

/** An open file. `rows` is to be read once; whoever does not read it to the end calls `close`. */
export type Csv = {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<CsvRow>;
  readonly close: () => Promise<void>;
};

/** Limits of one file; a row's is in bytes. */
export type CsvLimits = { readonly maxBytes: number; readonly maxRows: number; readonly maxColumns: number };

/** Largest row, in bytes; an unclosed quote ends here and not at the end of memory. */
const maxRowBytes = 256 * 1024;
const maxHeaderLength = 200;

/**
 * Opens a file and reads its header. Throws, here or while rows are read: `register/import-too-large` (`limit`, `max`),
 * `register/import-wrong-encoding` and `register/import-not-csv` (`found`, `row`, `column`), and
 * `register/import-mapping-missing` for headers that are blank or the same.
 */
export async function readCsv(chunks: AsyncIterable<Uint8Array>, format: CsvFormat, limits: CsvLimits = importLimits): Promise<Csv> {
  const records = readRecords(chunks, format, limits);
  const close = async (): Promise<void> => void (await records.return(undefined));
  try {
    for (let next = await records.next(); !next.done; next = await records.next()) {
      if (isBlank(next.value.cells)) continue;
      const columns = checkHeader(next.value.cells, limits.maxColumns);
      return { columns, rows: dataRows(records, columns.length, limits.maxRows), close };
    }
    throw notCsv('empty');
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether nothing is written in any cell. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** Leaves out blank rows at the end, and blank cells beyond the header; counts. */
async function* dataRows(records: AsyncIterable<CsvRow>, columnCount: number, maxRows: number): AsyncGenerator<CsvRow> {
  let count = 0;
  let firstBlank: number | null = null;
  const counted = (row: CsvRow): CsvRow => {
    count += 1;
    if (count <= maxRows) return row;
    throw new AppError('register/import-too-large', `the file has more than ${maxRows} rows`, {
      limit: 'rows',
      max: maxRows,
      row: row.row,
    });
  };
  for await (const { row, cells } of records) {
    if (isBlank(cells)) {
      firstBlank ??= row;
      continue;
    }
    for (let blank = firstBlank ?? row; blank < row; blank += 1) yield counted({ row: blank, cells: [] });
    firstBlank = null;
    const isPadded = cells.length > columnCount && isBlank(cells.slice(columnCount));
    yield counted({ row, cells: isPadded ? cells.slice(0, columnCount) : cells });
  }
}

/** The headers, tidied. A first row that holds values is told apart, so that no value gets into an error's words. */
function checkHeader(cells: readonly string[], maxColumns: number): readonly string[] {
  if (holdsValues(cells)) throw notCsv('no-header-row');
  const columns = cells.map(tidyHeader);
  while (columns.at(-1) === '') columns.pop();
  if (columns.some((column) => !column.isWellFormed() || /[\p{Cc}\ufffd]/u.test(column))) throw notCsv('binary');
  if (columns.length > maxColumns) {
    throw new AppError('register/import-too-large', `the file has more than ${maxColumns} columns`, { limit: 'columns', max: maxColumns });
  }
  if (columns.some((column) => column.length > maxHeaderLength)) {
    throw new AppError('register/import-too-large', `a column header is longer than ${maxHeaderLength} characters`, {
      limit: 'header',
      max: maxHeaderLength,
    });
  }
  const blank = columns.flatMap((column, index) => (column === '' ? [columnLetters(index)] : []));
  if (blank.length > 0) throw badHeader('blank-header', blank);
  const repeated = [...new Set(columns.filter((column, index) => columns.indexOf(column) !== index))];
  if (repeated.length > 0) throw badHeader('duplicate-header', repeated);
  return columns;
}

/** Whether cells hold what no header does: an e-mail address, or a number of six digits and more. */
function holdsValues(cells: readonly string[]): boolean {
  return cells.some((cell) => cell.includes('@') || /\d([ -]*\d){5}/.test(cell));
}

function tidyHeader(cell: string): string {
  return cell.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}

function badHeader(reason: 'blank-header' | 'duplicate-header', columns: readonly string[]): AppError {
  return new AppError('register/import-mapping-missing', `${reason} in columns ${columns.map((column) => `"${column}"`).join(', ')}`, {
    reason,
    columns,
  });
}

/** The letters by which a spreadsheet names a column, from its place counted from 0: `A`, `Z`, `AA`. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

type Decoding = { isDamaged: boolean };

/** All records from the header on, numbered. One is held back until it is known not to be cut off by damage. */
async function* readRecords(chunks: AsyncIterable<Uint8Array>, format: CsvFormat, limits: CsvLimits): AsyncGenerator<CsvRow, undefined> {
  const decoding: Decoding = { isDamaged: false };
  let columns: readonly string[] = [];
  const parser = parse({
    delimiter: format.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: maxRowBytes,
    // Seen here and not in the loop below, since an error of the parser drops the records that wait for the loop.
    on_record: (cells) => {
      if (columns.length === 0 && !isBlank(cells) && !holdsValues(cells)) columns = cells.map(tidyHeader);
      return cells;
    },
  });
  // A failure of the source or of the parser reaches the loop below through the parser.
  const fed = pipeline(
    Readable.from(withoutSeparatorLine(decode(limitBytes(chunks, limits.maxBytes), format.encoding, decoding))),
    parser,
  ).catch(() => undefined);
  let held: CsvRow | null = null;
  try {
    for await (const record of parser) {
      // Without the option `columns`, csv-parse makes arrays of strings.
      const cells = record as string[];
      if (held) yield held;
      held = { row: held ? held.row + 1 : 1, cells };
    }
  } catch (error) {
    throw asAppError(error, decoding, columns);
  } finally {
    parser.destroy();
    await fed;
  }
  if (decoding.isDamaged) throw damaged(held?.row ?? 1, columns[(held?.cells.length ?? 1) - 1]);
  if (held) yield held;
  return undefined;
}

/** An error of csv-parse holds the row's values, so nothing of it is passed on but the place. */
function asAppError(error: unknown, decoding: Decoding, columns: readonly string[]): unknown {
  if (isAppError(error) || !(error instanceof CsvError)) return error;
  const row = Number(error['records'] ?? 0) + 1;
  const column = row === 1 ? undefined : columns[Number(error['column'])];
  if (decoding.isDamaged) return damaged(row, column);
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new AppError('register/import-too-large', `row ${row} has more than ${maxRowBytes} bytes`, {
      limit: 'row',
      max: maxRowBytes,
      row,
    });
  }
  return notCsv(error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'unclosed-quote' : 'stray-quote', { row, column: column ?? null });
}

function damaged(row: number, column: string | undefined): AppError {
  return wrongEncoding('bytes that are not utf-8', { row, column: row === 1 ? null : (column ?? null) });
}

/** Text of the bytes. At the first byte that is no UTF-8 it ends with U+FFFD in that place and marks the decoding as damaged. */
async function* decode(chunks: AsyncIterable<Uint8Array>, encoding: CsvFormat['encoding'], decoding: Decoding): AsyncGenerator<string> {
  if (encoding === 'windows-1252') {
    const decoder = new TextDecoder('windows-1252');
    for await (const chunk of chunks) yield decoder.decode(chunk);
    return;
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = block.length - incompleteTail(block);
    rest = block.slice(end);
    try {
      yield decoder.decode(block.subarray(0, end));
    } catch {
      yield decoder.decode(validStart(block));
      decoding.isDamaged = true;
      break;
    }
  }
  // A sequence that the end of the file cuts off is damage too.
  if (rest.length > 0) decoding.isDamaged = true;
  if (decoding.isDamaged) yield '\ufffd';
}

/** The bytes before the first sequence that is no UTF-8. */
function validStart(block: Uint8Array): Uint8Array {
  const valid = block.subarray(0, createUtf8Scanner().scan(block));
  return valid.subarray(0, valid.length - incompleteTail(valid));
}

/** Leaves out the byte order mark and the line by which Excel is told the delimiter. */
async function* withoutSeparatorLine(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let start: string | null = '';
  for await (const text of texts) {
    if (start === null) {
      yield text;
      continue;
    }
    start += text;
    if (start.length < 10) continue;
    yield withoutStart(start);
    start = null;
  }
  if (start) yield withoutStart(start);
}

function withoutStart(text: string): string {
  return text.replace(/^\ufeff?(sep=[,;\t]\r?\n)?/i, '');
}
