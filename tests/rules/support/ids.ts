import { randomBytes } from 'node:crypto';

/** A random id of the form that Valv gives its documents. */
export const randomId = (): string => randomBytes(15).toString('base64url').replace(/^__/u, '_A');
