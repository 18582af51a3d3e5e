/**
 * Tells mutants from the rules: several sleep in one set of rules, each awake for the caller whose token names it.
 *
 * Guarantees: a mutant counts as killed only when a probe came out otherwise with it and, prepared anew, came out otherwise
 * again, while without it the probe comes out as expected. Tries only what touches a collection whose rules lead to the mutant.
 */
import { type Client, operatorOf, type Place, send } from '../rules/support/client.ts';
import type { Mutant } from './mutants.ts';
import type { Place as RulesPlace } from './parse.ts';
import { type Prepared, type Probe, standUp } from './probes.ts';

/** What became of a mutant: the title of the probe that told it from the rules, or null; and how many were tried. */
export type Verdict = { readonly killedBy: string | null; readonly tried: number };

/** A mutant that sleeps in the rules in force under this number, or is written out in them. */
export type Sleeping = {
  readonly id: number;
  readonly mutant: Mutant;
  /** Title of the probe to try first. */
  readonly hint?: string | undefined;
  /** Most probes to try, where nothing is expected to tell it. */
  readonly most?: number | undefined;
  /** For a mutant that is written out, and so awake for everybody: brings in force the rules with or without it. */
  readonly switchTo?: ((rules: 'plain' | 'mutated') => Promise<void>) | undefined;
};

/** Makes the rules of a place those of a source. Throws when they do not compile. */
export async function enforce(place: Place, source: string): Promise<void> {
  const body = JSON.stringify({ rules: { files: [{ name: 'security.rules', content: source }] } });
  const { status, text } = await send(operatorOf(place), 'PUT', `/emulator/v1/projects/${place.projectId}:securityRules`, body);
  if (status !== 200) throw new Error(`the mutated rules do not compile: ${text.slice(0, 500)}`);
}

/** The same client, whose token names a mutant; 0 is none. */
const marked =
  (mutant: number) =>
  (client: Client): Client => {
    const [head = '', claims = ''] = (client.authorization ?? '').replace('Bearer ', '').split('.');
    const named = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), mutant }; // made by clientOf
    return { ...client, authorization: `Bearer ${head}.${Buffer.from(JSON.stringify(named)).toString('base64url')}.` };
  };

/** The emulator's own error while it explains a refusal by rules in which a mutant sleeps: status UNKNOWN, no message. */
const unexplained = 'Refused';

const atOnce = 8;
/** Milliseconds. Some probes are a few seconds off a limit. */
const standsFor = 40_000;
/** Nearly every probe of a collection is tried, but for the event's, which all changes meet. */
const mostProbes = 3000;
/** Where all collections lead, as the check of the session and the form of ids, so many about sessions besides. */
const mostOfState = 700;

