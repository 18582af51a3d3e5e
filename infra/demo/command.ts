/** Operators' and customers' commands, run as processes of their own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended, and what it printed. */
export type Run = { readonly code: number; readonly out: string; readonly err: string };

const scripts = {
  verify: fileURLToPath(new URL('../verify/verify.ts', import.meta.url)),
  restore: fileURLToPath(new URL('../restore/restore.ts', import.meta.url)),
} as const;

/** Runs what `npm run NAME -- …args` runs, with this environment added. A command that cannot be started ends with 1. */
export function runCommand(name: keyof typeof scripts, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [scripts[name], ...args], { env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, err }),
    );
  });
}
