// What an operator may ask of `npm run restore`, and what is nonsense.
import { parseArgs } from 'node:util';
import { Nonsense } from './explain.ts';
import type { BringBack } from '../../functions/src/backup/restore/withdrawn.ts';
import type { Target } from '../../functions/src/backup/restore/restorePlan.ts';

/** What is asked for. */
export type Command =
  | { readonly kind: 'discard' | 'help' }
  | { readonly kind: 'list'; readonly fromCopy: boolean }
  | { readonly kind: 'giveUp'; readonly scratchId: string; readonly isReal: boolean }
  | {
      readonly kind: 'keys';
      readonly exportId: string | null;
      readonly isAdding: boolean;
      readonly fromCopy: boolean;
      readonly isReal: boolean;
    }
  | {
      readonly kind: 'restore';
      readonly target: Target;
      readonly moment: Date | null;
      readonly exportId: string | null;
      readonly fromCopy: boolean;
      readonly bringBack: BringBack;
      readonly isReal: boolean;
    };

/** How it is used. */
export const usage = `npm run restore -- WHAT [WHEN] [--do-it] [--from-copy] [--env FILE]

WHAT  --list               which exports there are, which moments can be restored, and what is unfinished
      --to-scratch         everything into a scratch database, to look at; the present is not touched
      --org ORGANISATION   one organisation; others are not touched
      --everything         the whole database
      --keys               the database of keys, only when it is lost
      --discard            removes scratch databases of restores that have not begun
      --give-up SCRATCH    ends a restore that has begun and changed no document yet: its members are let in as they are now
WHEN  --at INSTANT         such as 2026-11-22T09:30:00Z; without it, the newest moment
      --export ID          from this export instead of the newest that fits
      --add-missing        of --keys: also while some keys are there, which stay as they are
      --with-removed-members   members, roles and teams as they were, also those that were removed since
      --with-removed-factors   passkeys, apps and identity providers as they were, also those that were removed since

Without --do-it nothing of the present is changed: you are told what would be. Repeat a command that was interrupted.
--from-copy reads the copy in the second region. --env FILE reads settings from a file, such as .valv/local.env.
`;

const options = {
  list: { type: 'boolean', default: false },
  'to-scratch': { type: 'boolean', default: false },
  org: { type: 'string' },
  everything: { type: 'boolean', default: false },
  keys: { type: 'boolean', default: false },
  discard: { type: 'boolean', default: false },
  'give-up': { type: 'string' },
  at: { type: 'string' },
  export: { type: 'string' },
  'do-it': { type: 'boolean', default: false },
  'from-copy': { type: 'boolean', default: false },
  'add-missing': { type: 'boolean', default: false },
  'with-removed-members': { type: 'boolean', default: false },
  'with-removed-factors': { type: 'boolean', default: false },
  env: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Parses the command line; answers what is asked and the file with settings. Throws Nonsense. */
export function parseCommand(args: readonly string[]): { command: Command; envFile: string | undefined } {
  const values = parsed(args);
  const wanted = (['list', 'to-scratch', 'everything', 'keys', 'discard'] as const).filter((name) => values[name]);
  const named = (['org', 'give-up'] as const).filter((name) => values[name] !== undefined);
  const what = [...wanted, ...named];
  const envFile = values.env;
  if (values.help) return { command: { kind: 'help' }, envFile };
  const [only, ...others] = what;
  if (only === undefined) throw new Nonsense('say what: --list, --to-scratch, --org, --everything, --keys, --discard or --give-up');
  if (others.length > 0) throw new Nonsense(`one thing at a time: --${what.join(' or --')}`);
  const isPlain = only === 'list' || only === 'discard' || only === 'give-up';
  if ((isPlain || only === 'keys') && values.at !== undefined) throw new Nonsense(`--${only} takes no --at`);
  if (isPlain && values.export !== undefined) throw new Nonsense(`--${only} takes no --export`);
  const bringsBack = values['with-removed-members'] || values['with-removed-factors'];
  if (bringsBack && only !== 'org' && only !== 'everything') throw new Nonsense(`--${only} brings nobody back`);
  const { 'from-copy': fromCopy, 'do-it': isReal, 'add-missing': isAdding, export: exportId = null } = values;
  if (isAdding && only !== 'keys') throw new Nonsense(`--${only} adds no keys`);
  if (only === 'keys') return { command: { kind: only, exportId, isAdding, fromCopy, isReal }, envFile };
  if (only === 'list') return { command: { kind: only, fromCopy }, envFile };
  if (only === 'discard') return { command: { kind: only }, envFile };
  if (only === 'give-up') return { command: { kind: 'giveUp', scratchId: values['give-up'] ?? '', isReal }, envFile };
  const target: Target =
    only === 'org' ? { kind: 'organisation', orgId: organisationId(values.org) } : { kind: only === 'everything' ? only : 'scratch' };
  const command: Command = {
    kind: 'restore',
    target,
    moment: values.at === undefined ? null : instant(values.at),
    exportId,
    fromCopy,
    bringBack: { members: values['with-removed-members'], factors: values['with-removed-factors'] },
    isReal,
  };
  return { command, envFile };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: joined(args, ['--org'], options), options }).values;
  } catch (cause) {
    throw new Nonsense(cause instanceof Error ? cause.message : 'cannot be understood', { cause });
  }
}

/** An id may begin with "-" as an option does: what follows one of `names` belongs to it, unless it is one of the command's `options`. */
export function joined(args: readonly string[], names: readonly string[], known: object): string[] {
  const isId = (text = ''): boolean => text.startsWith('-') && !(text.slice(2) in known);
  const isNamed = (text = ''): boolean => names.includes(text);
  return args.flatMap((text, at) => {
    if (isNamed(text) && isId(args[at + 1])) return `${text}=${args[at + 1]}`;
    return isNamed(args[at - 1]) && isId(text) ? [] : text;
  });
}

function organisationId(text = ''): string {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(text)) throw new Nonsense(`"${text}" is not the id of an organisation`);
  return text;
}

/** With a zone, or two people read it as two moments. */
function instant(text: string): Date {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = new Date(text);
  if (!isWhole || Number.isNaN(at.getTime())) throw new Nonsense(`"${text}" is not an instant such as 2026-11-22T09:30:00Z`);
  return at;
}
