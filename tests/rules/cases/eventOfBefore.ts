import { type HostileCase, isEvent, type Suite, suiteAdder, withData } from '../support/bends.ts';
import { eventWrite, startErasure } from '../support/commits.ts';
import { startApproved } from '../support/commitsOfOversight.ts';
import {
  approvalDoc,
  dataSubjectDoc,
  eventDoc,
  type Fields,
  jobDoc,
  minutesFromNow,
  organisationDoc,
  teamDoc,
} from '../support/documents.ts';
import type { Seed } from '../support/environment.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';
import type { Write } from '../support/wire.ts';
import { here } from './settings.ts';

/** The suites of this file. */
export const eventOfBeforeSuites: Suite[] = [];
const add = suiteAdder(eventOfBeforeSuites);

/**
 * Of a change that was made before, what it left lies about: the event without what bears it, or what bears it without the
 * event. Neither serves for another change. Each rule of a commit stands alone here: the others have nothing to refuse.
 */

type Prepare = HostileCase['prepare'];
const elsewhere = { isProvenElsewhere: true } as const;

/** An event alone, of an administrator, under an id that its target bears already. */
const borne =
  (make: (scene: Scene, eventId: string) => { readonly seeds: readonly Seed[]; readonly event: Fields }): Prepare =>
  (scene) => {
    const eventId = randomId();
    const { seeds, event } = make(scene, eventId);
    return { role: 'administrator', writes: [eventWrite(scene.writers.administrator, scene.orgId, eventId, event)], seeds };
  };

/** The same, of a team. */
const ofTeam = (over: (teamId: string) => Fields): Prepare =>
  borne(({ orgId }, lastEventId) => {
    const id = randomId();
    return {
      seeds: [[`orgs/${orgId}/teams/${id}`, teamDoc({ lastEventId })]],
      event: { action: 'orgs.team.update', targetKind: 'team', targetIds: [id], ...over(id) },
    };
  });

/** The same, of a person. */
const ofPerson = (over: Fields): Prepare =>
  borne(({ orgId }, lastEventId) => {
    const id = randomId();
    return {
      seeds: [[`orgs/${orgId}/dataSubjects/${id}`, dataSubjectDoc({ lastEventId })]],
      event: { action: 'register.dataSubject.correct', targetKind: 'dataSubject', targetIds: [id], ...over },
    };
  });

/** The same, of an organisation of its own. */
const ofOrganisation =
  (over: Fields): Prepare =>
  ({ writers }) => {
    const [orgId, lastEventId] = [randomId(), randomId()];
    const event = { action: 'orgs.organisation.update', targetKind: 'organisation', targetIds: [orgId], ...over };
    return {
      role: 'administrator',
      writes: [eventWrite(writers.administrator, orgId, lastEventId, event)],
      seeds: [[`orgs/${orgId}`, organisationDoc({ lastEventId })]],
    };
  };

type Start = { readonly action: string; readonly targetKind: string; readonly job: (personId: string) => Fields };
const starts = {
  import: { action: 'register.import.start', targetKind: 'job', job: () => ({}) },
  extract: {
    action: 'privacy.extract.start',
    targetKind: 'dataSubject',
    job: (dataSubjectId) => ({ input: { dataSubjectId, locale: 'sv' } }),
  },
  erasure: {
    action: 'privacy.erasure.start',
    targetKind: 'dataSubject',
    job: (dataSubjectId) => ({ input: { dataSubjectId, reason: 'request' } }),
  },
  massErasure: { action: 'privacy.massErasure.start', targetKind: 'job', job: () => ({ input: { approvalId: randomId() } }) },
} as const satisfies Record<string, Start>;

/** The same, of a job, and of the person whom it is about. */
const ofJob = (kind: keyof typeof starts, job: (scene: Scene) => Fields, event: Fields, person: Fields = {}): Prepare =>
  borne((scene, lastEventId) => {
    const [jobId, personId] = [randomId(), randomId()];
    const { action, targetKind, job: input } = starts[kind];
    const stands = { kind, lastEventId, ...input(personId), ...job(scene) };
    return {
      seeds: [
        [`jobs/${jobId}`, jobDoc(scene.orgId, scene.writers.administrator.accountId, stands)],
        [`orgs/${scene.orgId}/dataSubjects/${personId}`, dataSubjectDoc({ state: 'erasing', lastEventId, ...person })],
      ],
      event: { action, targetKind, targetIds: [targetKind === 'job' ? jobId : personId], jobId, ...event },
    };
  });
const asIs = (): Fields => ({});

