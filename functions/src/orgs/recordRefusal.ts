/**
 * Recording refused calls of members, former members and strangers in the log of the organisation that they named.
 *
 * Guarantees: an organisation that does not exist costs the same reads and writes as one that does, so that the time of an answer
 * does not tell which it was. Of one account at most thirty in a row are recorded in one organisation, then one every two minutes,
 * so that nobody floods somebody else's log. Whoever calls this keeps to the refusal, whatever goes wrong here
 * (platform/callable.ts). Does not record calls without a valid session: nobody is known to have made them.
 */
import { isRefusal, writeRefusal, type RefusedCall } from '../audit/refusals.ts';
import { takeToken, writeDecoy } from '../identity/rateLimit.ts';
import type { Caller } from '../identity/session.ts';
import type { Refused } from '../platform/callable.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { logInfo } from '../platform/log.ts';
import { isAppError } from '../shared/errors.ts';
import { idSchemas, type OrgId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import * as z from 'zod/mini';

const targetSchema = z.object({ orgId: idSchemas.org });
const standingSchema = z.object({ state: z.literal('active'), grantId: z.string() });

/** Has the refused calls of a function recorded. */
export const refusedCallOf =
  (name: RefusedCall['name'], clock: Clock): Refused<Caller> =>
  (caller, input, error) =>
    recordRefusal(caller, { name, input, error }, clock);

/** Writes the event of a refused call. Input that names no organisation, and errors that refuse nothing, leave none. */
async function recordRefusal({ accountId, sessionId, from }: Caller, call: RefusedCall, clock: Clock): Promise<void> {
  const target = z.safeParse(targetSchema, call.input);
  if (!target.success || !isRefusal(call.error)) return;
  const { orgId } = target.data;
  const subject = `${orgId} ${accountId}`;
  if (!(await hasRoom(subject, clock))) return logInfo('refused call not recorded, too many', { orgId, call: call.name });
  const { isThere, grantId } = await standingOf(orgId, accountId);
  if (isThere) await writeRefusal({ orgId, accountId, sessionId, from, grantId }, call);
  else await writeDecoy('refusalByAccount', subject, clock);
}

async function hasRoom(subject: string, clock: Clock): Promise<boolean> {
  try {
    await takeToken('refusalByAccount', subject, clock);
    return true;
  } catch (thrown) {
    if (isAppError(thrown, 'identity/too-many-attempts')) return false;
    throw thrown;
  }
}

/** Whether there is such an organisation, and the grant under which support stands in it. */
async function standingOf(orgId: OrgId, accountId: string): Promise<{ readonly isThere: boolean; readonly grantId: string | null }> {
  const db = adminFirestore();
  const path = `orgs/${orgId}`;
  const [organisation, member] = await db.getAll(db.doc(path), db.doc(`${path}/members/${accountId}`), { fieldMask: ['state', 'grantId'] });
  const standing = z.safeParse(standingSchema, member?.data());
  return { isThere: organisation?.exists === true, grantId: standing.success ? standing.data.grantId : null };
}
