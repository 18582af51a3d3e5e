/** Which column goes to which field: one choice per column. */
import type { ColumnMapping } from '../../../../functions/src/register/contract.ts';
import { fieldNames, standardFields } from '../../../../functions/src/register/fields.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Select } from '../../ui/Select.tsx';
import { Table } from '../../ui/Table.tsx';

type Target = ColumnMapping[string];
const notImported = '';

/** Whether two columns go to the same field. */
export function isMappedTwice(mapping: ColumnMapping): boolean {
  const targets = Object.values(mapping).filter((target) => target !== null);
  return new Set(targets).size < targets.length;
}

/** The table of columns. */
export function MappingTable({
  columns,
  mapping,
  onChange,
}: {
  readonly columns: readonly string[];
  readonly mapping: ColumnMapping;
  readonly onChange: (mapping: ColumnMapping) => void;
}) {
  const { locale, text } = useLanguage();
  const { importing } = text;
  const options = [
    { value: notImported, label: importing.notImported },
    ...fieldNames.map((name) => ({ value: name, label: standardFields[name].label[locale] })),
    { value: 'isProtected', label: importing.isProtected },
  ];
  const taken = (column: string) => {
    const target = mapping[column] ?? null;
    return target !== null && columns.some((other) => other !== column && mapping[other] === target);
  };
  return (
    <Table
      label={importing.mappingTitle}
      columns={[
        { id: 'column', title: importing.column },
        { id: 'field', title: importing.field },
      ]}
      rows={columns.map((column) => ({
        id: column,
        cells: [
          column,
          <Select
            key={column}
            label={importing.fieldFor(column)}
            isLabelHidden
            value={mapping[column] ?? notImported}
            options={options}
            error={taken(column) ? importing.mappedTwice : undefined}
            // The options are exactly the targets of a mapping.
            onChange={(value) => onChange({ ...mapping, [column]: value === notImported ? null : (value as Target) })}
          />,
        ],
      }))}
    />
  );
}
