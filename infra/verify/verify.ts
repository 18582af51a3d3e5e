/**
 * `npm run verify -- FILE [--keys FILE]`: checks an extract's ZIP or an erasure certificate, without network.
 * Exit code 0 if every check passed, 1 if one failed, 2 if it was called wrongly or a file is missing.
 *
 * The trust anchor is the key file: get it once from `/.well-known/valv-keys.json` of the service, keep it.
 */
import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { jwksSchema, type Jwks } from '../../functions/src/privacy/signature.ts';
import { allPassed, type Check, printed } from './checks.ts';
import { verifyCertificate } from './verifyCertificate.ts';
import { verifyExtract } from './verifyExtract.ts';

const usage =
  'usage: npm run verify -- FILE [--keys FILE]\n  FILE    an extract (ZIP) or an erasure certificate (JSON or JWS)\n  --keys  the trusted public keys, by default .valv/valv-keys.json';
const defaultKeys = '.valv/valv-keys.json';
const maxFileBytes = 512 * 1024 * 1024;

/** What keeps the command from checking anything. */
class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

/** The checks of a file's content; its kind is told by its first bytes. */
async function verifyBytes(bytes: Buffer, jwks: Jwks): Promise<readonly Check[]> {
  const text = bytes.toString('utf8');
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return verifyExtract(bytes, jwks);
  if (text.startsWith('{') || /^[\w-]+\.[\w-]*\.[\w-]*\s*$/.test(text)) return verifyCertificate(text, jwks);
  return [{ name: 'the file is something that Valv makes', outcome: 'failed', detail: 'it is no ZIP, no JSON and no JWS' }];
}

async function main(args: readonly string[]): Promise<number> {
  const { file, keys } = readArguments(args);
  const bytes = await readInput(file);
  const checks = await verifyBytes(bytes, await readKeys(keys));
  console.log(`${file}\n${printed(checks)}`);
  const isGood = allPassed(checks);
  console.log(isGood ? 'Genuine and unchanged.' : 'NOT verified: do not rely on this file.');
  return isGood ? 0 : 1;
}

function readArguments(args: readonly string[]): { file: string; keys: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { keys: { type: 'string', default: defaultKeys } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageProblem(usage);
    return { file, keys: values.keys };
  } catch (error) {
    throw error instanceof UsageProblem ? error : new UsageProblem(usage);
  }
}

async function readKeys(path: string): Promise<Jwks> {
  if (/^[a-z]+:\/\//i.test(path)) throw new UsageProblem('--keys takes a file: download the keys once, and keep them');
  const keys = jwksSchema.safeParse(parsed((await readInput(path)).toString('utf8')));
  if (!keys.success || keys.data.keys.length === 0) throw new UsageProblem(`${path} is no list of public keys ({"keys": [...]})`);
  return keys.data;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

async function readInput(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true)
    throw new UsageProblem(
      `there is no file ${path}${path === defaultKeys ? ': name the trusted keys with --keys FILE, or start the local cloud once' : ''}`,
    );
  if (found.size > maxFileBytes) throw new UsageProblem(`${path} is larger than ${maxFileBytes} bytes`);
  return readFile(path);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageProblem)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
