/** One member: role and teams, the reading limit, transfer of ownership, removal; or, for oneself, leaving. */
import { hashKey } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { givenRoles } from '../../../../functions/src/orgs/contract.ts';
import type { MemberRole } from '../../../../functions/src/orgs/settings/contract.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { isConflict, useChange } from '../../app/useChange.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { useMembers, type Member, type Team } from './data.ts';
import { LeaveCard, LiftBudgetCard, RemoveCard, StepDownCard, TransferCard } from './memberActions.tsx';
import { useNotice } from './notice.ts';
import { givableRoles, RoleChoice, TeamsChoice } from './roleFields.tsx';
import { teamNames, WithTeams } from './WithTeams.tsx';

/** The page of a member. */
export function MemberPage() {
  return (
    <Requires permission="orgs.readMembers">
      <LoadedMember />
    </Requires>
  );
}

function LoadedMember() {
  const { app, members: words } = useLanguage().text;
  const { orgId } = useMembership();
  const { accountId } = useParams();
  const notice = useNotice();
  const members = useMembers(orgId);
  const member = members.data?.find((one) => one.accountId === accountId);
  return (
    <Page
      title={words.memberTitle}
      {...(member === undefined ? {} : { heading: member.displayName })}
      actions={
        <ButtonLink to={`/o/${orgId}/members`} look="secondary">
          {words.toMembers}
        </ButtonLink>
      }
    >
      <Said words={notice} />
      {members.isPending && <Loading label={app.loading} />}
      {members.isError && <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />}
      {members.data !== undefined && member === undefined && (
        <EmptyState icon="people" title={words.notFoundTitle} text={words.notFoundText} />
      )}
      {member !== undefined && <MemberCards member={member} owners={members.data?.filter(({ role }) => role === 'owner').length ?? 0} />}
    </Page>
  );
}

function MemberCards({ member, owners }: { readonly member: Member; readonly owners: number }) {
  const { role } = useMembership();
  const can = useCan();
  const isHigher = member.role === 'owner' || member.role === 'administrator';
  const mayChange = can('orgs.members').isAllowed && !member.isYou && (role === 'owner' || !isHigher) && member.role !== 'support';
  return (
    <>
      <WithTeams>{(teams) => <FactsCard member={member} teams={teams} mayChange={mayChange} />}</WithTeams>
      {mayChange && member.role !== 'support' && <AccessCard member={member} role={member.role} />}
      {can('orgs.liftReadBudget').isAllowed && !member.isYou && member.role !== 'auditor' && member.role !== 'billing' && (
        <LiftBudgetCard member={member} />
      )}
      {can('orgs.transfer').isAllowed && !member.isYou && member.role !== 'owner' && member.role !== 'support' && (
        <TransferCard member={member} />
      )}
      {mayChange && <RemoveCard member={member} />}
      {member.isYou && member.role === 'owner' && owners > 1 && <StepDownCard member={member} />}
      {member.isYou && can('orgs.leave').isAllowed && <LeaveCard isLastOwner={member.role === 'owner' && owners === 1} />}
    </>
  );
}

type FactsCardProps = { readonly member: Member; readonly teams: readonly Team[]; readonly mayChange: boolean };

function FactsCard({ member, teams, mayChange }: FactsCardProps) {
  const { locale, text } = useLanguage();
  const { members: words, orgs } = text;
  const can = useCan();
  // To an owner the cards below say what there is.
  const isTold = mayChange || (member.isYou && member.role === 'owner');
  const why = member.isYou ? words.ownAccess : member.role === 'support' ? words.ofSupport : words.onlyOwner;
  return (
    <Card title={orgs.details}>
      <Facts
        items={[
          { name: orgs.memberEmail, value: member.email },
          { name: orgs.memberRole, value: orgs.roles[member.role] },
          { name: words.teams, value: teamNames(member.teamIds, teams) || words.noTeams },
          {
            name: words.lastActive,
            value: member.lastActiveAt === null ? words.lastActiveUnknown : formatDateTime(locale, new Date(member.lastActiveAt)),
          },
        ]}
      />
      {can('orgs.members').isAllowed && !isTold && <p className="field-hint">{why}</p>}
    </Card>
  );
}

function AccessCard({ member, role }: { readonly member: Member; readonly role: MemberRole }) {
  const { app, members: words } = useLanguage().text;
  const { orgId, role: ownRole } = useMembership();
  const { accountId, teamIds: given } = member;
  const was = { role, teamIds: given };
  const [shown, setShown] = useState(was);
  const [form, setForm] = useState<{ role: MemberRole; teamIds: readonly string[] }>(was);
  const [said, setSaid] = useState<string | null>(null);
  // Access that another has changed is chosen anew, from what it is now.
  if (hashKey([shown]) !== hashKey([was])) {
    setShown(was);
    setForm(was);
  }
  const save = useChange(
    () => call('changeMember', { orgId, accountId, role: form.role, teamIds: [...form.teamIds], was }),
    [
      ['members', orgId],
      ['teams', orgId],
    ],
    () => setSaid(words.accessSaved),
  );
  return (
    <Card title={words.accessTitle}>
      <Said words={said} />
      {save.isError && <ErrorPanel error={save.error} {...(isConflict(save.error) ? { title: words.conflict } : {})} />}
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          setSaid(null);
          save.mutate(undefined);
        }}
      >
        <RoleChoice role={form.role} roles={givableRoles(ownRole, givenRoles)} onChange={(next) => setForm({ ...form, role: next })} />
        <TeamsChoice teamIds={form.teamIds} onChange={(teamIds) => setForm({ ...form, teamIds })} />
        <div className="actions">
          <Button type="submit" isPending={save.isPending}>
            {app.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
