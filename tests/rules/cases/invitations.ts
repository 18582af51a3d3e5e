import { Timestamp } from 'firebase/firestore/lite';
import { bentBefore, bentFields, type HostileCase, type Suite, suiteAdder, without } from '../support/bends.ts';
import { prepareChange } from '../support/changes.ts';
import { invite, resendInvitation } from '../support/commitsOfOrgs.ts';
import { blindIndex, type Fields, invitationDoc, minutesFromNow, sealedBytes } from '../support/documents.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';
import { wire } from '../support/wire.ts';
import { here } from './settings.ts';

/** The suites of this file. */
export const invitationsSuites: Suite[] = [];
const add = suiteAdder(invitationsSuites);

/** Invitations: closed forms, an end, a token that is replaced whole, and no way to accept one past the functions. */

const create = prepareChange('orgs.invitation.create');
const resend = prepareChange('orgs.invitation.resend');
const withdraw = prepareChange('orgs.invitation.withdraw');
const days = (count: number, minutes = 0): Timestamp => minutesFromNow(count * 24 * 60 + minutes);

const badOfNew: Record<string, Fields> = {
  'another format version': { v: 2 },
  'a format version with decimals': { v: wire({ doubleValue: 1 }) },
  'the state of an accepted one': { state: 'accepted' },
  'a role of nobody': { role: 'king' },
  'the role of support': { role: 'support' },
  'the role of an administrator, by one': { role: 'administrator' },
  'the role of an owner, by an administrator': { role: 'owner' },
  'teams that are no list': { teamIds: 'all' },
  '21 teams': { teamIds: Array.from({ length: 21 }, randomId) },
  'the address in clear': { sealed: 'anna@example.se' },
  'the address in clear, as long as ciphertext': { sealed: 'anna@example.se '.repeat(4) },
  'ciphertext too short to be any': { sealed: sealedBytes(29) },
  'ciphertext beyond the limit': { sealed: sealedBytes(4097) },
  'the address as its index': { emailIndex: 'anna@example.se' },
  'no index': { emailIndex: null },
  'a token that is no hash': { tokenHash: 'secret' },
  'no token': { tokenHash: null },
  'another inviter': { invitedBy: randomId() },
  'a creation by the client clock': { createdAt: Timestamp.now() },
  'an end in the past': { expiresAt: minutesFromNow(-1) },
  'an end in text': { expiresAt: '2030-01-01T00:00:00Z' },
  'mails sent before': { resends: 1 },
  'mails sent with decimals': { resends: wire({ doubleValue: 0 }) },
  'a key that nobody declared': { name: 'Anna Andersson' },
};

add(
  'a new invitation is refused',
  [
    ...Object.entries(badOfNew).map(([what, over]) => bentFields(create, `with ${what}`, (data) => ({ ...data, ...over }))),
    ...Object.keys(invitationDoc()).map((key) => bentFields(create, `without "${key}"`, (data) => without(data, key))),
    bentFields(create, 'with an end after more than 14 days', (data) => ({ ...data, expiresAt: days(14, 8) })),
    {
      title: 'over one that is there',
      prepare: create,
      bend: ({ writes }) => ({ writes, seeds: writes.slice(0, 1).map(({ path }) => [path, invitationDoc()]) }),
    },
    {
      title: 'under an id of another form',
      prepare: create,
      bend: (_, { writers, orgId }) => ({ writes: invite(writers.administrator, orgId, {}, `__${randomId()}`) }),
    },
  ],
  [
    { title: 'with twenty teams', prepare: prepareChange('orgs.invitation.create', { teamIds: Array.from({ length: 20 }, randomId) }) },
    { title: 'with the least ciphertext', prepare: prepareChange('orgs.invitation.create', { sealed: sealedBytes(30) }) },
    { title: 'with the most ciphertext', prepare: prepareChange('orgs.invitation.create', { sealed: sealedBytes(4096) }) },
    // The five minutes are for clocks that differ.
    {
      title: 'with an end after 14 days and five minutes',
      prepare: (scene) => prepareChange('orgs.invitation.create', { expiresAt: days(14, 4.97) })(scene),
    },
  ],
  { isProvenElsewhere: true },
);

