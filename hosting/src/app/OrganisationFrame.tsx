/** Finds the organisation of the address among the reader's own, and puts the shell around its pages. */
import { useEffect, type ReactNode } from 'react';
import { Navigate, useLocation, useParams } from 'react-router';
import { roleMay } from '../../../functions/src/orgs/contract.ts';
import { useText } from '../i18n/language.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Loading } from '../ui/Loading.tsx';
import { useOrganisations } from './account.ts';
import { ErrorPanel } from './ErrorPanel.tsx';
import { rememberOrganisation } from './lastOrganisation.ts';
import { ButtonLink } from './links.tsx';
import { MembershipProvider } from './organisation.tsx';
import { Page } from './Page.tsx';
import { isOrganisationPage } from './places.ts';
import { Shell } from './Shell.tsx';
import { WithSubNavigation } from './SubNavigation.tsx';

/** The frame; shows `children` only to a member of the organisation. */
export function OrganisationFrame({ children }: { readonly children: ReactNode }) {
  const { app, orgs } = useText();
  const { orgId } = useParams();
  const { pathname } = useLocation();
  const organisations = useOrganisations();
  const membership = organisations.data?.find((organisation) => organisation.orgId === orgId);
  // An older list may lack it, such as one that was just created.
  const isMissing = membership === undefined;
  const knownId = membership?.orgId;
  useEffect(() => {
    if (knownId !== undefined) rememberOrganisation(knownId);
  }, [knownId]);
  return (
    <Shell {...(membership === undefined ? {} : { membership })}>
      {isMissing && organisations.isFetching && <Loading label={app.loading} />}
      {isMissing && !organisations.isFetching && organisations.isError && (
        <ErrorPanel error={organisations.error} onRetry={() => void organisations.refetch()} />
      )}
      {isMissing && !organisations.isFetching && organisations.isSuccess && (
        <Page title={orgs.notYoursTitle}>
          <EmptyState icon="building" title={orgs.notYoursTitle} text={orgs.notYoursText}>
            <ButtonLink to="/">{app.toStart}</ButtonLink>
          </EmptyState>
        </Page>
      )}
      {membership !== undefined && (
        <MembershipProvider membership={membership} key={membership.orgId}>
          {/^\/o\/[^/]+\/?$/.test(pathname) ? (
            <Navigate replace to={`/o/${membership.orgId}/${homeOf(membership.role)}`} />
          ) : isOrganisationPage(pathname) ? (
            <WithSubNavigation membership={membership}>{children}</WithSubNavigation>
          ) : (
            children
          )}
        </MembershipProvider>
      )}
    </Shell>
  );
}

/** The first page that a role has something to do on. */
function homeOf(role: Parameters<typeof roleMay>[0]): string {
  if (roleMay(role, 'register.read')) return 'persons';
  return roleMay(role, 'audit.read') ? 'audit' : 'settings';
}
