/** The table of tests/rules/callableMatrix.ts, cell by cell, against the functions as they are deployed. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { deployedFunctions } from '../../../functions/src/index.ts';
import { answerOf, callableMatrix, type MemberFunction, requestMethods } from '../../rules/callableMatrix.ts';
import type { Aim, MatrixRole, SessionState } from '../../rules/matrix.ts';
import { type Caller, makeCallers } from '../../rules/support/actors.ts';
import { type Place, seedAt } from '../../rules/support/client.ts';
import { randomId } from '../../rules/support/ids.ts';
import { organisationSeed } from '../../rules/support/target.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { builtFunctions } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
const orgOf: Record<Aim, string> = { own: randomId(), other: randomId() };
const tokens = new Map<Caller, string>();
let callers: readonly Caller[] = [];
let tried = 0;

beforeAll(async () => {
  const { hostname, port } = new URL(local.cloud.urls.firestore);
  const place: Place = { host: hostname, port: Number(port), projectId: local.cloud.projectId };
  const made = makeCallers(place, orgOf.own);
  callers = made.callers;
  await seedAt(place, [organisationSeed(orgOf.own), organisationSeed(orgOf.other), ...made.seeds]);
  await inTurns(callers, async (caller) => {
    if (caller.role === null) return;
    tokens.set(caller, await local.idTokenFor(caller.accountId, caller.state === 'noSessionId' ? {} : { sid: caller.sessionId }));
  });
});

/** Some at a time, each of which waits for its own. */
async function inTurns<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: 20 }, work));
}

/** The code of the refusal. The input names the organisation and is wrong besides, so that whoever is let through changes nothing. */
async function codeOf(name: MemberFunction, caller: Caller, aim: Aim): Promise<string> {
  const token = tokens.get(caller);
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const method = requestMethods[name];
  const address = `${local.cloud.urls.functions}/${name}`;
  const body = JSON.stringify({ data: { orgId: orgOf[aim], nobodyAsksForThis: true } });
  const response =
    method === undefined
      ? await fetch(address, { method: 'POST', headers, body })
      : await fetch(`${address}?orgId=${orgOf[aim]}&nobodyAsksForThis=true`, { method, headers });
  const answer = (await response.json()) as { error?: { details?: { code?: string } } }; // the functions' form of errors
  return answer.error?.details?.code ?? `no error, status ${response.status}`;
}

/** Codes of input that is wrong, which only somebody who was let through is told. */
const wrongInput: readonly string[] = ['shared/invalid-input', 'register/import-not-csv'];

type Cell = { readonly caller: Caller; readonly aim: Aim };

/** States in which nothing but the organisation is wrong, when another one than the own is asked for. */
const goodElsewhere: readonly SessionState[] = ['valid', 'strengthTooLow', 'organisationIdleLimitPassed'];

/** All callers in their own organisation; in another one those who get as far as being no member there. */
const cells = (): Cell[] => [
  ...callers.map((caller): Cell => ({ caller, aim: 'own' })),
  ...callers.filter(({ state }) => goodElsewhere.includes(state)).map((caller): Cell => ({ caller, aim: 'other' })),
];

/**
 * Cells that are refused for two reasons at once, of role, state of the session and organisation, are tried by `npm run test:matrix`
 * only; but for a reader's, which tell in which order the reasons are looked at. Of those refused for the state alone it leaves out
 * all but one of the roles that may.
 */
const isWhole = process.env['VALV_WHOLE_MATRIX'] !== undefined;
const mayCall = (name: MemberFunction, role: MatrixRole): boolean => answerOf(name, role, 'valid', 'own') === 'let through';
const isTried = (name: MemberFunction, { caller: { role, state }, aim }: Cell): boolean =>
  isWhole ||
  role === null ||
  role === 'reader' ||
  (aim === 'own' && state === 'valid') ||
  ((aim === 'own' || state === 'valid') && (role === 'support' || role === callableMatrix[name][0]) && mayCall(name, role));

// Object.keys gives exactly the keys of the constant table.
const names = Object.keys(callableMatrix) as MemberFunction[];

describe('a call is answered as the table says:', () => {
  test.each(names)('%s', async (name) => {
    const surprises: string[] = [];
    const all = cells().filter((cell) => isTried(name, cell));
    await inTurns(all, async ({ caller, aim }) => {
      const expected = answerOf(name, caller.role, caller.state, aim);
      const code = await codeOf(name, caller, aim);
      const answer = wrongInput.includes(code) ? 'let through' : code;
      if (answer !== expected) surprises.push(`${caller.role ?? 'nobody'}, ${caller.state}, ${aim}: ${answer} instead of ${expected}`);
    });
    tried += all.length;
    expect(surprises).toEqual([]);
  });

  test('in thousands of cells', () => {
    process.stdout.write(`callable matrix: ${tried} cells\n`);
    expect(tried).toBeGreaterThan(isWhole ? 5000 : 2000);
  });
});

test('the table names exactly the deployed functions that act for members', async () => {
  const modules = [...new Set(Object.values(deployedFunctions))];
  const found = await Promise.all(
    modules.map(async (module) => {
      const source = await readFile(new URL(`../../../functions/src/${module}`, import.meta.url), 'utf8');
      return [...source.matchAll(/export const (\w+) =\s+(?:\/\*.*?\*\/ )?member(?:Callable|Request)\(/gu)].map(([, name]) => name ?? '');
    }),
  );
  expect(found.flat().toSorted()).toEqual([...names].toSorted());
  expect(Object.keys(deployedFunctions)).toEqual(expect.arrayContaining(names));
});
