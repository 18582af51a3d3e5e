/**
 * Folders that name a team, under the caller's token.
 *
 * Guarantees: a folder that named the team does not open by it any more; each is changed with its event, as by hand. One that
 * everyone reads and only this team writes keeps the name: without it every editor would write there.
 */
import { collection, doc, getDoc, getDocs, limit, query, serverTimestamp, where, writeBatch } from 'firebase/firestore/lite';
import { addMemberEvent } from '../../audit/event.ts';
import { maxFolders, type FolderAudience } from '../../documents/contract.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import type { OrgId, TeamId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';

/** What a folder says about teams; stored in this form by the rules' leave only. */
type Rights = { readonly openTo: FolderAudience; readonly readTeams: readonly TeamId[]; readonly writeTeams: readonly TeamId[] };

const foldersPath = (orgId: OrgId): string => `orgs/${orgId}/folders`;

/** Ids of the active folders that name the team. Who writes in a folder is among those who read it, so these are all. */
export async function foldersNaming(actor: OrgActor, teamId: TeamId): Promise<readonly string[]> {
  const naming = [where('state', '==', 'active'), where('readTeams', 'array-contains', teamId), limit(maxFolders)];
  const found = await asCaller('orgs/not-allowed', () => getDocs(query(collection(actor.db, foldersPath(actor.orgId)), ...naming)));
  return found.docs.map(({ id }) => id);
}

/** Takes a team's name out of a folder as it is now. Throws `shared/conflict` when somebody was faster. */
export async function closeFolderTo(actor: OrgActor, folderId: string, teamId: TeamId): Promise<void> {
  const reference = doc(actor.db, `${foldersPath(actor.orgId)}/${folderId}`);
  const folder = await asCaller('shared/not-found', () => getDoc(reference));
  const fields = fieldsWithout(folder.data() as Rights, teamId); // see Rights
  const names = Object.keys(fields);
  if (folder.get('state') !== 'active' || names.length === 0) return;
  const batch = writeBatch(actor.db);
  const happening = { action: 'documents.folder.update', targetKind: 'folder', targetIds: [folderId], fields: names } as const;
  const lastEventId = addMemberEvent(batch, actor.db, actor, happening);
  batch.update(reference, { ...fields, version: Number(folder.get('version')) + 1, updatedAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
}

/** What changes when a team is taken out. */
function fieldsWithout({ openTo, readTeams, writeTeams }: Rights, teamId: TeamId): Partial<Rights> {
  const reading = readTeams.filter((id) => id !== teamId);
  const writing = writeTeams.filter((id) => id !== teamId);
  if (openTo === 'everyone' && writing.length === 0 && writeTeams.length > 0) return {};
  return {
    ...(reading.length < readTeams.length ? { readTeams: reading } : {}),
    ...(writing.length < writeTeams.length ? { writeTeams: writing } : {}),
  };
}
