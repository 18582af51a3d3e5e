/**
 * `npm run verify -- FILE [--keys FILE] [--receipt FILE]...`: checks an extract's ZIP, an erasure certificate or an audit log,
 * without network. A log's receipts are an earlier log, its last line, or the head that an earlier verification printed; the
 * log has to go on from every one.
 * Exit code 0 if every check passed, 1 if one failed, 2 if it was called wrongly or a file is missing.
 *
 * The trust anchor is the key file: get it once from `/.well-known/valv-keys.json` of the service, keep it.
 */
import { verifyCommand } from './command.ts';

process.exitCode = await verifyCommand(process.argv.slice(2), { print: console.log, printError: console.error });
