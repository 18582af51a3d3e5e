import { Timestamp } from 'firebase/firestore/lite';
import { erasureReasons } from '../../../functions/src/privacy/contract.ts';
import {
  bentBefore,
  bentFields,
  type HostileCase,
  isEvent,
  type Prepared,
  type Suite,
  suiteAdder,
  withData,
  without,
} from '../support/bends.ts';
import { type ChangeName, prepareChange } from '../support/changes.ts';
import { type ApprovalKind, decideApproval, requestApproval, startApproved } from '../support/commitsOfOversight.ts';
import { approvalDoc, type Fields, jobDoc, minutesFromNow } from '../support/documents.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';
import { wire, type Write } from '../support/wire.ts';
import { here } from './settings.ts';

/** The suites of this file. */
export const approvalsSuites: Suite[] = [];
const add = suiteAdder(approvalsSuites);

/** Four eyes: what one asks for another decides, once, in time; and only what was approved is done, once. */

const ids = (count: number): string[] => Array.from({ length: count }, randomId);
const request = prepareChange('privacy.approval.request');
const decide = prepareChange('privacy.approval.decide');
const withdraw = prepareChange('privacy.approval.withdraw');
const mass = { dataSubjectIds: ids(2), reason: 'request' };
const wholeRegister = { format: 'csv', includeProtected: true };
const ofRegister = (input: unknown): Fields => ({ kind: 'registerExport', input });

const badRequests: Record<string, Fields> = {
  'a kind of nobody': { kind: 'erasure' },
  'no kind': { kind: null },
  'the input of another kind': { input: wholeRegister },
  'the kind of another input': { kind: 'registerExport' },
  'another format version': { v: 2 },
  'version 0': { version: 0 },
  'a version with decimals': { version: wire({ doubleValue: 1 }) },
  'the state of an approved one': { state: 'approved' },
  'another author': { requestedBy: randomId() },
  'a creation by the client clock': { createdAt: Timestamp.now() },
  'an end in the past': { expiresAt: minutesFromNow(-1) },
  'an end after more than 72 hours': { expiresAt: minutesFromNow(72 * 60 + 8) },
  'a decision': { decidedBy: randomId() },
  'a time of decision': { decidedAt: minutesFromNow(-1) },
  'a job': { jobId: randomId() },
  'a remark': { remark: 'Anna Andersson' },
  'one person': { input: { ...mass, dataSubjectIds: ids(1) } },
  '501 persons': { input: { ...mass, dataSubjectIds: ids(501) } },
  'one person twice': { input: { ...mass, dataSubjectIds: [mass.dataSubjectIds[0], mass.dataSubjectIds[0]] } },
  'persons in one': { input: { ...mass, dataSubjectIds: [ids(2).join(','), randomId()] } },
  'persons by number': { input: { ...mass, dataSubjectIds: ['198902011234', '198902021234'] } },
  'persons who are no list': { input: { ...mass, dataSubjectIds: randomId() } },
  'a reason of nobody': { input: { ...mass, reason: 'convenience' } },
  'no reason': { input: { dataSubjectIds: ids(2) } },
  'no persons': { input: { reason: 'request' } },
  'more than it needs': { input: { ...mass, locale: 'sv' } },
  'input that is text': { input: 'all' },
  'another format': ofRegister({ ...wholeRegister, format: 'pdf' }),
  'protection in text': ofRegister({ ...wholeRegister, includeProtected: 'true' }),
  'no format': ofRegister({ includeProtected: true }),
  'no word on protection': ofRegister({ format: 'csv' }),
  'more than an export needs': ofRegister({ ...wholeRegister, address: 'anna@example.se' }),
};

add(
  'a request for approval is refused',
  [
    ...Object.entries(badRequests).map(([what, over]) => bentFields(request, `with ${what}`, (data) => ({ ...data, ...over }))),
    ...Object.keys(approvalDoc('')).map((key) => bentFields(request, `without "${key}"`, (data) => without(data, key))),
    {
      title: 'over one that is there',
      prepare: request,
      bend: ({ writes, role }, { writers }) => ({
        writes,
        seeds: writes.slice(0, 1).map(({ path }) => [path, approvalDoc(writers[role].accountId)]),
      }),
    },
    {
      title: 'under an id of another form',
      prepare: request,
      bend: (_, { writers, orgId }) => ({ writes: requestApproval(writers.administrator, orgId, 'massErasure', {}, `__${randomId()}`) }),
    },
  ],
  [
    { title: 'of 500 persons', prepare: prepareChange('privacy.approval.request', { input: { ...mass, dataSubjectIds: ids(500) } }) },
    ...erasureReasons.map((reason) => ({
      title: `because of ${reason}`,
      prepare: prepareChange('privacy.approval.request', { input: { ...mass, reason } }),
    })),
    ...[true, false].map((includeProtected) => ({
      title: `of the register, protected ${includeProtected}`,
      prepare: prepareChange('privacy.approval.request', ofRegister({ format: 'csv', includeProtected })),
    })),
  ],
  { isProvenElsewhere: true },
);

