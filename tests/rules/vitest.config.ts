import { defineConfig } from 'vitest/config';

/** The rules alone: `npx vitest run --config tests/rules/vitest.config.ts`. */
export default defineConfig({
  test: {
    name: 'rules',
    root: new URL('../..', import.meta.url).pathname,
    include: ['tests/rules/**/*.test.ts'],
    globalSetup: ['tests/rules/globalSetup.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
