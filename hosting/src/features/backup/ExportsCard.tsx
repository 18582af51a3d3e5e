/** The exports of the last nights, as their records tell. */
import { useQuery } from '@tanstack/react-query';
import { nowMs } from '../../api/clock.ts';
import { readExports, type ExportRecord } from '../../api/backups.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { formatDateTime, formatSize } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';

/** Between two exports lie 24 hours, and a while that each takes; the operators' alarm counts alike. */
const lateAfterMs = 26 * 3_600_000;

/** The newest complete export, and the last seven. */
export function ExportsCard() {
  const { locale, text } = useLanguage();
  const { app, backup } = text;
  const exports = useQuery({ queryKey: ['exports'], queryFn: readExports });
  return (
    <Card title={backup.exportsTitle}>
      {exports.isPending && <Loading label={app.loading} />}
      {exports.isError && <ErrorPanel error={exports.error} onRetry={() => void exports.refetch()} />}
      {exports.data?.length === 0 && <Banner kind="info">{backup.none}</Banner>}
      {exports.data !== undefined && exports.data.length > 0 && (
        <>
          <Newest exports={exports.data} />
          <Table
            label={backup.exportsTitle}
            columns={[
              { id: 'started', title: backup.started },
              { id: 'state', title: backup.state },
              { id: 'copied', title: backup.copied },
              { id: 'size', title: backup.size, isNumeric: true, isOptional: true },
            ]}
            rows={exports.data.map(({ exportId, startedAt, state, copiedAt, sizeBytes }) => ({
              id: exportId,
              cells: [
                formatDateTime(locale, startedAt.toDate()),
                backup.states[state],
                copiedAt == null ? backup.notCopied : formatDateTime(locale, copiedAt.toDate()),
                sizeBytes === undefined ? '–' : formatSize(locale, sizeBytes),
              ],
            }))}
          />
        </>
      )}
    </Card>
  );
}

function Newest({ exports }: { readonly exports: readonly ExportRecord[] }) {
  const { locale, text } = useLanguage();
  const { backup } = text;
  const newest = exports.find(({ state }) => state === 'complete')?.startedAt.toDate();
  const isFirst = newest === undefined && exports.every(({ state }) => state === 'running');
  if (isFirst) return null;
  if (newest !== undefined && nowMs() - newest.getTime() <= lateAfterMs)
    return <Banner kind="success">{backup.latest(formatDateTime(locale, newest))}</Banner>;
  return (
    <Banner kind="warning" title={backup.lateTitle}>
      {newest === undefined ? backup.lateNone : backup.late(formatDateTime(locale, newest))}
    </Banner>
  );
}
