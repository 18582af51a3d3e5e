/** The recovery that this tab waits for: an id, a secret and a reference, in the tab's own storage until it ends. */
import type { Output } from '../../../api/callables.ts';

/** What the right code gave. */
export type Held = Output<'recoveryConfirm'>;

const storageKey = 'valv.recovery';

/** Keeps it. */
export function holdRecovery(held: Held): void {
  sessionStorage.setItem(storageKey, JSON.stringify(held));
}

/** Forgets it. */
export function forgetRecovery(): void {
  sessionStorage.removeItem(storageKey);
}

/** The recovery of this tab, or null. */
export function heldRecovery(): Held | null {
  const stored = sessionStorage.getItem(storageKey);
  // Written by holdRecovery only.
  return stored === null ? null : (JSON.parse(stored) as Held);
}
