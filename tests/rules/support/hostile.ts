/** Turns suites of cases into tests. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Suite } from './bends.ts';
import { commit } from './client.ts';
import { openPlace, seed } from './environment.ts';
import { clientOfRole, makeScene, seedsOfScene } from './scene.ts';

/**
 * Defines the tests of suites, each in a project of its own: all seeds at once, then case by case. A bent commit is refused;
 * then the unbent one is let through, to prove that only the bend was wrong.
 */
export function testSuites(suites: readonly Suite[]): void {
  for (const suite of suites) testSuite(suite);
}

function testSuite({ title: suiteTitle, refused, accepted = [], setting = {}, isProvenElsewhere = false }: Suite): void {
  const scene = makeScene();
  const place = openPlace();
  const hostile = refused.map(({ title, prepare, bend }) => {
    const good = prepare(scene);
    return { title, good, bent: bend(good, scene) };
  });
  const welcome = accepted.map(({ title, prepare }) => ({ title, good: prepare(scene) }));
  describe(suiteTitle, () => {
    beforeAll(() =>
      seed(place, [
        ...seedsOfScene(scene, setting),
        ...hostile.flatMap(({ good, bent }) => [...good.seeds, ...(bent.seeds ?? [])]),
        ...welcome.flatMap(({ good }) => good.seeds),
      ]),
    );
    it.for(hostile)('$title', async ({ good, bent }) => {
      const client = clientOfRole(place, scene, good.role);
      await expect(commit(client, bent.writes)).rejects.toMatchObject({ code: 'permission-denied' });
      if (bent.seeds === undefined && !isProvenElsewhere) await commit(client, good.writes);
    });
    it.for(welcome)('lets through $title', async ({ good }) => {
      await expect(commit(clientOfRole(place, scene, good.role), good.writes)).resolves.toBeUndefined();
    });
  });
}
