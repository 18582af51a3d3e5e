/**
 * Whether the page holds something typed or chosen that leaving would lose. Counts what happens in the content and in
 * dialogs, but not searches and passwords; a change of page starts anew. A saved form counts until the page changes:
 * better kept for nothing than lost.
 */
let isUnsaved = false;

const worksIn = '#content, [role="dialog"]';
const isNoWork = 'input[type="search"], input[type="password"], [data-no-work] *';

function onInput({ target }: Event): void {
  if (target instanceof Element && target.closest(worksIn) !== null && !target.matches(isNoWork)) isUnsaved = true;
}

window.addEventListener('input', onInput, { capture: true });

/** True when there is unsaved work. */
export function hasUnsavedWork(): boolean {
  return isUnsaved;
}

/** Called when the page has changed. */
export function forgetUnsavedWork(): void {
  isUnsaved = false;
}
