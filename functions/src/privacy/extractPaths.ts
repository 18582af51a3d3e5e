/** Where an extract is stored and what binds its ciphertext to that place. */
import { extractsPrefix } from './personalData.ts';

/** Object path of an extract in the bucket of sealed files. */
export const extractPath = (orgId: string, dataSubjectId: string, jobId: string): string =>
  `${extractsPrefix(orgId, dataSubjectId)}${jobId}.zip`;

/** Associated data of a sealed extract. */
export const extractContext = (orgId: string, jobId: string) =>
  ({ orgId, collection: 'extracts', docId: jobId, sensitivityClass: 'identity' }) as const;
