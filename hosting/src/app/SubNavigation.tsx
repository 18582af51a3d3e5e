/** The menu of the organisation's own pages: a column beside them, or on a narrow screen a button that opens it. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useText } from '../i18n/language.tsx';
import { Icon } from '../ui/Icon.tsx';
import { AlarmCount } from './AlarmCount.tsx';
import type { Membership } from './organisation.tsx';
import { organisationPlaces, placesFor } from './places.ts';

/** Puts the menu beside a page. */
export function WithSubNavigation({ membership, children }: { readonly membership: Membership; readonly children: ReactNode }) {
  const text = useText();
  const id = useId();
  const { pathname } = useLocation();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => setIsOpen(false), [pathname]);
  const places = placesFor(organisationPlaces, membership.role);
  const current = places.find(({ path }) => pathname.startsWith(`/o/${membership.orgId}/${path}`));
  return (
    <div className="with-subnav">
      <nav className={isOpen ? 'subnav subnav-open' : 'subnav'} aria-label={text.app.organisationNavigation}>
        <button
          type="button"
          className="subnav-toggle"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen((before) => !before)}
        >
          <span>{text.app.navWithin(current?.label(text) ?? '')}</span>
          <Icon name="chevron" />
        </button>
        <ul id={id}>
          {places.map((place) => (
            <li key={place.path}>
              <NavLink to={`/o/${membership.orgId}/${place.path}`}>
                {place.label(text)}
                {place.path === 'alarms' && <AlarmCount membership={membership} />}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div>{children}</div>
    </div>
  );
}
