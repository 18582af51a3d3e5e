/**
 * `npm run mutants:rules`: how many small faults in `firestore.rules` the tests of the rules would find.
 *
 * Every condition, limit and list of the rules is changed a little (mutants.ts), and what tests/rules tries is tried against
 * the changed rules until something comes out otherwise (probes.ts). A mutant that nothing tells from the rules survives:
 * a test is missing, or it is no fault and equivalent.ts says why. Exit code 1 below 95 %, or with a reason that does not
 * hold. `--sample N --seed S` takes N of the mutants; `--only TEXT` those whose name holds the text; `--learn` keeps which probe
 * told which mutant, which is tried first the next time (hints.ts).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import type { Place } from '../rules/support/client.ts';
import { equivalents } from './equivalent.ts';
import { describeMutant, lineOf, type Mutant, mutantsOf, overlap, withSleeping, writtenOut } from './mutants.ts';
import { readHints, writeHints } from './hints.ts';
import { enforce, makeOracle, type Sleeping, type Verdict } from './oracle.ts';
import { parseRules } from './parse.ts';
import { makeProbes } from './probes.ts';
import { reachOf } from './reach.ts';

const lowestShare = 0.95;
/** How many sleep in one set of rules: each costs some of the 1000 expressions of an evaluation. */
const inOneBatch = 12;
/** Probes that a mutant among others is given; the rest when it is alone. */
const mostTogether = 64;
/** Batches that one emulator is asked about: with what hundreds of them leave behind it grows slow, and then answers with errors. */
const batchesOfOneEmulator = 25;
/** Probes that a mutant is given of which it is said that none can tell it. */
const triedOfEquivalents = 400;

type Judged = { readonly name: string; readonly line: number } & Verdict;

const { values } = parseArgs({
  options: { sample: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, learn: { type: 'boolean', default: false } },
});
const source = await readFile('firestore.rules', 'utf8');
const places = parseRules(source);
const named = nameAll(mutantsOf(source, places));
const chosen = choose(named);
const isWhole = chosen.length === named.length;

process.exitCode = await report(await judgeAll());

type Named = { readonly name: string; readonly mutant: Mutant };

/** Every mutant with a name of its own; the second of the same name is numbered. */
function nameAll(mutants: readonly Mutant[]): Named[] {
  const counts = new Map<string, number>();
  return mutants.map((mutant) => {
    const name = describeMutant(source, mutant);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { name: count === 1 ? name : `${name} (${count})`, mutant };
  });
}

