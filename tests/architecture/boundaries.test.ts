import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkBoundaries } from './boundaries.ts';

describe('the tree', () => {
  test('keeps its boundaries, and every file was looked at', async () => {
    const { violations, cruised, files } = await checkBoundaries();
    expect(violations).toEqual([]);
    expect(files).toBeGreaterThan(300);
    expect(cruised).toBeGreaterThanOrEqual(files);
  });
});

describe('a forbidden import is found', () => {
  let tree = '';
  beforeEach(() => {
    tree = realpathSync(mkdtempSync(join(tmpdir(), 'valv-boundaries-')));
    for (const folder of ['functions/src', 'hosting/src', 'infra', 'tests']) mkdirSync(join(tree, folder), { recursive: true });
  });
  afterEach(() => rmSync(tree, { recursive: true }));

  const plant = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), `${text}\nexport const here = 1;\n`);
  };
  const rulesBroken = async (): Promise<string[]> => (await checkBoundaries(tree)).violations.map((line) => line.split(':')[0] ?? '');

  test.each([
    ['outward', 'functions/src/register/a.ts', 'privacy/b.ts', 'functions/src/privacy/b.ts', 'register-points-inward'],
    ['beside', 'functions/src/status/a.ts', 'backup/b.ts', 'functions/src/backup/b.ts', 'status-points-inward'],
    ['from shared', 'functions/src/shared/a.ts', 'crypto/b.ts', 'functions/src/crypto/b.ts', 'shared-is-pure'],
    ['of platform in crypto', 'functions/src/crypto/a.ts', 'platform/b.ts', 'functions/src/platform/b.ts', 'crypto-has-no-io'],
    [
      'of a store in a contract',
      'functions/src/orgs/contract.ts',
      'orgs/store.ts',
      'functions/src/orgs/store.ts',
      'contracts-are-browser-safe',
    ],
    ['of a store in a policy', 'functions/src/orgs/policy.ts', 'orgs/store.ts', 'functions/src/orgs/store.ts', 'decisions-are-pure'],
    ['of infra in functions', 'functions/src/orgs/a.ts', '../../infra/b.ts', 'infra/b.ts', 'functions-stand-alone'],
    [
      'of a use case in hosting',
      'hosting/src/features/a.ts',
      '../../functions/src/orgs/b.ts',
      'functions/src/orgs/b.ts',
      'hosting-knows-contracts',
    ],
    ['of the app in ui', 'hosting/src/ui/a.ts', 'app/b.ts', 'hosting/src/app/b.ts', 'ui-knows-no-app'],
    ['of tests in infra', 'infra/local/a.ts', '../tests/support/b.ts', 'tests/support/b.ts', 'infra-needs-no-tests'],
  ])('%s', async (_what, from, specifier, to, rule) => {
    plant(to, '');
    plant(from, `import { here as there } from '${'../'.repeat(from.split('/').length - 3)}${specifier}'; void there;`);
    expect(await rulesBroken()).toContain(rule);
  });

  test('of types alone', async () => {
    plant('functions/src/privacy/b.ts', 'export type B = 1;');
    plant('functions/src/register/a.ts', "import type { B } from '../privacy/b.ts'; export type A = B;");
    expect(await rulesBroken()).toContain('register-points-inward');
  });

  test('of node modules with input and output in crypto', async () => {
    plant(
      'functions/src/crypto/a.ts',
      "import { readFileSync } from 'node:fs'; import { createHash } from 'node:crypto'; void readFileSync; void createHash;",
    );
    expect(await rulesBroken()).toEqual(['crypto-has-no-io']);
  });

  test('of something that does not exist', async () => {
    plant('functions/src/orgs/a.ts', "import { b } from './nowhere.ts'; void b;");
    expect(await rulesBroken()).toContain('no-unknown-module');
  });

  test('in a circle', async () => {
    plant('functions/src/orgs/a.ts', "import { here as b } from './b.ts'; void b;");
    plant('functions/src/orgs/b.ts', "import { here as a } from './a.ts'; void a;");
    expect(await rulesBroken()).toContain('no-cycles');
  });

  test('and a contract may be imported by anybody', async () => {
    plant('functions/src/privacy/contract.ts', '');
    plant('functions/src/register/a.ts', "import { here as there } from '../privacy/contract.ts'; void there;");
    expect(await rulesBroken()).toEqual([]);
  });
});
