/** Where one is signed in, and how to end it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../api/call.ts';
import type { Output } from '../../../api/callables.ts';
import { ErrorPanel } from '../../../app/ErrorPanel.tsx';
import { Said } from '../../../app/Said.tsx';
import { useChange } from '../../../app/useChange.ts';
import { formatDateTime } from '../../../i18n/format.ts';
import { useLanguage, useText } from '../../../i18n/language.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Card } from '../../../ui/Card.tsx';
import { Entries } from '../../../ui/Entries.tsx';
import { Loading } from '../../../ui/Loading.tsx';
import { Tag } from '../../../ui/Tag.tsx';

type Session = Output<'listSessions'>['sessions'][number];

/** The list of sessions. */
export function SessionsCard() {
  const { locale, text } = useLanguage();
  const { app, identity, ownAccount } = text;
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => call('listSessions', {}) });
  const [said, setSaid] = useState<string | null>(null);
  const endOthers = useChange(
    () => call('endOtherSessions', {}),
    [['sessions']],
    ({ ended }) => setSaid(ownAccount.othersEnded(ended)),
  );
  const endAllOthers = () => {
    setSaid(null);
    endOthers.mutate();
  };
  const deviceName = (device: string | null) => device ?? ownAccount.unknownDevice;
  const list = sessions.data?.sessions ?? [];
  return (
    <Card
      title={ownAccount.sessionsTitle}
      aside={
        list.length > 1 && (
          <Button variant="secondary" isPending={endOthers.isPending} onPress={endAllOthers}>
            {ownAccount.endOthers}
          </Button>
        )
      }
    >
      <p className="intro">{ownAccount.sessionsIntro}</p>
      <Said words={said} />
      {endOthers.isError && <ErrorPanel error={endOthers.error} />}
      {sessions.isPending && <Loading label={app.loading} />}
      {sessions.isError && <ErrorPanel error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.data !== undefined && (
        <Entries
          label={ownAccount.sessionsTitle}
          entries={list.map(({ sessionId, isCurrent, method, strength, device, place, lastSeenAt }) => ({
            id: sessionId,
            title: deviceName(device),
            tag: isCurrent && <Tag kind="good">{ownAccount.thisSession}</Tag>,
            facts: [
              { name: ownAccount.lastSeen, value: formatDateTime(locale, new Date(lastSeenAt)) },
              { name: ownAccount.place, value: place ?? ownAccount.unknownPlace },
              { name: ownAccount.method, value: `${ownAccount.methods[method]} (${identity.strengths[strength]})` },
            ],
            action: !isCurrent && <EndSession sessionId={sessionId} name={deviceName(device)} onSaid={setSaid} />,
          }))}
        />
      )}
    </Card>
  );
}

type EndSessionProps = Pick<Session, 'sessionId'> & { readonly name: string; readonly onSaid: (words: string | null) => void };

/** Each session is ended by itself: what becomes of one says nothing of another. */
function EndSession({ sessionId, name, onSaid }: EndSessionProps) {
  const { ownAccount } = useText();
  const end = useChange(
    () => call('endSession', { sessionId }),
    [['sessions']],
    () => onSaid(ownAccount.sessionEnded),
  );
  return (
    <div>
      {end.isError && <ErrorPanel error={end.error} />}
      <Button
        variant="secondary"
        label={ownAccount.endSessionOf(name)}
        isPending={end.isPending}
        onPress={() => {
          onSaid(null);
          end.mutate(undefined);
        }}
      >
        {ownAccount.endSession}
      </Button>
    </div>
  );
}
