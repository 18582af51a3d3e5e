import { deleteField, serverTimestamp, Timestamp } from 'firebase/firestore/lite';
import type { MatrixRole } from '../matrix.ts';
import {
  bentBefore,
  bentFields,
  type GoodCase,
  type HostileCase,
  isEvent,
  type Prepared,
  type Suite,
  suiteAdder,
} from '../support/bends.ts';
import { prepareChange } from '../support/changes.ts';
import { eventWrite, type Writer } from '../support/commits.ts';
import { changeMember, leave, type Owners, removeMember } from '../support/commitsOfOrgs.ts';
import { type Fields, memberDoc, minutesFromNow, sealedBytes } from '../support/documents.ts';
import { randomId } from '../support/ids.ts';
import { organisationOf, type Scene } from '../support/scene.ts';
import { wire, type Write } from '../support/wire.ts';
import { here } from './settings.ts';

/** The suites of this file. */
export const membersSuites: Suite[] = [];
const add = suiteAdder(membersSuites);

/** Members: who may change whom, and that the number of active owners moves with them and never falls below one. */

const ids = (count: number): string[] => Array.from({ length: count }, randomId);
const update = prepareChange('orgs.member.update');
const remove = prepareChange('orgs.member.remove');
const quit = prepareChange('orgs.member.leave');

const badMembers: Record<string, Fields> = {
  'a role of nobody': { role: 'king' },
  'no role': { role: null },
  'the role of support': { role: 'support' },
  'the role of an administrator, by one': { role: 'administrator' },
  'a state of nobody': { state: 'sleeping' },
  'other personal data': { sealed: sealedBytes(200) },
  'an end': { expiresAt: minutesFromNow(60) },
  'a grant': { grantId: randomId() },
  'a creation in the past': { createdAt: minutesFromNow(-1) },
  'an update by the client clock': { updatedAt: Timestamp.now() },
  'an update in the past': { updatedAt: minutesFromNow(-1) },
  '21 teams': { teamIds: ids(21) },
  'teams that are no list': { teamIds: randomId() },
  'teams in a map': { teamIds: { first: randomId() } },
  'teams in one': { teamIds: [ids(2).join(',')] },
  'a team that is no text': { teamIds: [123_456_789_012_345_680] },
  'a team by its name': { teamIds: ['Styrelsen'] },
  'no teams at all': { teamIds: deleteField() },
};

add(
  'a member is refused',
  [
    ...Object.entries(badMembers).map(([what, over]) => bentFields(update, `to be changed with ${what}`, (data) => ({ ...data, ...over }))),
    bentBefore(update, 'to be changed when removed', { state: 'removed' }),
    bentFields(bentState(update, 'removed'), 'to be brought back', (data) => ({ ...data, state: 'active' })),
    ...(['owner', 'administrator', 'support'] as const).flatMap((role) => [
      bentBefore(update, `to be changed by an administrator when ${role}`, { role }),
      bentBefore(remove, `to be removed by an administrator when ${role}`, { role }),
    ]),
    bentBefore(remove, 'to be removed twice', { state: 'removed' }),
    bentFields(remove, 'to be removed with another role', (data) => ({ ...data, role: 'reader' })),
    bentFields(remove, 'to be removed by the client clock', (data) => ({ ...data, updatedAt: Timestamp.now() })),
    bentFields(remove, 'to be removed into another state', (data) => ({ ...data, state: 'gone' })),
    bentFields(quit, 'to leave with another role', (data) => ({ ...data, role: 'reader' })),
    bentFields(quit, 'to leave by the client clock', (data) => ({ ...data, updatedAt: Timestamp.now() })),
    bentFields(quit, 'to leave into another state', (data) => ({ ...data, state: 'gone' })),
  ],
  [
    { title: 'a change of the role alone', prepare: prepareChange('orgs.member.update', { teamIds: [] }) },
    { title: 'twenty teams', prepare: prepareChange('orgs.member.update', { teamIds: ids(20) }) },
  ],
  { isProvenElsewhere: true },
);

/** The same commit, about a document that stands in another state. */
function bentState(prepare: HostileCase['prepare'], state: string): HostileCase['prepare'] {
  return (scene) => {
    const { seeds, ...good } = prepare(scene);
    return { ...good, seeds: seeds.map(([path, data]) => [path, { ...data, state }]) };
  };
}

