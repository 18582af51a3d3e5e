/**
 * Mailing an alarm to everybody who can act on it.
 *
 * Guarantees: every active owner and administrator gets the mail in the language of their account; one address that fails
 * does not keep the others, and the work throws so that it is repeated for the rest. A mail may come twice when the worker
 * is killed between sending and noting it.
 */
import { loadAccount } from '../../identity/accountStore.ts';
import type { SendMail } from '../../platform/email.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { alarmsPath } from './contract.ts';
import { alarmMail } from './mails.ts';
import { organisationName, stewardsOf } from './stewards.ts';
import { noteAllMailed, noteMailed, unmailedAlarm } from './store.ts';

/** What mailing needs from the outside. */
export type MailWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly appUrl: string };

/** Mails an alarm to whoever has not been mailed yet. Throws `shared/unavailable` when somebody could not be. */
export async function mailAlarm(orgId: string, alarmId: string, world: MailWorld): Promise<void> {
  const alarm = await unmailedAlarm(orgId, alarmId);
  if (alarm === null) return;
  const about = {
    kind: alarm.kind,
    at: alarm.at.toDate(),
    organisationName: await organisationName(orgId),
    page: world.appUrl + alarmsPath(orgId),
  };
  let failures = 0;
  for (const accountId of await stewardsOf(orgId, world.clock())) {
    if (alarm.mailedTo.includes(accountId)) continue;
    try {
      const account = await loadAccount(accountId);
      if (account !== null) await world.sendMail(alarmMail(account.email, account.locale, about));
      await noteMailed(orgId, alarmId, accountId);
    } catch (thrown) {
      failures += 1;
      logFailure('alarm not mailed', thrown, { orgId, alarmId, accountId });
    }
  }
  if (failures > 0) throw new AppError('shared/unavailable', `${failures} mails of an alarm could not be sent`, { service: 'email' });
  await noteAllMailed(orgId, alarmId, world.clock());
}
