/**
 * Whether the page holds something typed or chosen that leaving would lose. Counts what happens in the content and in
 * dialogs, but not searches, passwords and filters; a change of page starts anew.
 */

/** For a session that ends: a saved form counts until the page changes, because better kept for nothing than lost. */
let isUnsaved = false;
/** For who leaves: nobody is asked about what the server has taken. */
let isUnsent = false;

const worksIn = '#content, [role="dialog"]';
const isNoWork = 'input[type="search"], input[type="password"], [data-no-work] *';

function onInput({ target }: Event): void {
  if (target instanceof Element && target.closest(worksIn) !== null && !target.matches(isNoWork)) [isUnsaved, isUnsent] = [true, true];
}

window.addEventListener('input', onInput, { capture: true });
window.addEventListener('beforeunload', (event) => {
  if (isUnsent) event.preventDefault();
});

/** True when there is unsaved work. */
export function hasUnsavedWork(): boolean {
  return isUnsaved;
}

/** True when there is work that was not sent to the server since it was typed. */
export function hasUnsentWork(): boolean {
  return isUnsent;
}

/** Called when the server has taken what was typed. */
export function workIsSent(): void {
  isUnsent = false;
}

/** Called when the page has changed. */
export function forgetUnsavedWork(): void {
  [isUnsaved, isUnsent] = [false, false];
}
