/** Ids that have been seen, more of them than one `Set` can hold: JavaScript's throws beyond 16,777,216. */

/** A set that only grows. */
export type IdSet = {
  /** Adds an id; answers false if it was there already. */
  readonly add: (id: string) => boolean;
};

const mostInOne = 2 ** 23;

/** An empty set, in parts of at most `most` ids. */
export function newIdSet(most = mostInOne): IdSet {
  const full: Set<string>[] = [];
  let last = new Set<string>();
  return {
    add: (id) => {
      for (const part of full) if (part.has(id)) return false;
      const before = last.size;
      last.add(id); // once, instead of asking first
      if (last.size === before) return false;
      if (last.size >= most) {
        full.push(last);
        last = new Set();
      }
      return true;
    },
  };
}
