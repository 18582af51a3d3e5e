import { describe, expect, test } from 'vitest';
import { exportCsv, exportJson, exportReadme } from '../../../functions/src/privacy/exports/exportFiles.ts';
import { fieldNames } from '../../../functions/src/register/fields.ts';
import type { OpenedPerson } from '../../../functions/src/register/everyPerson.ts';
import type { DataSubjectId } from '../../../functions/src/shared/ids.ts';

const at = new Date('2026-03-01T12:00:00Z');
const person = (id: string, fields: OpenedPerson['fields']): OpenedPerson => ({
  dataSubjectId: id as DataSubjectId, // any text serves here
  isProtected: id === 'b',
  createdAt: at,
  updatedAt: at,
  fields,
});
const persons = [
  person('a', { givenName: 'Åsa', familyName: '=HYPERLINK("x")', note: 'två\r\nrader; "citat"' }),
  person('b', { givenName: 'Örjan', personalIdentityNumber: '189001019802' }),
  person('c', null),
];
async function* pages(): AsyncGenerator<readonly OpenedPerson[]> {
  yield persons.slice(0, 2);
  yield [];
  yield persons.slice(2);
}
const head = { orgId: 'org', organisationName: 'Föreningen Prov', createdAt: at.toISOString(), includeProtected: true };
const textOf = async (pieces: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
};

describe('an export', () => {
  test('as CSV begins with a byte order mark, has a line for each person and no cell that runs', async () => {
    const text = await textOf(exportCsv(pages()));
    expect(text.startsWith('\uFEFF"Id";"Förnamn";"Efternamn";"Personnummer";')).toBe(true);
    expect(text).toContain(`"a";"Åsa";"'=HYPERLINK(""x"")";"";`);
    expect(text).toContain('"två\r\nrader; ""citat"""');
    expect(text).toContain('"b";"Örjan";"";"189001019802";');
    const records = text.replaceAll('två\r\nrader', 'en rad').trimEnd().split('\r\n');
    expect(records).toHaveLength(4);
    expect(new Set(records.map((record) => record.split('";"').length))).toEqual(new Set([fieldNames.length + 4]));
  });

  test('as JSON holds the same persons with their values unchanged, whatever the pages', async () => {
    const parsed = JSON.parse(await textOf(exportJson(head, pages()))) as { format: string; persons: { fields: unknown }[] };
    expect(parsed.format).toBe('valv/register-export/v1');
    expect(parsed.persons).toEqual(JSON.parse(JSON.stringify(persons)));
    async function* none(): AsyncGenerator<readonly OpenedPerson[]> {
      yield [];
    }
    expect(JSON.parse(await textOf(exportJson(head, none())))).toMatchObject({ persons: [] });
  });

  test('says how many there are, and how many could not be opened', () => {
    expect(exportReadme(head, 3, 1)).toMatch(/Personer: 3\. Skyddade identiteter ingår\. 1 poster/);
    expect(exportReadme({ ...head, includeProtected: false }, 3, 0)).toMatch(/Skyddade identiteter ingår inte\.\r\n/);
  });
});
