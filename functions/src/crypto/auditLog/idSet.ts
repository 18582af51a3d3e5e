/** Ids that have been seen, more of them than one `Set` can hold: JavaScript's throws beyond 16,777,216. */

/** A set that only grows. */
export type IdSet = {
  /** Adds an id; answers false if it was there already. */
  readonly add: (id: string) => boolean;
};

const mostInOne = 2 ** 23;

/** An empty set, in parts of at most `most` ids. */
export function newIdSet(most = mostInOne): IdSet {
  let last = new Set<string>();
  const parts = [last];
  return {
    add: (id) => {
      if (parts.some((part) => part.has(id))) return false;
      if (last.size >= most) parts.push((last = new Set()));
      last.add(id);
      return true;
    },
  };
}
