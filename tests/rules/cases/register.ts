import { deleteField, serverTimestamp, Timestamp } from 'firebase/firestore/lite';
import { type ChangeName, prepareChange } from '../support/changes.ts';
import { correctDataSubject, createDataSubject, createUpload } from '../support/commits.ts';
import { blindIndex, dataSubjectDoc, type Fields, minutesFromNow, sealedBytes, uploadDoc } from '../support/documents.ts';
import { type HostileCase, isEvent, type Prepared, without, withData, type Suite, suiteAdder } from '../support/bends.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';
import { wire } from '../support/wire.ts';

/** The suites of this file. */
export const registerSuites: Suite[] = [];
const add = suiteAdder(registerSuites);

/** Forms of persons and uploads: keys, types, sizes, states, versions, times. */

/** A change whose document has other fields than the good one. */
const bent = (name: ChangeName, what: string, over: Fields | ((data: Fields) => Fields)): HostileCase => ({
  title: `${name} with ${what}`,
  prepare: prepareChange(name),
  bend: ({ writes }) => ({ writes: withData(writes, (write) => !isEvent(write), over) }),
});

const sealedWith = (over: Fields): Fields => ({ sealed: { ordinary: sealedBytes(), identity: sealedBytes(), ...over } });
const tokens = (count: number): string[] => Array.from({ length: count }, blindIndex);

const badForms: Record<string, Fields> = {
  'a state of nobody': { state: 'archived' },
  'the state of an erasure': { state: 'erasing' },
  'protection that is no boolean': { isProtected: null },
  'another format version': { v: 2 },
  'text instead of ciphertext': sealedWith({ ordinary: '{"givenName":"Anna"}' }),
  'ciphertext too short to be any': sealedWith({ ordinary: sealedBytes(29) }),
  'ciphertext beyond the limit': sealedWith({ ordinary: sealedBytes(65_537) }),
  'a number beyond the limit': sealedWith({ identity: sealedBytes(4097) }),
  'a number in text': sealedWith({ identity: '198902011234' }),
  'an undeclared class': sealedWith({ remark: sealedBytes() }),
  'no ciphertext': { sealed: { identity: sealedBytes() } },
  'ciphertext that is no map': { sealed: sealedBytes() },
  'a number that it denies': { hasIdentityNumber: false },
  'a number that it denies, index too': { hasIdentityNumber: false, identityNumberIndex: null },
  'a number that is not there': { sealed: { ordinary: sealedBytes() }, hasIdentityNumber: true },
  'a number without its index': { identityNumberIndex: null, hasIdentityNumber: true },
  'a flag that is no boolean': { hasIdentityNumber: 'true' },
  'a number as its own index': { identityNumberIndex: '198902011234' },
  'an e-mail address as its index': { emailIndex: 'anna@example.se' },
  'an index that is no text': { emailIndex: 5 },
  'more than 120 tokens': { searchTokens: tokens(121) },
  'a name as token': { searchTokens: ['anna'] },
  'several tokens in one': { searchTokens: [`${blindIndex()},${blindIndex()}`] },
  'a token that is no text': { searchTokens: [123_456_789_012_345_680] },
  'a token of bytes': { searchTokens: [sealedBytes()] },
  'tokens that are no list': { searchTokens: blindIndex() },
  'an empty token': { searchTokens: [''] },
};

const badOfNew: Record<string, Fields> = {
  'a format version with decimals': { v: wire({ doubleValue: 1 }) },
  'version 0': { version: 0 },
  'version 2': { version: 2 },
  'a version in text': { version: '1' },
  'a version with decimals': { version: wire({ doubleValue: 1 }) },
  'a creation in the past': { createdAt: minutesFromNow(-1) },
  'an update by the client clock': { updatedAt: Timestamp.now() },
  'an import that did not bring it': { importJobId: randomId() },
};

const subjectKeys = [
  'v',
  'state',
  'isProtected',
  'version',
  'createdAt',
  'updatedAt',
  'importJobId',
  'lastEventId',
  'sealed',
  'hasIdentityNumber',
  'searchTokens',
  'emailIndex',
  'identityNumberIndex',
];

