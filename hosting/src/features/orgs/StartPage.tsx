/** The start: straight to the organisation when there is one, a choice when there are several. */
import { Link, Navigate } from 'react-router';
import { useOrganisations } from '../../app/account.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { lastOrganisation } from '../../app/lastOrganisation.ts';
import { ButtonLink } from '../../app/links.tsx';
import { Page } from '../../app/Page.tsx';
import { useText } from '../../i18n/language.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { writtenOrganisationNumber } from './organisationNumber.ts';

/** The page at `/`. */
export function StartPage() {
  const { app, orgs } = useText();
  const organisations = useOrganisations();
  if (organisations.isPending) return <Loading label={app.loading} />;
  if (organisations.data === undefined) return <ErrorPanel error={organisations.error} onRetry={() => void organisations.refetch()} />;
  const [first, ...others] = organisations.data;
  if (first === undefined) {
    return (
      <Page title={orgs.noneTitle} heading={orgs.chooseTitle}>
        <EmptyState icon="building" title={orgs.noneTitle} text={orgs.noneText}>
          <ButtonLink to="/organisations/new">{orgs.createNew}</ButtonLink>
        </EmptyState>
      </Page>
    );
  }
  const last = organisations.data.find(({ orgId }) => orgId === lastOrganisation());
  if (others.length === 0 || last !== undefined) return <Navigate replace to={`/o/${(last ?? first).orgId}`} />;
  return (
    <Page
      title={orgs.chooseTitle}
      actions={
        <ButtonLink to="/organisations/new" look="secondary">
          {orgs.createNew}
        </ButtonLink>
      }
    >
      <ul className="choices">
        {organisations.data.map(({ orgId, name, organisationNumber, role }) => (
          <li key={orgId}>
            <Link to={`/o/${orgId}`} className="choice">
              <strong>{name}</strong>
              <span>
                {writtenOrganisationNumber(organisationNumber)} · {orgs.roles[role]}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
