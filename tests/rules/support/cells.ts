/** The cells of the matrix, made ready to be tried. */
import { type Aim, grantStates, isAllowed, matrix, matrixRoles, type OperationName, sessionStates } from '../matrix.ts';
import { type Caller, makeCaller, makeCallers, seedsOf } from './actors.ts';
import type { Place } from './client.ts';
import type { Seed } from './environment.ts';
import { randomId } from './ids.ts';
import { operations } from './operations.ts';
import { closedCollections, makeTarget, organisationSeed, type Target } from './target.ts';

/** One cell: an operation by a caller, aimed at an organisation. */
export type Cell = { readonly name: OperationName; readonly caller: Caller; readonly aim: Aim; readonly target: Target };

/** All rows. */
// Object.keys gives exactly the keys of the constant table.
export const rows = Object.keys(matrix) as readonly OperationName[];
const aims: readonly Aim[] = ['own', 'other'];

const topLevel: readonly string[] = ['exports', 'drills', 'sessions', 'accounts', ...Object.keys(closedCollections)];

/** Documents that are in no organisation cannot be those of another one. */
const aimsOf = (name: OperationName): readonly Aim[] => (topLevel.includes(name.split(' ')[0] ?? '') ? ['own'] : aims);

/** In words. */
export const describeCell = ({ name, caller, aim }: Cell): string =>
  `${name}: ${caller.role ?? 'nobody'}, ${caller.state}, ${aim} organisation`;

/** All cells that are to be refused, in the same two organisations, because none of them leaves a trace. */
export function deniedCells(place: Place): { readonly cells: readonly Cell[]; readonly seeds: readonly Seed[] } {
  const orgOf: Record<Aim, string> = { own: randomId(), other: randomId() };
  const { callers, seeds } = makeCallers(place, orgOf.own);
  const made = { own: makeTarget(orgOf.own, callers), other: makeTarget(orgOf.other, callers) };
  const cells = rows.flatMap((name) =>
    callers.flatMap((caller) =>
      aimsOf(name)
        .filter((aim) => !isAllowed(name, caller.role, caller.state, aim))
        .map((aim): Cell => ({ name, caller, aim, target: made[aim].target })),
    ),
  );
  const organisations = [organisationSeed(orgOf.own), organisationSeed(orgOf.other)];
  return { cells, seeds: [...organisations, ...seeds, ...made.own.seeds, ...made.other.seeds] };
}

/** The cells of a row that are to be let through, each in organisations of its own, because they change them. */
export function allowedCells(place: Place, name: OperationName): { readonly cells: readonly Cell[]; readonly seeds: readonly Seed[] } {
  const made = [...sessionStates, ...grantStates].flatMap((state) =>
    matrixRoles.flatMap((role) =>
      aimsOf(name)
        .filter((aim) => isAllowed(name, role, state, aim) && isPossible(role, state))
        .map((aim) => freshCell(place, name, role, state, aim)),
    ),
  );
  return { cells: made.map(({ cell }) => cell), seeds: made.flatMap(({ seeds }) => seeds) };
}

type Role = (typeof matrixRoles)[number];
type State = Caller['state'];

/** Nobody has a role without being signed in, and only support has a grant. */
/** Whether there can be such a caller. */
export const isPossible = (role: Role, state: State): boolean =>
  state !== 'notSignedIn' && (role === 'support' || !(grantStates as readonly State[]).includes(state)); // widened to ask

/** A cell in organisations of its own, and what must stand there. */
export function freshCell(place: Place, name: OperationName, role: Role, state: State, aim: Aim): { cell: Cell; seeds: readonly Seed[] } {
  const caller = makeCaller(place, role, state);
  const [own, other] = [randomId(), randomId()];
  const { target, seeds } = makeTarget(aim === 'own' ? own : other, [caller]);
  return {
    cell: { name, caller, aim, target },
    seeds: [organisationSeed(own), organisationSeed(other), ...seedsOf(caller, own), ...seeds],
  };
}

/** `allowed`, `denied`, or what else went wrong. */
export async function outcomeOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return 'allowed';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'permission-denied') return 'denied';
    return String(error);
  }
}

/** What comes of a cell. */
export const tryCell = ({ name, caller, target }: Cell): Promise<string> => outcomeOf(() => operations[name](caller, target));
