/** Folders: each open to everyone who works with the register, or to certain teams. */
import type { OrgActor } from '../orgs/memberCallable.ts';
import { openStructure, sealStructure } from '../orgs/structure.ts';
import { structureKey } from '../platform/structureKey.ts';
import { activeAmong } from '../orgs/teams/store.ts';
import { newId } from '../platform/random.ts';
import { AppError, invalidInput } from '../shared/errors.ts';
import type { FolderId, TeamId } from '../shared/ids.ts';
import { maxFolders, maxTeamsOfFolder, type FolderAudience, type FolderView } from './contract.ts';
import { mayWriteFolder, type FolderRights } from './policy.ts';
import {
  createFolderDoc,
  getFolderDoc,
  readableFolders,
  removeFolderDoc,
  updateFolderDoc,
  type FolderContent,
  type StoredFolder,
} from './store.ts';

/** What a folder is to be, as it comes from the form. */
export type FolderInput = FolderRights & { readonly name: string; readonly description: string };

type Key = Awaited<ReturnType<typeof structureKey>>;

/** The folders that the actor may read, by name. */
export async function listFolders(actor: OrgActor): Promise<FolderView[]> {
  const [folders, dek] = await Promise.all([readableFolders(actor), structureKey(actor.orgId)]);
  return folders.map((folder) => viewed(actor, dek, folder)).toSorted((a, b) => a.name.localeCompare(b.name, 'sv'));
}

/** One folder. Throws `shared/not-found` for one that is closed to the actor. */
export async function getFolder(actor: OrgActor, folderId: FolderId): Promise<FolderView> {
  const [folder, dek] = await Promise.all([getFolderDoc(actor, folderId), structureKey(actor.orgId)]);
  return viewed(actor, dek, folder);
}

function viewed(actor: OrgActor, dek: Key, { sealed, updatedAt, ...folder }: StoredFolder): FolderView {
  const { name = '', description = '' } = openStructure(dek, actor.orgId, 'folders', folder.folderId, sealed);
  return {
    ...folder,
    readTeams: [...folder.readTeams],
    writeTeams: [...folder.writeTeams],
    name,
    description,
    mayWrite: mayWriteFolder(actor, folder),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Makes a folder. Throws `shared/invalid-input` beyond a hundred and for teams of another organisation. */
export async function createFolder(actor: OrgActor, input: FolderInput): Promise<FolderId> {
  if ((await readableFolders(actor)).length >= maxFolders) throw invalidInput('name', `at most ${maxFolders} folders`);
  const folderId = newId<FolderId>();
  await createFolderDoc(actor, folderId, await contentOf(actor, folderId, input, { readTeams: [], writeTeams: [] }));
  return folderId;
}

/** Changes a folder; answers its new version. Throws `shared/conflict` when it is not at `version`. */
export async function updateFolder(actor: OrgActor, folderId: FolderId, version: number, input: FolderInput): Promise<number> {
  const before = await atVersion(actor, folderId, version);
  const content = await contentOf(actor, folderId, input, before);
  const opened = openStructure(await structureKey(actor.orgId), actor.orgId, 'folders', folderId, before.sealed);
  const after = { ...content, name: input.name, description: input.description };
  const fields = changedFields({ ...before, name: opened['name'], description: opened['description'] }, after);
  await updateFolderDoc(actor, { folderId, version }, content, fields);
  return version + 1;
}

/** Removes a folder. Throws `shared/conflict` when it is not at `version`. */
export async function removeFolder(actor: OrgActor, folderId: FolderId, version: number): Promise<void> {
  await atVersion(actor, folderId, version);
  await removeFolderDoc(actor, { folderId, version });
}

async function atVersion(actor: OrgActor, folderId: FolderId, version: number): Promise<StoredFolder> {
  const folder = await getFolderDoc(actor, folderId);
  if (folder.version !== version) throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version: folder.version });
  return folder;
}

async function contentOf(
  actor: OrgActor,
  folderId: FolderId,
  input: FolderInput,
  before: { readonly readTeams: readonly TeamId[]; readonly writeTeams: readonly TeamId[] },
): Promise<FolderContent> {
  const rights = await checkedRights(actor, input, before);
  const { name, description } = input;
  const sealed = sealStructure(await structureKey(actor.orgId), actor.orgId, 'folders', folderId, { name, description });
  return { ...rights, sealed };
}

/** Teams that write also read. A folder for everyone names no teams that read besides. */
async function checkedRights(
  actor: OrgActor,
  input: FolderInput,
  before: { readonly readTeams: readonly TeamId[]; readonly writeTeams: readonly TeamId[] },
): Promise<{ openTo: FolderAudience; readTeams: readonly TeamId[]; writeTeams: readonly TeamId[] }> {
  const writeTeams = await activeAmong(actor, 'writeTeams', input.writeTeams, before.writeTeams);
  const reading = await activeAmong(actor, 'readTeams', input.readTeams, before.readTeams);
  const readTeams = [...new Set([...(input.openTo === 'everyone' ? [] : reading), ...writeTeams])];
  if (readTeams.length > maxTeamsOfFolder) throw invalidInput('readTeams', `at most ${maxTeamsOfFolder} teams`);
  if (input.openTo === 'teams' && readTeams.length === 0) throw invalidInput('readTeams', 'must name a team');
  return { openTo: input.openTo, readTeams, writeTeams };
}

const named = ['name', 'description', 'openTo', 'readTeams', 'writeTeams'] as const;

function changedFields(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): readonly string[] {
  return named.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