/** Resending as an owner or administrator, of an invitation that stands so. */
const resendBy =
  (role: 'owner' | 'administrator', stored: Fields, over: Fields = {}) =>
  (scene: Scene): ReturnType<HostileCase['prepare']> => {
    const id = randomId();
    return {
      role,
      writes: resendInvitation(scene.writers[role], scene.orgId, id, over),
      seeds: [[`orgs/${scene.orgId}/invitations/${id}`, invitationDoc(stored)]],
    };
  };
const sameToken = blindIndex();

add(
  'an invitation is refused',
  [
    here('to be sent again with the old token', resendBy('administrator', { tokenHash: sameToken }, { tokenHash: sameToken })),
    here('to be sent again to an administrator, by one', resendBy('administrator', { role: 'administrator' })),
    here('to be sent again to an owner, by an administrator', resendBy('administrator', { role: 'owner' })),
    here('to be sent again a 21st time', resendBy('administrator', { resends: 20 }, { resends: 21 })),
    ...['accepted', 'withdrawn'].flatMap((state) => [
      bentBefore(resend, `to be sent again when ${state}`, { state }),
      bentBefore(withdraw, `to be withdrawn when ${state}`, { state }),
    ]),
    bentFields(resend, 'to be opened again in being sent', (data) => ({ ...data, state: 'accepted' })),
    bentFields(resend, 'to be sent again uncounted', (data) => ({ ...data, resends: 0 })),
    bentFields(resend, 'to be sent again with a count jumped over', (data) => ({ ...data, resends: 2 })),
    bentFields(resend, 'to be sent again with a count with decimals', (data) => ({ ...data, resends: wire({ doubleValue: 1 }) })),
    bentFields(resend, 'to be sent again with a token that is no hash', (data) => ({ ...data, tokenHash: 'secret' })),
    bentFields(resend, 'to be sent again without a token', (data) => ({ ...data, tokenHash: null })),
    bentFields(resend, 'to last longer than 14 days', (data) => ({ ...data, expiresAt: days(14, 8) })),
    bentFields(resend, 'to end in the past', (data) => ({ ...data, expiresAt: minutesFromNow(-1) })),
    bentFields(resend, 'to be sent again with another role', (data) => ({ ...data, role: 'reader' })),
    bentFields(resend, 'to be sent again to another address', (data) => ({ ...data, emailIndex: blindIndex() })),
    bentFields(withdraw, 'to be accepted by a member', (data) => ({ ...data, state: 'accepted' })),
    bentFields(withdraw, 'to be withdrawn with another role', (data) => ({ ...data, role: 'reader' })),
  ],
  [
    { title: 'to be sent a twentieth time', prepare: resendBy('administrator', { resends: 19 }, { resends: 20 }) },
    { title: 'to be sent again to an administrator, by an owner', prepare: resendBy('owner', { role: 'administrator' }) },
    { title: 'to be sent again to an owner, by an owner', prepare: resendBy('owner', { role: 'owner' }) },
  ],
  { isProvenElsewhere: true },
);

const inviteBy =
  (role: 'owner' | 'administrator', invited: string) =>
  (scene: Scene): ReturnType<HostileCase['prepare']> => ({
    role,
    writes: invite(scene.writers[role], scene.orgId, { role: invited }),
    seeds: [],
  });

add(
  'without a fresh sign-in an invitation is refused',
  [here('of an owner', inviteBy('owner', 'owner'))],
  [
    { title: 'of an administrator', prepare: inviteBy('owner', 'administrator') },
    { title: 'of a reader', prepare: inviteBy('administrator', 'reader') },
    { title: 'of an owner, again', prepare: resendBy('owner', { role: 'owner' }) },
  ],
  { setting: () => ({ session: { authenticatedAt: minutesFromNow(-6.1) } }), isProvenElsewhere: true },
);
