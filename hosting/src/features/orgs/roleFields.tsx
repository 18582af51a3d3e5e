/** The choice of a role and of teams, as invitations and member pages have it. */
import { rolesBelowAdministrator, type Role } from '../../../../functions/src/orgs/contract.ts';
import type { MemberRole } from '../../../../functions/src/orgs/settings/contract.ts';
import { useText } from '../../i18n/language.tsx';
import { CheckboxGroup } from '../../ui/CheckboxGroup.tsx';
import { WithTeams } from './WithTeams.tsx';

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
  teamIds,
  onChange,
  label,
  hint,
}: {
  readonly teamIds: readonly string[];
  readonly onChange: (teamIds: string[]) => void;
  readonly label?: string;
  readonly hint?: string;
}) {
  const { members } = useText();
  return (
    <WithTeams>
      {(teams) =>
        teams.length === 0 ? (
          <p className="field-hint">{members.noTeamsYet}</p>
        ) : (
          <CheckboxGroup
            label={label ?? members.teams}
            hint={hint ?? members.teamsHint}
            values={teamIds}
            onChange={onChange}
            options={teams.map(({ teamId, name }) => ({ value: teamId, label: name }))}
          />
        )
      }
    </WithTeams>
  );
}
