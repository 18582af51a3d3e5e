import { readJsonFile } from '../jsonFile.ts';

/** One rule of the hosting block; a function rewrite names a function, the others a file. */
export type HostingRewrite = {
  readonly source?: string;
  readonly regex?: string;
  readonly destination?: string;
  readonly function?: { readonly functionId: string; readonly region?: string };
};

/** The `hosting` block of firebase.json as superstatic takes it. */
export type HostingConfig = {
  readonly headers?: readonly { source?: string; regex?: string; headers: readonly { key: string; value: string }[] }[];
  readonly rewrites?: readonly HostingRewrite[];
  readonly [setting: string]: unknown;
};

/** Reads the hosting block; an absent file or block means no headers and no rewrites. Throws when it is not JSON. */
export function readHostingConfig(file: string): HostingConfig {
  const content = Object(readJsonFile(file) ?? {}) as { hosting?: HostingConfig }; // Superstatic checks the block itself.
  return content.hosting ?? {};
}