add('a new person is refused', [
  ...Object.entries({ ...badForms, ...badOfNew }).map(([what, over]) => bent('register.dataSubject.create', what, over)),
  ...subjectKeys.map((key) => bent('register.dataSubject.create', `no "${key}"`, (data) => without(data, key))),
  {
    title: 'register.dataSubject.create over a person who is there',
    prepare: prepareChange('register.dataSubject.create'),
    bend: ({ writes }) => ({ writes, seeds: writes.filter((write) => !isEvent(write)).map(({ path }) => [path, dataSubjectDoc()]) }),
  },
  {
    title: 'register.dataSubject.create under an id of another form',
    prepare: (scene) => createAs(scene, scene.orgId),
    bend: (_, scene) => ({ writes: createDataSubject(scene.writers.administrator, scene.orgId, {}, '19890201-1234') }),
  },
  {
    title: 'register.dataSubject.create under an id that begins as the reserved ones',
    prepare: (scene) => createAs(scene, scene.orgId),
    bend: (_, scene) => ({ writes: createDataSubject(scene.writers.administrator, scene.orgId, {}, `__${randomId()}`) }),
  },
]);

const badOfCorrection: Record<string, Fields> = {
  'the same version': { version: 1 },
  'a version jumped over': { version: 3 },
  'a version in text': { version: '2' },
  'another creation': { createdAt: serverTimestamp() },
  'another import': { importJobId: randomId() },
  'a key removed': { emailIndex: deleteField() },
};

add('a correction is refused', [
  ...Object.entries({ ...badForms, ...badOfCorrection }).map(([what, over]) => bent('register.dataSubject.correct', what, over)),
  {
    title: 'register.dataSubject.correct of a person who is not there',
    prepare: prepareChange('register.dataSubject.correct'),
    bend: (_, scene) => ({ writes: correctDataSubject(scene.writers.administrator, scene.orgId, randomId()) }),
  },
  {
    title: 'register.dataSubject.correct of two persons by one event',
    prepare: prepareChange('register.dataSubject.correct'),
    bend: ({ writes }, scene) => {
      const id = randomId();
      const path = `orgs/${scene.orgId}/dataSubjects/${id}`;
      const twins = writes.filter((write) => !isEvent(write)).map((write) => ({ ...write, path }));
      return { writes: [...writes, ...twins], seeds: [[path, dataSubjectDoc()]] };
    },
  },
  {
    title: 'register.dataSubject.correct of one and creation of another by one event',
    prepare: prepareChange('register.dataSubject.correct'),
    bend: ({ writes }, scene) => {
      const lastEventId = writes[0]?.data['lastEventId'];
      return {
        writes: [
          ...writes,
          ...createDataSubject(scene.writers.administrator, scene.orgId, { lastEventId }).filter((write) => !isEvent(write)),
        ],
      };
    },
  },
]);

function createAs(scene: Scene, orgId: string, over: Fields = {}): Prepared {
  return { role: 'administrator', writes: createDataSubject(scene.writers.administrator, orgId, over), seeds: [] };
}

const largest: Fields = {
  sealed: { ordinary: sealedBytes(65_536), identity: sealedBytes(4096) },
  searchTokens: tokens(120),
};
const noNumber: Fields = { sealed: { ordinary: sealedBytes() }, hasIdentityNumber: false, identityNumberIndex: null };
const number = (): Fields => ({ 'sealed.identity': sealedBytes(64), hasIdentityNumber: true, identityNumberIndex: blindIndex() });

/** A correction in the organisation without a ground, of a person who has a number (or has none). */
function correctWithoutGround(scene: Scene, stored: Fields): Prepared {
  const id = randomId();
  return {
    role: 'administrator',
    writes: correctDataSubject(scene.writers.administrator, scene.groundlessOrgId, id),
    seeds: [[`orgs/${scene.groundlessOrgId}/dataSubjects/${id}`, dataSubjectDoc(stored)]],
  };
}

const isChange = (write: { path: string; op: 'set' | 'update' | 'delete'; data: Fields }): boolean => !isEvent(write);

