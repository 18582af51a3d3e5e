/** Invitations that wait for an answer or have expired: send again, withdraw. */
import { useState } from 'react';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { useInvitations } from './data.ts';

type Invitation = Output<'listInvitations'>['invitations'][number];

/** The card of open invitations. */
export function InvitationsCard() {
  const { app, members } = useLanguage().text;
  const { orgId } = useMembership();
  const [said, setSaid] = useState<string | null>(null);
  const invitations = useInvitations(orgId);
  return (
    <Card title={members.invitationsTitle}>
      <p className="field-hint">{members.invitationsIntro}</p>
      <Said words={said} />
      {invitations.isPending && <Loading label={app.loading} />}
      {invitations.isError && <ErrorPanel error={invitations.error} onRetry={() => void invitations.refetch()} />}
      {invitations.data?.length === 0 && <p>{members.invitationsNone}</p>}
      {invitations.data !== undefined && invitations.data.length > 0 && (
        <ul className="entries">
          {invitations.data.map((invitation) => (
            <InvitationEntry key={invitation.invitationId} invitation={invitation} onSaid={setSaid} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function InvitationEntry({ invitation, onSaid }: { readonly invitation: Invitation; readonly onSaid: (words: string | null) => void }) {
  const { locale, text } = useLanguage();
  const { members, orgs } = text;
  const { orgId } = useMembership();
  const { invitationId, email, role, state, expiresAt } = invitation;
  const resend = useChange(
    () => call('resendInvitation', { orgId, invitationId }),
    [['invitations', orgId]],
    () => onSaid(members.resent),
  );
  const withdraw = useChange(
    () => call('withdrawInvitation', { orgId, invitationId }),
    [['invitations', orgId]],
    () => onSaid(members.withdrawn),
  );
  return (
    <li className="entry">
      <div className="entry-head">
        <h3>{email}</h3>
        <Tag kind={state === 'expired' ? 'important' : 'neutral'}>{members.invitationStates[state]}</Tag>
        <span className="entry-note">
          {orgs.roles[role]}, {members.invitationExpires(formatDateTime(locale, new Date(expiresAt)))}
        </span>
      </div>
      {resend.isError && <ErrorPanel error={resend.error} />}
      {withdraw.isError && <ErrorPanel error={withdraw.error} />}
      <div className="actions">
        <Button
          variant="secondary"
          label={members.resendTo(email)}
          isPending={resend.isPending}
          onPress={() => {
            onSaid(null);
            resend.mutate(undefined);
          }}
        >
          {members.resend}
        </Button>
        <Button
          variant="secondary"
          label={members.withdrawFrom(email)}
          isPending={withdraw.isPending}
          onPress={() => {
            onSaid(null);
            withdraw.mutate(undefined);
          }}
        >
          {members.withdraw}
        </Button>
      </div>
    </li>
  );
}
