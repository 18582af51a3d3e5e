/** What happened, day by day, newest first; the same reading several times in a row is told once. */
import { formatDay, formatNumber, formatTime } from '../../../i18n/format.ts';
import { useLanguage } from '../../../i18n/language.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import type { Member } from '../../orgs/data.ts';
import { useEventWords } from '../eventWords.ts';
import { timeline, type HistoryEntry, type HistoryEvent } from './personHistory.ts';
import { Who } from './Who.tsx';

/** The days. */
export function Timeline({ events, members }: { readonly events: readonly HistoryEvent[]; readonly members: readonly Member[] }) {
  const { locale } = useLanguage();
  return timeline(events).map(({ day, entries }) => (
    <section key={day} className="timeline-day">
      <h3>{formatDay(locale, new Date(`${day}T12:00:00`))}</h3>
      <ol className="timeline">
        {entries.map((entry) => (
          <Entry key={entry.event.eventId} entry={entry} members={members} />
        ))}
      </ol>
    </section>
  ));
}

function Entry({ entry, members }: { readonly entry: HistoryEntry; readonly members: readonly Member[] }) {
  const { locale, text } = useLanguage();
  const { audit, history: words } = text;
  const { field, refusal } = useEventWords(members);
  const { event, count, first, last, fields } = entry;
  const others = event.targetIds.length - 1;
  const time = (at: Date) => formatTime(locale, at);
  return (
    <li>
      <span className="timeline-time">{time(first) === time(last) ? time(last) : words.span(time(first), time(last))}</span>
      <div>
        <p>
          <strong>{audit.actions[event.action]}</strong> {event.outcome !== 'done' && <Tag kind="bad">{audit.refused}</Tag>}{' '}
          {event.grantId !== null && <Tag kind="important">{audit.bySupport}</Tag>}
        </p>
        <p className="entry-note">
          <Who event={event} members={members} />
          {count > 1 && `, ${words.times(formatNumber(locale, count))}`}
          {others > 0 && count === 1 && `, ${words.together(formatNumber(locale, others))}`}
          {event.outcome !== 'done' && `, ${refusal(event.outcome)}`}
        </p>
        {fields.length > 0 && <p>{fields.map(field).join(', ')}</p>}
      </div>
    </li>
  );
}
