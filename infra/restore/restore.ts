// `npm run restore`: what operators do when data is lost or spoiled; infra/runbooks/restore.md says when to do what.
// Guarantees: what command.ts guarantees.
import { restoreCommand } from './command.ts';

process.exitCode = await restoreCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(`${text}\n`),
  printError: (text) => void process.stderr.write(`${text}\n`),
});
