import { erasureReasons } from '../../../functions/src/privacy/contract.ts';
import { fieldNames } from '../../../functions/src/register/fields.ts';
import { csvDelimiters, csvEncodings, importLimits } from '../../../functions/src/register/contract.ts';
import { localeSchema } from '../../../functions/src/identity/contract.ts';
import { type ChangeName, prepareChange } from '../support/changes.ts';
import { type Fields, sealedBytes, uploadDoc } from '../support/documents.ts';
import { type GoodCase, type HostileCase, type Prepared, withData, type Suite, suiteAdder } from '../support/bends.ts';
import { randomId } from '../support/ids.ts';
import type { Write } from '../support/wire.ts';
import { makeScene, type Scene } from '../support/scene.ts';

/** The suites of this file. */
export const jobInputSuites: Suite[] = [];
const add = suiteAdder(jobInputSuites);

/** What a job is to do is closed: the functions act on it without rules, so no key and no value gets in that they do not know. */

const isJob = ({ path }: Write): boolean => path.startsWith('jobs/');
const numberless = ['givenName', 'familyName', '', 'isProtected'];
const columns = (count: number): string[] => Array.from({ length: count }, () => '');
const long = 'x'.repeat(500_000);

/** The same commit with other input of its job. */
const withInput = (writes: readonly Write[], change: (input: Fields) => Fields): Write[] =>
  withData(writes, isJob, ({ input, ...data }) => ({ ...data, input: change(input as Fields) })); // built as a map

const badInputs = {
  'register.import.start': {
    'an encoding of nobody': { encoding: 'utf-16' },
    'no encoding': { encoding: null },
    'a delimiter of nobody': { delimiter: '|' },
    'a delimiter of two letters': { delimiter: ';;' },
    'a tab spelled out': { delimiter: String.raw`\t` },
    'skipping as text': { skipInvalidRows: 'false' },
    'skipping as a number': { skipInvalidRows: 1 },
    'a mapping that is a map': { mapping: { Förnamn: 'givenName' } },
    'a mapping that is text': { mapping: 'givenName' },
    'a mapping of pairs': { mapping: [{ column: 'Förnamn', target: 'givenName' }] },
    'a mapping to a foreign name': { mapping: ['givenName', 'orgId'] },
    'a mapping to a name in other letters': { mapping: ['givenname'] },
    'a mapping to names in one': { mapping: ['givenName,familyName'] },
    'a mapping to what only an event names': { mapping: ['givenName', 'displayName'] },
    'a mapping to nothing': { mapping: ['givenName', null] },
    'a mapping to a number': { mapping: ['givenName', 0] },
    'a mapping to bytes': { mapping: [sealedBytes()] },
    'a mapping of no columns': { mapping: [] },
    'a mapping of 101 columns': { mapping: columns(101) },
    'a mapping of 500 kB': { mapping: ['givenName', long] },
    'an upload that leads elsewhere': { uploadId: `../${randomId()}` },
    'an upload of 500 kB': { uploadId: long },
    "a person's id": { dataSubjectId: randomId() },
    'a path': { path: 'uploads/other' },
  },
  'privacy.extract.start': {
    'another language': { locale: 'de' },
    'no language': { locale: null },
    'two languages': { locale: ['sv', 'en'] },
    'a language of 500 kB': { locale: long },
    'a reason': { reason: 'request' },
    'a key': { subjectKeyId: randomId() },
  },
  'privacy.erasure.start': {
    'a reason of nobody': { reason: 'convenience' },
    'no reason': { reason: null },
    'a reason in words': { reason: 'Anna Andersson asked for it' },
    'two reasons': { reason: ['request', 'objection'] },
    'a reason of 500 kB': { reason: long },
    'a language': { locale: 'sv' },
    'a key': { subjectKeyId: randomId() },
    'a list of more persons': { dataSubjectIds: [randomId()] },
  },
} as const satisfies Partial<Record<ChangeName, Record<string, Fields>>>;
type Start = keyof typeof badInputs;

