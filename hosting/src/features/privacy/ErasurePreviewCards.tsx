/** What an erasure takes, what it leaves and why, when each copy is gone, and what stands in the way. */
import type { CopyGone, ErasurePreview } from '../../../../functions/src/privacy/contract.ts';
import { formatDate, formatNumber, formatTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Card } from '../../ui/Card.tsx';
import { Table } from '../../ui/Table.tsx';

/** A collection in words: its last segment that is a name. */
function collectionText({ privacy }: Messages, collection: string): string {
  const name = collection.split('/').findLast((segment) => segment !== '' && !segment.startsWith('{')) ?? collection;
  const words: Readonly<Record<string, string>> = privacy.collections;
  return words[name] ?? name;
}

/** Counts by collection. */
export function CountTable({ label, items }: { readonly label: string; readonly items: ErasurePreview['willErase'] }) {
  const { locale, text } = useLanguage();
  const { privacy } = text;
  if (items.length === 0) return <p>{privacy.nothing}</p>;
  return (
    <Table
      label={label}
      columns={[
        { id: 'what', title: privacy.what },
        { id: 'count', title: privacy.count, isNumeric: true },
      ]}
      rows={items.map(({ collection, count }) => ({
        id: collection,
        cells: [collectionText(text, collection), formatNumber(locale, count)],
      }))}
    />
  );
}

/** A day that is never broken, and its time. */
function Moment({ instant }: { readonly instant: string }) {
  const { locale } = useLanguage();
  const at = new Date(instant);
  return (
    <>
      <span className="date">{formatDate(locale, at)}</span> {formatTime(locale, at)}
    </>
  );
}

/** When each copy can no longer be read, and when it is gone. */
export function CopyTable({ copies }: { readonly copies: readonly CopyGone[] }) {
  const { privacy } = useLanguage().text;
  return (
    <>
      <p>{privacy.copiesIntro}</p>
      <Table
        label={privacy.copiesTitle}
        columns={[
          { id: 'copy', title: privacy.copy },
          { id: 'unreadable', title: privacy.unreadableFrom },
          { id: 'gone', title: privacy.goneBy },
        ]}
        rows={copies.map(({ copy, unreadableFrom, goneBy }) => ({
          id: copy,
          cells: [privacy.copies[copy], <Moment key="unreadable" instant={unreadableFrom} />, <Moment key="gone" instant={goneBy} />],
        }))}
      />
    </>
  );
}

/** The preview in full. */
export function ErasurePreviewCards({ preview }: { readonly preview: ErasurePreview }) {
  const { privacy } = useLanguage().text;
  return (
    <>
      {preview.blockers.length > 0 && (
        <Banner kind="warning" role="alert" title={privacy.blockersTitle}>
          <ul>
            {preview.blockers.map(({ kind }) => (
              <li key={kind}>{privacy.blockers[kind]}</li>
            ))}
          </ul>
        </Banner>
      )}
      <Card title={privacy.willErase}>
        <CountTable label={privacy.willErase} items={preview.willErase} />
      </Card>
      <Card title={privacy.willKeep}>
        <p>{privacy.willKeepWhy}</p>
        <CountTable label={privacy.willKeep} items={preview.willKeep} />
      </Card>
      <Card title={privacy.copiesTitle}>
        <CopyTable copies={preview.copies} />
      </Card>
    </>
  );
}
