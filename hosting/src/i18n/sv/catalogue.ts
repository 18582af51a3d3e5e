/** Everything in Swedish, by capability. */
import { alarms } from './alarms.ts';
import { approvals } from './approvals.ts';
import { documents } from './documents.ts';
import { members } from './members.ts';
import { reviews } from './reviews.ts';
import { settings } from './settings.ts';
import { support } from './support.ts';
import { audit } from './audit.ts';
import { entrance } from './entrance.ts';
import { history } from './history.ts';
import { receipts } from './receipts.ts';
import { ownAccount } from './identityAccount.ts';
import { backup } from './backup.ts';
import { recovery } from './identityRecovery.ts';
import { importing } from './importing.ts';
import { orgs } from './orgs.ts';
import { privacy } from './privacy.ts';
import { register } from './register.ts';
import { verification } from './verification.ts';

/** The Swedish catalogue. */
export const sv = {
  ...entrance,
  support,
  settings,
  reviews,
  members,
  documents,
  approvals,
  alarms,
  audit,
  backup,
  history,
  receipts,
  importing,
  orgs,
  ownAccount,
  privacy,
  recovery,
  register,
  verification,
} as const;
