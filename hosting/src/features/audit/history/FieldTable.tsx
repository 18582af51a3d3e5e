/** Field by field: when it was last changed and read, by whom, and how often. */
import { formatDate, formatNumber } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Table } from '../../../ui/Table.tsx';
import type { Member } from '../../orgs/data.ts';
import { useEventWords } from '../eventWords.ts';
import { fieldTable, type FieldUse, type HistoryEvent } from './personHistory.ts';
import { Who } from './Who.tsx';

type HistoryProps = { readonly events: readonly HistoryEvent[]; readonly members: readonly Member[] };

/** The table; a sentence when no field was ever named. */
export function FieldTable({ events, members }: HistoryProps) {
  const { locale, text } = useLanguage();
  const { history: words } = text;
  const { field } = useEventWords(members);
  const rows = fieldTable(events);
  if (rows.length === 0) return <p className="field-hint">{words.noFields}</p>;
  const use = (key: string, of: FieldUse | null) =>
    of === null ? (
      <span key={key} className="field-hint">
        {words.never}
      </span>
    ) : (
      <span key={key}>
        <span className="date">{formatDate(locale, of.last.at.toDate())}</span>{' '}
        <span className="wide-only">
          <Who event={of.last} members={members} />
        </span>
        {of.count > 1 && <span className="field-hint"> {words.times(formatNumber(locale, of.count))}</span>}
      </span>
    );
  return (
    <Table
      label={words.fieldsTitle}
      columns={[
        { id: 'field', title: words.field },
        { id: 'changed', title: words.changed },
        { id: 'read', title: words.read },
      ]}
      rows={rows.map((row) => ({ id: row.field, cells: [field(row.field), use('changed', row.changed), use('read', row.read)] }))}
    />
  );
}
