/**
 * Turns the rows of a file into persons or findings, one by one.
 *
 * Guarantees: every row that is not a blank one at the end of the file gives exactly one answer, in the order of the
 * file and the same on every run; findings name row and column and hold no value. Memory holds one number and one row
 * number for each identity number in the file, and one batch of rows.
 */
import { importLimits, type ColumnMapping, type ImportPreview, type RowError } from './contract.ts';
import { isBlank, readCsv, type CsvLimits, type CsvRow } from './csv.ts';
import { detectFormat, type CsvDelimiter, type CsvEncoding } from './csvFormat.ts';
import type { FieldName, PersonFields } from './fields.ts';
import { maskIdentityNumber, parseIdentityNumber } from './identityNumber.ts';
import { suggestMapping, targetsOf, type ColumnTarget } from './mapping.ts';
import { validatePerson } from './validate.ts';

/** A row that can be imported. */
export type ValidRow = { readonly row: number; readonly person: PersonFields; readonly isProtected: boolean };
/** A row that cannot be, and all that is wrong with it. */
export type InvalidRow = { readonly row: number; readonly errors: readonly RowError[] };
/** One row's answer. */
export type PlannedRow = ValidRow | InvalidRow;

/** Tells which of some twelve-digit numbers are in the register already. Asked for at most {@link batchRows} at a time. */
export type IsTaken = (numbers: readonly string[]) => Promise<ReadonlySet<string>>;

/** Rows that are held back while the register is asked about their numbers. */
export const batchRows = 500;
const sampleRows = 5;

const yes = ['ja', 'j', 'yes', 'y', '1', 'true', 'sant', 'x'];
const no = ['', 'nej', 'n', 'no', '0', 'false', 'falskt'];

/** Whether a row can be imported. */
export function isValidRow(planned: PlannedRow): planned is ValidRow {
  return 'person' in planned;
}

/** Plans the rows of an open file. Throws `register/import-mapping-missing` before the first, and what reading throws. */
export async function* planRows(
  csv: { readonly columns: readonly string[]; readonly rows: AsyncIterable<CsvRow> },
  mapping: ColumnMapping,
  today: Date,
): AsyncGenerator<PlannedRow> {
  const layout: Layout = { columns: csv.columns, targets: targetsOf(csv.columns, mapping), today };
  const firstRows = new Map<number, number>();
  for await (const row of csv.rows) yield planRow(row, layout, firstRows);
}

/** Passes planned rows on in order; those whose number is in the register already become `duplicate-in-register`. */
export async function* refuseTaken(
  planned: AsyncIterable<PlannedRow>,
  isTaken: IsTaken,
  numberColumn: string | null,
): AsyncGenerator<PlannedRow> {
  let batch: PlannedRow[] = [];
  for await (const row of planned) {
    batch.push(row);
    if (batch.length < batchRows) continue;
    yield* await markTaken(batch, isTaken, numberColumn);
    batch = [];
  }
  yield* await markTaken(batch, isTaken, numberColumn);
}

/** What a dry run needs besides the file, which it opens twice: to see how it is written, and to read it. */
export type DryRunOptions = {
  readonly encoding?: CsvEncoding | undefined;
  readonly delimiter?: CsvDelimiter | undefined;
  /** Without one, the mapping is suggested from the headers. */
  readonly mapping?: ColumnMapping | undefined;
  readonly today: Date;
  readonly isTaken: IsTaken;
  readonly limits?: CsvLimits;
};

/**
 * Reads the whole file and tells what an import would do; writes nothing. `validCount` and `errorCount` count rows and
 * add up to `rowCount`; the sample leaves out protected identities and masks numbers.
 * Throws what {@link detectFormat}, {@link readCsv} and {@link planRows} throw.
 */
export async function dryRun(open: () => AsyncIterable<Uint8Array>, options: DryRunOptions): Promise<ImportPreview> {
  const limits = options.limits ?? importLimits;
  const format = await detectFormat(open(), options, limits.maxBytes);
  const csv = await readCsv(open(), format, limits);
  try {
    const mapping = options.mapping ?? suggestMapping(csv.columns);
    const rows = refuseTaken(planRows(csv, mapping, options.today), options.isTaken, columnOf(mapping, 'personalIdentityNumber'));
    return { ...format, columns: [...csv.columns], mapping, ...(await summarise(rows)) };
  } finally {
    await csv.close();
  }
}

/** The header that is mapped to a target, or null. */
export function columnOf(mapping: ColumnMapping, target: ColumnTarget): string | null {
  return Object.keys(mapping).find((column) => mapping[column] === target) ?? null;
}

type Summary = Pick<ImportPreview, 'rowCount' | 'validCount' | 'errorCount' | 'errors' | 'sample'>;

async function summarise(rows: AsyncIterable<PlannedRow>): Promise<Summary> {
  const summary: Summary = { rowCount: 0, validCount: 0, errorCount: 0, errors: [], sample: [] };
  for await (const row of rows) {
    summary.rowCount += 1;
    if (!isValidRow(row)) {
      summary.errorCount += 1;
      summary.errors.push(...row.errors.slice(0, importLimits.maxReportedErrors - summary.errors.length));
      continue;
    }
    summary.validCount += 1;
    if (!row.isProtected && summary.sample.length < sampleRows) summary.sample.push(masked(row.person));
  }
  return summary;
}