const inputKeys = {
  'register.import.start': ['uploadId', 'encoding', 'delimiter', 'mapping', 'skipInvalidRows'],
  'privacy.extract.start': ['dataSubjectId', 'locale'],
  'privacy.erasure.start': ['dataSubjectId', 'reason'],
} as const satisfies Record<Start, readonly string[]>;

// Object.keys gives exactly the keys of the constant above.
for (const name of Object.keys(badInputs) as Start[]) {
  add(`${name} is refused`, [
    ...Object.entries(badInputs[name]).map(([what, over]): HostileCase => ({
      title: `with ${what}`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({ writes: withInput(writes, (input) => ({ ...input, ...over })) }),
    })),
    ...inputKeys[name].map((missing): HostileCase => ({
      title: `without "${missing}" in its input`,
      prepare: prepareChange(name),
      bend: ({ writes }) => ({
        writes: withInput(writes, (input) => Object.fromEntries(Object.entries(input).filter(([key]) => key !== missing))),
      }),
    })),
    {
      title: 'with 500 kB more in its input',
      prepare: prepareChange(name),
      bend: ({ writes }) => ({ writes: withInput(writes, (input) => ({ ...input, more: long })) }),
    },
  ]);
}

/** An import into the organisation without a ground for identity numbers, which is good because it brings none. */
const groundless = ({ writers, groundlessOrgId }: Scene): Prepared => {
  const inOrg = { writers, orgId: groundlessOrgId };
  const { writes, seeds, ...good } = prepareChange('register.import.start')({ ...makeScene(), ...inOrg });
  return { ...good, seeds, writes: withInput(writes, (input) => ({ ...input, mapping: numberless })) };
};

add('an import is refused', [
  {
    title: 'of identity numbers into an organisation without a ground for them',
    prepare: groundless,
    bend: ({ writes }) => ({
      writes: withInput(writes, (input) => ({ ...input, mapping: [...numberless, 'personalIdentityNumber'] })),
    }),
  },
  ...['__', '__A'].map((start): HostileCase => ({
    title: `of an upload whose id begins with ${start}`,
    prepare: prepareChange('register.import.start'),
    bend: ({ writes, role }, { orgId, writers }) => {
      const uploadId = `${start}${randomId()}`;
      return {
        writes: withInput(writes, (input) => ({ ...input, uploadId })),
        seeds: [[`orgs/${orgId}/uploads/${uploadId}`, uploadDoc(writers[role].accountId)]],
      };
    },
  })),
]);

const goodInputs: readonly (readonly [Start, string, Fields])[] = [
  ...csvEncodings.map((encoding) => ['register.import.start', `in ${encoding}`, { encoding }] as const),
  ...csvDelimiters.map((delimiter) => ['register.import.start', `with ${JSON.stringify(delimiter)} between`, { delimiter }] as const),
  ['register.import.start', 'that skips rows', { skipInvalidRows: true }],
  ['register.import.start', 'of every field', { mapping: [...fieldNames, 'isProtected', ''] }],
  ['register.import.start', 'of one column', { mapping: ['note'] }],
  [
    'register.import.start',
    'of as many columns as a file may have',
    { mapping: [...fieldNames, ...columns(importLimits.maxColumns - fieldNames.length)] },
  ],
  ...localeSchema.options.map((locale) => ['privacy.extract.start', `in ${locale}`, { locale }] as const),
  ...erasureReasons.map((reason) => ['privacy.erasure.start', `because of ${reason}`, { reason }] as const),
];

add(
  'a job is let through',
  [],
  [
    ...goodInputs.map(([name, what, over]): GoodCase => ({
      title: `${name} ${what}`,
      prepare: (scene) => {
        const { writes, ...good } = prepareChange(name)(scene);
        return { ...good, writes: withInput(writes, (input) => ({ ...input, ...over })) };
      },
    })),
    { title: 'register.import.start without numbers, where there is no ground for them', prepare: groundless },
  ],
);
