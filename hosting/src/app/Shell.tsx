/** The frame of the signed-in area: skip link, mark, organisation, navigation, account, language. */
import type { ReactNode } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { useText } from '../i18n/language.tsx';
import { ActionMenu } from '../ui/ActionMenu.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Icon, Mark } from '../ui/Icon.tsx';
import { useAccount, useOrganisations } from './account.ts';
import { AlarmCount } from './AlarmCount.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import type { Membership } from './organisation.tsx';
import { isOrganisationPage, organisationPlaces, placesFor, workPlaces } from './places.ts';
import { signOut } from './signOut.ts';
import { useOnline } from './useOnline.ts';

/** The shell around a page; `membership` when the page is within an organisation. */
export function Shell({ membership, children }: { readonly membership?: Membership; readonly children?: ReactNode }) {
  const text = useText();
  const isOnline = useOnline();
  return (
    <>
      <a className="skip-link" href="#content">
        {text.app.skipLink}
      </a>
      <header className="shell-head">
        <div className="shell-bar">
          <Link to="/" className="brand">
            <Mark />
            <span>{text.app.name}</span>
          </Link>
          <OrganisationSwitch current={membership} />
          <div className="shell-end">
            <LanguageSwitch />
            <AccountMenu />
          </div>
        </div>
        {membership !== undefined && <Navigation membership={membership} />}
      </header>
      <main id="content" className="shell-main" tabIndex={-1}>
        {!isOnline && (
          <Banner kind="important" role="alert">
            {text.app.offline}
          </Banner>
        )}
        {membership?.role === 'support' && (
          <Banner kind="info" title={text.support.insideTitle}>
            {text.support.insideText} <Link to="/support-cases">{text.support.toCases}</Link>
          </Banner>
        )}
        {children ?? <Outlet />}
      </main>
    </>
  );
}

function Navigation({ membership }: { readonly membership: Membership }) {
  const text = useText();
  const { pathname } = useLocation();
  const [firstOfOrganisation] = placesFor(organisationPlaces, membership.role);
  return (
    <nav className="shell-nav" aria-label={text.app.mainNavigation}>
      <ul>
        {placesFor(workPlaces, membership.role).map((place) => (
          <li key={place.path}>
            <NavLink to={`/o/${membership.orgId}/${place.path}`}>{place.label(text)}</NavLink>
          </li>
        ))}
        {firstOfOrganisation !== undefined && (
          <li>
            <Link
              to={`/o/${membership.orgId}/${firstOfOrganisation.path}`}
              {...(isOrganisationPage(pathname) ? { 'aria-current': 'page' as const } : {})}
            >
              {text.app.navSettings}
              <AlarmCount membership={membership} />
            </Link>
          </li>
        )}
      </ul>
    </nav>
  );
}

function OrganisationSwitch({ current }: { readonly current: Membership | undefined }) {
  const { orgs } = useText();
  const navigate = useNavigate();
  const organisations = useOrganisations();
  if (organisations.data === undefined) return <span className="menu-button-placeholder" />;
  const createId = 'create';
  return (
    <ActionMenu
      label={orgs.switchTo(current?.name ?? '–')}
      button={
        <>
          <Icon name="building" />
          <span className="menu-button-text">{current?.name ?? orgs.switcher}</span>
          <Icon name="chevron" />
        </>
      }
      items={[
        ...organisations.data.map(({ orgId, name, role }) => ({
          id: orgId,
          label: name,
          note: orgs.roles[role],
          isCurrent: orgId === current?.orgId,
        })),
        { id: createId, label: orgs.createNew },
      ]}
      onAction={(id) => void navigate(id === createId ? '/organisations/new' : `/o/${id}`)}
    />
  );
}

function AccountMenu() {
  const { app, ownAccount } = useText();
  const navigate = useNavigate();
  const account = useAccount();
  const name = account.data?.displayName ?? app.account;
  return (
    <ActionMenu
      label={app.accountOf(name)}
      button={
        <>
          <Icon name="people" />
          <span className="menu-button-text narrow-hidden">{name}</span>
          <Icon name="chevron" />
        </>
      }
      items={[
        { id: 'account', label: ownAccount.menu, ...(account.data === undefined ? {} : { note: account.data.email }) },
        ...(account.data?.isSupport === true ? [{ id: 'support-cases', label: app.supportCases }] : []),
        { id: 'signOut', label: app.signOut },
      ]}
      onAction={(id) => void (id === 'signOut' ? signOut() : navigate(`/${id}`))}
    />
  );
}
