/**
 * Which probe told which mutant the last time, so that it is tried first. A hint proves nothing: the emulator decides, and a
 * hint that is wrong or missing costs time only. `npm run mutants:rules -- --learn` writes them anew.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('hints.json', import.meta.url);

/** A mutant's name, short. */
const keyOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 10);

/** The title of the probe that told a mutant, by the mutant's name. */
export async function readHints(): Promise<(name: string) => string | undefined> {
  // Written below: title of a probe → keys of mutants, with spaces between.
  const titles = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
  const byKey = new Map(Object.entries(titles).flatMap(([title, keys]) => keys.split(' ').map((key) => [key, title] as const)));
  return (name) => byKey.get(keyOf(name));
}

/** Keeps what a run found. */
export async function writeHints(found: readonly { readonly name: string; readonly killedBy: string | null }[]): Promise<void> {
  const titles = new Map<string, string[]>();
  for (const { name, killedBy } of found) if (killedBy !== null) titles.set(killedBy, [...(titles.get(killedBy) ?? []), keyOf(name)]);
  const sorted = [...titles].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([title, keys]) => [title, keys.toSorted().join(' ')]);
  await writeFile(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
