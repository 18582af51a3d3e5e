/**
 * Mails receipts of the audit log to the organisations that want them, once a day.
 *
 * Guarantees: an organisation gets a receipt only of what was signed since the last one, and at most one in twenty hours,
 * however often the schedule is tried; one address that fails does not keep the others, and the run fails so that it is tried
 * again. A mail may come twice when the run is killed between sending and noting it. A receipt holds hashes and the
 * organisation's id, nothing about any person.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { receiptOf } from '../../audit/sealing/downloadLog.ts';
import { noteMailed, storedHead } from '../../audit/sealing/sealStore.ts';
import type { SendMail } from '../../platform/email.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import type { OrgId } from '../../shared/ids.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { organisationName } from '../alarms/stewards.ts';
import { organisationsWithReceipts, receiverOf } from './receiptMail.ts';
import { receiptMail } from './mails.ts';

const pageSize = 200;
const leastPause = 20 * ms.hour;

/** What mailing needs from the outside. */
export type MailWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly appUrl: string };

/** Mails what is due; answers how many. Throws `shared/unavailable` when some could not be mailed. */
export async function mailReceipts(world: MailWorld): Promise<{ mailed: number }> {
  let mailed = 0;
  let failures = 0;
  for await (const orgId of everyWanting()) {
    try {
      mailed += (await mailReceipt(orgId, world)) ? 1 : 0;
    } catch (thrown) {
      failures += 1;
      logFailure('receipt not mailed', thrown, { orgId });
    }
  }
  if (failures > 0) throw new AppError('shared/unavailable', `${failures} receipts could not be mailed`, { service: 'email' });
  return { mailed };
}

async function* everyWanting(): AsyncGenerator<OrgId> {
  let page = await organisationsWithReceipts(null, pageSize);
  while (page.length > 0) {
    yield* page;
    page = await organisationsWithReceipts(page.at(-1) ?? null, pageSize);
  }
}

async function mailReceipt(orgId: OrgId, { clock, sendMail, appUrl }: MailWorld): Promise<boolean> {
  const mailed = (await storedHead(orgId))?.mailed ?? null;
  if (mailed !== null && clock().getTime() - mailed.at.toMillis() < leastPause) return false;
  const receipt = await receiptOf(orgId);
  if (receipt === null || receipt.signed.seq === mailed?.seq) return false;
  const receiver = await receiverOf(orgId);
  if (receiver === null) return false;
  const { seq, count } = receipt.signed;
  await sendMail(receiptMail(receiver, { orgId, seq, count, organisationName: await organisationName(orgId), file: receipt.file, appUrl }));
  await noteMailed(orgId, seq, Timestamp.fromDate(clock()));
  return true;
}
