import type { RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aim, isAllowed, matrix, type OperationName } from './matrix.ts';
import { type Caller, makeCallers } from './support/actors.ts';
import { openEnvironment, seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';
import { operations } from './support/operations.ts';
import { makeTarget, organisationSeed, type Target } from './support/target.ts';

// Object.keys gives exactly the keys of the constant table.
const names = Object.keys(matrix) as OperationName[];
const aims: readonly Aim[] = ['own', 'other'];
const orgOf: Record<Aim, string> = { own: randomId(), other: randomId() };
const tried = { denied: 0, allowed: 0 };

let environment: RulesTestEnvironment;
let callers: readonly Caller[] = [];
let standing: Record<Aim, Target>;

beforeAll(async () => {
  environment = await openEnvironment();
  const made = makeCallers(environment, orgOf.own);
  callers = made.callers;
  const [own, other] = [makeTarget(orgOf.own, callers), makeTarget(orgOf.other, callers)];
  standing = { own: own.target, other: other.target };
  await seed(environment, [organisationSeed(orgOf.own), organisationSeed(orgOf.other), ...made.seeds, ...own.seeds, ...other.seeds]);
});

afterAll(async () => {
  await environment.cleanup();
  process.stdout.write(`rules matrix: ${tried.denied} cells denied, ${tried.allowed} allowed, ${tried.denied + tried.allowed} in all\n`);
});

type Cell = { readonly caller: Caller; readonly aim: Aim };

const cellsOf = (name: OperationName, allowed: boolean): Cell[] =>
  callers
    .flatMap((caller) => aims.map((aim) => ({ caller, aim })))
    .filter(({ caller, aim }) => isAllowed(name, caller.role, caller.state, aim) === allowed);

const describeCell = ({ caller, aim }: Cell, outcome: string): string =>
  `${caller.role ?? 'nobody'}, ${caller.state}, ${aim} organisation: ${outcome}`;

/** `allowed`, `denied`, or what else went wrong. */
async function outcomeOf(name: OperationName, { caller }: Cell, target: Target): Promise<string> {
  try {
    await operations[name](caller, target);
    return 'allowed';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'permission-denied') return 'denied';
    return String(error);
  }
}

describe('the rules deny', () => {
  it.each(names)('%s to all others', async (name) => {
    const cells = cellsOf(name, false);
    const outcomes = await Promise.all(cells.map(async (cell) => [cell, await outcomeOf(name, cell, standing[cell.aim])] as const));
    tried.denied += cells.length;
    expect(cells.length).toBeGreaterThan(0);
    expect(outcomes.filter(([, outcome]) => outcome !== 'denied').map(([cell, outcome]) => describeCell(cell, outcome))).toEqual([]);
  });
});

describe('the rules allow', () => {
  it.each(names.filter((name) => matrix[name] !== 'nobody'))('%s to whom the matrix says', async (name) => {
    const cells = cellsOf(name, true);
    const wrong: string[] = [];
    // One after the other, each with documents of its own: an allowed change must not disturb the next cell.
    for (const cell of cells) {
      const { target, seeds } = makeTarget(orgOf[cell.aim], [cell.caller]);
      await seed(environment, [organisationSeed(orgOf[cell.aim]), ...seeds]);
      const outcome = await outcomeOf(name, cell, target);
      if (outcome !== 'allowed') wrong.push(describeCell(cell, outcome));
    }
    tried.allowed += cells.length;
    expect(cells.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
