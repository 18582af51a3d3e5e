import { prepareChange } from '../support/changes.ts';
import { startErasure, startExtract, startImport } from '../support/commits.ts';
import { dataSubjectDoc, type Fields, jobDoc, minutesFromNow, uploadDoc } from '../support/documents.ts';
import { type HostileCase, isEvent, type Prepared, without, withData, type Suite, suiteAdder } from '../support/bends.ts';
import { randomId } from '../support/ids.ts';
import { wire, type Write } from '../support/wire.ts';
import type { Scene } from '../support/scene.ts';

/** The suites of this file. */
export const jobsSuites: Suite[] = [];
const add = suiteAdder(jobsSuites);

/** Jobs start as they should, about what is there, and an erasure starts only as tombstone, job and event together. */

const starts = ['register.import.start', 'privacy.extract.start', 'privacy.erasure.start'] as const;

const isJob = ({ path }: Write): boolean => path.startsWith('jobs/');
const isTombstone = (write: Write): boolean => !isJob(write) && !isEvent(write);

const badJobs: Record<string, Fields> = {
  'a kind of nobody': { kind: 'export' },
  'work done': { done: 1 },
  'work counted': { total: 10 },
  'an attempt': { attempts: 1 },
  'work done with decimals': { done: wire({ doubleValue: 0 }) },
  'work counted with decimals': { total: wire({ doubleValue: 0 }) },
  'attempts with decimals': { attempts: wire({ doubleValue: 0 }) },
  'the state of a running job': { state: 'running' },
  'another step': { step: 'writing' },
  'another author': { createdBy: randomId() },
  'a creation in the past': { createdAt: minutesFromNow(-1) },
  'an update in the past': { updatedAt: minutesFromNow(-1) },
  'an error': { error: { code: 'shared/internal', details: {} } },
  'a result': { result: { imported: 1 } },
  'a lease': { leaseUntil: minutesFromNow(5) },
  'no input': { input: null },
  'input about nothing': { input: {} },
  'input that is a list': { input: ['sv', 'request'] },
  'input that is text': { input: 'request' },
  'no organisation': { orgId: null },
};

const jobKeys = Object.keys(jobDoc('', ''));

/** Other people's upload, one that has expired, one that is gone, one that was imported. */
const uselessUploads: Record<string, (scene: Scene) => Fields> = {
  'of another member': ({ writers }) => uploadDoc(writers.owner.accountId),
  'that has expired': ({ writers }) => uploadDoc(writers.administrator.accountId, { expiresAt: minutesFromNow(-1) }),
  'that is gone': ({ writers }) => uploadDoc(writers.administrator.accountId, { state: 'gone' }),
  'that was imported': ({ writers }) => uploadDoc(writers.administrator.accountId, { state: 'imported' }),
};

for (const name of starts)
  add(`the job of ${name} is refused`, [
    ...Object.entries(badJobs).map(([what, over]): HostileCase => ({
      title: `with ${what}`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({ writes: withData(writes, isJob, over) }),
    })),
    ...jobKeys.map((key): HostileCase => ({
      title: `without "${key}"`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({ writes: withData(writes, isJob, (data) => without(data, key)) }),
    })),
    {
      title: `in another organisation than its event`,
      prepare: prepareChange(name),
      bend: ({ writes }, { secondOrgId }) => ({ writes: withData(writes, isJob, { orgId: secondOrgId }) }),
    },
    {
      title: `under an id of another form`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({
        writes: writes.map((write) =>
          isJob(write)
            ? { ...write, path: 'jobs/short' }
            : { ...write, data: { ...write.data, ...(isEvent(write) ? { jobId: 'short' } : {}) } },
        ),
      }),
    },
    {
      title: `twice by one event`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({ writes: [...writes, ...writes.filter(isJob).map((write) => ({ ...write, path: `jobs/${randomId()}` }))] }),
    },
    {
      title: `over a job that is there`,
      prepare: prepareChange(name),
      bend: ({ writes, role }, { orgId, writers }) => ({
        writes,
        seeds: writes.filter(isJob).map(({ path }) => [path, jobDoc(orgId, writers[role].accountId)]),
      }),
    },
    {
      title: `whose event names no job`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({ writes: withData(writes, isEvent, { jobId: null }) }),
    },
  ]);

