/** What a dry run or an import found: the first rows as they would be stored, and the errors by row and column. */
import type { ImportPreview, RowError } from '../../../../functions/src/register/contract.ts';
import { fieldNames, standardFields } from '../../../../functions/src/register/fields.ts';
import { saveFile } from '../../api/files.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Table } from '../../ui/Table.tsx';
import { errorReport, problemText } from './importErrors.ts';

/** The first rows, by the field that they would go to. */
export function ImportSample({ preview }: { readonly preview: ImportPreview }) {
  const { locale, text } = useLanguage();
  const used = fieldNames.filter((name) => preview.sample.some((row) => row[name] !== undefined));
  return (
    <Card title={text.importing.sampleTitle}>
      <Table
        label={text.importing.sampleTitle}
        isUnwrapped
        columns={used.map((name) => ({ id: name, title: standardFields[name].label[locale] }))}
        rows={preview.sample.map((row, index) => ({ id: String(index), cells: used.map((name) => row[name] ?? '–') }))}
      />
    </Card>
  );
}

const shownAtMost = 100;

/** The errors, the first hundred on the screen and all reported ones as a file. */
export function ImportErrors({ errors, errorCount }: { readonly errors: readonly RowError[]; readonly errorCount: number }) {
  const { locale, text } = useLanguage();
  const { importing } = text;
  if (errorCount === 0)
    return (
      <Banner kind="success" role="status">
        {importing.errorsNone}
      </Banner>
    );
  const shown = errors.slice(0, shownAtMost);
  return (
    <Card
      title={importing.errorsTitle}
      aside={
        <Button variant="secondary" onPress={() => saveFile(importing.reportName, errorReport(text, errors))}>
          {importing.downloadErrors}
        </Button>
      }
    >
      <p role="status">{importing.errorsShown(formatNumber(locale, shown.length), formatNumber(locale, errorCount))}</p>
      <Table
        label={importing.errorsTitle}
        columns={[
          { id: 'row', title: importing.errorRow },
          { id: 'column', title: importing.errorColumn },
          { id: 'problem', title: importing.errorProblem },
        ]}
        rows={shown.map((error, index) => ({
          id: String(index),
          cells: [formatNumber(locale, error.row), error.column ?? importing.wholeRow, problemText(text, error)],
        }))}
      />
    </Card>
  );
}
