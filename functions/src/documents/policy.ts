/**
 * Who may read and write in a folder, as pure decisions. Reading is decided by `firestore.rules` too, in the same words.
 *
 * Guarantees: a reader's role never writes; a team's members write only where the team is named. Does not check that the
 * team still exists: a removed one has no members.
 */
import { roleMay, type Role } from '../orgs/contract.ts';
import type { TeamId } from '../shared/ids.ts';
import type { FolderAudience } from './contract.ts';

/** A member as folders see one. */
export type FolderMember = { readonly role: Role; readonly teamIds: readonly TeamId[] };
/** A folder's rights. */
export type FolderRights = {
  readonly openTo: FolderAudience;
  readonly readTeams: readonly TeamId[];
  readonly writeTeams: readonly TeamId[];
};

/** Whether a member may read what is in a folder. */
export function mayReadFolder(member: FolderMember, { openTo, readTeams }: FolderRights): boolean {
  if (roleMay(member.role, 'documents.manage')) return true;
  return roleMay(member.role, 'documents.read') && (openTo === 'everyone' || shares(member.teamIds, readTeams));
}

/** Whether a member may write in a folder. Without teams that write, a folder for everyone is written by every editor. */
export function mayWriteFolder(member: FolderMember, folder: FolderRights): boolean {
  if (roleMay(member.role, 'documents.manage')) return true;
  if (!roleMay(member.role, 'documents.write') || !mayReadFolder(member, folder)) return false;
  return shares(member.teamIds, folder.writeTeams) || (folder.openTo === 'everyone' && folder.writeTeams.length === 0);
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return some.some((id) => others.includes(id));
}
