import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from './jsonFile.ts';

/**
 * Takes a state folder for this process. A lock left by a killed process is replaced.
 * @returns how to give it back. Throws, naming the running one's address, when the folder is in use.
 */
export function lockStateDir(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      refuseIfAlive(dir, Number(readFileSync(file, 'utf8')));
      rmSync(file, { force: true });
    }
  }
}

function refuseIfAlive(dir: string, pid: number): void {
  if (!isLocalCloud(pid)) return;
  const { app } = Object(readJsonFile(join(dir, 'local.json'))) as { app?: string }; // Written by the local cloud.
  throw new Error(
    `a local cloud (process ${pid}${app === undefined ? '' : `, ${app}`}) already uses ${dir}; ` +
      'stop it, or start this one with a folder of its own: npm start -- --state .valv/second',
  );
}

/** Whether the process lives and, where /proc tells, is a local cloud and not another one with its old number. */
function isLocalCloud(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('infra/local/start.ts');
  } catch {
    return true;
  }
}
