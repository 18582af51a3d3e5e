import { defineConfig } from 'vitest/config';

/** The web app in a browser against the local cloud: `npx vitest run --config tests/e2e/vitest.config.ts`. */
export default defineConfig({
  test: {
    name: 'e2e',
    root: new URL('../..', import.meta.url).pathname,
    include: ['tests/e2e/**/*.e2e.ts'],
    globalSetup: ['tests/e2e/globalSetup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One cloud, one browser: the files take turns.
    fileParallelism: false,
    maxWorkers: 1,
  },
});