//= SFS 2018:218, 3 kap. 10 §
//# no personal identity number without consent or a weighty reason; so none without a stated ground
add(
  'without a legal ground a personal identity number is refused',
  [
    {
      title: 'with a new person',
      prepare: (scene) => createAs(scene, scene.groundlessOrgId, noNumber),
      bend: (_, scene) => ({ writes: createAs(scene, scene.groundlessOrgId).writes }),
    },
    {
      title: 'in a correction that brings one',
      prepare: (scene) => correctWithoutGround(scene, noNumber),
      bend: ({ writes }) => ({ writes: withData(writes, isChange, (data) => ({ ...data, ...number() })) }),
    },
    {
      title: 'in a correction that exchanges one; leaving it is allowed',
      prepare: (scene) => correctWithoutGround(scene, {}),
      bend: ({ writes }) => ({ writes: withData(writes, isChange, (data) => ({ ...data, ...number() })) }),
    },
  ],
  [
    { title: 'a new person without a number', prepare: (scene) => createAs(scene, scene.groundlessOrgId, noNumber) },
    { title: 'a correction that leaves a number', prepare: (scene) => correctWithoutGround(scene, {}) },
    {
      title: 'a correction that takes a number away',
      prepare: (scene) => {
        const { writes, ...good } = correctWithoutGround(scene, {});
        return { ...good, writes: withData(writes, isChange, (data) => ({ ...data, ...noNumber })) };
      },
    },
  ],
);

add(
  'a person is let through',
  [],
  [
    { title: 'at the largest', prepare: (scene) => createAs(scene, scene.orgId, largest) },
    { title: 'whom no search finds', prepare: (scene) => createAs(scene, scene.orgId, { searchTokens: [] }) },
    { title: 'whose correction brings a number', prepare: prepareChange('register.dataSubject.correct', number()) },
  ],
);

const badUploads: Record<string, Fields> = {
  'no bytes': { sizeBytes: 0 },
  'more than 25 MiB': { sizeBytes: 26_214_401 },
  'a size with decimals': { sizeBytes: wire({ doubleValue: 1000 }) },
  'a size in text': { sizeBytes: '1000' },
  'an end in the past': { expiresAt: minutesFromNow(-1) },
  'an end after more than a day': { expiresAt: minutesFromNow(24 * 60 + 8) },
  'an end in text': { expiresAt: '2026-12-01T00:00:00Z' },
  'another author': { createdBy: randomId() },
  'the state of a finished import': { state: 'imported' },
  'a creation in the past': { createdAt: minutesFromNow(-1) },
  'another format version': { v: 2 },
  'a format version with decimals': { v: wire({ doubleValue: 1 }) },
  'a file name': { fileName: 'medlemmar.csv' },
};

add(
  'an upload is refused',
  [
    ...Object.entries(badUploads).map(([what, over]) => bent('register.import.upload', what, over)),
    ...['v', 'state', 'sizeBytes', 'createdBy', 'createdAt', 'expiresAt', 'lastEventId'].map((key) =>
      bent('register.import.upload', `no "${key}"`, (data) => without(data, key)),
    ),
    {
      title: 'register.import.upload over one that is there',
      prepare: prepareChange('register.import.upload'),
      bend: ({ writes, role }, scene) => ({
        writes,
        seeds: writes.filter((write) => !isEvent(write)).map(({ path }) => [path, uploadDoc(scene.writers[role].accountId)]),
      }),
    },
    {
      title: 'register.import.upload under an id that begins as the reserved ones',
      prepare: prepareChange('register.import.upload'),
      bend: (_, { writers, orgId }) => ({ writes: createUpload(writers.administrator, orgId, {}, `__${randomId()}`) }),
    },
  ],
  [
    { title: 'of one byte', prepare: prepareChange('register.import.upload', { sizeBytes: 1 }) },
    {
      title: 'of 25 MiB, for a day',
      prepare: prepareChange('register.import.upload', { sizeBytes: 26_214_400, expiresAt: minutesFromNow(24 * 60 - 1) }),
    },
  ],
);
