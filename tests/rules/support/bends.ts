/** Good commits, and the ways in which they are bent. */
import type { MatrixRole } from '../matrix.ts';
import type { Fields } from './documents.ts';
import type { Seed } from './environment.ts';
import type { Scene } from './scene.ts';
import type { Write } from './wire.ts';

/** A good commit by one role, and what must stand before it. */
export type Prepared = { readonly role: MatrixRole; readonly writes: readonly Write[]; readonly seeds: readonly Seed[] };

/** What became of the commit; `seeds` stand before it too, and then the unbent commit is not tried. */
export type Bent = { readonly writes: readonly Write[]; readonly seeds?: readonly Seed[] };

/** A commit that is bent in one way, and refused. */
export type HostileCase = {
  readonly title: string;
  readonly prepare: (scene: Scene) => Prepared;
  readonly bend: (good: Prepared, scene: Scene) => Bent;
};

/** A commit that is let through. */
export type GoodCase = Pick<HostileCase, 'title' | 'prepare'>;

/** Cases under one heading. */
export type Suite = {
  readonly title: string;
  readonly refused: readonly HostileCase[];
  readonly accepted?: readonly GoodCase[];
  /** What is different about this suite's scene; made anew for each where it speaks of time. */
  readonly setting?: Setting | (() => Setting);
  /** The unbent commits are not tried: they are good elsewhere, or what is wrong is in the setting. */
  readonly isProvenElsewhere?: boolean;
};

/** Fields of every session, membership and organisation of a scene. */
export type Setting = { readonly session?: Fields; readonly member?: Fields; readonly organisation?: Fields };

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

/** A case that gives the changed document, the first that is written, other fields. */
export const bentFields = (prepare: HostileCase['prepare'], title: string, over: Fields | ((data: Fields) => Fields)): HostileCase => ({
  title,
  prepare,
  bend: ({ writes }) => ({ writes: withData(writes, (write) => write === writes[0], over) }),
});

/** A case whose document stands otherwise before the commit, which is as it should be. */
export const bentBefore = (prepare: HostileCase['prepare'], title: string, stored: Fields): HostileCase => ({
  title,
  prepare,
  bend: ({ writes, seeds }) => ({
    writes,
    seeds: seeds.map(([path, data]) => [path, path === writes[0]?.path ? { ...data, ...stored } : data]),
  }),
});

/** Adds suites to a list, in the words of a test: a title, what is refused, what is let through. */
export const suiteAdder =
  (suites: Suite[]) =>
  (
    title: string,
    refused: readonly HostileCase[],
    accepted: readonly GoodCase[] = [],
    rest: Pick<Suite, 'setting' | 'isProvenElsewhere'> = {},
  ): void => {
    suites.push({ title, refused, accepted, ...rest });
  };
