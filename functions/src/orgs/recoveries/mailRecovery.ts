/**
 * Mailing a member's request to every owner and administrator who may approve it.
 * Guarantees: each in the language of the account; one address that fails does not keep the others. Repeated work may mail
 * somebody twice.
 */
import { loadAccount } from '../../identity/accountStore.ts';
import { approvalAskedMail } from '../../identity/recovery/mails.ts';
import { readRecovery } from '../../identity/recovery/store.ts';
import type { SendMail } from '../../platform/email.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { OrgId, RecoveryId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { organisationName, stewardsOf } from '../alarms/stewards.ts';

/** What mailing needs from the outside. */
export type MailWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly appUrl: string };

/** The page of the web app on which members' requests are decided. */
const pathOf = (orgId: string): string => `/o/${orgId}/members`;

/** Mails about a recovery that still waits. Throws `shared/unavailable` when somebody could not be mailed. */
export async function mailRecovery(orgId: OrgId, recoveryId: RecoveryId, world: MailWorld): Promise<void> {
  const recovery = await readRecovery(recoveryId);
  if (recovery?.state !== 'waiting') return;
  const name = await organisationName(orgId);
  let failures = 0;
  for (const accountId of await stewardsOf(orgId, world.clock())) {
    if (accountId === recovery.accountId) continue;
    try {
      const account = await loadAccount(accountId);
      if (account !== null) await world.sendMail(approvalAskedMail(account.email, account.locale, name, world.appUrl + pathOf(orgId)));
    } catch (thrown) {
      failures += 1;
      logFailure('recovery not mailed', thrown, { orgId, recoveryId, accountId });
    }
  }
  if (failures > 0) throw new AppError('shared/unavailable', `${failures} mails of a recovery could not be sent`, { service: 'email' });
}
