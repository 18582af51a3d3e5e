/** How many alarms nobody has acknowledged, beside the entries of the menus that lead to them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { roleMay } from '../../../functions/src/orgs/contract.ts';
import { readAlarms } from '../api/oversight.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/language.tsx';
import type { Membership } from './organisation.tsx';

/** The newest alarms, for roles that may see them; looked at again, at most once a minute, when the reader goes to another page. */
export function useAlarms({ orgId, role }: Membership) {
  const { pathname } = useLocation();
  const isAllowed = roleMay(role, 'alarms.read');
  const alarms = useQuery({ queryKey: ['alarms', orgId], queryFn: () => readAlarms(orgId), enabled: isAllowed });
  const queries = useQueryClient();
  useEffect(() => {
    void queries.refetchQueries({ queryKey: ['alarms', orgId], type: 'active', stale: true });
  }, [pathname, orgId, queries]);
  return alarms;
}

/** The number, or nothing when there is none. */
export function AlarmCount({ membership }: { readonly membership: Membership }) {
  const { locale, text } = useLanguage();
  const open = useAlarms(membership).data?.filter(({ state }) => state === 'open').length ?? 0;
  if (open === 0) return null;
  return (
    <span className="count">
      <span aria-hidden="true">{formatNumber(locale, open)}</span>
      <span className="visually-hidden">{text.alarms.openCount(open)}</span>
    </span>
  );
}
