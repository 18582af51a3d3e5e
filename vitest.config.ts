import { defineConfig } from 'vitest/config';

/**
 * Integration tests that start clouds of their own, of other kinds than the one that all others of a worker share, or that must be
 * there before the functions are loaded.
 */
const ownCloud = [
  'tests/integration/localCloud/**/*.test.ts',
  'tests/integration/backup/{journal,restore}.test.ts',
  'tests/integration/identity/signUp.test.ts',
];
/** Files of a worker run one after the other in one process, and share its cloud: tests/support/workersCloud.ts. */
const oneProcess = { isolate: false, provide: { sharesCloud: true } };

/**
 * The tests by kind; `npx vitest run --project unit` runs one of them. Machines with two cores are the measure: whatever
 * starts a local cloud or a browser says how many of them may run at once.
 */
export default defineConfig({
  test: {
    // What the functions log, and the Google clients' own advice, say nothing about a test that passes.
    silent: 'passed-only',
    // Waiting costs nothing when it is not needed, and one second is little on a machine that does other work beside.
    expect: { poll: { timeout: 30_000 } },
    projects: kinds().map((kind) => ({ extends: true as const, ...kind })),
  },
});

/** The projects of their own; what is set above holds for each. */
function kinds() {
  return [
    // Room for a machine that does other work beside: the tests themselves take milliseconds.
    pure('unit', { testTimeout: 30_000 }),
    pure('property', { testTimeout: 60_000 }),
    {
      test: {
        name: 'rules',
        include: ['tests/rules/**/*.test.ts'],
        globalSetup: ['tests/rules/globalSetup.ts'],
        testTimeout: 300_000,
        hookTimeout: 300_000,
      },
    },
    { test: { ...cloud('architecture', 1).test, globalSetup: ['tests/support/builtFunctions.ts'] } },
    { test: { ...cloud('integration', 2).test, ...oneProcess, exclude: ownCloud } },
    { test: { ...cloud('integration', 2).test, name: 'integrationOwn', include: ownCloud } },
    cloud('faults', 1),
    { test: { ...cloud('campaigns', 1).test, include: ['tests/campaigns/*.ts'], exclude: ['tests/campaigns/{timing,tampering}.ts'] } },
    {
      test: {
        name: 'e2e',
        include: ['tests/e2e/**/*.e2e.ts'],
        globalSetup: ['tests/e2e/globalSetup.ts', 'tests/support/sharedFirestore.ts'],
        testTimeout: 300_000,
        hookTimeout: 300_000,
        fileParallelism: false,
        isolate: false, // One cloud and one browser: tests/e2e/support/stage.ts.
        // A browser beside all else may be late once. What passes only then is named ("retry x1") and is a flaw to be mended.
        retry: 1,
      },
    },
  ];
}

/** Tests that need nothing but themselves. */
function pure(name: string, limits: { testTimeout?: number } = {}) {
  return { test: { name, include: [`tests/${name}/**/*.test.{ts,tsx}`], ...limits } };
}

/** Tests that start local clouds: they share one Firestore emulator and the built functions. */
function cloud(name: string, maxWorkers: number) {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      globalSetup: ['tests/support/builtFunctions.ts', 'tests/support/sharedFirestore.ts'],
      testTimeout: 180_000,
      hookTimeout: 300_000,
      maxWorkers,
    },
  };
}
