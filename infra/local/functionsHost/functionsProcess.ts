import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from './endpoints.ts';

/** Functions in a process of their own. */
export type FunctionsProcess = {
  readonly url: string;
  readonly pid: number;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** SIGKILL: as a crash, with no chance to tidy up. Resolves when the process is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts `functionsHost.main.ts` with an environment of its own. Throws what it printed when it does not start. */
export async function startFunctionsProcess(options: {
  entry: string;
  env: Readonly<Record<string, string>>;
  port?: number;
}): Promise<FunctionsProcess> {
  const main = fileURLToPath(new URL('../functionsHost.main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: { ...inherited(), ...options.env, FUNCTIONS_ENTRY: options.entry, PORT: String(options.port ?? 0) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = await firstLine(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { url, endpoints } = JSON.parse(ready) as { url: string; endpoints: Record<string, Endpoint> }; // Printed by our own main.
  return {
    url,
    pid: child.pid ?? 0,
    endpoints: new Map(Object.entries(endpoints)),
    kill: () => (child.kill('SIGKILL'), ended),
    stop: () => (child.stdin?.end(), ended),
  };
}

/** This process's own variables without the test runner's. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|VITE_)/.test(name)));

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the functions host ended with code ${String(code)} before it was ready`)));
    if (child.stdout === null) return reject(new Error('the functions host has no output'));
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (line.startsWith('{"url":')) resolve(line);
      else process.stdout.write(`${line}\n`);
    });
  });
}