/** An organisation of its own with one more member, and what a role does there. */
const inOrganisation =
  (
    role: MatrixRole,
    stored: Fields,
    make: (writer: Writer, orgId: string, other: string, scene: Scene) => Write[],
    organisation: Fields = {},
  ) =>
  (scene: Scene): Prepared => {
    const [orgId, other] = [randomId(), randomId()];
    return {
      role,
      writes: make(scene.writers[role], orgId, other, scene),
      seeds: [...organisationOf(scene, orgId, organisation), [`orgs/${orgId}/members/${other}`, memberDoc('editor', stored)]],
    };
  };

const toRole = (role: string, owners: Owners | null) => (writer: Writer, orgId: string, other: string) =>
  changeMember(writer, orgId, other, { role }, owners);
const away = (owners: Owners | null) => (writer: Writer, orgId: string, other: string) => removeMember(writer, orgId, other, {}, owners);
const oneself = (role: string, owners: Owners | null) => (writer: Writer, orgId: string) =>
  changeMember(writer, orgId, writer.accountId, { role }, owners);

/** Adds to a commit of one member's change the same change of another, by the same event or by one of its own. */
const twice =
  (owners: Owners) =>
  (writer: Writer, orgId: string, other: string, scene: Scene): Write[] => {
    const [second] = changeMember(writer, orgId, scene.writers.editor.accountId, { role: 'owner' });
    const [change, counted, event] = changeMember(writer, orgId, other, { role: 'owner' }, owners);
    if (change === undefined || counted === undefined || event === undefined || second === undefined) throw new TypeError('three writes');
    const eventId = String(second.data['lastEventId']);
    const own = { action: 'orgs.member.update', targetKind: 'member', targetIds: [scene.writers.editor.accountId] };
    return [change, counted, event, second, eventWrite(writer, orgId, eventId, own)];
  };

/** The organisation's count otherwise than it should be. */
const counting =
  (over: Fields) =>
  (writer: Writer, orgId: string, other: string): Write[] =>
    changeMember(writer, orgId, other, { role: 'owner' }, { after: 3 }).map((write) =>
      write.path === `orgs/${orgId}` ? { ...write, data: { ...write.data, ...over } } : write,
    );

const three = { after: 3 };
const one = { after: 1 };
const single = { ownerCount: 1 };

