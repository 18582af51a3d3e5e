// How a command of operators says what went wrong.
import { isAppError } from '../../functions/src/shared/errors.ts';

/** Where a command prints, some lines at a time. */
export type Output = { readonly print: (text: string) => void; readonly printError: (text: string) => void };

/** A command that makes no sense; the message says why. */
export class Nonsense extends Error {}

/** Prints what was thrown; answers the exit code: 1, or 2 for nonsense, with how the command is used. */
export function failed(thrown: unknown, usage: string, { printError }: Pick<Output, 'printError'>): number {
  printError(explain(thrown, usage));
  return thrown instanceof Nonsense ? 2 : 1;
}

function explain(thrown: unknown, usage: string): string {
  if (thrown instanceof Nonsense) return `${thrown.message}\n\n${usage}`;
  if (isAppError(thrown)) return `${thrown.code}: ${thrown.message} ${JSON.stringify(thrown.details)}`;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
