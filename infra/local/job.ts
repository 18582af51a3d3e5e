// `npm run job -- NAME`: triggers a scheduled function of the running local cloud, as Cloud Scheduler would.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readJsonFile } from './jsonFile.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { state: { type: 'string', default: '.valv' } } });

async function runJob(name: string | undefined, stateDir: string): Promise<string> {
  if (name === undefined) throw new Error('name a scheduled function: npm run job -- dailyExport');
  const { status } = Object(readJsonFile(join(stateDir, 'local.json'))) as { status?: string }; // Written by the local cloud.
  if (status === undefined) throw new Error('no local cloud has run here; begin with: npm start');
  const response = await fetch(`${status}/schedules/${encodeURIComponent(name)}`, { method: 'POST' }).catch(() => undefined);
  if (response === undefined) throw new Error('the local cloud is not running; begin with: npm start');
  if (response.ok) return `${name} has run`;
  const { error } = (await response.json()) as { error: { message: string } }; // The status service's own error.
  throw new Error(error.message);
}

runJob(positionals[0], resolve(ROOT, values.state)).then(
  (line) => process.stdout.write(`${line}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