function masked(person: PersonFields): PersonFields {
  const number = person.personalIdentityNumber;
  return number === undefined ? { ...person } : { ...person, personalIdentityNumber: maskIdentityNumber(number) };
}

type Layout = { readonly columns: readonly string[]; readonly targets: readonly (ColumnTarget | null)[]; readonly today: Date };
type Values = { [K in FieldName]?: string };

function planRow({ row, cells }: CsvRow, layout: Layout, firstRows: Map<number, number>): PlannedRow {
  const { columns, targets, today } = layout;
  if (isBlank(cells)) return { row, errors: [{ row, column: null, field: null, problem: 'empty-row' }] };
  // A short row lacks its columns from here on; what a long one has too much has no header.
  if (cells.length !== columns.length)
    return { row, errors: [{ row, column: columns[cells.length] ?? null, field: null, problem: 'ragged-row' }] };
  const { values, formulas } = readCells(cells, targets);
  const validation = validatePerson(values, today);
  const isProtected = readYesNo(cells[targets.indexOf('isProtected')] ?? '');
  const find = (target: ColumnTarget, problem: RowError['problem']): RowError => {
    return { row, column: columns[targets.indexOf(target)] ?? null, field: target === 'isProtected' ? null : target, problem };
  };
  const errors = formulas.map((target) => find(target, 'formula'));
  for (const { field, problem } of validation.ok ? [] : validation.problems) {
    const target = problem === 'required' && !targets.includes(field) ? 'givenName' : field;
    if (!formulas.includes(target)) errors.push(find(target, problem));
  }
  if (isProtected === null && !formulas.includes('isProtected')) errors.push(find('isProtected', 'invalid-yes-no'));
  // A number counts as seen also where something else is wrong with its row: which of the two is right is not ours to say.
  const number = validation.ok ? validation.fields.personalIdentityNumber : parsedNumber(values.personalIdentityNumber, today);
  const firstRow = number === undefined ? row : firstRowOf(number, row, firstRows);
  if (firstRow !== row) errors.push({ ...find('personalIdentityNumber', 'duplicate-in-file'), firstRow });
  return errors.length > 0 || !validation.ok ? { row, errors } : { row, person: validation.fields, isProtected: isProtected === true };
}

function readCells(
  cells: readonly string[],
  targets: Layout['targets'],
): { readonly values: Values; readonly formulas: readonly ColumnTarget[] } {
  const values: Values = {};
  const formulas: ColumnTarget[] = [];
  for (const [index, target] of targets.entries()) {
    if (target === null) continue;
    const cell = cells[index] ?? '';
    if (isFormula(cell)) formulas.push(target);
    if (target !== 'isProtected') values[target] = cell;
  }
  return { values, formulas };
}

/**
 * Whether a spreadsheet would calculate this cell, were it exported again: it begins with `=` or `@` (also the wide
 * forms), with a tab or carriage return, or with `+` or `-` before something that is no number and no telephone number.
 */
function isFormula(cell: string): boolean {
  if (/^\p{Zs}*[\t\r=@\uff1d\uff20]/u.test(cell)) return cell.trim() !== '';
  const signed = /^\p{Zs}*[+\-\uff0b\uff0d]/u.exec(cell);
  if (!signed) return false;
  const rest = cell.slice(signed[0].length).trim();
  return rest !== '' && !/^\(?[0-9][0-9 ()./,\u00a0\u2010-\u2013\u2212-]*$/u.test(rest);
}

function readYesNo(cell: string): boolean | null {
  const word = cell.trim().toLowerCase();
  if (yes.includes(word)) return true;
  return no.includes(word) ? false : null;
}

function parsedNumber(text: string | undefined, today: Date): string | undefined {
  const result = parseIdentityNumber(text ?? '', today);
  return result.ok ? result.number : undefined;
}

/** The row in which a number came first; twelve digits are exact as a number, and take a third of the memory of a string. */
function firstRowOf(number: string, row: number, firstRows: Map<number, number>): number {
  const first = firstRows.get(Number(number));
  if (first === undefined) firstRows.set(Number(number), row);
  return first ?? row;
}

async function markTaken(batch: readonly PlannedRow[], isTaken: IsTaken, numberColumn: string | null): Promise<readonly PlannedRow[]> {
  const numbers = batch.flatMap((planned) => (isValidRow(planned) ? (planned.person.personalIdentityNumber ?? []) : []));
  if (numbers.length === 0) return batch;
  const taken = await isTaken(numbers);
  return batch.map((planned): PlannedRow => {
    const number = isValidRow(planned) ? planned.person.personalIdentityNumber : undefined;
    if (number === undefined || !taken.has(number)) return planned;
    const { row } = planned;
    return { row, errors: [{ row, column: numberColumn, field: 'personalIdentityNumber', problem: 'duplicate-in-register' }] };
  });
}
