/** What the daily export last did, as its records tell. */
import { useQuery } from '@tanstack/react-query';
import { readExports } from '../../api/documents.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { formatDateTime, formatSize } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';

/** The five newest exports. */
export function BackupCard() {
  const { locale, text } = useLanguage();
  const { app, orgs } = text;
  const exports = useQuery({ queryKey: ['exports'], queryFn: readExports });
  const latest = exports.data?.find(({ state }) => state === 'complete');
  const columns = [
    { id: 'started', title: orgs.backupStarted },
    { id: 'state', title: orgs.backupState },
    { id: 'size', title: orgs.backupSize, isNumeric: true, isOptional: true },
  ];
  return (
    <Card title={orgs.backupTitle}>
      <p>{orgs.backupIntro}</p>
      {exports.isPending && <Loading label={app.loading} />}
      {exports.isError && <ErrorPanel error={exports.error} onRetry={() => void exports.refetch()} />}
      {exports.data?.length === 0 && <Banner kind="info">{orgs.backupNone}</Banner>}
      {latest !== undefined && <Banner kind="success">{orgs.backupLatest(formatDateTime(locale, latest.startedAt.toDate()))}</Banner>}
      {exports.data !== undefined && exports.data.length > 0 && (
        <Table
          label={orgs.backupTitle}
          columns={columns}
          rows={exports.data.map(({ exportId, startedAt, state, sizeBytes }) => ({
            id: exportId,
            cells: [
              formatDateTime(locale, startedAt.toDate()),
              orgs.backupStates[state],
              sizeBytes === undefined ? '–' : formatSize(locale, sizeBytes),
            ],
          }))}
        />
      )}
    </Card>
  );
}
