/** What names an organisation's teams. Without them nothing is shown: "no teams" or "nobody" would be false words about access. */
import type { ReactNode } from 'react';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { useText } from '../../i18n/language.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { useTeams, type Team } from './data.ts';

/** Shows its children once the teams are known, and before that what is under way or went wrong. */
export function WithTeams({ children }: { readonly children: (teams: readonly Team[]) => ReactNode }) {
  const { app } = useText();
  const { orgId } = useMembership();
  const teams = useTeams(orgId);
  if (teams.isPending) return <Loading label={app.loading} />;
  if (teams.data === undefined) return <ErrorPanel error={teams.error} onRetry={() => void teams.refetch()} />;
  return children(teams.data);
}

/** The names of some of the teams; a team that is gone is left out. */
export function teamNames(teamIds: readonly string[], teams: readonly Team[]): string {
  return teams
    .filter(({ teamId }) => teamIds.includes(teamId))
    .map(({ name }) => name)
    .join(', ');
}
