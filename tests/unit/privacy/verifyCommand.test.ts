import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withVerifyCommand } from '../../support/verifyCommand.ts';

const vectors = fileURLToPath(new URL('../../vectors/privacy', import.meta.url));
const keys = join(vectors, 'valv-keys.json');
const { verify, verifyAlone, saved } = withVerifyCommand();

describe('the verify command', () => {
  it('passes what the first version signed, without network', async () => {
    for (const [file, checks] of [
      ['extract-v1.zip', 19],
      ['erasure-certificate-v1.jws', 7],
    ] as const) {
      const run = await verifyAlone(join(vectors, file), '--keys', keys);
      expect(run).toMatchObject({ code: 0, err: '' });
      expect(run.out.match(/^ {2}ok /gm)).toHaveLength(checks);
      expect(run.out).toContain('Genuine and unchanged.');
    }
  });

  it('answers 1 and names the check when one fails', async () => {
    const zip = await readFile(join(vectors, 'extract-v1.zip'));
    const run = await verifyAlone(await saved('cut.zip', zip.subarray(0, 1000)), '--keys', keys);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/FAILED {3}the ZIP is well-formed: .*cut off/);
    expect(run.out).toContain('not run');
    expect(run.out).toContain('NOT verified');
  });

  it('answers 1 for a file of another kind, and prints nothing that moves the cursor', async () => {
    expect((await verify(await saved('a.txt', 'hej du'), '--keys', keys)).code).toBe(1);
    const zip = await readFile(join(vectors, 'extract-v1.zip'), 'latin1');
    const run = await verify(
      await saved('esc.zip', Buffer.from(zip.replaceAll('README.txt', '\u001B[2Jxxxxxx'), 'latin1')),
      '--keys',
      keys,
    );
    expect(run.code).toBe(1);
    expect(run.out).not.toContain('\u001B');
  });

  it('answers 2 when it is called wrongly, or a file or the keys are missing', async () => {
    const file = join(vectors, 'extract-v1.zip');
    const calls = [
      [],
      [file, file],
      ['nowhere.zip', '--keys', keys],
      [file, '--keys', 'nowhere.json'],
      [file, '--unknown'],
      ['.', '--keys', keys],
    ];
    for (const args of calls) expect(await verify(...args), args.join(' ')).toMatchObject({ code: 2, out: '' });
    expect(await verifyAlone(file)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('.valv/valv-keys.json') });
  });

  it('answers 2 for keys that are an address, no JSON, no key list or empty', async () => {
    const file = join(vectors, 'extract-v1.zip');
    const wrong = [
      'https://exempel.example/keys.json',
      await saved('k1', 'hej'),
      await saved('k2', '{}'),
      await saved('k3', '{"keys":[]}'),
    ];
    for (const path of wrong) expect((await verify(file, '--keys', path)).code, path).toBe(2);
  });
});
