/**
 * What is tried against the rules to tell a mutant from them: the cells of the matrix, the good commits and their bends, the
 * queries; the same that tests/rules tries, without its test runner.
 *
 * Guarantees: a probe that was let through has what it changed put back before it is tried again. Leaves out who is not
 * signed in: a mutant awakes by a token.
 */
import { createHash } from 'node:crypto';
import { approvalsSuites } from '../rules/cases/approvals.ts';
import { eventOfBeforeSuites } from '../rules/cases/eventOfBefore.ts';
import { eventOfChangeSuites } from '../rules/cases/eventOfChange.ts';
import { eventOfReadingSuites } from '../rules/cases/eventOfReading.ts';
import { invitationsSuites } from '../rules/cases/invitations.ts';
import { jobInputSuites } from '../rules/cases/jobInput.ts';
import { jobsSuites } from '../rules/cases/jobs.ts';
import { membersSuites } from '../rules/cases/members.ts';
import { organisationSuites } from '../rules/cases/organisation.ts';
import { oversightSuites } from '../rules/cases/oversight.ts';
import { grantedListings, type Listing, refusedListings, seedsOfQueries } from '../rules/cases/queries.ts';
import { registerSuites } from '../rules/cases/register.ts';
import { settingsSuites } from '../rules/cases/settings.ts';
import { teamsSuites } from '../rules/cases/teams.ts';
import {
  type Aim,
  grantStates,
  isAllowed,
  matrix,
  type MatrixRole,
  matrixRoles,
  type OperationName,
  type SessionState,
  sessionStates,
} from '../rules/matrix.ts';
import type { Suite } from '../rules/support/bends.ts';
import { freshCell, isPossible, outcomeOf, rows, tryCell } from '../rules/support/cells.ts';
import { changeNames, prepareChange } from '../rules/support/changes.ts';
import { type Client, commit, getDocs, type Place, seedAt } from '../rules/support/client.ts';
import type { Seed } from '../rules/support/environment.ts';
import { clientOfRole, makeScene, type Scene, seedsOfScene } from '../rules/support/scene.ts';
import type { Write } from '../rules/support/wire.ts';

/** One thing to try. */
export type Probe = {
  readonly title: string;
  readonly expected: 'allowed' | 'denied';
  /** Collections that it touches, as matches name them: `orgs/members`. */
  readonly collections: ReadonlySet<string>;
  readonly method: 'read' | 'write';
  /** What is special is the state of the session or membership, not the operation. */
  readonly isOfState?: boolean;
  /** What must stand before it is tried; asked anew for each try that may change something. */
  readonly prepare: () => Prepared;
};

/** Something ready to be tried: documents to put in place, and the try itself by whoever the client is made into. */
export type Prepared = { readonly seeds: readonly Seed[]; readonly run: (mark: (client: Client) => Client) => Promise<string> };

const suites: readonly Suite[] = [
  settingsSuites,
  membersSuites,
  invitationsSuites,
  teamsSuites,
  approvalsSuites,
  oversightSuites,
  organisationSuites,
  registerSuites,
  jobsSuites,
  jobInputSuites,
  eventOfReadingSuites,
  eventOfChangeSuites,
  eventOfBeforeSuites,
].flat();

/** `orgs/members` for a document's or collection's path. */
function collectionOf(path: string): string {
  const segments = path.split('/');
  if (segments[0] === 'orgs') return segments.length <= 2 ? 'orgs' : `orgs/${segments[2]}`;
  return segments[0] ?? '';
}

const collectionsOf = (writes: readonly Write[]): ReadonlySet<string> => new Set(writes.map(({ path }) => collectionOf(path)));

/** All probes, in a place of their own and in an order in which neighbours are of different kinds. */
export function makeProbes(place: Place): Probe[] {
  const all = [
    ...changeProbes(place),
    ...suites.flatMap((suite) => suiteProbes(place, suite)),
    ...queryProbes(place),
    ...cellProbes(place),
  ];
  return all
    .map((probe) => ({ probe, at: createHash('sha256').update(probe.title).digest('hex') }))
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .map(({ probe }) => probe);
}

/** A commit by a role, and what must stand before it. */
type Commit = { readonly role: MatrixRole; readonly writes: readonly Write[]; readonly seeds: readonly Seed[] };

function writeProbe(
  place: Place,
  title: string,
  expected: Probe['expected'],
  make: (scene: Scene) => Commit,
  setting: Suite['setting'] = {},
): Probe {
  return {
    title,
    expected,
    collections: collectionsOf(make(makeScene()).writes),
    method: 'write',
    prepare: () => {
      const scene = makeScene();
      const made = make(scene);
      return {
        seeds: [...seedsMet(scene, made, setting), ...made.seeds],
        run: (mark) => outcomeOf(() => commit(mark(clientOfRole(place, scene, made.role)), made.writes)),
      };
    },
  };
}

/** Of a scene's documents those that the commit can meet: it names their organisation, and acts by or names their member. */
function seedsMet(scene: Scene, { role, writes, seeds }: Commit, setting: Suite['setting']): Seed[] {
  const named = JSON.stringify([writes, seeds]);
  const own = [scene.writers[role].accountId, scene.writers[role].sessionId];
  return seedsOfScene(scene, setting).filter(([path]) => {
    const [collection, id = '', , within = ''] = path.split('/');
    if (collection !== 'orgs') return own.includes(id) || named.includes(id);
    return named.includes(id) && (within === '' || own.some((account) => within.includes(account)) || named.includes(within));
  });
}

