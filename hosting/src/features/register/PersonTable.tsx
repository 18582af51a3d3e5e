/** Persons in rows, without more than a list needs. */
import { Link } from 'react-router';
import type { DataSubjectSummary } from '../../../../functions/src/register/contract.ts';
import { useMembership } from '../../app/organisation.tsx';
import { useText } from '../../i18n/language.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Table } from '../../ui/Table.tsx';

/** A person's name, or that there is none. */
export function nameOf(
  { givenName, familyName }: { readonly givenName?: string | null | undefined; readonly familyName?: string | null | undefined },
  unnamed: string,
): string {
  const name = [givenName, familyName].filter((part) => part !== null && part !== undefined && part !== '').join(' ');
  return name === '' ? unnamed : name;
}

/** The table of a register page. */
export function PersonTable({ persons }: { readonly persons: readonly DataSubjectSummary[] }) {
  const { register } = useText();
  const { orgId } = useMembership();
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
          <Link key="name" to={`/o/${orgId}/persons/${person.dataSubjectId}`}>
            {person.isProtected ? <ProtectedName /> : nameOf(person, register.unnamed)}
          </Link>,
          person.maskedIdentityNumber ?? '–',
          person.city ?? '–',
          person.email ?? '–',
          person.memberNumber ?? '–',
        ],
      }))}
    />
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
