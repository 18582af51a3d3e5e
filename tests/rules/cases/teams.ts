import { Timestamp } from 'firebase/firestore/lite';
import { bentBefore, bentFields, type HostileCase, type Suite, suiteAdder, without } from '../support/bends.ts';
import { type ChangeName, prepareChange } from '../support/changes.ts';
import { createFolder, createTeam } from '../support/commitsOfOrgs.ts';
import { type Fields, folderDoc, minutesFromNow, sealedBytes, teamDoc } from '../support/documents.ts';
import { randomId } from '../support/ids.ts';
import { wire } from '../support/wire.ts';

/** The suites of this file. */
export const teamsSuites: Suite[] = [];
const add = suiteAdder(teamsSuites);

/** Teams and folders: closed forms, one version at a time, and what was removed stays removed. */

const teamId = randomId();
const ids = (count: number): string[] => Array.from({ length: count }, randomId);

const badForms: Record<string, Fields> = {
  'a state of nobody': { state: 'archived' },
  'a name in clear': { sealed: 'Styrelsen' },
  'a name in clear, as long as ciphertext': { sealed: 'Styrelsen '.repeat(4) },
  'ciphertext too short to be any': { sealed: sealedBytes(29) },
  'another format version': { v: 2 },
  'a key that nobody declared': { name: 'Styrelsen' },
  'an update by the client clock': { updatedAt: Timestamp.now() },
  'an update in the past': { updatedAt: minutesFromNow(-1) },
};
const badOfNew: Record<string, Fields> = {
  'version 0': { version: 0 },
  'version 2': { version: 2 },
  'a version with decimals': { version: wire({ doubleValue: 1 }) },
  'a format version with decimals': { v: wire({ doubleValue: 1 }) },
  'a creation by the client clock': { createdAt: Timestamp.now() },
  'the state of a removed one': { state: 'removed' },
};
const badOfChanged: Record<string, Fields> = {
  'the same version': { version: 1 },
  'a version jumped over': { version: 3 },
  'a version with decimals': { version: wire({ doubleValue: 2 }) },
  'another creation': { createdAt: minutesFromNow(-1) },
};
const badFolders: Record<string, Fields> = {
  'an audience of nobody': { openTo: 'world' },
  'no audience': { openTo: null },
  '21 teams that read': { readTeams: ids(21) },
  'readers who are no list': { readTeams: randomId() },
  'a reader by the name of the team': { readTeams: ['Styrelsen'] },
  'writers who are no list': { writeTeams: randomId() },
  'a writer by the name of the team': { writeTeams: ['Styrelsen'], readTeams: ['Styrelsen'] },
  'a team that writes 21 times': { readTeams: [teamId], writeTeams: Array.from({ length: 21 }, () => teamId) },
  'writers who may not read': { readTeams: ids(2), writeTeams: ids(1) },
};

const kinds: readonly {
  readonly name: string;
  readonly prefix: string;
  readonly stored: Fields;
  readonly most: number;
  readonly bad: Record<string, Fields>;
}[] = [
  { name: 'a team', prefix: 'orgs.team', stored: teamDoc(), most: 4096, bad: {} },
  { name: 'a folder', prefix: 'documents.folder', stored: folderDoc(), most: 16_384, bad: badFolders },
];

for (const { name, prefix, stored, most, bad } of kinds) {
  // The names are made of the parts of those in changes.ts.
  const prepare = (verb: string): HostileCase['prepare'] => prepareChange(`${prefix}.${verb}` as ChangeName);
  const [create, update, remove] = [prepare('create'), prepare('update'), prepare('remove')];
  const tooLong = { 'ciphertext beyond the limit': { sealed: sealedBytes(most + 1) } };
  const bentBy = (one: HostileCase['prepare'], cases: Record<string, Fields>): HostileCase[] =>
    Object.entries(cases).map(([what, over]) => bentFields(one, `with ${what}`, (data) => ({ ...data, ...over })));
  const again = (one: HostileCase['prepare']): HostileCase => bentBefore(one, 'when it was removed before', { state: 'removed' });
  add(
    `${name} is refused when new`,
    [
      ...bentBy(create, { ...badForms, ...badOfNew, ...tooLong, ...bad }),
      ...Object.keys(stored).map((key) => bentFields(create, `without "${key}"`, (data) => without(data, key))),
      {
        title: 'over one that is there',
        prepare: create,
        bend: ({ writes }) => ({ writes, seeds: writes.slice(0, 1).map(({ path }) => [path, stored]) }),
      },
      {
        title: 'under an id of another form',
        prepare: create,
        bend: (_, { writers, orgId }) => ({
          writes: (prefix === 'orgs.team' ? createTeam : createFolder)(writers.administrator, orgId, {}, `__${randomId()}`),
        }),
      },
    ],
    [],
    { isProvenElsewhere: true },
  );
  add(
    `${name} is refused when changed`,
    [...bentBy(update, { ...badForms, ...badOfChanged, ...tooLong, ...bad, removal: { state: 'removed' } }), again(update)],
    [],
    { isProvenElsewhere: true },
  );
  add(
    `${name} is refused when removed`,
    [...bentBy(remove, { ...badForms, ...badOfChanged, 'other ciphertext': { sealed: sealedBytes(300) } }), again(remove)],
    [],
    { isProvenElsewhere: true },
  );
}

add(
  'a folder is refused',
  [],
  [
    {
      title: 'for teams, some of which write',
      prepare: prepareChange('documents.folder.create', { openTo: 'teams', readTeams: [teamId, randomId()], writeTeams: [teamId] }),
    },
    { title: 'that a team is to write', prepare: prepareChange('documents.folder.update', { readTeams: [teamId], writeTeams: [teamId] }) },
    { title: 'for twenty teams', prepare: prepareChange('documents.folder.update', { readTeams: ids(20) }) },
    { title: 'with a long description', prepare: prepareChange('documents.folder.update', { sealed: sealedBytes(16_384) }) },
    { title: 'a team with another long name', prepare: prepareChange('orgs.team.update', { sealed: sealedBytes(4096) }) },
    { title: 'a team with a long name', prepare: prepareChange('orgs.team.create', { sealed: sealedBytes(4096) }) },
  ],
  { isProvenElsewhere: true },
);
