import { Timestamp } from 'firebase/firestore/lite';
import { changeNames, prepareChange } from '../support/changes.ts';
import type { Write } from '../support/wire.ts';
import { eventDoc, type Fields, minutesFromNow } from '../support/documents.ts';
import { type Bent, isEvent, type Prepared, without, withData, type Suite, suiteAdder } from '../support/bends.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';

/** The suites of this file. */
export const eventOfChangeSuites: Suite[] = [];
const add = suiteAdder(eventOfChangeSuites);

/** Invariant: no change without its event, no event of a change without its change. */

type Bend = (good: Prepared, scene: Scene) => Bent;

const event =
  (over: Fields | ((data: Fields) => Fields)): Bend =>
  ({ writes }) => ({ writes: withData(writes, isEvent, over) });
const change =
  (over: Fields | ((data: Fields) => Fields)): Bend =>
  ({ writes }) => ({ writes: withData(writes, (write) => !isEvent(write), over) });
const both =
  (map: (write: Write) => Write): Bend =>
  ({ writes }) => ({ writes: writes.map(map) });

/** Moves the commit's event to another id, and the change along with it. */
const renameEvent = (eventId: string): Bend =>
  both((write) =>
    isEvent(write)
      ? { ...write, path: write.path.replace(/[^/]+$/u, eventId) }
      : { ...write, data: { ...write.data, lastEventId: eventId } },
  );

const standing = ({ writes }: Prepared, data: (event: Write) => Fields): Bent => ({
  writes,
  seeds: writes.filter(isEvent).map((write) => [write.path, data(write)]),
});