add(
  'an event of a change that was made before is refused',
  [
    here(
      'of no action on a team',
      ofTeam(() => ({ action: 'orgs.team.sell' })),
    ),
    here(
      'of no kind',
      ofTeam(() => ({ targetKind: 'group' })),
    ),
    here(
      'about a second team',
      ofTeam((id) => ({ targetIds: [id, randomId()] })),
    ),
    here('of no action on a person', ofPerson({ action: 'register.dataSubject.sell' })),
    here('of a person as a member', ofPerson({ targetKind: 'member' })),
    here('of no action on an organisation', ofOrganisation({ action: 'orgs.organisation.sell' })),
    here('of an organisation as a member', ofOrganisation({ targetKind: 'member' })),
    here('of another organisation', ofOrganisation({ targetIds: [randomId()] })),
    here(
      'of a job in another organisation',
      ofJob('import', ({ secondOrgId }) => ({ orgId: secondOrgId }), {}),
    ),
    ...Object.entries(starts).flatMap(([name, { targetKind }]) => {
      const kind = name as keyof typeof starts; // a key of the constant
      return [
        here(`of no action that starts ${kind}`, ofJob(kind, asIs, { action: 'privacy.job.start' })),
        here(`of a start of ${kind} about the kind member`, ofJob(kind, asIs, { targetKind: 'member' })),
        here(
          `of a start of ${kind} by another job`,
          ofJob(kind, () => ({ kind: kind === 'import' ? 'massErasure' : 'import' }), {}),
        ),
        here(
          `of a start of ${kind} about another ${targetKind}`,
          ofJob(
            kind,
            () => (targetKind === 'job' ? {} : { input: { dataSubjectId: randomId() } }),
            targetKind === 'job' ? { targetIds: [randomId()] } : {},
          ),
        ),
      ];
    }),
    here('of an erasure of a person who was left active', ofJob('erasure', asIs, {}, { state: 'active' })),
    here('of an erasure of a person who bears another event', ofJob('erasure', asIs, {}, { lastEventId: randomId() })),
  ],
  [],
  elsewhere,
);
add(
  'an event of a change is refused in a session that has ended',
  [
    here(
      'of a team',
      ofTeam(() => ({})),
    ),
  ],
  [],
  { setting: { session: { state: 'ended' } }, isProvenElsewhere: true },
);

const isJob = ({ path }: Write): boolean => path.startsWith('jobs/');
const isPerson = ({ path }: Write): boolean => path.includes('/dataSubjects/');
const isApproval = ({ path }: Write): boolean => path.includes('/approvals/');

/** Events and jobs of a commit as they stand when they were written before. */
const seedsOfBefore = (writes: readonly Write[], { orgId }: Scene): Seed[] =>
  writes.flatMap((write): Seed[] => {
    const { path, data } = write;
    if (isEvent(write)) return [[path, { ...eventDoc(randomId()), ...data, at: minutesFromNow(-1) }]];
    const { kind, input, lastEventId } = data;
    return isJob(write) ? [[path, jobDoc(orgId, randomId(), { kind, input, lastEventId })]] : [];
  });

/** What is different about a start: who makes it, how the document that bears its event stands and is changed. */
type Differently = { readonly role?: 'administrator' | 'editor'; readonly stored?: Fields; readonly bend?: Fields };

/** The start of an erasure, of which some writes are there already. */
const erasing =
  (isThere: (write: Write) => boolean, { role = 'administrator' }: Differently = {}): Prepare =>
  (scene) => {
    const writes = startErasure(scene.writers[role], scene.orgId, randomId());
    const [tombstone] = writes;
    if (tombstone === undefined) throw new TypeError('an erasure begins with its tombstone');
    const erased = isThere(tombstone) ? { state: 'erasing', lastEventId: tombstone.data['lastEventId'] } : {};
    return {
      role,
      writes: writes.filter((write) => !isThere(write)),
      seeds: [[tombstone.path, dataSubjectDoc(erased)], ...seedsOfBefore(writes.filter(isThere), scene)],
    };
  };

/** The start of what was approved, of which some writes are there already. */
const startingApproved =
  (isThere: (write: Write) => boolean, { role = 'administrator', stored = {}, bend = {} }: Differently = {}): Prepare =>
  (scene) => {
    const writes = startApproved(scene.writers[role], scene.orgId, randomId(), 'massErasure');
    const [use] = writes;
    if (use === undefined) throw new TypeError('a start uses an approval');
    const standing = { state: 'approved', version: 2, ...(isThere(use) ? use.data : {}), ...stored };
    return {
      role,
      writes: withData(
        writes.filter((write) => !isThere(write)),
        isApproval,
        (data) => ({ ...data, ...bend }),
      ),
      seeds: [[use.path, approvalDoc(randomId(), standing)], ...seedsOfBefore(writes.filter(isThere), scene)],
    };
  };

add(
  'the start of a job that was made before is refused',
  [
    here(
      'as an erasure by its event of before',
      erasing((write) => isPerson(write) || isEvent(write)),
    ),
    here('as an erasure, by an editor', erasing(isPerson, { role: 'editor' })),
    here(
      'as a tombstone by its event of before',
      erasing((write) => isJob(write) || isEvent(write)),
    ),
    here('as a tombstone for its job, by an editor', erasing(isJob, { role: 'editor' })),
    here('as a mass erasure for a used approval', startingApproved(isApproval)),
    here(
      'as a use of an approval by its event of before',
      startingApproved((write) => isJob(write) || isEvent(write)),
    ),
    here('as a use of an approval for its job, by an editor', startingApproved(isJob, { role: 'editor' })),
    here('as a use of an expired approval for its job', startingApproved(isJob, { stored: { expiresAt: minutesFromNow(-1) } })),
    here('as no use of an approval for its job', startingApproved(isJob, { bend: { state: 'approved' } })),
  ],
  [],
  elsewhere,
);
