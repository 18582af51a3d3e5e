/** Where an export of the register is stored and what binds its ciphertext to that place. */

/** Object path of an export in the bucket of sealed files. */
export const exportPath = (orgId: string, jobId: string): string => `orgs/${orgId}/registerExports/${jobId}.zip`;

/** Associated data of a sealed export. */
export const exportContext = (orgId: string, jobId: string) =>
  ({ orgId, collection: 'registerExports', docId: jobId, sensitivityClass: 'identity' }) as const;
