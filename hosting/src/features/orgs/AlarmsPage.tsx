/** The organisation's alarms: what happened, whose doing it was, what to do, and that somebody has seen to it. */
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../../api/call.ts';
import type { Alarm } from '../../api/oversight.ts';
import { useAlarms } from '../../app/AlarmCount.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { useMembers, type Member } from './data.ts';

/** The page of the alarms. */
export function AlarmsPage() {
  return (
    <Requires permission="alarms.read">
      <Alarms />
    </Requires>
  );
}

function Alarms() {
  const { app, alarms: words } = useLanguage().text;
  const membership = useMembership();
  const [said, setSaid] = useState<string | null>(null);
  const alarms = useAlarms(membership);
  const members = useMembers(membership.orgId, alarms.data !== undefined && alarms.data.length > 0);
  return (
    <Page title={words.title} intro={words.intro}>
      <Said words={said} />
      {alarms.isPending && <Loading label={app.loading} />}
      {alarms.isError && <ErrorPanel error={alarms.error} onRetry={() => void alarms.refetch()} />}
      {members.isError && <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />}
      {alarms.data?.length === 0 && <EmptyState icon="bell" title={words.emptyTitle} text={words.emptyText} />}
      {alarms.data !== undefined && alarms.data.length > 0 && (
        <ul className="entries">
          {alarms.data.map((alarm) => (
            <AlarmEntry key={alarm.alarmId} alarm={alarm} members={members.data ?? null} onSaid={setSaid} />
          ))}
        </ul>
      )}
    </Page>
  );
}

type AlarmEntryProps = {
  readonly alarm: Alarm;
  /** Null while they are not known. */
  readonly members: readonly Member[] | null;
  readonly onSaid: (words: string | null) => void;
};

function AlarmEntry({ alarm, members, onSaid }: AlarmEntryProps) {
  const { locale, text } = useLanguage();
  const { alarms: words } = text;
  const { orgId } = useMembership();
  const can = useCan();
  const at = formatDateTime(locale, alarm.at.toDate());
  const nameOf = (accountId: string | null | undefined) =>
    members === null ? '…' : (members.find((member) => member.accountId === accountId)?.displayName ?? words.someone);
  const who = alarm.kind === 'recoveryApproved' ? nameOf(alarm.targetIds[0]) : nameOf(alarm.actorId);
  const acknowledge = useChange(
    () => call('acknowledgeAlarm', { orgId, alarmId: alarm.alarmId }),
    [['alarms', orgId]],
    () => onSaid(words.acknowledged),
  );
  return (
    <li className="entry">
      <div className="entry-head">
        <h2>{words.kinds[alarm.kind]}</h2>
        <Tag kind={alarm.state === 'open' ? 'bad' : 'neutral'}>{words.states[alarm.state]}</Tag>
        <span className="entry-note">
          {at}
          {alarm.count > 1 && `, ${words.times(formatNumber(locale, alarm.count))}`}
        </span>
      </div>
      <p>{words.texts[alarm.kind](who)}</p>
      {alarm.acknowledgedBy !== null && alarm.acknowledgedAt !== null && (
        <p className="entry-note">
          {words.acknowledgedBy(nameOf(alarm.acknowledgedBy), formatDateTime(locale, alarm.acknowledgedAt.toDate()))}
        </p>
      )}
      {acknowledge.isError && <ErrorPanel error={acknowledge.error} />}
      <div className="actions">
        {alarm.state === 'open' && can('alarms.acknowledge').isAllowed && (
          <Button
            variant="secondary"
            label={words.acknowledgeOf(words.kinds[alarm.kind], at)}
            isPending={acknowledge.isPending}
            onPress={() => {
              onSaid(null);
              acknowledge.mutate(undefined);
            }}
          >
            {words.acknowledge}
          </Button>
        )}
        <WayOn alarm={alarm} />
      </div>
    </li>
  );
}

/** Where the reader can do something about it. */
function WayOn({ alarm }: { readonly alarm: Alarm }) {
  const { alarms: words } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const base = `/o/${orgId}`;
  const { kind, actorId, targetIds } = alarm;
  if (kind === 'accessReviewDue') return <Link to={`${base}/access-review`}>{words.toReview}</Link>;
  if (kind === 'approvalRequested') return <Link to={`${base}/approvals`}>{words.toApprovals}</Link>;
  const memberId = kind === 'recoveryApproved' ? targetIds[0] : actorId;
  if (memberId === null || memberId === undefined) return null;
  return (
    <>
      {kind !== 'recoveryApproved' && <Link to={`${base}/audit?actor=${memberId}`}>{words.toLog}</Link>}
      {can('orgs.members').isAllowed && <Link to={`${base}/members/${memberId}`}>{words.toMember}</Link>}
    </>
  );
}