function choose(all: readonly Named[]): readonly Named[] {
  const wanted = all.filter(({ name }) => values.only === undefined || name.includes(values.only));
  if (values.sample === undefined) return wanted;
  let state = Number(values.seed ?? 1);
  // A linear congruential generator: the same seed takes the same mutants.
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return wanted
    .map((one) => ({ one, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, Number(values.sample))
    .map(({ one }) => one);
}

/** Batches of mutants that are far from one another, so that no evaluation meets many. */
function batches(all: readonly Named[]): Named[][] {
  const count = Math.ceil(all.length / inOneBatch);
  const made: Named[][] = Array.from({ length: count }, () => []);
  const spilled: Named[][] = [];
  for (const [at, one] of all.entries()) {
    const batch = made[at % count];
    if (batch !== undefined && !batch.some(({ mutant }) => overlap(mutant, one.mutant))) batch.push(one);
    else spilled.push([one]);
  }
  return [...made, ...spilled];
}

async function judgeAll(): Promise<Judged[]> {
  const judged: Judged[] = [];
  const all = batches(chosen);
  const hintOf = await readHints();
  const started = Date.now();
  for (let from = 0; from < all.length; from += batchesOfOneEmulator) {
    const emulator = await startFirestoreEmulator({ rulesFile: null, isLongLived: true });
    try {
      const place: Place = { host: '127.0.0.1', port: emulator.port, projectId: 'mutants' };
      const oracle = makeOracle(place, makeProbes(place), reachOf(places));
      for (const batch of all.slice(from, from + batchesOfOneEmulator)) {
        judged.push(...(await judge(place, oracle, batch, hintOf)));
        await keep(judged);
        const survivors = judged.filter(({ killedBy }) => killedBy === null).length;
        const seconds = Math.round((Date.now() - started) / 1000);
        process.stdout.write(`${judged.length} of ${chosen.length}, ${survivors} not killed, ${seconds} s\n`);
      }
    } finally {
      await emulator.stop();
    }
  }
  return judged;
}

/** Judges a batch together, and again alone what nothing told. */
async function judge(
  place: Place,
  oracle: ReturnType<typeof makeOracle>,
  batch: readonly Named[],
  hintOf: (name: string) => string | undefined,
): Promise<Judged[]> {
  const sleeping = batch.map(({ mutant, name }, at) => ({
    id: at + 1,
    mutant,
    hint: hintOf(name),
    most: isEquivalent(name) ? triedOfEquivalents : mostTogether,
  }));
  await enforce(place, withSleeping(source, sleeping));
  const together = await Promise.all(sleeping.map(oracle));
  const judged: Judged[] = [];
  for (const [at, { name, mutant }] of batch.entries()) {
    const one = sleeping[at];
    const verdict = together[at];
    if (one === undefined || verdict === undefined) continue;
    const isDoubtful = verdict.killedBy === null && !isEquivalent(name);
    judged.push({ name, line: lineOf(source, mutant), ...(isDoubtful ? await alone(place, oracle, one) : verdict) });
  }
  return judged;
}

/**
 * Several asleep can take one another's share of the 1000 expressions, and even one asleep makes the emulator answer some
 * commits with an error of its own; so what nothing told among others is written out and tried by itself.
 */
async function alone(place: Place, oracle: ReturnType<typeof makeOracle>, { mutant, hint }: Sleeping): Promise<Verdict> {
  const mutated = writtenOut(source, mutant);
  const switchTo = (rules: 'plain' | 'mutated'): Promise<void> => enforce(place, rules === 'plain' ? source : mutated);
  await switchTo('mutated');
  return oracle({ id: 1, mutant, hint, switchTo });
}

function isEquivalent(name: string): boolean {
  return Object.hasOwn(equivalents, name);
}

/** What is known so far, for who does not want to wait. */
async function keep(judged: readonly Judged[]): Promise<void> {
  await mkdir('.valv', { recursive: true });
  await writeFile('.valv/ruleMutants.json', `${JSON.stringify(judged, null, 2)}\n`);
}

async function report(judged: readonly Judged[]): Promise<number> {
  const reasons = new Map(Object.entries(equivalents));
  const survivors = judged.filter(({ name, killedBy }) => killedBy === null && !reasons.has(name)).toSorted((a, b) => a.line - b.line);
  const wrong = [
    ...[...reasons.keys()].filter((name) => !named.some((one) => one.name === name)).map((name) => `is no mutant: ${name}`),
    ...judged
      .filter(({ name, killedBy }) => killedBy !== null && reasons.has(name))
      .map(({ name, killedBy }) => `is told by "${killedBy}": ${name}`),
  ];
  const counted = judged.filter(({ name }) => !reasons.has(name));
  const share = counted.length === 0 ? 1 : 1 - survivors.length / counted.length;
  const lines = [
    ...survivors.map(({ line, name }) => `survives at line ${line}: ${name}`),
    ...wrong.map((one) => `equivalent.ts ${one}`),
    `mutants of the rules: ${counted.length - survivors.length} of ${counted.length} killed (${(share * 100).toFixed(1)} %), ${judged.length - counted.length} equivalent, ${isWhole ? 'all' : 'a sample'}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (values.learn && isWhole) await writeHints(judged);
  return share < lowestShare || wrong.length > 0 ? 1 : 0;
}
