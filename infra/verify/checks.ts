/** A list of named checks: what was looked at and how it came out. */

/** One check. A check that could not be made because an earlier one failed is `skipped`, and counts as not passed. */
export type Check = { readonly name: string; readonly outcome: 'ok' | 'failed' | 'skipped'; readonly detail: string };

/** What a check's body answers: null when all is well, else what is wrong in plain words. */
export type Finding = string | null;

/** Collects checks in order. After the first failed `must`, the rest are skipped. */
export type Checklist = {
  readonly checks: Check[];
  /** Runs a check that the following ones build on. */
  readonly must: (name: string, body: () => Finding | Promise<Finding>) => Promise<void>;
  /** Runs a check that stands for itself. */
  readonly check: (name: string, body: () => Finding | Promise<Finding>) => Promise<void>;
};

/** An empty list. */
export function newChecklist(): Checklist {
  const checks: Check[] = [];
  let isBroken = false;
  const check = async (name: string, body: () => Finding | Promise<Finding>): Promise<Finding> => {
    const finding = isBroken ? null : await body();
    const outcome = isBroken ? 'skipped' : finding === null ? 'ok' : 'failed';
    checks.push({ name, outcome, detail: finding ?? '' });
    return finding;
  };
  return {
    checks,
    check: async (name, body) => void (await check(name, body)),
    must: async (name, body) => {
      if ((await check(name, body)) !== null) isBroken = true;
    },
  };
}

/** Whether every check was made and passed. An empty list proves nothing. */
export function allPassed(checks: readonly Check[]): boolean {
  return checks.length > 0 && checks.every(({ outcome }) => outcome === 'ok');
}

const marks = { ok: 'ok     ', failed: 'FAILED ', skipped: 'not run' } as const satisfies Record<Check['outcome'], string>;

/** The list as lines of text. Control characters, which a hostile file could carry, are taken out. */
export function printed(checks: readonly Check[]): string {
  const lines = checks.map(({ name, outcome, detail }) => `  ${marks[outcome]}  ${name}${detail === '' ? '' : `: ${detail}`}`);
  return lines.map((line) => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')).join('\n');
}
