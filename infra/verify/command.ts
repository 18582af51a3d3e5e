/** The verify command: what verify.ts runs with the terminal as its output. It contacts nobody. */
import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { jwksSchema, type Jwks } from '../../functions/src/privacy/signature.ts';
import { allPassed, type Check, printed } from './checks.ts';
import { verifyCertificate } from './verifyCertificate.ts';
import { verifyExtract } from './verifyExtract.ts';
import { checkpointKey, isLogFile, verifyLogFile } from './verifyLog.ts';

const usage = `usage: npm run verify -- FILE [--keys FILE] [--receipt FILE]...
  FILE       an extract (ZIP), an erasure certificate (JSON or JWS) or an audit log (.valvlog)
  --keys     the trusted public keys, by default .valv/valv-keys.json
  --receipt  of a log: an earlier log, the last line of one, or {"seq":…,"head":"…"}; several are all compared with`;
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

/** Where the command prints, a line or more at a time. */
export type Output = { readonly print: (text: string) => void; readonly printError: (text: string) => void };

/** Runs the command with these arguments; answers its exit code, see verify.ts. */
export async function verifyCommand(args: readonly string[], output: Output): Promise<number> {
  try {
    return await verifyFile(args, output);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    output.printError(error.message);
    return 2;
  }
}

async function verifyFile(args: readonly string[], { print }: Output): Promise<number> {
  const { file, keys, receipts } = readArguments(args);
  await needFile(file);
  const isLog = await isLogFile(file);
  if (receipts.length > 0 && !isLog) throw new UsageProblem('--receipt belongs to an audit log');
  const checks =
    isLog || isNamedLog(file) ? await verifyLog(file, keys, receipts) : await verifyBytes(await readInput(file), await readKeys(keys));
  print(`${file}\n${printed(checks)}`);
  const isGood = allPassed(checks);
  print(isGood ? 'Genuine and unchanged.' : 'NOT verified: do not rely on this file.');
  return isGood ? 0 : 1;
}

/** Whoever hands over a log by name must hand over a log: another genuine file proves nothing about it. */
const isNamedLog = (file: string): boolean => file.toLowerCase().endsWith('.valvlog');

/** A log is streamed, so it may be of any size. */
async function verifyLog(file: string, keys: string, receipts: readonly string[]): Promise<readonly Check[]> {
  const key = checkpointKey(await readKeyFile(keys));
  if (key === null) throw new UsageProblem(`${keys} names no key of checkpoints ({"checkpoints": "<verifier key>"})`);
  for (const receipt of receipts) await needFile(receipt);
  return verifyLogFile(file, key, receipts);
}

type Arguments = { readonly file: string; readonly keys: string; readonly receipts: readonly string[] };

function readArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { keys: { type: 'string', default: defaultKeys }, receipt: { type: 'string', multiple: true, default: [] } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageProblem(usage);
    return { file, keys: values.keys, receipts: values.receipt };
  } catch (error) {
    throw error instanceof UsageProblem ? error : new UsageProblem(usage);
  }
}

async function readKeyFile(path: string): Promise<unknown> {
  if (/^[a-z]+:\/\//i.test(path)) throw new UsageProblem('--keys takes a file: download the keys once, and keep them');
  return parsed((await readInput(path)).toString('utf8'));
}

async function readKeys(path: string): Promise<Jwks> {
  const keys = jwksSchema.safeParse(await readKeyFile(path));
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
  if ((await needFile(path)) > maxFileBytes) throw new UsageProblem(`${path} is larger than ${maxFileBytes} bytes`);
  return readFile(path);
}

/** The size of a file, which has to be there. */
async function needFile(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true)
    throw new UsageProblem(
      `there is no file ${path}${path === defaultKeys ? ': name the trusted keys with --keys FILE, or start the local cloud once' : ''}`,
    );
  return found.size;
}