const changeProbes = (place: Place): Probe[] => changeNames.map((name) => writeProbe(place, name, 'allowed', prepareChange(name)));

function suiteProbes(place: Place, { title: suite, refused, accepted = [], setting }: Suite): Probe[] {
  const hostile = refused.map(({ title, prepare, bend }) =>
    writeProbe(
      place,
      `${suite}: ${title}`,
      'denied',
      (scene) => {
        const good = prepare(scene);
        const { writes, seeds = [] } = bend(good, scene);
        return { role: good.role, writes, seeds: [...good.seeds, ...seeds] };
      },
      setting,
    ),
  );
  return [
    ...hostile,
    ...accepted.map(({ title, prepare }) => writeProbe(place, `${suite}: let through ${title}`, 'allowed', prepare, setting)),
  ];
}

function queryProbes(place: Place): Probe[] {
  const scene = makeScene();
  const seeds = [...seedsOfScene(scene), ...seedsOfQueries(scene)];
  const listing =
    (expected: Probe['expected']) =>
    ({ title, role, query }: Listing): Probe => ({
      title: `list ${title}`,
      expected,
      collections: new Set([collectionOf(`${query.from}/`), `orgs/${query.from}`]),
      method: 'read',
      prepare: () => ({ seeds, run: (mark) => outcomeOf(() => getDocs(mark(clientOfRole(place, scene, role)), query)) }),
    });
  return [...refusedListings(scene).map(listing('denied')), ...grantedListings(scene).map(listing('allowed'))];
}

/** Rows in which every role is tried in every state of a session; in the others one that is let through with a valid one. */
const inEveryState: readonly OperationName[] = [
  'orgs get',
  'members get own',
  'members update editor',
  'teams list',
  'teams create',
  'dataSubjects get',
  'exports get',
  'drills get',
  'drills list',
  'sessions get own',
  'auditEvents create orgs.members.read',
];

function cellProbes(place: Place): Probe[] {
  const states: readonly SessionState[] = [...sessionStates, ...grantStates];
  return rows
    .filter((name) => isTold(name))
    .flatMap((name) =>
      (['own', 'other'] as const).flatMap((aim) =>
        matrixRoles.flatMap((role) =>
          states
            .filter((state) => isPossible(role, state) && (state === 'valid' || (aim === 'own' && isTriedIn(name, role, state))))
            .map((state) => cellProbe(place, name, role, state, aim)),
        ),
      ),
    );
}

/** Support's grants and expiry are told by support itself. */
function isTriedIn(name: OperationName, role: MatrixRole, state: SessionState): boolean {
  if (inEveryState.includes(name)) return true;
  const letThrough = matrixRoles.filter((one) => isPossible(one, state) && isAllowed(name, one, 'valid', 'own'));
  return role === letThrough[0] || (role === 'support' && letThrough.includes(role));
}

/** Collections that no rule names tell no mutant from the rules. */
const isTold = (name: OperationName): boolean =>
  matrix[name] !== 'nobody' ||
  /^(?:orgs|members|dataSubjects|uploads|auditEvents|jobs|exports|drills|sessions|alarms|invitations|teams|folders|accessReviews|supportGrants|canaries|approvals|erasureCertificates) /u.test(
    name,
  );

const topLevel = ['orgs', 'jobs', 'exports', 'drills', 'sessions', 'accounts'];

function cellProbe(place: Place, name: OperationName, role: MatrixRole, state: SessionState, aim: Aim): Probe {
  const [collection = '', verb = ''] = name.split(' ');
  const isRead = verb === 'get' || verb === 'list';
  const own = topLevel.includes(collection) ? collection : `orgs/${collection}`;
  const more = isRead
    ? []
    : ['orgs/auditEvents', ...(name.includes('erasure') || name.includes('members') ? ['orgs', 'orgs/dataSubjects'] : [])];
  return {
    title: `${name}: ${role}, ${state}, ${aim}`,
    expected: isAllowed(name, role, state, aim) ? 'allowed' : 'denied',
    collections: new Set([own, ...more]),
    method: isRead ? 'read' : 'write',
    isOfState: state !== 'valid',
    prepare: () => {
      const { cell, seeds } = freshCell(place, name, role, state, aim);
      return {
        seeds: seeds.filter(([path]) => isMetBy(collection, path)),
        run: (mark) => tryCell({ ...cell, caller: { ...cell.caller, client: mark(cell.caller.client) } }),
      };
    },
  };
}

/** Collections that an operation needs besides its own and those of every caller. */
const neededBy: Readonly<Record<string, readonly string[]>> = {
  jobs: ['dataSubjects', 'uploads', 'approvals'],
  approvals: ['jobs'],
  orgs: ['accessReviews', 'members'],
  auditEvents: ['dataSubjects'],
};

function isMetBy(collection: string, path: string): boolean {
  const [first = '', , second = 'orgs'] = path.split('/');
  const names = ['orgs', 'accounts', 'sessions', 'members', 'supportGrants', collection, ...(neededBy[collection] ?? [])];
  return names.includes(first === 'orgs' ? second : first);
}

/** Puts what several probes need in place, in large commits. */
export async function standUp(place: Place, prepared: readonly Prepared[]): Promise<void> {
  const all = new Map(prepared.flatMap(({ seeds }) => seeds));
  await seedAt(place, [...all]);
}
