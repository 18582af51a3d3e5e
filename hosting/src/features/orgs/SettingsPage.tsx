/** The organisation's settings: its details, security, decoy persons. */
import { givenRoles, type OrganisationDoc } from '../../../../functions/src/orgs/contract.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { CanariesCard } from './CanariesCard.tsx';
import { useOrganisation } from './data.ts';
import { IdentityProviderCard } from './IdentityProviderCard.tsx';
import { ReceiptMailCard } from './ReceiptMailCard.tsx';
import { OrganisationFormCard } from './OrganisationFormCard.tsx';
import { writtenOrganisationNumber } from './organisationNumber.ts';
import { BudgetCard, MaskingCard, ReviewIntervalCard, SignInCard } from './securityCards.tsx';

/** The page of settings. */
export function SettingsPage() {
  const { orgs } = useLanguage().text;
  const can = useCan();
  return (
    <Requires permission="orgs.read">
      <Page title={orgs.settingsTitle}>
        <OrganisationCards />
        {can('register.canaries').isAllowed && <CanariesCard />}
      </Page>
    </Requires>
  );
}

function OrganisationCards() {
  const { app } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  // Cards begin with what is stored now, and keep it: what was read a while ago is no beginning.
  const organisation = useOrganisation(orgId, 'always');
  if (organisation.isPending || !organisation.isFetchedAfterMount) return <Loading label={app.loading} />;
  if (organisation.data === undefined) return <ErrorPanel error={organisation.error} onRetry={() => void organisation.refetch()} />;
  if (!can('orgs.manage').isAllowed) return <ReadOnlyCards organisation={organisation.data} />;
  return (
    <>
      <OrganisationFormCard organisation={organisation.data} />
      <SignInCard organisation={organisation.data} />
      <IdentityProviderCard />
      {can('audit.receipts').isAllowed && <ReceiptMailCard />}
      <MaskingCard organisation={organisation.data} />
      <BudgetCard organisation={organisation.data} />
      <ReviewIntervalCard organisation={organisation.data} />
    </>
  );
}

function ReadOnlyCards({ organisation }: { readonly organisation: OrganisationDoc }) {
  const { locale, text } = useLanguage();
  const { orgs, settings } = text;
  const { name, organisationNumber, identityNumberGround, idleMinutes, minimumStrength, readBudget, reviewEveryMonths } = organisation;
  return (
    <>
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
      <Card title={settings.signInTitle}>
        <Facts
          items={[
            { name: settings.idleMinutes, value: settings.minutes(formatNumber(locale, idleMinutes)) },
            { name: settings.perHour, value: formatNumber(locale, readBudget.perHour) },
            { name: settings.perDay, value: formatNumber(locale, readBudget.perDay) },
            { name: settings.reviewEvery, value: formatNumber(locale, reviewEveryMonths) },
            ...givenRoles.map((role) => ({
              name: settings.strengthFor(orgs.roles[role]),
              value: settings.strengths[minimumStrength[role]],
            })),
          ]}
        />
        <p className="field-hint">{settings.readOnly}</p>
      </Card>
    </>
  );
}
