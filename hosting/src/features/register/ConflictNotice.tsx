/** Somebody else was quicker: what they stored beside what the reader typed, and how to go on. */
import { useEffect, useRef } from 'react';
import type { Person } from '../../../../functions/src/register/contract.ts';
import { fieldNames, standardFields, type FieldName, type PersonFields } from '../../../../functions/src/register/fields.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Table } from '../../ui/Table.tsx';

type ConflictNoticeProps = {
  readonly newest: Person;
  /** The values that the form began with. */
  readonly began: PersonFields;
  readonly mine: Partial<Record<FieldName, string | null>>;
};

/** The notice; takes focus, because it explains why nothing was saved. */
export function ConflictNotice({ newest, began, mine }: ConflictNoticeProps) {
  const { locale, text } = useLanguage();
  const { app, register } = text;
  const banner = useRef<HTMLDivElement>(null);
  useEffect(() => banner.current?.focus(), [newest.version]);
  // What the other changed cannot be seen while it is hidden, so then every field of the reader's counts as touched by both.
  const isHidden = (name: FieldName) => newest.fields[name] === undefined && newest.hiddenFields.includes(name);
  const both = fieldNames.filter((name) => mine[name] !== undefined && (isHidden(name) || newest.fields[name] !== began[name]));
  const theirs = (name: FieldName) => (isHidden(name) ? register.hidden : (newest.fields[name] ?? app.none));
  return (
    <div className="conflict">
      <Banner kind="important" role="alert" title={register.conflictTitle} ref={banner}>
        <p>{register.conflictText}</p>
        {both.length === 0 && <p>{register.conflictNothing}</p>}
      </Banner>
      {both.length > 0 && (
        <Table
          label={register.conflictTitle}
          columns={[
            { id: 'field', title: register.conflictField },
            { id: 'theirs', title: register.conflictTheirs },
            { id: 'yours', title: register.conflictYours },
          ]}
          rows={both.map((name) => ({
            id: name,
            cells: [standardFields[name].label[locale], theirs(name), mine[name] ?? app.none],
          }))}
        />
      )}
    </div>
  );
}
