/** The organisation: its details, its members, its backups. */
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { readOrganisation } from '../../api/documents.ts';
import { useAccount } from '../../app/account.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Page } from '../../app/Page.tsx';
import { useText } from '../../i18n/language.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';
import { BackupCard } from '../backup/BackupCard.tsx';
import { OrganisationFormCard } from './OrganisationFormCard.tsx';
import { writtenOrganisationNumber } from './organisationNumber.ts';

/** The members of the organisation, asked for at most every ten minutes: each asking is an event. */
export function useMembers(orgId: string) {
  return useQuery({
    queryKey: ['members', orgId],
    queryFn: async () => (await call('listMembers', { orgId })).members,
    staleTime: 600_000,
  });
}

/** The page of settings. */
export function SettingsPage() {
  const { orgs } = useText();
  return (
    <Requires permission="orgs.read">
      <Page title={orgs.settingsTitle}>
        <DetailsCard />
        <MembersCard />
        <BackupCard />
      </Page>
    </Requires>
  );
}

function DetailsCard() {
  const { app, orgs } = useText();
  const { orgId } = useMembership();
  const can = useCan();
  const organisation = useQuery({ queryKey: ['organisation', orgId], queryFn: () => readOrganisation(orgId) });
  if (organisation.isPending) return <Loading label={app.loading} />;
  if (organisation.data === undefined) return <ErrorPanel error={organisation.error} onRetry={() => void organisation.refetch()} />;
  if (can('orgs.manage').isAllowed) return <OrganisationFormCard orgId={orgId} organisation={organisation.data} />;
  const { name, organisationNumber, identityNumberGround } = organisation.data;
  return (
    <Card title={orgs.details}>
      <Facts
        items={[
          { name: orgs.name, value: name },
          { name: orgs.number, value: writtenOrganisationNumber(organisationNumber) },
          { name: orgs.groundTitle, value: identityNumberGround === null ? orgs.groundNone : orgs.grounds[identityNumberGround.ground] },
          ...(identityNumberGround === null ? [] : [{ name: orgs.explanation, value: identityNumberGround.explanation }]),
        ]}
      />
    </Card>
  );
}

function MembersCard() {
  const { app, orgs } = useText();
  const { orgId } = useMembership();
  const account = useAccount();
  const members = useMembers(orgId);
  return (
    <Card title={orgs.membersTitle}>
      {members.isPending && <Loading label={app.loading} />}
      {members.isError && <ErrorPanel error={members.error} onRetry={() => void members.refetch()} />}
      {members.data !== undefined && (
        <Table
          label={orgs.membersTitle}
          columns={[
            { id: 'name', title: orgs.memberName },
            { id: 'role', title: orgs.memberRole },
            { id: 'email', title: orgs.memberEmail, isOptional: true },
          ]}
          rows={members.data.map(({ accountId, displayName, email, role }) => ({
            id: accountId,
            cells: [accountId === account.data?.accountId ? `${displayName} (${orgs.you})` : displayName, orgs.roles[role], email],
          }))}
        />
      )}
    </Card>
  );
}
