/** The newest restore drill, what it tried, and those before it. */
import { useQuery } from '@tanstack/react-query';
import { readDrills, type DrillRecord } from '../../api/backups.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';
import { Tag } from '../../ui/Tag.tsx';

/** The drills. */
export function DrillCard() {
  const { app, backup } = useLanguage().text;
  const drills = useQuery({ queryKey: ['drills'], queryFn: readDrills });
  const [newest, ...earlier] = drills.data ?? [];
  return (
    <Card title={backup.drillTitle}>
      <p>{backup.drillIntro}</p>
      {drills.isPending && <Loading label={app.loading} />}
      {drills.isError && <ErrorPanel error={drills.error} onRetry={() => void drills.refetch()} />}
      {drills.data?.length === 0 && <Banner kind="info">{backup.drillNone}</Banner>}
      {newest !== undefined && <Drill drill={newest} />}
      {earlier.length > 0 && <Earlier drills={earlier} />}
    </Card>
  );
}

function Drill({ drill }: { readonly drill: DrillRecord }) {
  const { locale, text } = useLanguage();
  const { backup } = text;
  const { state, startedAt, recoverySeconds, recoveryPointSeconds, exportId, checks } = drill;
  const at = formatDateTime(locale, startedAt.toDate());
  const duration = (seconds: number) => durationText(backup, (value) => formatNumber(locale, value), seconds);
  const words: Readonly<Record<string, string>> = backup.checks;
  return (
    <>
      {state === 'green' && <Banner kind="success">{backup.drillGreen(at)}</Banner>}
      {state === 'red' && (
        <Banner kind="warning" title={backup.drillRedTitle}>
          {backup.drillRed(at)}
        </Banner>
      )}
      {state === 'untried' && <Banner kind="info">{backup.drillUntried(at)}</Banner>}
      <Facts
        items={[
          { name: backup.at, value: state === 'running' ? `${at} (${backup.drillStates.running})` : at },
          ...(recoverySeconds === null ? [] : [{ name: backup.recoveryTime, value: duration(recoverySeconds) }]),
          ...(recoveryPointSeconds === null ? [] : [{ name: backup.recoveryPoint, value: duration(recoveryPointSeconds) }]),
          ...(exportId === null ? [] : [{ name: backup.restored, value: <code>{exportId}</code> }]),
        ]}
      />
      {checks.length > 0 && (
        <Table
          label={backup.checksTitle}
          columns={[
            { id: 'check', title: backup.checksTitle },
            { id: 'state', title: backup.state },
          ]}
          rows={checks.map(({ name, ok }) => ({
            id: name,
            cells: [
              words[name] ?? name,
              <Tag key="state" kind={ok ? 'good' : 'bad'}>
                {ok ? backup.checkStates.ok : backup.checkStates.failed}
              </Tag>,
            ],
          }))}
        />
      )}
    </>
  );
}

function Earlier({ drills }: { readonly drills: readonly DrillRecord[] }) {
  const { locale, text } = useLanguage();
  const { backup } = text;
  return (
    <>
      <h3>{backup.historyTitle}</h3>
      <Table
        label={backup.historyTitle}
        columns={[
          { id: 'at', title: backup.at },
          { id: 'state', title: backup.state },
        ]}
        rows={drills.map(({ drillId, startedAt, state }) => ({
          id: drillId,
          cells: [
            formatDateTime(locale, startedAt.toDate()),
            <Tag key="state" kind={state === 'green' ? 'good' : state === 'red' ? 'bad' : 'neutral'}>
              {backup.drillStates[state]}
            </Tag>,
          ],
        }))}
      />
    </>
  );
}

/** A duration in the largest unit that leaves it exact enough: seconds below two minutes, minutes below two hours. */
function durationText({ seconds, minutes, hours }: Messages['backup'], format: (value: number) => string, duration: number): string {
  if (duration < 120) return seconds(format(duration));
  if (duration < 7200) return minutes(format(Math.ceil(duration / 60)));
  return hours(format(Math.ceil(duration / 3600)));
}
