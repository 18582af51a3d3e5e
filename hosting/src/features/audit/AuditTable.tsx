/** Events in words: when, who, what, about whom. */
import { Link } from 'react-router';
import { standardFields } from '../../../../functions/src/register/fields.ts';
import type { Output } from '../../api/callables.ts';
import type { AuditEvent } from '../../api/documents.ts';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { formatExact } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Table } from '../../ui/Table.tsx';

type AuditTableProps = { readonly events: readonly AuditEvent[]; readonly members: Output<'listMembers'>['members'] };

const erasures = new Set<AuditEvent['action']>(['privacy.erasure.finish']);

/** The table of the log. */
export function AuditTable({ events, members }: AuditTableProps) {
  const { locale, text } = useLanguage();
  const { audit } = text;
  const nameOf = (event: AuditEvent) => {
    const name = members.find(({ accountId }) => accountId === event.actorId)?.displayName ?? audit.formerMember;
    return event.actorKind === 'job' ? `${name} (${audit.job})` : name;
  };
  const labels: Readonly<Record<string, { readonly label: { readonly sv: string; readonly en: string } }>> = standardFields;
  const others: Readonly<Record<string, string>> = audit.otherFields;
  return (
    <Table
      label={audit.tableLabel}
      columns={[
        { id: 'at', title: audit.at },
        { id: 'who', title: audit.who },
        { id: 'what', title: audit.what },
        { id: 'target', title: audit.target },
        { id: 'fields', title: audit.fields, isOptional: true },
      ]}
      rows={events.map((event) => ({
        id: event.eventId,
        cells: [
          formatExact(locale, event.at.toDate()),
          nameOf(event),
          audit.actions[event.action],
          <Target key="target" event={event} />,
          event.fields.map((field) => labels[field]?.label[locale].toLowerCase() ?? others[field] ?? field).join(', '),
        ],
      }))}
    />
  );
}

function Target({ event }: { readonly event: AuditEvent }) {
  const { audit } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const [first, ...others] = event.targetIds;
  if (event.targetKind !== 'dataSubject' || first === undefined) return audit.targets[event.targetKind];
  if (others.length > 0) return audit.persons(event.targetIds.length);
  const short = audit.personLink(first.slice(0, 6));
  const hasPage = can('register.read').isAllowed && !erasures.has(event.action);
  return hasPage ? <Link to={`/o/${orgId}/persons/${first}`}>{short}</Link> : <span>{short}</span>;
}
