/** Where one is signed in, and how to end it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Output } from '../../../api/call.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { Said } from '../../../app/Said.tsx';
import { useChange } from '../../../app/useChange.ts';
import { formatDateTime } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { Table } from '../../../ui/Table.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { StrengthTag } from '../StrengthTag.tsx';

type Session = Output<'listSessions'>['sessions'][number];

/** The table of sessions. */
export function SessionsCard() {
  const { locale, text } = useLanguage();
  const { app, ownAccount } = text;
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => call('listSessions', {}) });
  const [said, setSaid] = useState<string | null>(null);
  const end = useChange(
    (sessionId: Session['sessionId']) => call('endSession', { sessionId }),
    [['sessions']],
    () => setSaid(ownAccount.sessionEnded),
  );
  const endOthers = useChange(
    () => call('endOtherSessions', {}),
    [['sessions']],
    ({ ended }) => setSaid(ownAccount.othersEnded(ended)),
  );
  const deviceName = (device: string | null) => device ?? ownAccount.unknownDevice;
  const list = sessions.data?.sessions ?? [];
  return (
    <Card
      title={ownAccount.sessionsTitle}
      aside={
        list.length > 1 && (
          <Button variant="secondary" isPending={endOthers.isPending} onPress={() => endOthers.mutate()}>
            {ownAccount.endOthers}
          </Button>
        )
      }
    >
      <p className="intro">{ownAccount.sessionsIntro}</p>
      <Said words={said} />
      {end.isError && <ErrorPanel error={end.error} />}
      {endOthers.isError && <ErrorPanel error={endOthers.error} />}
      {sessions.isPending && <Loading label={app.loading} />}
      {sessions.isError && <ErrorPanel error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.data !== undefined && (
        <Table
          label={ownAccount.sessionsTitle}
          columns={[
            { id: 'device', title: ownAccount.device },
            { id: 'place', title: ownAccount.place, isOptional: true },
            { id: 'method', title: ownAccount.method, isOptional: true },
            { id: 'lastSeen', title: ownAccount.lastSeen },
            { id: 'end', title: ownAccount.actions },
          ]}
          rows={list.map(({ sessionId, isCurrent, method, strength, device, place, lastSeenAt }) => ({
            id: sessionId,
            cells: [
              deviceName(device),
              place ?? ownAccount.unknownPlace,
              <span key="method" className="tagged">
                {ownAccount.methods[method]} <StrengthTag strength={strength} />
              </span>,
              formatDateTime(locale, new Date(lastSeenAt)),
              isCurrent ? (
                <Tag key="end" kind="good">
                  {ownAccount.thisSession}
                </Tag>
              ) : (
                <Button
                  key="end"
                  variant="secondary"
                  label={ownAccount.endSessionOf(deviceName(device))}
                  isPending={end.isPending && end.variables === sessionId}
                  onPress={() => end.mutate(sessionId)}
                >
                  {ownAccount.endSession}
                </Button>
              ),
            ],
          }))}
        />
      )}
    </Card>
  );
}
