/** Whoever did something: by name on the screen, by role on paper. */
import type { Member } from '../../orgs/data.ts';
import { useEventWords } from '../eventWords.ts';
import type { HistoryEvent } from './personHistory.ts';

/** The name and the role, of which one is shown. */
export function Who({ event, members }: { readonly event: HistoryEvent; readonly members: readonly Member[] }) {
  const { actor, role } = useEventWords(members);
  return (
    <>
      <span className="no-print">{actor(event)}</span>
      <span className="only-print">{role(event)}</span>
    </>
  );
}
