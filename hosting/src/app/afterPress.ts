/**
 * Waits until the pointer is up. A field that is left by pressing a button loses focus while the pointer is still down;
 * an error that appears at once would move the button away from under it, and the press would be lost.
 */
let isDown = false;

window.addEventListener('pointerdown', () => (isDown = true), { capture: true });
window.addEventListener('pointerup', () => (isDown = false), { capture: true });
window.addEventListener('pointercancel', () => (isDown = false), { capture: true });

/** Runs `action` at once, or, if the pointer is down, after the press it belongs to. */
export function afterPress(action: () => void): void {
  if (!isDown) return action();
  const run = () => {
    window.removeEventListener('pointerup', run);
    window.removeEventListener('pointercancel', run);
    // The click comes right after the pointer is up.
    setTimeout(action, 50);
  };
  window.addEventListener('pointerup', run);
  window.addEventListener('pointercancel', run);
}
