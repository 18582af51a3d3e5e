/** A word to say on the next page, e.g. after saving. In memory, read once. */
import { useEffect, useState } from 'react';

type Notice = 'saved' | 'added';

let pending: Notice | null = null;

/** Leaves a word for the next person page. */
export function leaveNotice(notice: Notice): void {
  pending = notice;
}

/** The word left for this page, for as long as it is shown. Taken once the page stands: a rendering may be begun anew. */
export function useNotice(): Notice | null {
  const [notice] = useState(() => pending);
  useEffect(() => {
    pending = null;
  }, []);
  return notice;
}