/** Makes an oracle, which judges the mutants in the rules of a place. */
export function makeOracle(
  place: Place,
  probes: readonly Probe[],
  reach: (place: RulesPlace) => ReadonlySet<string>,
): (sleeping: Sleeping) => Promise<Verdict> {
  /** What stands ready and has changed nothing yet, and until when its sessions and limits mean what they should. Owned by this oracle. */
  const standing = new Map<Probe, { readonly prepared: Promise<Prepared>; readonly until: number }>();
  /** How often a probe has killed near a place. Owned by this oracle. */
  const fame = new Map<string, Map<Probe, number>>();

  const stand = (some: readonly Probe[]): Promise<Prepared[]> => {
    const now = performance.now();
    const missing = some.filter((probe) => (standing.get(probe)?.until ?? 0) < now).map((probe) => ({ probe, prepared: probe.prepare() }));
    const done = standUp(
      place,
      missing.map(({ prepared }) => prepared),
    );
    for (const { probe, prepared } of missing) standing.set(probe, { prepared: done.then(() => prepared), until: now + standsFor });
    return Promise.all(
      some.map((probe) => {
        const ready = standing.get(probe);
        if (ready === undefined) throw new TypeError('it was made to stand above');
        return ready.prepared;
      }),
    );
  };

  /** What comes of a probe; whatever changed something is prepared anew the next time. */
  const outcome = async (probe: Probe, prepared: Prepared, id: number): Promise<string> => {
    const answer = await prepared.run(marked(id));
    const came = answer === unexplained ? 'denied' : answer;
    if (came !== 'denied' && probe.method === 'write') standing.delete(probe);
    return came;
  };

  const isTold = async (probe: Probe, { id, switchTo }: Sleeping): Promise<boolean> => {
    await switchTo?.('plain');
    standing.delete(probe);
    const [before] = await stand([probe]);
    const isAsExpected = before !== undefined && (await outcome(probe, before, 0)) === probe.expected;
    await switchTo?.('mutated');
    if (!isAsExpected) return false;
    standing.delete(probe);
    const [again] = await stand([probe]);
    return again !== undefined && (await outcome(probe, again, id)) !== probe.expected;
  };

  const byTitle = new Map(probes.map((probe) => [probe.title, probe]));

  return async (sleeping) => {
    const { id, mutant, hint, most } = sleeping;
    const near = fame.get(mutant.place.name) ?? new Map<Probe, number>();
    fame.set(mutant.place.name, near);
    const hinted = hint === undefined ? undefined : byTitle.get(hint);
    const likely = inOrder(probes, mutant, reach(mutant.place), near).filter((probe) => probe !== hinted);
    const order = [...(hinted === undefined ? [] : [hinted]), ...likely].slice(0, most);
    // A hint is tried alone: it nearly always tells.
    const firsts = hinted === undefined ? 0 : 1;
    for (let from = 0; from < order.length; from += from < firsts ? 1 : atOnce) {
      const some = order.slice(from, from + (from < firsts ? 1 : atOnce));
      const ready = await stand(some);
      const came = await Promise.all(some.map((probe, at) => outcome(probe, ready[at] as Prepared, id))); // as many as asked for
      for (const [at, probe] of some.entries()) {
        if (came[at] === probe.expected || !(await isTold(probe, sleeping))) continue;
        near.set(probe, (near.get(probe) ?? 0) + 1);
        return { killedBy: probe.title, tried: from + at + 1 };
      }
    }
    return { killedBy: null, tried: order.length };
  };
}

/** A function that the rules of so many collections come to is about the session or the membership. */
const wideReach = 8;

/** What may tell a mutant: first what has killed near it, then what its bias and its reach make likely, then the rest. */
function inOrder(probes: readonly Probe[], mutant: Mutant, collections: ReadonlySet<string>, near: ReadonlyMap<Probe, number>): Probe[] {
  const { methods } = mutant.place;
  const isRead = methods.length > 0 && methods.every((method) => method === 'get' || method === 'list');
  const isWrite = methods.length > 0 && !methods.some((method) => method === 'get' || method === 'list');
  const likely = mutant.bias === 'weaker' ? 'denied' : 'allowed';
  const isWide = collections.size >= wideReach;
  const rank = (probe: Probe): number =>
    1000 * (near.get(probe) ?? 0) + (probe.expected === likely ? 100 : 0) + (probe.isOfState === undefined ? 50 : 0);
  const ranked = probes
    .filter(({ method }) => !(isRead && method === 'write') && !(isWrite && method === 'read'))
    .filter((probe) => [...probe.collections].some((collection) => collections.has(collection)))
    .map((probe) => ({ probe, at: rank(probe) }))
    .toSorted((a, b) => b.at - a.at)
    .map(({ probe }) => probe);
  if (!isWide) return ranked.slice(0, mostProbes);
  const ofState = ranked.filter(({ isOfState }) => isOfState === true).slice(0, mostOfState);
  const others = ranked.filter(({ isOfState }) => isOfState !== true).slice(0, mostProbes);
  return others.flatMap((probe, at) => [...ofState.slice(at, at + 1), probe]);
}