/** A decision about a request that stands so. */
const decideOn =
  (stored: (scene: Scene) => Fields, state: 'approved' | 'declined' = 'approved') =>
  (scene: Scene): Prepared => {
    const id = randomId();
    return {
      role: 'administrator',
      writes: decideApproval(scene.writers.administrator, scene.orgId, id, state),
      seeds: [[`orgs/${scene.orgId}/approvals/${id}`, approvalDoc(randomId(), stored(scene))]],
    };
  };
const ownRequest = ({ writers }: Scene): Fields => ({ requestedBy: writers.administrator.accountId });
const otherStates = ['approved', 'declined', 'withdrawn', 'used'];

add(
  'a decision is refused',
  [
    here('on the own request', decideOn(ownRequest)),
    here('against the own request', decideOn(ownRequest, 'declined')),
    here(
      'on an expired request',
      decideOn(() => ({ expiresAt: minutesFromNow(-1) })),
    ),
    ...otherStates.map((state) => bentBefore(decide, `on a request that is ${state}`, { state })),
    ...otherStates.map((state) => bentBefore(withdraw, `to withdraw a request that is ${state}`, { state })),
    bentFields(decide, 'for another state', (data) => ({ ...data, state: 'waiting' })),
    bentFields(decide, 'by another', (data) => ({ ...data, decidedBy: randomId() })),
    bentFields(decide, 'by the client clock', (data) => ({ ...data, decidedAt: Timestamp.now() })),
    bentFields(decide, 'of the same version', (data) => ({ ...data, version: 1 })),
    bentFields(decide, 'of a version jumped over', (data) => ({ ...data, version: 3 })),
    bentFields(decide, 'of a version with decimals', (data) => ({ ...data, version: wire({ doubleValue: 2 }) })),
    bentFields(decide, 'on more persons', (data) => ({ ...data, input: { ...mass, dataSubjectIds: ids(3) } })),
    bentFields(decide, 'for longer', (data) => ({ ...data, expiresAt: minutesFromNow(72 * 60) })),
    bentFields(decide, 'that uses it at once', (data) => ({ ...data, state: 'used', jobId: randomId() })),
    bentBefore(withdraw, 'to withdraw the request of another', { requestedBy: randomId() }),
    bentBefore(withdraw, 'to withdraw a request of a kind of nobody', { kind: 'erasure' }),
    bentFields(withdraw, 'to withdraw with other input', (data) => ({ ...data, input: mass })),
    bentFields(withdraw, 'to withdraw in the same version', (data) => ({ ...data, version: 1 })),
    bentFields(withdraw, 'to withdraw into another state', (data) => ({ ...data, state: 'waiting' })),
  ],
  [{ title: 'to decline', prepare: decideOn(() => ({}), 'declined') }],
  { isProvenElsewhere: true },
);

const isJob = ({ path }: Write): boolean => path.startsWith('jobs/');
const isApproval = ({ path }: Write): boolean => path.includes('/approvals/');

/** A start of what was approved, where something stands otherwise. */
const startOf =
  (kind: ApprovalKind, stored: Fields, bend: (writes: Write[], scene: Scene) => Write[] = (writes) => writes, id = randomId()) =>
  (scene: Scene): Prepared => {
    const standing = approvalDoc(randomId(), { kind, state: 'approved', version: 2, ...stored });
    return {
      role: 'administrator',
      writes: bend(startApproved(scene.writers.administrator, scene.orgId, id, kind), scene),
      seeds: [[`orgs/${scene.orgId}/approvals/${id}`, standing]],
    };
  };

/** The commit without its approval, and with a job of that id. */
const ofJob = (writes: readonly Write[], jobId: string): Write[] =>
  writes
    .filter((write) => !isApproval(write))
    .map((write) =>
      isJob(write) ? { ...write, path: `jobs/${jobId}` } : { ...write, data: { ...write.data, jobId, targetIds: [jobId] } },
    );

/** The job and the event of a commit once more, under ids of their own. */
const anew = (writes: readonly Write[]): Write[] => {
  const lastEventId = randomId();
  return ofJob(writes, randomId()).map((write) =>
    isJob(write) ? { ...write, data: { ...write.data, lastEventId } } : { ...write, path: write.path.replace(/[^/]+$/u, lastEventId) },
  );
};

