/** What must never happen on any page: a broken policy, an error in the console, a foreign address, an obstacle to assistive technology. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page, Request } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What went wrong on a page so far; emptied by {@link expected}. */
export type Watch = {
  /** Lines such as `console: …`, in order. */
  readonly problems: string[];
  /** Takes out problems that the test brought about on purpose; throws when there is none that matches. */
  expected(pattern: RegExp): void;
  /** What was asked for and has not been answered; a stream of the database counts until it is open. */
  readonly underway: ReadonlySet<Request>;
};

/** Listens to a page from its first load. */
export function watchPage(page: Page): Watch {
  const problems: string[] = [];
  const underway = new Set<Request>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1' && hostname !== 'localhost') problems.push(`foreign host: ${hostname}`);
  });
  page.on('request', (request) => underway.add(request));
  page.on('response', (response) => {
    const request = response.request();
    if (request.method() === 'GET' && request.url().includes('/channel')) underway.delete(request);
  });
  page.on('requestfinished', (request) => underway.delete(request));
  page.on('requestfailed', (request) => underway.delete(request));
  return {
    problems,
    underway,
    expected(pattern) {
      const rest = problems.filter((problem) => !pattern.test(problem));
      if (rest.length === problems.length) throw new Error(`no problem matches ${pattern}: ${problems.join(' | ')}`);
      problems.splice(0, problems.length, ...rest);
    },
  };
}

/** Violations that axe finds on the page as it stands, one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // What fades in has its colours when it is there.
  await page.evaluate(
    'Promise.all(document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished.catch(() => null)))',
  );
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axeSource);
  // axe.run answers its documented result; only these members are read.
  const result = await page.evaluate<{ violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  return result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} (${failureSummary ?? ''})`).join(' | ')}`,
  );
}

/** How many pixels the page is wider than its window; 0 means no sideways scrolling. */
export async function overflowPx(page: Page): Promise<number> {
  return Number(await page.evaluate('Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)'));
}
