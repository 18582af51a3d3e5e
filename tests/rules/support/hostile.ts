/** Bends one good commit in one way and expects a refusal; then the unbent commit, to prove that only the bend was wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixRole } from '../matrix.ts';
import { commit, type Write } from './commits.ts';
import type { Fields } from './documents.ts';
import type { Seed } from './environment.ts';
import { makeScene, openStage, type Scene, type Stage } from './scene.ts';

/** A good commit by one role, and what must stand before it. */
export type Prepared = { readonly role: MatrixRole; readonly writes: readonly Write[]; readonly seeds: readonly Seed[] };

/** What became of the commit; `seeds` stand before it too, and then the unbent commit is not tried. */
export type Bent = { readonly writes: readonly Write[]; readonly seeds?: readonly Seed[] };

/** One hostile case. */
export type HostileCase = {
  readonly title: string;
  readonly prepare: (scene: Scene) => Prepared;
  readonly bend: (good: Prepared, scene: Scene) => Bent;
};

/** Whether a write is the event of its commit. */
export const isEvent = ({ path }: Write): boolean => path.includes('/auditEvents/');

/** Changes the data of the events, or of the other writes, of a commit. A function in `over` gets the old data. */
export function withData(writes: readonly Write[], which: (write: Write) => boolean, over: Fields | ((data: Fields) => Fields)): Write[] {
  return writes.map((write) => {
    if (!which(write)) return write;
    return { ...write, data: typeof over === 'function' ? over(write.data) : { ...write.data, ...over } };
  });
}

/** The fields without one of them. */
export function without(data: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));
}

/** Defines the tests of a list of hostile cases: all seeds at once, then case by case. */
export function refuses(suite: string, cases: readonly HostileCase[]): void {
  const scene = makeScene();
  const ready = cases.map((hostile) => {
    const good = hostile.prepare(scene);
    return { title: hostile.title, good, bent: hostile.bend(good, scene) };
  });
  describe(suite, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(
        scene,
        ready.flatMap(({ good, bent }) => [...good.seeds, ...(bent.seeds ?? [])]),
      );
    });
    afterAll(() => stage.environment.cleanup());
    for (const { title, good, bent } of ready) {
      it(title, async () => {
        const db = stage.dbOf(good.role);
        await expect(commit(db, bent.writes)).rejects.toMatchObject({ code: 'permission-denied' });
        if (bent.seeds === undefined) await commit(db, good.writes);
      });
    }
  });
}
