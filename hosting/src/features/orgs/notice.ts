/** A word to say on the next page of the organisation, e.g. after a removal. In memory, read once. */
import { useEffect, useState } from 'react';

let pending: string | null = null;

/** Leaves a word for the next page. */
export function leaveNotice(words: string): void {
  pending = words;
}

/** The word left for this page, for as long as it is shown. Taken once the page stands: a rendering may be begun anew. */
export function useNotice(): string | null {
  const [notice] = useState(() => pending);
  useEffect(() => {
    pending = null;
  }, []);
  return notice;
}
