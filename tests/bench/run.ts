/**
 * `npm run bench`: runs every bench of this folder, or those that are named, prints a table and writes .valv/bench.json.
 * Each bench has a process of its own, so that none measures what another left behind.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhatIsStale } from '../../infra/local/build.ts';
import type { Figure } from './figure.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const output = fileURLToPath(new URL('../../.valv', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs one bench in a process of its own; answers its figures. Throws when it ends with an error. */
function runApart(file: string): Promise<Figure[]> {
  const result = join(output, 'bench', `${file}.json`);
  const script = `const { run } = await import(process.argv[1]); const { writeFile } = await import('node:fs/promises'); await writeFile(process.argv[2], JSON.stringify(await run())); process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, join(folder, file), result], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) readFile(result, 'utf8').then((text) => resolve(JSON.parse(text) as Figure[]), reject); // written by the script above
      else reject(new Error(`${file} ended with code ${String(code)}`));
    });
  });
}

const wanted = process.argv.slice(2);
const files = (await readdir(folder))
  .filter((name) => name.endsWith('.bench.ts') && (wanted.length === 0 || wanted.includes(name.replace('.bench.ts', ''))))
  .toSorted();
if (files.length === 0) throw new Error(`no bench is called ${wanted.join(' or ')}`);

await buildWhatIsStale(print);
await mkdir(join(output, 'bench'), { recursive: true });
const figures: Figure[] = [];
for (const file of files) {
  for (const figure of await runApart(file)) {
    figures.push(figure);
    const value = Number.isInteger(figure.value) ? String(figure.value) : figure.value.toFixed(2);
    print(
      `${figure.ok ? ' ok ' : 'FAIL'}  ${figure.name.padEnd(66)} ${value.padStart(8)} ${figure.comparison} ${figure.limit} ${figure.unit}`,
    );
  }
}
await writeFile(join(output, 'bench.json'), `${JSON.stringify(figures, null, 2)}\n`);
print(`\n${figures.filter(({ ok }) => ok).length} of ${figures.length} figures keep their limit; .valv/bench.json has them all`);
process.exit(figures.every(({ ok }) => ok) ? 0 : 1);
