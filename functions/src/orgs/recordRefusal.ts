/**
 * Recording refused calls of members, former members and strangers in the log of the organisation that they named.
 *
 * Guarantees: an organisation that does not exist costs the same reads and writes as one that does, so that the time of an answer
 * does not tell which it was. Of one account at most thirty in a row are recorded in one organisation, then one every two minutes,
 * of all strangers together a hundred in an hour, and of all members a thousand, so that nobody floods somebody else's log, with
 * many accounts neither. Of who is no member nothing that they sent is kept, only what they tried. Whoever calls this keeps to the refusal, whatever goes wrong here
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
const standingSchema = z.object({ state: z.literal('active'), grantId: z.optional(z.nullable(z.string())) });

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
  const { isThere, isMember, grantId } = await standingOf(orgId, accountId);
  const hasRoom =
    (await takes('refusalByAccount', subject, clock)) && (await takes(isMember ? 'refusalByMembers' : 'refusalByStrangers', orgId, clock));
  if (!hasRoom) return logInfo('refused call not recorded, too many', { orgId, call: call.name });
  if (isThere) await writeRefusal({ orgId, accountId, sessionId, from, grantId }, isMember ? call : { ...call, input: null });
  else await writeDecoy('refusalByAccount', subject, clock);
}

type Room = 'refusalByAccount' | 'refusalByMembers' | 'refusalByStrangers';

/** Takes a token; answers false when none is left. */
async function takes(kind: Room, subject: string, clock: Clock): Promise<boolean> {
  try {
    await takeToken(kind, subject, clock);
    return true;
  } catch (thrown) {
    if (isAppError(thrown, 'identity/too-many-attempts')) return false;
    throw thrown;
  }
}

/** Whether there is such an organisation, whether the account is a member of it now, and the grant under which support stands in it. */
type Standing = { readonly isThere: boolean; readonly isMember: boolean; readonly grantId: string | null };

async function standingOf(orgId: OrgId, accountId: string): Promise<Standing> {
  const db = adminFirestore();
  const path = `orgs/${orgId}`;
  const [organisation, member] = await db.getAll(db.doc(path), db.doc(`${path}/members/${accountId}`), { fieldMask: ['state', 'grantId'] });
  const standing = z.safeParse(standingSchema, member?.data());
  const isThere = organisation?.exists === true;
  return { isThere, isMember: isThere && standing.success, grantId: standing.success ? (standing.data.grantId ?? null) : null };
}
