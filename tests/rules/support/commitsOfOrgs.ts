/** The audited commits about members, invitations, teams and folders that a member may make, as lists of writes. */
import { serverTimestamp } from 'firebase/firestore/lite';
import { audited, type Writer } from './commits.ts';
import { blindIndex, type Fields, folderDoc, invitationDoc, minutesFromNow, sealedBytes, teamDoc } from './documents.ts';
import { randomId } from './ids.ts';
import type { Write } from './wire.ts';

const now = serverTimestamp();

/** How many active owners there are after a member's change; counted in the same commit. */
export type Owners = { readonly after: number };

/** The change of a member, and of the number of owners when `owners` is given. */
function aboutMember(writer: Writer, orgId: string, accountId: string, action: string, data: Fields, owners: Owners | null): Write[] {
  const [change, event] = audited(
    writer,
    orgId,
    { op: 'update', path: `orgs/${orgId}/members/${accountId}`, data: { updatedAt: now, ...data } },
    { action, targetKind: 'member', targetId: accountId, fields: 'role' in data ? ['role', 'teamIds'] : [] },
  );
  if (change === undefined || event === undefined) throw new TypeError('a change and its event');
  if (owners === null) return [change, event];
  const counted = { ownerCount: owners.after, lastEventId: change.data['lastEventId'] };
  return [change, { op: 'update', path: `orgs/${orgId}`, data: counted }, event];
}

/** Gives a member another role or other teams. */
export const changeMember = (writer: Writer, orgId: string, accountId: string, data: Fields, owners: Owners | null = null): Write[] =>
  aboutMember(writer, orgId, accountId, 'orgs.member.update', data, owners);

/** Removes a member. */
export const removeMember = (writer: Writer, orgId: string, accountId: string, over: Fields = {}, owners: Owners | null = null): Write[] =>
  aboutMember(writer, orgId, accountId, 'orgs.member.remove', { state: 'removed', ...over }, owners);

/** Leaves the organisation. */
export const leave = (writer: Writer, orgId: string, over: Fields = {}, owners: Owners | null = null): Write[] =>
  aboutMember(writer, orgId, writer.accountId, 'orgs.member.leave', { state: 'removed', ...over }, owners);

const about =
  (collection: string, targetKind: string) =>
  (writer: Writer, orgId: string, op: 'set' | 'update', id: string, action: string, data: Fields): Write[] =>
    audited(writer, orgId, { op, path: `orgs/${orgId}/${collection}/${id}`, data }, { action, targetKind, targetId: id });
const aboutInvitation = about('invitations', 'invitation');
const aboutTeam = about('teams', 'team');
const aboutFolder = about('folders', 'folder');

/** Invites somebody. */
export const invite = (writer: Writer, orgId: string, over: Fields = {}, id = randomId()): Write[] => {
  const fresh = { invitedBy: writer.accountId, createdAt: now, expiresAt: minutesFromNow(14 * 24 * 60) };
  const { lastEventId: _, ...data } = invitationDoc({ ...fresh, ...over });
  return aboutInvitation(writer, orgId, 'set', id, 'orgs.invitation.create', data);
};

/** Sends an invitation again that was resent so often. */
export const resendInvitation = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutInvitation(writer, orgId, 'update', id, 'orgs.invitation.resend', {
    tokenHash: blindIndex(),
    expiresAt: minutesFromNow(14 * 24 * 60),
    resends: 1,
    ...over,
  });

/** Withdraws an invitation. */
export const withdrawInvitation = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutInvitation(writer, orgId, 'update', id, 'orgs.invitation.withdraw', { state: 'withdrawn', ...over });

const newTimes = { createdAt: now, updatedAt: now };
const nextVersion = { version: 2, updatedAt: now };

/** Makes a team. */
export const createTeam = (writer: Writer, orgId: string, over: Fields = {}, id = randomId()): Write[] => {
  const { lastEventId: _, ...data } = teamDoc({ ...newTimes, ...over });
  return aboutTeam(writer, orgId, 'set', id, 'orgs.team.create', data);
};

/** Renames a team of version 1. */
export const renameTeam = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutTeam(writer, orgId, 'update', id, 'orgs.team.update', { sealed: sealedBytes(120), ...nextVersion, ...over });

/** Removes a team of version 1. */
export const removeTeam = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutTeam(writer, orgId, 'update', id, 'orgs.team.remove', { state: 'removed', ...nextVersion, ...over });

/** Makes a folder. */
export const createFolder = (writer: Writer, orgId: string, over: Fields = {}, id = randomId()): Write[] => {
  const { lastEventId: _, ...data } = folderDoc({ ...newTimes, ...over });
  return aboutFolder(writer, orgId, 'set', id, 'documents.folder.create', data);
};

/** Changes a folder of version 1. */
export const updateFolder = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutFolder(writer, orgId, 'update', id, 'documents.folder.update', {
    sealed: sealedBytes(120),
    openTo: 'teams',
    ...nextVersion,
    ...over,
  });

/** Removes a folder of version 1. */
export const removeFolder = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutFolder(writer, orgId, 'update', id, 'documents.folder.remove', { state: 'removed', ...nextVersion, ...over });
