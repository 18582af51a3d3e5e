/** The verify command with files in a folder of its own; also as a user runs it, in a process without network. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { verifyCommand } from '../../infra/verify/command.ts';

const command = fileURLToPath(new URL('../../infra/verify/verify.ts', import.meta.url));
/** Makes every attempt to connect or to look up a name fail loudly. */
const noNetwork =
  'import net from "node:net"; import dns from "node:dns"; const no = () => { throw new Error("network used"); }; net.Socket.prototype.connect = no; dns.lookup = no; globalThis.fetch = no;';

/** How a run ended, and what it printed. */
export type Run = { readonly code: number; readonly out: string; readonly err: string };

/** What tests do with the command. */
export type VerifyCommand = {
  /** Runs it with these arguments, in this process. */
  verify(...args: string[]): Promise<Run>;
  /** Runs it with these arguments in a process of its own, in the folder and without network. */
  verifyAlone(...args: string[]): Promise<Run>;
  /** Writes a file into the folder; answers its path. */
  saved(name: string, content: string | Uint8Array): Promise<string>;
};

/** Makes the folder before the tests of this file, earlier than hooks that come after this call, and removes it after them. */
export function withVerifyCommand(): VerifyCommand {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'valv-verify-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return {
    verify: async (...args) => {
      const [out, err]: [string[], string[]] = [[], []];
      const code = await verifyCommand(args, { print: (text) => out.push(`${text}\n`), printError: (text) => err.push(`${text}\n`) });
      return { code, out: out.join(''), err: err.join('') };
    },
    verifyAlone: (...args) => {
      const flags = ['--import', `data:text/javascript,${encodeURIComponent(noNetwork)}`, command];
      return new Promise((resolve) => {
        execFile(process.execPath, [...flags, ...args], { cwd: folder }, (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code), out, err }),
        );
      });
    },
    saved: async (name, content) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
  };
}
