/**
 * Pure: the files of an export of the register, written piece by piece.
 *
 * Guarantees: register.csv opens in a Swedish spreadsheet (UTF-8 with byte order mark, semicolons, CRLF) and holds no cell
 * that a spreadsheet would run as a formula; register.json is one JSON object whose values are the stored ones, unchanged;
 * both hold the same fields.
 */
import { fieldNames, standardFields } from '../../register/fields.ts';
import type { OpenedPerson } from '../../register/everyPerson.ts';
import { safeCell } from '../extractCsv.ts';

/** The format's name; another name is another format. */
export const exportFormat = 'valv/register-export/v1';

/** Names of the files, in the order of the ZIP. */
export const exportFileNames = { csv: 'register.csv', json: 'register.json', readme: 'README.txt' } as const;

/** What is written besides the persons. */
export type ExportHead = {
  readonly orgId: string;
  readonly organisationName: string;
  readonly createdAt: string;
  readonly includeProtected: boolean;
};

const line = (cells: readonly string[]): string => `${cells.map((cell) => `"${safeCell(cell).replaceAll('"', '""')}"`).join(';')}\r\n`;

/** The text of register.csv, a piece for each page. */
export async function* exportCsv(pages: AsyncIterable<readonly OpenedPerson[]>): AsyncGenerator<string> {
  const labels = fieldNames.map((name) => standardFields[name].label.sv);
  yield `\uFEFF${line(['Id', ...labels, 'Skyddad identitet', 'Skapad', 'Ändrad'])}`;
  for await (const persons of pages) yield persons.map(csvLine).join('');
}

function csvLine({ dataSubjectId, fields, isProtected, createdAt, updatedAt }: OpenedPerson): string {
  const values = fieldNames.map((name) => fields?.[name] ?? '');
  return line([dataSubjectId, ...values, isProtected ? 'ja' : 'nej', createdAt.toISOString(), updatedAt.toISOString()]);
}

/** The text of register.json, a piece for each page. `fields` of a record that does not open is null. */
export async function* exportJson(head: ExportHead, pages: AsyncIterable<readonly OpenedPerson[]>): AsyncGenerator<string> {
  const { orgId, createdAt, includeProtected } = head;
  yield `${JSON.stringify({ format: exportFormat, orgId, createdAt, includeProtected }).slice(0, -1)},"persons":[`;
  let isFirst = true;
  for await (const persons of pages) {
    if (persons.length === 0) continue;
    yield `${isFirst ? '' : ','}\n${persons.map((person) => JSON.stringify(person)).join(',\n')}`;
    isFirst = false;
  }
  yield '\n]}\n';
}

/** The text of README.txt, in Swedish and English. `unopened` is how many records could not be opened. */
export function exportReadme(head: ExportHead, persons: number, unopened: number): string {
  const { organisationName: name, createdAt, includeProtected } = head;
  return [
    `Registret för ${name}, exporterat ur Valv ${createdAt}.`,
    `Personer: ${persons}. Skyddade identiteter ingår${includeProtected ? '' : ' inte'}.${unopened > 0 ? ` ${unopened} poster gick inte att öppna och saknar uppgifter.` : ''}`,
    'register.csv: en rad per person, semikolon, UTF-8. Celler som ett kalkylprogram kunde ta för en formel börjar med en apostrof.',
    'register.json: samma uppgifter, oförändrade, för program.',
    'Filerna är inte längre förseglade: den som har dem ansvarar för dem, och en radering i Valv når dem inte.',
    'Registret kan innehålla påhittade lockpersoner, som avslöjar om uppgifter har läckt. De är inte utmärkta här; ägare och administratörer ser i Valv vilka de är.',
    '',
    `The register of ${name}, exported from Valv ${createdAt}.`,
    `Persons: ${persons}. Protected identities are ${includeProtected ? '' : 'not '}included.${unopened > 0 ? ` ${unopened} records could not be opened and have no values.` : ''}`,
    'register.csv: one line for each person, semicolons, UTF-8. Cells that a spreadsheet could take for a formula begin with an apostrophe.',
    'register.json: the same data, unchanged, for programs.',
    'The files are no longer sealed: whoever has them answers for them, and an erasure in Valv does not reach them.',
    'The register may hold made-up decoy persons, which show when data has leaked. They are not marked here; owners and administrators see in Valv which they are.',
    '',
  ].join('\r\n');
}
