/** Binds the callables of documents to their use cases. */
import { memberCallable } from '../orgs/memberCallable.ts';
import { documentsCallables } from './contract.ts';
import {
  createFolder as create,
  getFolder as get,
  listFolders as list,
  removeFolder as remove,
  updateFolder as update,
} from './folders.ts';

export const listFolders = /* @__PURE__ */ memberCallable(documentsCallables, 'listFolders', 'documents.read', {}, async (actor) => ({
  folders: await list(actor),
}));

export const getFolder = /* @__PURE__ */ memberCallable(documentsCallables, 'getFolder', 'documents.read', {}, (actor, { folderId }) =>
  get(actor, folderId),
);

export const createFolder = /* @__PURE__ */ memberCallable(
  documentsCallables,
  'createFolder',
  'documents.manage',
  {},
  async (actor, input) => ({
    folderId: await create(actor, input),
    version: 1,
  }),
);

export const updateFolder = /* @__PURE__ */ memberCallable(
  documentsCallables,
  'updateFolder',
  'documents.manage',
  {},
  async (actor, input) => ({
    version: await update(actor, input.folderId, input.version, input),
  }),
);

export const removeFolder = /* @__PURE__ */ memberCallable(
  documentsCallables,
  'removeFolder',
  'documents.manage',
  {},
  async (actor, input) => {
    await remove(actor, input.folderId, input.version);
    return {};
  },
);
