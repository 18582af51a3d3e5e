/** Everything in English, by capability. A missing key is a type error. */
import type { Messages } from '../messages.ts';
import { alarms } from './alarms.ts';
import { approvals } from './approvals.ts';
import { documents } from './documents.ts';
import { members } from './members.ts';
import { reviews } from './reviews.ts';
import { settings } from './settings.ts';
import { support } from './support.ts';
import { app } from './app.ts';
import { audit } from './audit.ts';
import { errors } from './errors.ts';
import { history } from './history.ts';
import { identity } from './identity.ts';
import { identityProvider } from './identityProvider.ts';
import { receipts } from './receipts.ts';
import { ownAccount } from './identityAccount.ts';
import { backup } from './backup.ts';
import { bankId } from './identityBankId.ts';
import { recovery } from './identityRecovery.ts';
import { importing } from './importing.ts';
import { orgs } from './orgs.ts';
import { privacy } from './privacy.ts';
import { register } from './register.ts';
import { verification } from './verification.ts';

/** The English catalogue. */
export const en = {
  support,
  settings,
  reviews,
  members,
  documents,
  approvals,
  alarms,
  app,
  audit,
  backup,
  bankId,
  errors,
  history,
  identity,
  identityProvider,
  receipts,
  importing,
  orgs,
  ownAccount,
  privacy,
  recovery,
  register,
  verification,
} satisfies Messages;
