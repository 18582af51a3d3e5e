import { deleteField, serverTimestamp, Timestamp } from 'firebase/firestore/lite';
import { prepareChange } from '../support/changes.ts';
import { eventWrite, updateOrganisation } from '../support/commits.ts';
import { type Fields, memberDoc, minutesFromNow } from '../support/documents.ts';
import { type HostileCase, isEvent, type Prepared, withData, type Suite, suiteAdder } from '../support/bends.ts';
import { randomId } from '../support/ids.ts';
import type { Write } from '../support/wire.ts';
import type { Scene } from '../support/scene.ts';

/** The suites of this file. */
export const organisationSuites: Suite[] = [];
const add = suiteAdder(organisationSuites);

/** The organisation's document, and what nobody may do about members. */

const ground = { ground: 'consent', explanation: 'members have consented' };

const goodFields: Record<string, Fields> = {
  'a name of one letter': { name: 'Å' },
  'a name of 120 letters': { name: 'å'.repeat(120) },
  'no ground': { identityNumberGround: null },
  'a ground explained in 10 letters': { identityNumberGround: { ...ground, explanation: 'x'.repeat(10) } },
  'a ground explained in 500 letters': { identityNumberGround: { ...ground, explanation: 'x'.repeat(500) } },
  ...Object.fromEntries(
    ['consent', 'purpose', 'secureIdentification', 'otherWeightyReason'].map((kind) => [
      `the ground ${kind}`,
      { identityNumberGround: { ...ground, ground: kind } },
    ]),
  ),
};

const badFields: Record<string, Fields> = {
  'the same version': { version: 1 },
  'a version jumped over': { version: 3 },
  'a version in text': { version: '2' },
  'an update by the client clock': { updatedAt: Timestamp.now() },
  'an update in the past': { updatedAt: minutesFromNow(-1) },
  'another organisation number': { organisationNumber: '8020000001' },
  'another creation': { createdAt: serverTimestamp() },
  'another format version': { v: 2 },
  'a key that nobody declared': { contact: 'Anna Andersson' },
  'a key removed': { identityNumberGround: deleteField() },
  'no name': { name: '' },
  'a name of blanks': { name: '   ' },
  'a name with blanks around it': { name: ' Föreningen ' },
  'a name beyond 120 characters': { name: 'å'.repeat(121) },
  'a name that is no text': { name: 5 },
  'a name of two lines': { name: 'Föreningen\nExempel' },
  'a name with a tab': { name: 'Föreningen\tExempel' },
  'a name with a null character': { name: 'Föreningen\u0000Exempel' },
  'a name with a delete character': { name: 'Föreningen\u007fExempel' },
  'a name with a control character of C1': { name: 'Föreningen\u0085Exempel' },
  'a name with a separator of lines': { name: 'Föreningen\u2028Exempel' },
  'a name with the direction overridden': { name: 'Föreningen\u202eExempel' },
  'a name with the direction embedded': { name: 'Föreningen\u202aExempel' },
  'a name with an isolate of direction': { name: 'Föreningen\u2066Exempel' },
  'a name with the end of an isolate': { name: 'Föreningen\u2069Exempel' },
  'a ground of nobody': { identityNumberGround: { ...ground, ground: 'convenience' } },
  'a ground without explanation': { identityNumberGround: { ground: 'consent' } },
  'a ground explained too briefly': { identityNumberGround: { ...ground, explanation: 'we like i' } },
  'a ground explained at too great length': { identityNumberGround: { ...ground, explanation: 'x'.repeat(501) } },
  'a ground explained in two lines': { identityNumberGround: { ...ground, explanation: 'members have\nconsented' } },
  'a ground explained with the direction overridden': { identityNumberGround: { ...ground, explanation: 'members \u202ehave consented' } },
  'a ground explained by a number': { identityNumberGround: { ...ground, explanation: 1_234_567_890 } },
  'a ground with an extra key': { identityNumberGround: { ...ground, by: 'Anna' } },
  'a ground that is no map': { identityNumberGround: 'consent' },
};

add(
  'an organisation is refused',
  Object.entries(badFields).map(([what, over]): HostileCase => ({
    title: `with ${what}`,
    prepare: prepareChange('orgs.organisation.update'),
    bend: ({ writes }) => ({
      writes: withData(
        writes,
        (write) => !isEvent(write),
        (data) => ({ ...data, ...over }),
      ),
    }),
  })),
  Object.entries(goodFields).map(([title, over]) => ({ title: `with ${title}`, prepare: prepareChange('orgs.organisation.update', over) })),
);

/** An organisation's update by a manager, and beside it a write about members that borrows its event. */
const borrowing = (title: string, more: (scene: Scene, lastEventId: unknown) => Write): HostileCase => ({
  title,
  prepare: prepareChange('orgs.organisation.update'),
  bend: ({ writes }, scene) => ({ writes: [...writes, more(scene, writes[0]?.data['lastEventId'])] }),
});

const byEditor = (scene: Scene): Prepared => ({
  role: 'editor',
  writes: [
    eventWrite(scene.writers.editor, scene.orgId, randomId(), {
      action: 'orgs.members.read',
      targetKind: 'member',
      targetIds: [scene.writers.editor.accountId],
    }),
  ],
  seeds: [],
});

add('a member is refused', [
  borrowing('to be added under the event of another change', ({ orgId }, lastEventId) => ({
    op: 'set',
    path: `orgs/${orgId}/members/${randomId()}`,
    data: memberDoc('owner', { lastEventId }),
  })),
  borrowing('to be removed under the event of another change', ({ orgId, writers }) => ({
    op: 'delete',
    path: `orgs/${orgId}/members/${writers.reader.accountId}`,
    data: {},
  })),
  {
    title: 'to become owner under a reading event',
    prepare: byEditor,
    bend: ({ writes }, { orgId, writers }) => ({
      writes: [
        ...writes,
        {
          op: 'update',
          path: `orgs/${orgId}/members/${writers.editor.accountId}`,
          data: { role: 'owner', lastEventId: writes[0]?.path.split('/').at(-1) },
        },
      ],
    }),
  },
  {
    title: 'to join another organisation as owner',
    prepare: byEditor,
    bend: (_, { foreignOrgId, writers }) => ({
      writes: [
        { op: 'set', path: `orgs/${foreignOrgId}/members/${writers.editor.accountId}`, data: memberDoc('owner') },
        ...updateOrganisation(writers.editor, foreignOrgId, 1),
      ],
    }),
  },
  {
    title: 'to found an organisation and join it in one commit',
    prepare: byEditor,
    bend: (_, { writers }) => {
      const orgId = randomId();
      const [change, event] = updateOrganisation(writers.editor, orgId, 0);
      const founding: Write[] = change === undefined || event === undefined ? [] : [{ ...change, op: 'set' }, event];
      return { writes: [...founding, { op: 'set', path: `orgs/${orgId}/members/${writers.editor.accountId}`, data: memberDoc('owner') }] };
    },
  },
]);
