/** A word to say on the next page of the organisation, e.g. after a removal. In memory, read once. */
import { useState } from 'react';

let pending: string | null = null;

/** Leaves a word for the next page. */
export function leaveNotice(words: string): void {
  pending = words;
}

function takeNotice(): string | null {
  const taken = pending;
  pending = null;
  return taken;
}

/** The word left for this page, for as long as the page is shown. */
export function useNotice(): string | null {
  return useState(takeNotice)[0];
}
