/** `npm run bench`: runs every bench of this folder, or those that are named, prints a table and writes .valv/bench.json. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhatIsStale } from '../../infra/local/build.ts';
import type { Figure } from './figure.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const output = fileURLToPath(new URL('../../.valv', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const wanted = process.argv.slice(2);
const files = (await readdir(folder)).filter((name) => name.endsWith('.bench.ts') && (wanted.length === 0 || wanted.includes(name.replace('.bench.ts', '')))).toSorted();
if (files.length === 0) throw new Error(`no bench is called ${wanted.join(' or ')}`);

await buildWhatIsStale(print);
const figures: Figure[] = [];
for (const file of files) {
  const { run } = (await import(join(folder, file))) as { run: () => Promise<Figure[]> }; // every bench exports this
  for (const figure of await run()) {
    figures.push(figure);
    const value = Number.isInteger(figure.value) ? String(figure.value) : figure.value.toFixed(2);
    print(`${figure.ok ? ' ok ' : 'FAIL'}  ${figure.name.padEnd(66)} ${value.padStart(8)} ${figure.comparison} ${figure.limit} ${figure.unit}`);
  }
}
await mkdir(output, { recursive: true });
await writeFile(join(output, 'bench.json'), `${JSON.stringify(figures, null, 2)}\n`);
print(`\n${figures.filter(({ ok }) => ok).length} of ${figures.length} figures keep their limit; .valv/bench.json has them all`);
process.exit(figures.every(({ ok }) => ok) ? 0 : 1);