add('an import is refused', [
  ...Object.entries(uselessUploads).map(([what, upload]): HostileCase => ({
    title: `of an upload ${what}`,
    prepare: prepareChange('register.import.start'),
    bend: (_, scene) => {
      const id = randomId();
      return {
        writes: startImport(scene.writers.administrator, scene.orgId, id),
        seeds: [[`orgs/${scene.orgId}/uploads/${id}`, upload(scene)]],
      };
    },
  })),
  {
    title: 'of an upload that is not there',
    prepare: prepareChange('register.import.start'),
    bend: (_, scene) => ({ writes: startImport(scene.writers.administrator, scene.orgId, randomId()) }),
  },
]);

/** A start about a person of the given state, or about nobody. */
const about =
  (start: typeof startExtract | typeof startErasure, stored: Fields | null, id = randomId()) =>
  (_: Prepared, scene: Scene): ReturnType<HostileCase['bend']> => {
    const writes = start(scene.writers.administrator, scene.orgId, id);
    return stored === null ? { writes } : { writes, seeds: [[`orgs/${scene.orgId}/dataSubjects/${id}`, dataSubjectDoc(stored)]] };
  };

add('an extract is refused', [
  {
    title: 'of a person who is being erased',
    prepare: prepareChange('privacy.extract.start'),
    bend: about(startExtract, { state: 'erasing' }),
  },
  { title: 'of a person who is not there', prepare: prepareChange('privacy.extract.start'), bend: about(startExtract, null) },
  {
    title: 'of a person whose id begins as the reserved ones',
    prepare: prepareChange('privacy.extract.start'),
    bend: about(startExtract, {}, `__${randomId()}`),
  },
]);

const erasure = prepareChange('privacy.erasure.start');

/** Adds to the commit of an erasure what another person's erasure would have. */
const withAnother =
  (pick: (write: Write) => boolean): HostileCase['bend'] =>
  ({ writes }, scene) => {
    const id = randomId();
    const lastEventId = writes[0]?.data['lastEventId'];
    const more = startErasure(scene.writers.administrator, scene.orgId, id)
      .filter(pick)
      .map((write) => ({ ...write, data: { ...write.data, lastEventId } }));
    return { writes: [...writes, ...more], seeds: [[`orgs/${scene.orgId}/dataSubjects/${id}`, dataSubjectDoc()]] };
  };

add('an erasure is refused', [
  { title: 'without its job', prepare: erasure, bend: ({ writes }) => ({ writes: writes.filter((write) => !isJob(write)) }) },
  { title: 'without its tombstone', prepare: erasure, bend: ({ writes }) => ({ writes: writes.filter((write) => !isTombstone(write)) }) },
  {
    title: 'with the job of another kind',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isJob, { kind: 'extract' }) }),
  },
  {
    title: 'with a job about another person',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isJob, { input: { dataSubjectId: randomId(), reason: 'request' } }) }),
  },
  {
    title: 'with a version jumped over',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isTombstone, { version: 3 }) }),
  },
  {
    title: 'with a correction in the tombstone',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isTombstone, { emailIndex: null }) }),
  },
  {
    title: 'with the person left active',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isTombstone, { state: 'active' }) }),
  },
  {
    title: 'with the person in another state',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isTombstone, { state: 'erased' }) }),
  },
  {
    title: 'that deletes the person at once',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: writes.map((write) => (isTombstone(write) ? { ...write, op: 'delete' } : write)) }),
  },
  { title: 'with a second tombstone by the same event', prepare: erasure, bend: withAnother(isTombstone) },
  { title: 'with a second job by the same event', prepare: erasure, bend: withAnother(isJob) },
  { title: 'of a person who is being erased', prepare: erasure, bend: about(startErasure, { state: 'erasing' }) },
  { title: 'of a person who is not there', prepare: erasure, bend: about(startErasure, null) },
  {
    title: 'of a person whose id begins as the reserved ones',
    prepare: erasure,
    bend: about(startErasure, {}, `__${randomId()}`),
  },
  {
    title: 'with a remark in the tombstone',
    prepare: erasure,
    bend: ({ writes }) => ({ writes: withData(writes, isTombstone, { remark: 'Anna Andersson' }) }),
  },
  {
    title: 'taken back',
    prepare: erasure,
    bend: ({ writes, role }, { orgId }) => ({
      writes: withData(writes, isTombstone, { state: 'active' }).filter((write) => !isJob(write)),
      seeds: writes.filter(isTombstone).map(({ path }) => [path, dataSubjectDoc({ state: 'erasing', lastEventId: `${role}-${orgId}` })]),
    }),
  },
]);
