/** The choice of a role and of teams, as invitations and member pages have it. */
import { rolesBelowAdministrator, type Role } from '../../../../functions/src/orgs/contract.ts';
import type { MemberRole } from '../../../../functions/src/orgs/settings/contract.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useText } from '../../i18n/language.tsx';
import { CheckboxGroup } from '../../ui/CheckboxGroup.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { useTeams } from './data.ts';

/** The roles that somebody may give: an owner all of them, an administrator those below. */
export function givableRoles(giver: Role, roles: readonly MemberRole[]): readonly MemberRole[] {
  const below: readonly Role[] = rolesBelowAdministrator;
  return giver === 'owner' ? roles : roles.filter((role) => below.includes(role));
}

/** Radio buttons with what each role may do. */
export function RoleChoice({
  role,
  roles,
  onChange,
}: {
  readonly role: MemberRole;
  readonly roles: readonly MemberRole[];
  readonly onChange: (role: MemberRole) => void;
}) {
  const { members, orgs } = useText();
  return (
    <fieldset className="radios">
      <legend className="field-label">{members.role}</legend>
      {roles.map((value) => (
        <label key={value} className="radio">
          <input type="radio" name="role" value={value} checked={role === value} onChange={() => onChange(value)} />
          <span>
            {orgs.roles[value]}
            <span className="field-hint radio-hint">{members.roleHints[value]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Checkboxes of the organisation's teams; words when there are none. */
export function TeamsChoice({
  orgId,
  teamIds,
  onChange,
  label,
  hint,
}: {
  readonly orgId: string;
  readonly teamIds: readonly string[];
  readonly onChange: (teamIds: string[]) => void;
  readonly label?: string;
  readonly hint?: string;
}) {
  const { app, members } = useText();
  const teams = useTeams(orgId);
  if (teams.isPending) return <Loading label={app.loading} />;
  if (teams.data === undefined) return <ErrorPanel error={teams.error} onRetry={() => void teams.refetch()} />;
  if (teams.data.length === 0) return <p className="field-hint">{members.noTeamsYet}</p>;
  return (
    <CheckboxGroup
      label={label ?? members.teams}
      hint={hint ?? members.teamsHint}
      values={teamIds}
      onChange={onChange}
      options={teams.data.map(({ teamId, name }) => ({ value: teamId, label: name }))}
    />
  );
}
