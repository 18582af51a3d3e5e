/**
 * Whether the page holds something typed or chosen that leaving would lose. Counts what happens in the content and in
 * dialogs, but not searches, passwords and filters; a change of page starts anew.
 */
import { nowMs } from '../api/clock.ts';
import { UnsentWork } from './unsentWork.ts';

/** For a session that ends: a saved form counts until the page changes, because better kept for nothing than lost. */
let isUnsaved = false;
/** For who leaves: nobody is asked about what the server has taken. */
const unsent = new UnsentWork<Element>();

const worksIn = '#content, [role="dialog"]';
const isNoWork = 'input[type="search"], input[type="password"], [data-no-work] *';

function onInput({ target }: Event): void {
  if (!(target instanceof Element) || target.closest(worksIn) === null || target.matches(isNoWork)) return;
  isUnsaved = true;
  unsent.type(target.closest('form'), nowMs());
}

function onSubmit({ target }: Event): void {
  if (target instanceof Element) unsent.submit(target, nowMs());
}

window.addEventListener('input', onInput, { capture: true });
window.addEventListener('submit', onSubmit, { capture: true });
window.addEventListener('beforeunload', (event) => {
  if (unsent.isLeft) event.preventDefault();
});

/** True when there is unsaved work. */
export function hasUnsavedWork(): boolean {
  return isUnsaved;
}

/** True when there is work that was not sent to the server since it was typed. */
export function hasUnsentWork(): boolean {
  return unsent.isLeft;
}

/** Called when the server has taken what was sent at `begun`: the forms submitted until then, and what stands in no form. */
export function workIsSent(begun = nowMs()): void {
  unsent.take(begun);
}

/** Called when the page has changed. */
export function forgetUnsavedWork(): void {
  isUnsaved = false;
  unsent.clear();
}