const badCounts: Record<string, HostileCase['prepare']> = {
  'a new owner who is not counted': inOrganisation('owner', {}, toRole('owner', null)),
  'a new owner who is counted twice': inOrganisation('owner', {}, toRole('owner', { after: 4 })),
  'a new owner who counts as one less': inOrganisation('owner', {}, toRole('owner', one)),
  'a new owner who counts as none': inOrganisation('owner', {}, toRole('owner', { after: 2 })),
  'a new owner with a count with decimals': inOrganisation('owner', {}, counting({ ownerCount: 3.5 })),
  'a new owner with a count in text': inOrganisation('owner', {}, counting({ ownerCount: '3' })),
  'a new owner with a count that is no whole number': inOrganisation('owner', {}, counting({ ownerCount: wire({ doubleValue: 3 }) })),
  'a new owner with a remark in the organisation': inOrganisation('owner', {}, counting({ remark: 'Anna Andersson' })),
  'a new owner with a new name of the organisation': inOrganisation('owner', {}, counting({ name: 'Föreningen Ändrad' })),
  'a new owner with a new version of the organisation': inOrganisation('owner', {}, counting({ version: 2, updatedAt: serverTimestamp() })),
  'a new owner whose count names another event': inOrganisation('owner', {}, counting({ lastEventId: randomId() })),
  'two new owners who are counted as one': inOrganisation('owner', {}, twice(three)),
  'two new owners who are counted as two': inOrganisation('owner', {}, twice({ after: 4 })),
  'an editor who is counted': inOrganisation('owner', {}, toRole('reader', three)),
  'an editor who is counted as none': inOrganisation('owner', {}, toRole('reader', { after: 2 })),
  'an owner who steps down uncounted': inOrganisation('owner', {}, oneself('administrator', null)),
  'an owner who is made reader uncounted': inOrganisation('owner', { role: 'owner' }, toRole('reader', null)),
  'an owner who is made reader and counted as one more': inOrganisation('owner', { role: 'owner' }, toRole('reader', three)),
  'an owner who is removed uncounted': inOrganisation('owner', { role: 'owner' }, away(null)),
  'an owner who leaves uncounted': inOrganisation('owner', {}, (writer, orgId) => leave(writer, orgId)),
  'the last owner who steps down': inOrganisation('owner', {}, oneself('administrator', { after: 0 }), single),
  'the last owner who leaves': inOrganisation('owner', {}, (writer, orgId) => leave(writer, orgId, {}, { after: 0 }), single),
  'the last owner who leaves and still counts': inOrganisation('owner', {}, (writer, orgId) => leave(writer, orgId, {}, one), single),
  ...Object.fromEntries(
    ['editor', 'reader', 'auditor', 'billing'].map((role) => [
      `an owner who becomes ${role} by the own hand`,
      inOrganisation('owner', {}, oneself(role, one)),
    ]),
  ),
  'an owner who removes oneself': inOrganisation('owner', {}, (writer, orgId) => removeMember(writer, orgId, writer.accountId, {}, one)),
  'an administrator who removes oneself': inOrganisation('administrator', {}, (writer, orgId) =>
    removeMember(writer, orgId, writer.accountId),
  ),
  'an administrator who becomes editor by the own hand': inOrganisation('administrator', {}, oneself('editor', null)),
  'an administrator who makes owners': inOrganisation('administrator', {}, toRole('owner', three)),
  'an administrator who demotes an owner': inOrganisation('administrator', { role: 'owner' }, toRole('reader', one)),
  'an administrator who removes an owner': inOrganisation('administrator', { role: 'owner' }, away(one)),
  'an owner who changes support': inOrganisation('owner', { role: 'support' }, toRole('reader', null)),
  'an owner who removes support': inOrganisation('owner', { role: 'support' }, away(null)),
  'an owner who makes support': inOrganisation('owner', {}, toRole('support', null)),
  'support that leaves': inOrganisation('support', {}, (writer, orgId) => leave(writer, orgId)),
  'a reader who makes another leave': inOrganisation('reader', {}, (writer, orgId, other) =>
    removeMember(writer, orgId, other).map((write) =>
      isEvent(write) ? { ...write, data: { ...write.data, action: 'orgs.member.leave' } } : write,
    ),
  ),
  'an owner who makes another leave': inOrganisation('owner', {}, (writer, orgId, other) =>
    removeMember(writer, orgId, other).map((write) =>
      isEvent(write) ? { ...write, data: { ...write.data, action: 'orgs.member.leave' } } : write,
    ),
  ),
};

const goodCounts: Record<string, HostileCase['prepare']> = {
  'a new owner': inOrganisation('owner', {}, toRole('owner', three)),
  'an administrator who becomes owner': inOrganisation('owner', { role: 'administrator' }, toRole('owner', three)),
  'an owner who is made administrator': inOrganisation('owner', { role: 'owner' }, toRole('administrator', one)),
  'an owner who is removed': inOrganisation('owner', { role: 'owner' }, away(one)),
  'a new administrator': inOrganisation('owner', {}, toRole('administrator', null)),
  'an administrator who is removed': inOrganisation('owner', { role: 'administrator' }, away(null)),
  'an owner who steps down': inOrganisation('owner', {}, oneself('administrator', one)),
  'an owner who changes the own teams': inOrganisation('owner', {}, (writer, orgId) =>
    changeMember(writer, orgId, writer.accountId, { teamIds: ids(2) }),
  ),
  'other teams of an owner': inOrganisation('owner', { role: 'owner' }, (writer, orgId, other) =>
    changeMember(writer, orgId, other, { teamIds: ids(2) }),
  ),
  'an owner who leaves': inOrganisation('owner', {}, (writer, orgId) => leave(writer, orgId, {}, one)),
};

add(
  'a change of owners is refused of',
  Object.entries(badCounts).map(([title, prepare]) => here(title, prepare)),
  Object.entries(goodCounts).map(([title, prepare]): GoodCase => ({ title, prepare })),
  { isProvenElsewhere: true },
);

add(
  'without a fresh sign-in a change of owners is refused of',
  ['a new owner', 'an administrator who becomes owner'].map((title) => here(title, goodCounts[title] ?? update)),
  ['a new administrator', 'an owner who steps down', 'an owner who leaves', 'other teams of an owner'].map((title): GoodCase => ({
    title,
    prepare: goodCounts[title] ?? update,
  })),
  { setting: () => ({ session: { authenticatedAt: minutesFromNow(-6.1) } }), isProvenElsewhere: true },
);