const badJobs: Record<string, Fields> = {
  'another kind': { kind: 'import' },
  'another approval': { input: { approvalId: randomId() } },
  'no approval': { input: {} },
  'input that is text': { input: 'all' },
  'an approval that leads elsewhere': { input: { approvalId: `${randomId()}/jobs/${randomId()}` } },
  'another author': { createdBy: randomId() },
  'the state of a running job': { state: 'running' },
  'work done': { done: 1 },
  'a result': { result: { erased: 2 } },
};

for (const kind of ['massErasure', 'registerExport'] as const) {
  const name: ChangeName = `privacy.${kind}.start`;
  const start = prepareChange(name);
  add(
    `${name} is refused`,
    [
      here('expired', startOf(kind, { expiresAt: minutesFromNow(-1) })),
      ...['waiting', 'declined', 'withdrawn', 'used'].map((state) => here(`when ${state}`, startOf(kind, { state }))),
      here('of another kind than was approved', startOf(kind, { kind: kind === 'massErasure' ? 'registerExport' : 'massErasure' })),
      here(
        'without its job',
        startOf(kind, {}, (writes) => writes.filter((write) => !isJob(write))),
      ),
      here(
        'without using the approval up',
        startOf(kind, {}, (writes) => writes.filter((write) => !isApproval(write))),
      ),
      here(
        'in another organisation than its approval',
        startOf(kind, {}, (writes, { secondOrgId }) => withData(writes, isJob, { orgId: secondOrgId })),
      ),
      ...Object.entries(badJobs).map(([what, over]) =>
        here(
          `as a job with ${what}`,
          startOf(kind, {}, (writes) => withData(writes, isJob, over)),
        ),
      ),
      here(
        'as a job with more input',
        startOf(kind, {}, (writes) =>
          withData(writes, isJob, (data) => ({ ...data, input: { ...(data['input'] as Fields), dataSubjectIds: ids(3) } })),
        ), // built as a map
      ),
      {
        title: 'twice by one event',
        prepare: start,
        bend: ({ writes }) => ({ writes: [...writes, ...writes.filter(isJob).map((write) => ({ ...write, path: `jobs/${randomId()}` }))] }),
      },
      {
        title: 'over a job that is there',
        prepare: start,
        bend: ({ writes, seeds }, { orgId }) => ({
          writes,
          seeds: [...seeds, ...writes.filter(isJob).map(({ path }) => [path, jobDoc(orgId, randomId())] as const)],
        }),
      },
      here(
        'under an id that begins as the reserved ones',
        startOf(kind, {}, (writes) => writes, `__${randomId()}`),
      ),
      here('that leaves it approved, for the same job', (scene) => {
        const jobId = randomId();
        return startOf(kind, { jobId }, (writes) => ofJob(writes, jobId))(scene);
      }),
      {
        title: 'by two jobs',
        prepare: start,
        bend: ({ writes }) => ({ writes: [...writes, ...anew(writes)] }),
      },
      bentFields(start, 'with a remark', (data) => ({ ...data, remark: 'Anna Andersson' })),
      bentFields(start, 'that names another job', (data) => ({ ...data, jobId: randomId() })),
      bentFields(start, 'that names no job', (data) => without(data, 'jobId')),
      bentFields(start, 'that leaves it approved', (data) => ({ ...data, state: 'approved' })),
      bentFields(start, 'of the same version', (data) => ({ ...data, version: 2 })),
      bentFields(start, 'with other input', (data) => ({ ...data, input: mass })),
      bentFields(start, 'with another decision', (data) => ({ ...data, decidedBy: randomId() })),
      {
        title: 'with an event about the approval',
        prepare: start,
        bend: ({ writes }) => ({
          writes: withData(writes, isEvent, { targetKind: 'approval', targetIds: [writes[0]?.path.split('/').at(-1)] }),
        }),
      },
      {
        title: 'by an event that names another job',
        prepare: start,
        bend: ({ writes }) => ({ writes: withData(writes, isEvent, { jobId: randomId() }) }),
      },
      {
        title: 'of two approvals by one job',
        prepare: start,
        bend: ({ writes }, { orgId }) => {
          const id = randomId();
          const [use] = writes;
          if (use === undefined) throw new TypeError('a start uses an approval');
          return {
            writes: [...writes, { ...use, path: `orgs/${orgId}/approvals/${id}` }],
            seeds: [[`orgs/${orgId}/approvals/${id}`, approvalDoc(randomId(), { kind, state: 'approved', version: 2 })]],
          };
        },
      } satisfies HostileCase,
    ],
    [{ title: 'as it was approved', prepare: start }],
    { isProvenElsewhere: true },
  );
}
