/** Persons in rows, without more than a list needs. */
import { Link } from 'react-router';
import type { DataSubjectSummary } from '../../../../functions/src/register/contract.ts';
import type { FieldName } from '../../../../functions/src/register/fields.ts';
import { useMembership } from '../../app/organisation.tsx';
import { useText } from '../../i18n/language.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Table } from '../../ui/Table.tsx';
import { useListView } from './listView.ts';

/** A person's name, or that there is none. */
export function nameOf(
  { givenName, familyName }: { readonly givenName?: string | null | undefined; readonly familyName?: string | null | undefined },
  unnamed: string,
): string {
  const name = [givenName, familyName].filter((part) => part !== null && part !== undefined && part !== '').join(' ');
  return name === '' ? unnamed : name;
}

type PersonTableProps = {
  readonly persons: readonly DataSubjectSummary[];
  /** Fields that the reader's role does not see. */
  readonly maskedFields: readonly FieldName[];
};

/** The table of a register page. */
export function PersonTable({ persons, maskedFields }: PersonTableProps) {
  const { register } = useText();
  const isHidden = (...names: FieldName[]) => names.every((name) => maskedFields.includes(name));
  const cell = (name: FieldName, value: string | null) =>
    value ?? (isHidden(name) ? <span className="hidden-value">{register.hidden}</span> : '–');
  return (
    <Table
      label={register.tableLabel}
      columns={[
        { id: 'name', title: register.nameColumn },
        { id: 'number', title: register.numberColumn },
        { id: 'city', title: register.cityColumn, isOptional: true },
        { id: 'email', title: register.emailColumn, isOptional: true },
        { id: 'member', title: register.memberColumn, isOptional: true },
      ]}
      rows={persons.map((person) => ({
        id: person.dataSubjectId,
        cells: [
          <NameCell key="name" person={person} isHidden={isHidden('givenName', 'familyName')} />,
          person.maskedIdentityNumber ?? '–',
          cell('city', person.city),
          cell('email', person.email),
          cell('memberNumber', person.memberNumber),
        ],
      }))}
    />
  );
}

/** The link to the person; while persons are selected, with a checkbox before it. */
function NameCell({ person, isHidden }: { readonly person: DataSubjectSummary; readonly isHidden: boolean }) {
  const { approvals, register } = useText();
  const { orgId } = useMembership();
  const [{ selected }, show] = useListView(orgId);
  const { dataSubjectId, isProtected } = person;
  const name = isProtected ? register.protectedIdentity : nameOf(person, isHidden ? register.hidden : register.unnamed);
  const link = <Link to={`/o/${orgId}/persons/${dataSubjectId}`}>{isProtected ? <ProtectedName /> : name}</Link>;
  if (selected === null) return link;
  return (
    <span className="selectable" data-no-work>
      <input
        type="checkbox"
        className="row-check"
        aria-label={approvals.selectPerson(name)}
        checked={selected.includes(dataSubjectId)}
        onChange={(event) =>
          show({ selected: event.target.checked ? [...selected, dataSubjectId] : selected.filter((id) => id !== dataSubjectId) })
        }
      />
      {link}
    </span>
  );
}

/** What stands instead of the name of a protected identity. */
export function ProtectedName() {
  const { register } = useText();
  return (
    <span className="protected">
      <Icon name="shield" />
      {register.protectedIdentity}
    </span>
  );
}
