// Vitest globalSetup: the builds that all browser tests run against.
import { buildApp } from './support/build.ts';

/** Builds the functions and the web app once for the run. */
export default async function setup(): Promise<void> {
  await buildApp();
}
