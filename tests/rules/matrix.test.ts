import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAllowed, matrix, matrixRoles } from './matrix.ts';
import { allowedCells, type Cell, deniedCells, describeCell, rows, tryCell } from './support/cells.ts';
import { openPlace, seed } from './support/environment.ts';

const tried = { denied: 0, allowed: 0 };
const place = openPlace();
const denied = deniedCells(place);
/**
 * Cells that are refused for two reasons at once, of role, state of the session and organisation, are tried by
 * `npm run test:matrix` only; so are those refused for the state alone, but for one of the roles that may.
 */
const isWhole = process.env['VALV_WHOLE_MATRIX'] !== undefined;
const isTried = ({ name, aim, caller: { role, state } }: Cell): boolean => {
  const may = matrixRoles.filter((one) => isAllowed(name, one, 'valid', 'own'));
  const reasons = [aim === 'other', state !== 'valid', role !== null && !may.includes(role)];
  const isOne = reasons.filter(Boolean).length === 1;
  return isWhole || (isOne && (state === 'valid' || role === null || role === 'support' || role === may[0]));
};

beforeAll(() => seed(place, denied.seeds));

afterAll(() => {
  process.stdout.write(`rules matrix: ${tried.denied} cells denied, ${tried.allowed} allowed, ${tried.denied + tried.allowed} in all\n`);
});

/** The cells that came out otherwise than they should. */
async function surprises(cells: readonly Cell[], expected: 'denied' | 'allowed'): Promise<string[]> {
  tried[expected] += cells.length;
  const outcomes = await Promise.all(cells.map(async (cell) => ({ cell, outcome: await tryCell(cell) })));
  return outcomes.filter(({ outcome }) => outcome !== expected).map(({ cell, outcome }) => `${describeCell(cell)}: ${outcome}`);
}

describe('the rules deny', () => {
  it.each(rows)('%s to all others', async (name) => {
    const cells = denied.cells.filter((cell) => cell.name === name && isTried(cell));
    expect(cells.length).toBeGreaterThan(0);
    expect(await surprises(cells, 'denied')).toEqual([]);
  });
});

describe('the rules allow', () => {
  it.each(rows.filter((name) => matrix[name] !== 'nobody'))('%s to whom the matrix says', async (name) => {
    const { cells, seeds } = allowedCells(place, name);
    await seed(place, seeds);
    expect(cells.length).toBeGreaterThan(0);
    expect(await surprises(cells, 'allowed')).toEqual([]);
  });
});
