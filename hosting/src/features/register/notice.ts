/** A word to say on the next page, e.g. after saving. In memory, read once. */
type Notice = 'saved' | 'added';

let pending: Notice | null = null;

/** Leaves a word for the next person page. */
export function leaveNotice(notice: Notice): void {
  pending = notice;
}

/** Takes the word, if there is one. */
export function takeNotice(): Notice | null {
  const taken = pending;
  pending = null;
  return taken;
}
