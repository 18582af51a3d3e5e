/** Everything in Swedish, by capability. */
import { app } from './app.ts';
import { audit } from './audit.ts';
import { errors } from './errors.ts';
import { identity } from './identity.ts';
import { importing } from './importing.ts';
import { orgs } from './orgs.ts';
import { privacy } from './privacy.ts';
import { register } from './register.ts';

/** The Swedish catalogue. */
export const sv = { app, audit, errors, identity, importing, orgs, privacy, register } as const;
