/** All that the log knows of one event. */
import { Link } from 'react-router';
import type { AuditEvent } from '../../api/auditEvents.ts';
import { useMembership } from '../../app/organisation.tsx';
import { formatExact, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Facts } from '../../ui/Facts.tsx';
import type { Member } from '../orgs/data.ts';
import { useEventWords } from './eventWords.ts';

type EventDetailsProps = { readonly event: AuditEvent; readonly members: readonly Member[]; readonly onClose: () => void };

/** The dialog; following one of its links closes it. */
export function EventDetails({ event, members, onClose }: EventDetailsProps) {
  const { locale, text } = useLanguage();
  const { app, audit } = text;
  const { orgId } = useMembership();
  const words = useEventWords(members);
  const fact = (name: string, id: string | null) => (id === null ? [] : [{ name, value: <code>{id}</code> }]);
  const narrowed = (query: Record<string, string>) => `/o/${orgId}/audit?${new URLSearchParams(query)}`;
  return (
    <Dialog title={audit.actions[event.action]} isOpen onClose={onClose}>
      <div className="dialog-body">
        <Facts
          items={[
            { name: audit.at, value: formatExact(locale, event.at.toDate()) },
            { name: audit.outcome, value: event.outcome === 'done' ? audit.outcomes.done : audit.refusedWhy(words.refusal(event.outcome)) },
            {
              name: audit.who,
              value: (
                <Link to={narrowed({ actor: event.actorId })} onClick={onClose}>
                  {words.actor(event)}
                </Link>
              ),
            },
            ...(event.grantId === null ? [] : [{ name: audit.grant, value: audit.grantOf(event.grantId.slice(0, 6)) }]),
            {
              name: audit.network,
              value:
                event.from === null ? (
                  audit.networkUnknown
                ) : (
                  <Link to={narrowed({ network: event.from })} onClick={onClose}>
                    {event.from}
                  </Link>
                ),
            },
            {
              name: audit.seal,
              value: event.sealSeq === null ? audit.unsealedYet : audit.sealNumber(formatNumber(locale, event.sealSeq)),
            },
            ...(event.fields.length === 0 ? [] : [{ name: audit.fields, value: event.fields.map(words.field).join(', ') }]),
            { name: audit.targetsOf(audit.targets[event.targetKind]), value: <Ids ids={event.targetIds} /> },
            ...fact(audit.session, event.sessionId),
            ...fact(audit.jobId, event.jobId),
            ...fact(audit.eventId, event.eventId),
          ]}
        />
        <div className="actions">
          <Button variant="secondary" onPress={onClose} takesFocus>
            {app.close}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Most ids that are written out. */
const mostIds = 10;

function Ids({ ids }: { readonly ids: readonly string[] }) {
  const { locale, text } = useLanguage();
  return (
    <>
      {ids.slice(0, mostIds).map((id) => (
        <code key={id} className="line">
          {id}
        </code>
      ))}
      {ids.length > mostIds && text.audit.moreIds(formatNumber(locale, ids.length - mostIds))}
    </>
  );
}
