import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAllowed, type MatrixRole, type OperationName, type SessionState } from './matrix.ts';
import { type Cell, freshCell, rows, tryCell } from './support/cells.ts';
import { isEvent } from './support/bends.ts';
import { changeNames, prepareChange } from './support/changes.ts';
import { commit } from './support/client.ts';
import { closeCounted, openCounted, seed } from './support/environment.ts';
import { clientOfRole, makeScene, seedsOfScene } from './support/scene.ts';

/**
 * Every operation of the product once, as somebody makes it who may, and once in a session that has ended: so each `allow`
 * of the rules is true and false at least once, which the count of this project proves.
 */

const place = openCounted();
const ready = rows.map((name) => ({
  name,
  good: cellOf(name, isAllowed(name, 'administrator', 'valid', 'own') ? 'administrator' : 'owner', 'valid'),
  late: cellOf(name, 'owner', 'sessionEnded'),
}));

/** Of a commit that is refused, the emulator may look at one write only; so these are tried one by one. */
const scene = makeScene();
const single = changeNames.flatMap((name) => {
  const { writes, seeds } = prepareChange(name)(scene);
  return writes.filter((write) => !isEvent(write)).map((write) => ({ name, collection: write.path.split('/').at(-2), write, seeds }));
});

type Ready = { readonly cell: Cell; readonly seeds: ReturnType<typeof freshCell>['seeds']; readonly expected: string };

function cellOf(name: OperationName, role: MatrixRole, state: SessionState): Ready {
  return { ...freshCell(place, name, role, state, 'own'), expected: isAllowed(name, role, state, 'own') ? 'allowed' : 'denied' };
}

beforeAll(() =>
  seed(place, [
    ...ready.flatMap(({ good, late }) => [...good.seeds, ...late.seeds]),
    ...seedsOfScene(scene),
    ...single.flatMap(({ seeds }) => seeds),
  ]),
);
afterAll(() => closeCounted(place));

describe('by an administrator, or an owner where it takes one,', () => {
  it.for(ready)('$name', async ({ good }) => expect(await tryCell(good.cell)).toBe(good.expected));
});

describe('after the end of the session', () => {
  it.for(ready)('$name', async ({ late }) => expect(await tryCell(late.cell)).toBe(late.expected));
});

describe('by an auditor, without its event,', () => {
  it.for(single)('the write in $collection of $name', ({ write }) =>
    expect(commit(clientOfRole(place, scene, 'auditor'), [write])).rejects.toMatchObject({ code: 'permission-denied' }),
  );
});