const bends: Record<string, Bend> = {
  'without its event': ({ writes }) => ({ writes: writes.filter((write) => !isEvent(write)) }),
  'as an event without its change': ({ writes }) => ({ writes: writes.filter(isEvent) }),
  'with an event that was there before': (good) => standing(good, () => eventDoc(randomId())),
  'with an old event and no new one': (good, { writers }) => ({
    ...standing(good, ({ data }) => ({ ...eventDoc(writers[good.role].accountId), ...data, at: minutesFromNow(-1) })),
    writes: good.writes.filter((write) => !isEvent(write)),
  }),
  'with an event about another target': ({ writes }) => ({ writes: withData(writes, isEvent, { targetIds: [randomId()] }) }),
  'with an event about two targets': event(({ targetIds, ...data }) => ({ ...data, targetIds: [...(targetIds as string[]), randomId()] })), // built as a list
  'with an event about the target twice': event(({ targetIds, ...data }) => ({
    ...data,
    targetIds: [...(targetIds as string[]), ...(targetIds as string[])],
  })), // built as a list
  'with an event about nothing': event({ targetIds: [] }),
  'with an event of another kind of target': event(({ targetKind, ...data }) => ({
    ...data,
    targetKind: targetKind === 'member' ? 'job' : 'member',
  })),
  'with an event by another member': (good, { writers }) => ({
    writes: withData(good.writes, isEvent, { actorId: writers.owner.accountId }),
  }),
  'with an event in another session': (good, { writers }) => ({
    writes: withData(good.writes, isEvent, { sessionId: writers.owner.sessionId }),
  }),
  'with an event without a session': event({ sessionId: null }),
  'with an event by a job': event({ actorKind: 'job' }),
  'with an event from before': event({ at: minutesFromNow(-1) }),
  'with an event of the client clock': event({ at: Timestamp.now() }),
  'with an event from the future': event({ at: minutesFromNow(1) }),
  'with an event from a whole address': event({ from: '203.0.113.7' }),
  'with an event under a grant': event({ grantId: randomId() }),
  'with an event of a refusal': event({ outcome: 'orgs/not-allowed' }),
  'with an event that is sealed already': event({ sealSeq: 1 }),
  'with an event of another job': event({ jobId: randomId() }),
  'with an event in another organisation': (good, { secondOrgId }) => ({
    writes: good.writes.map((write) =>
      isEvent(write) ? { ...write, path: `orgs/${secondOrgId}/auditEvents/${write.path.split('/').at(-1)}` } : write,
    ),
  }),
  'with a second event in another organisation': (good, { secondOrgId }) => ({
    writes: [
      ...good.writes,
      ...good.writes
        .filter(isEvent)
        .map((write) => ({ ...write, path: `orgs/${secondOrgId}/auditEvents/${write.path.split('/').at(-1)}` })),
    ],
  }),
  'with a second event under another id': ({ writes }) => ({
    writes: [...writes, ...writes.filter(isEvent).map((write) => ({ ...write, path: write.path.replace(/[^/]+$/u, randomId()) }))],
  }),
  'with an event of another version': event({ v: 2 }),
  'with an event with an extra key': event({ note: 'Anna Andersson' }),
  'with an event whose fields are values': event({ fields: ['Anna Andersson'] }),
  'with an event of a field of nobody': event({ fields: ['AnnaAndersson'] }),
  'with an event whose fields are no list': event({ fields: 'givenName' }),
  'with an event that is forged later in the same commit': ({ writes }, { writers }) => ({
    writes: [
      ...writes,
      ...writes.filter(isEvent).map((write): Write => ({ ...write, op: 'update', data: { actorId: writers.owner.accountId } })),
    ],
  }),
  'with an undeclared key later in the same commit': ({ writes }) => ({
    writes: [
      ...writes,
      ...writes.filter((write) => !isEvent(write)).map((write): Write => ({ ...write, op: 'update', data: { remark: 'x' } })),
    ],
  }),
  'with an event that is deleted in the same commit': ({ writes }) => ({
    writes: [...writes, ...writes.filter(isEvent).map((write): Write => ({ ...write, op: 'delete' }))],
  }),
  'with an event whose id is too short': renameEvent('event'),
  'with an event whose id has other letters': renameEvent('händelse-händelse-händelse'),
  'with an event whose id begins as the reserved ones': renameEvent(`__${randomId()}`),
  'pointing to no event': change({ lastEventId: null }),
  'pointing to another event': ({ writes }) => ({ writes: withData(writes, (write) => !isEvent(write), { lastEventId: randomId() }) }),
  'pointing out of the collection': change(({ lastEventId, ...data }) => ({
    ...data,
    lastEventId: `${String(lastEventId)}/deeper/${randomId()}`,
  })),
  'with a key that nobody declared': change({ remark: 'Anna Andersson' }),
  'at a time that the client gives': change((data) => ({
    ...data,
    [data['updatedAt'] === undefined ? 'createdAt' : 'updatedAt']: Timestamp.now(),
  })),
};

const eventKeys = Object.keys(eventDoc(''));
for (const key of eventKeys) bends[`with an event without "${key}"`] = event((data) => without(data, key));

const otherActions = [
  'orgs.organisation.create',
  'orgs.organisation.update',
  'register.import.finish',
  'register.import.start',
  'privacy.erasure.finish',
  'privacy.erasure.start',
  'privacy.massErasure.start',
  'privacy.registerExport.start',
  'register.dataSubject.read',
  'made.up',
];

/** Actions on the same kind of target, which are the nearest to be taken for one another. */
const neighbours = (name: string): string[] => changeNames.filter((other) => other.startsWith(name.slice(0, name.lastIndexOf('.'))));

for (const name of changeNames) {
  const actions = [...new Set([...neighbours(name), ...otherActions])].filter((action) => action !== name);
  const cases = { ...bends, ...Object.fromEntries(actions.map((action) => [`with an event of ${action}`, event({ action })])) };
  add(
    `${name} is refused`,
    Object.entries(cases).map(([title, bend]) => ({ title, prepare: prepareChange(name), bend })),
    [{ title: 'with its own event', prepare: prepareChange(name) }],
    { isProvenElsewhere: true },
  );
}
