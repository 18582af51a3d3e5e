/**
 * Folders in Firestore, under the caller's token. Their names and descriptions are sealed under the organisation's structure key.
 *
 * Guarantees: whoever does not manage folders asks only for those that are open to everyone or to an own team, which is what
 * the rules demand of the query itself.
 */
import {
  Bytes,
  Timestamp,
  collection,
  doc,
  getDoc,
  getDocs,
  limit,
  query,
  serverTimestamp,
  where,
  writeBatch,
  type DocumentSnapshot,
  type QueryConstraint,
} from 'firebase/firestore/lite';
import { addMemberEvent } from '../audit/event.ts';
import { roleMay } from '../orgs/contract.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { AppError } from '../shared/errors.ts';
import type { FolderId, OrgId, TeamId } from '../shared/ids.ts';
import { maxFolders, type FolderAudience } from './contract.ts';

/** An active folder as stored. */
export type StoredFolder = {
  readonly folderId: FolderId;
  readonly openTo: FolderAudience;
  readonly readTeams: readonly TeamId[];
  readonly writeTeams: readonly TeamId[];
  readonly version: number;
  readonly updatedAt: Date;
  readonly sealed: Uint8Array;
};

/** What a folder is to be. */
export type FolderContent = Pick<StoredFolder, 'openTo' | 'readTeams' | 'writeTeams' | 'sealed'>;

const foldersPath = (orgId: OrgId): string => `orgs/${orgId}/folders`;

/** The active folders that the actor may read. */
export async function readableFolders(actor: OrgActor): Promise<readonly StoredFolder[]> {
  const questions: QueryConstraint[][] = roleMay(actor.role, 'documents.manage')
    ? [[]]
    : [[where('openTo', '==', 'everyone')], ...actor.teamIds.map((id) => [where('readTeams', 'array-contains', id)])];
  const folders = collection(actor.db, foldersPath(actor.orgId));
  const pages = await Promise.all(
    questions.map((constraints) =>
      asCaller('orgs/not-allowed', () => getDocs(query(folders, where('state', '==', 'active'), ...constraints, limit(maxFolders)))),
    ),
  );
  const found = new Map(pages.flatMap((page) => page.docs.map((folder) => [folder.id, folder] as const)));
  return [...found.values()].map(storedFolder);
}

/** One active folder. Throws `shared/not-found` for an absent, a foreign and a closed one alike. */
export async function getFolderDoc(actor: OrgActor, folderId: FolderId): Promise<StoredFolder> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `${foldersPath(actor.orgId)}/${folderId}`)));
  if (snapshot.get('state') !== 'active') throw new AppError('shared/not-found', 'not found');
  return storedFolder(snapshot);
}

function storedFolder(snapshot: DocumentSnapshot): StoredFolder {
  const { sealed, openTo, readTeams, writeTeams, version, updatedAt } = snapshot.data() ?? {};
  if (!(sealed instanceof Bytes) || !(updatedAt instanceof Timestamp)) throw new AppError('crypto/cannot-open', 'cannot open');
  return {
    // Stored in this form by the rules' leave only.
    folderId: snapshot.id as FolderId,
    openTo: openTo as FolderAudience,
    readTeams: readTeams as TeamId[],
    writeTeams: writeTeams as TeamId[],
    version: version as number,
    updatedAt: updatedAt.toDate(),
    sealed: sealed.toUint8Array(),
  };
}

/** Stores a new folder with its event. */
export async function createFolderDoc(actor: OrgActor, folderId: FolderId, content: FolderContent): Promise<void> {
  const batch = writeBatch(actor.db);
  const fields = ['name', 'description', 'openTo', 'readTeams', 'writeTeams'];
  const event = { action: 'documents.folder.create', targetKind: 'folder', targetIds: [folderId], fields } as const;
  const lastEventId = addMemberEvent(batch, actor.db, actor, event);
  const at = serverTimestamp();
  const head = { v: 1, state: 'active', ...bytesOf(content), version: 1 } as const;
  batch.set(doc(actor.db, `${foldersPath(actor.orgId)}/${folderId}`), { ...head, createdAt: at, updatedAt: at, lastEventId });
  await asCaller('orgs/not-allowed', () => batch.commit());
}

/** Changes a folder that still is at `version`; `fields` are the names of what changes. Throws `shared/conflict`. */
export async function updateFolderDoc(
  actor: OrgActor,
  folder: { readonly folderId: FolderId; readonly version: number },
  content: FolderContent,
  fields: readonly string[],
): Promise<void> {
  await commitChange(actor, folder, 'documents.folder.update', bytesOf(content), fields);
}

/** Removes a folder that still is at `version`. Throws `shared/conflict`. */
export async function removeFolderDoc(actor: OrgActor, folder: { readonly folderId: FolderId; readonly version: number }): Promise<void> {
  await commitChange(actor, folder, 'documents.folder.remove', { state: 'removed' }, []);
}

async function commitChange(
  actor: OrgActor,
  folder: { readonly folderId: FolderId; readonly version: number },
  action: 'documents.folder.update' | 'documents.folder.remove',
  change: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, { action, targetKind: 'folder', targetIds: [folder.folderId], fields });
  const next = { version: folder.version + 1, updatedAt: serverTimestamp(), lastEventId };
  batch.update(doc(actor.db, `${foldersPath(actor.orgId)}/${folder.folderId}`), { ...change, ...next });
  await asCaller('shared/conflict', () => batch.commit());
}

const bytesOf = (content: FolderContent) => ({ ...content, sealed: Bytes.fromUint8Array(content.sealed) });
