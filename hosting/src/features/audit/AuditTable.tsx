/** Events in words: when, who, what, about whom. Each opens into all that is known of it. */
import { useState } from 'react';
import { Link } from 'react-router';
import type { AuditEvent } from '../../api/auditEvents.ts';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { formatExact, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Table } from '../../ui/Table.tsx';
import { Tag } from '../../ui/Tag.tsx';
import type { Member } from '../orgs/data.ts';
import { EventDetails } from './EventDetails.tsx';
import { useEventWords } from './eventWords.ts';

type AuditTableProps = { readonly events: readonly AuditEvent[]; readonly members: readonly Member[] };

const erasures = new Set<AuditEvent['action']>(['privacy.erasure.finish']);

/** The table of the log. */
export function AuditTable({ events, members }: AuditTableProps) {
  const { locale, text } = useLanguage();
  const { audit } = text;
  const words = useEventWords(members);
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  return (
    <>
      <Table
        label={audit.tableLabel}
        columns={[
          { id: 'at', title: audit.at },
          { id: 'who', title: audit.who },
          { id: 'what', title: audit.what },
          { id: 'target', title: audit.target },
          { id: 'fields', title: audit.fields, isOptional: true },
          { id: 'seal', title: audit.seal, isNumeric: true, isOptional: true },
        ]}
        rows={events.map((event) => ({
          id: event.eventId,
          cells: [
            <button key="at" type="button" className="link-button" aria-haspopup="dialog" onClick={() => setOpened(event)}>
              {formatExact(locale, event.at.toDate())}
            </button>,
            words.actor(event),
            <What key="what" event={event} />,
            <Target key="target" event={event} />,
            event.fields.map(words.field).join(', '),
            event.sealSeq === null ? (
              <span key="seal" className="field-hint">
                {audit.unsealed}
              </span>
            ) : (
              formatNumber(locale, event.sealSeq)
            ),
          ],
        }))}
      />
      {opened !== null && <EventDetails event={opened} members={members} onClose={() => setOpened(null)} />}
    </>
  );
}

function What({ event }: { readonly event: AuditEvent }) {
  const { audit } = useLanguage().text;
  return (
    <>
      {audit.actions[event.action]} {event.outcome !== 'done' && <Tag kind="bad">{audit.refused}</Tag>}{' '}
      {event.grantId !== null && <Tag kind="important">{audit.bySupport}</Tag>}
    </>
  );
}

function Target({ event }: { readonly event: AuditEvent }) {
  const { audit } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const [first, ...others] = event.targetIds;
  if (event.targetKind !== 'dataSubject' || first === undefined) return audit.targets[event.targetKind];
  if (others.length > 0) return audit.persons(event.targetIds.length);
  const hasPage = can('register.read').isAllowed && !erasures.has(event.action);
  return <Link to={`/o/${orgId}/persons/${first}${hasPage ? '' : '/history'}`}>{audit.personLink(first.slice(0, 6))}</Link>;
}
