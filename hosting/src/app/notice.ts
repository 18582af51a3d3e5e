/** A word to say on the next page, e.g. after saving. In memory, read once. */
import { useEffect, useState } from 'react';

/** How each board is wiped. */
const boards = new Set<() => void>();

/** A board of its own for the pages that share words: `leaveNotice` writes on it, `useNotice` reads it. */
export function noticeBoard<T>() {
  let pending: T | null = null;
  const wipe = () => {
    pending = null;
  };
  boards.add(wipe);
  return {
    /** Leaves a word for the next page. */
    leaveNotice(word: T): void {
      pending = word;
    },
    /** The word left for this page, for as long as it is shown. Taken once the page stands: a rendering may be begun anew. */
    useNotice(): T | null {
      const [notice] = useState(() => pending);
      useEffect(wipe, []);
      return notice;
    },
  };
}

/** Forgets the words for a page that is not gone to after all. */
export function dropNotices(): void {
  for (const wipe of boards) wipe();
}
