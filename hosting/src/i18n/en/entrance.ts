/** What the first page says: all that is needed until somebody is signed in there. */
import { app } from './app.ts';
import { errors } from './errors.ts';
import { identity } from './identity.ts';
import { identityProvider } from './identityProvider.ts';
import { bankId } from './identityBankId.ts';

/** The English words of sign-in. */
export const entrance = { app, errors, identity, identityProvider, bankId };
