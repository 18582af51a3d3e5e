import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const here = (file: string): string => new URL(file, import.meta.url).pathname;

test('a run that uses every service by every client contacts loopback and nothing else', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'valv-guard-'));
  const file = join(dir, 'connections');
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', here('./preloadGuard.fixture.mjs'), here('./everyClient.fixture.ts')],
      {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CONNECTIONS_FILE: file },
      },
    );
    expect(stdout).toContain('"uid":"user-1"');
    expect(stdout).toContain('"outcome":"permission-denied"');
    const contacted = [...new Set(readFileSync(file, 'utf8').trim().split('\n'))];
    expect(contacted).toContain('tcp 127.0.0.1');
    expect(contacted.filter((target) => !/^(?:tcp|dns) (?:127\.0\.0\.1|localhost)$/.test(target))).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the guard itself notices a look-up and a connection', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'valv-guard-'));
  const file = join(dir, 'connections');
  const code =
    "await fetch('http://no-such-host.invalid/').catch(() => 0); await import('node:net').then((net) => new Promise((r) => net.connect(1, '192.0.2.1').on('error', r).setTimeout(50, r)));process.exit(0)";
  await promisify(execFile)(process.execPath, ['--import', here('./preloadGuard.fixture.mjs'), '--input-type=module', '-e', code], {
    env: { ...process.env, CONNECTIONS_FILE: file },
  });
  const contacted = readFileSync(file, 'utf8');
  rmSync(dir, { recursive: true });
  expect(contacted).toContain('no-such-host.invalid');
  expect(contacted).toContain('192.0.2.1');
}, 30_000);
