/** A person who uses the keyboard alone: nothing is clicked, and focus is always somewhere sensible. */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Visitor } from './visitor.ts';

const mostTabs = 90;
/** Whether an element has focus; runs in the page. */
export const hasFocus = (element: { ownerDocument: { activeElement: unknown } }): boolean =>
  element === element.ownerDocument.activeElement;

/** Presses Tab until the element has focus; fails when it cannot be reached. */
export async function tabTo({ page }: Visitor, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let count = 0; count < mostTabs; count += 1) {
    if (await target.evaluate(hasFocus)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`not reached by ${mostTabs} tabs: ${String(target)}`);
}

/** Tabs to a field and types into it. */
export async function type(visitor: Visitor, label: string | RegExp, value: string): Promise<void> {
  await tabTo(visitor, visitor.page.getByLabel(label, { exact: true }));
  await visitor.page.keyboard.type(value);
}

/** Tabs to a button or link and presses Enter. */
export async function press(visitor: Visitor, role: 'button' | 'link', name: string): Promise<void> {
  await tabTo(visitor, visitor.page.getByRole(role, { name, exact: true }));
  await visitor.page.keyboard.press('Enter');
}

/** Waits for a page and for its heading to have taken focus. */
export async function arriveAt({ page }: Visitor, heading: string | RegExp): Promise<void> {
  const element = page.getByRole('heading', { level: 1, name: heading });
  await element.waitFor();
  await expect.poll(() => element.evaluate(hasFocus)).toBe(true);
}
