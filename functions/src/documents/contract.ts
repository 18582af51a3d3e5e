/** Folders over the wire: who may read what is in them and who may write. Browser-safe. */
import * as z from 'zod/mini';
import { teamIdsSchema } from '../orgs/members/contract.ts';
import { idSchemas } from '../shared/ids.ts';
import { plainText } from '../shared/plainText.ts';

/** The most active folders of one organisation. */
export const maxFolders = 100;

/** Whom a folder is open to: everybody who works with the register, or certain teams. Owners and administrators see all. */
export const folderAudiences = ['everyone', 'teams'] as const;
/** One of {@link folderAudiences}. */
export type FolderAudience = (typeof folderAudiences)[number];

/** The most teams that may read, and that may write, in one folder. */
export const maxTeamsOfFolder = 20;

/** Line breaks of a text field become blanks. */
const oneLine = z.overwrite<string>((text) => text.replaceAll(/\s+/g, ' ').trim());

const content = {
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(120), plainText),
  description: z.string().check(oneLine, z.maxLength(500), plainText),
  openTo: z.enum(folderAudiences),
  /** Teams that may read, besides those that may write. Only with `openTo: 'teams'`. */
  readTeams: teamIdsSchema,
  /** Teams whose editors may write. None, in a folder that is open to everyone: every editor. */
  writeTeams: teamIdsSchema,
} as const;
const one = { orgId: idSchemas.org, folderId: idSchemas.folder } as const;

const folder = z.object({
  folderId: idSchemas.folder,
  name: z.string(),
  description: z.string(),
  openTo: z.enum(folderAudiences),
  /** Includes `writeTeams`. */
  readTeams: z.array(idSchemas.team),
  writeTeams: z.array(idSchemas.team),
  version: z.int(),
  /** Whether the caller may write here. */
  mayWrite: z.boolean(),
  updatedAt: z.iso.datetime(),
});
/** A folder as its reader sees it. */
export type FolderView = z.output<typeof folder>;

/** Callables of folders. */
export const documentsCallables = {
  listFolders: { input: z.strictObject({ orgId: idSchemas.org }), output: z.object({ folders: z.array(folder) }) },
  getFolder: { input: z.strictObject(one), output: folder },
  createFolder: {
    input: z.strictObject({ orgId: idSchemas.org, ...content }),
    output: z.object({ folderId: idSchemas.folder, version: z.int() }),
  },
  updateFolder: { input: z.strictObject({ ...one, version: z.int(), ...content }), output: z.object({ version: z.int() }) },
  removeFolder: { input: z.strictObject({ ...one, version: z.int() }), output: z.object({}) },
} as const;
