/** Members, open invitations, and members who ask to be let back into their accounts. */
import { Link } from 'react-router';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { GatedLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';
import { useMembers, type Member, type Team } from './data.ts';
import { InvitationsCard } from './InvitationsCard.tsx';
import { RecoveriesCard } from './RecoveriesCard.tsx';
import { useNotice } from './notice.ts';
import { teamNames, WithTeams } from './WithTeams.tsx';

/** The page of the members. */
export function MembersPage() {
  return (
    <Requires permission="orgs.readMembers">
      <Members />
    </Requires>
  );
}

function Members() {
  const { app, members: words, orgs } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const notice = useNotice();
  const members = useMembers(orgId);
  return (
    <Page
      title={orgs.membersTitle}
      intro={words.intro}
      actions={
        <GatedLink capability={can('orgs.invite')} to={`/o/${orgId}/members/invite`} look="primary">
          {words.invite}
        </GatedLink>
      }
    >
      <Said words={notice} />
      {members.isPending && <Loading label={app.loading} />}
      {members.isError && <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />}
      {members.data !== undefined && <WithTeams>{(teams) => <MembersTable members={members.data} teams={teams} />}</WithTeams>}
      {can('orgs.invite').isAllowed && <InvitationsCard />}
      {can('orgs.recoveries').isAllowed && <RecoveriesCard />}
    </Page>
  );
}

function MembersTable({ members, teams }: { readonly members: readonly Member[]; readonly teams: readonly Team[] }) {
  const { locale, text } = useLanguage();
  const { members: words, orgs } = text;
  const { orgId } = useMembership();
  const isManager = useCan()('orgs.members').isAllowed;
  const lastActive = (at: string | null) => (at === null ? words.lastActiveUnknown : formatDateTime(locale, new Date(at)));
  return (
    <Table
      label={orgs.membersTitle}
      columns={[
        { id: 'name', title: orgs.memberName },
        { id: 'role', title: orgs.memberRole },
        { id: 'email', title: orgs.memberEmail, isOptional: true },
        { id: 'teams', title: words.teams, isOptional: true },
        { id: 'lastActive', title: words.lastActive, isOptional: true },
      ]}
      rows={members.map((member) => ({
        id: member.accountId,
        cells: [
          // Everybody has a page of one's own, from which one can leave.
          isManager || member.isYou ? (
            <Link key="name" to={`/o/${orgId}/members/${member.accountId}`}>
              {member.isYou ? words.you(member.displayName) : member.displayName}
            </Link>
          ) : (
            member.displayName
          ),
          member.expiresAt === null
            ? orgs.roles[member.role]
            : `${orgs.roles[member.role]}, ${words.until(formatDateTime(locale, new Date(member.expiresAt)))}`,
          member.email,
          teamNames(member.teamIds, teams) || '–',
          lastActive(member.lastActiveAt),
        ],
      }))}
    />
  );
}
