/** How the file was read, and the way to read it otherwise. */
import { csvDelimiters, csvEncodings, type ColumnMapping, type ImportPreview } from '../../../../functions/src/register/contract.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Select } from '../../ui/Select.tsx';

/** What the reader says about the file; what is left out, the server finds out. */
export type Reading = {
  readonly encoding?: ImportPreview['encoding'];
  readonly delimiter?: ImportPreview['delimiter'];
  readonly mapping?: ColumnMapping;
};

/** Encoding, delimiter and counts. A change tries the file again, with the columns found anew. */
export function ReadingFacts({ preview, onReading }: { readonly preview: ImportPreview; readonly onReading: (reading: Reading) => void }) {
  const { locale, text } = useLanguage();
  const { importing } = text;
  const { encoding, delimiter } = preview;
  return (
    <Card title={importing.checkTitle}>
      <div className="field-grid">
        <Select
          label={importing.encoding}
          value={encoding}
          options={csvEncodings.map((value) => ({ value, label: importing.encodings[value] }))}
          // The options are exactly the encodings.
          onChange={(value) => onReading({ encoding: value as ImportPreview['encoding'], delimiter })}
        />
        <Select
          label={importing.delimiter}
          value={delimiter}
          options={csvDelimiters.map((value) => ({ value, label: importing.delimiters[value] }))}
          // The options are exactly the delimiters.
          onChange={(value) => onReading({ encoding, delimiter: value as ImportPreview['delimiter'] })}
        />
      </div>
      <Facts
        items={[
          { name: importing.rows, value: formatNumber(locale, preview.rowCount) },
          { name: importing.validRows, value: formatNumber(locale, preview.validCount) },
          { name: importing.errorCount, value: formatNumber(locale, preview.errorCount) },
        ]}
      />
    </Card>
  );
}
