/**
 * The idle limit of an account's sessions: the strictest of the organisations that it is a member of.
 *
 * Guarantees: a session that begins, and every active one when an organisation lowers its limit or somebody joins, gets it.
 * Does not lengthen a running session when a limit is raised. firestore.rules and callables hold an organisation's own
 * limit besides, so a session that began at the same moment as a limit was lowered gains nothing there.
 */
import { adminFirestore, hasPassed } from '../../platform/firestore.ts';
import { sessionRules } from '../contract.ts';
import { lowerIdleMinutes } from '../sessionStore.ts';

const mostOrganisations = 100;
const accountsInOneQuery = 30;

/** Minutes without a call after which a session of the account that begins `now` ends. */
export async function idleMinutesOf(accountId: string, now: Date): Promise<number> {
  const db = adminFirestore();
  const mine = db.collectionGroup('members').where('accountId', '==', accountId).where('state', '==', 'active');
  const members = await mine.limit(mostOrganisations).select('expiresAt').get();
  const lasting = members.docs.filter((member) => !hasPassed(member.get('expiresAt'), now));
  const organisations = lasting.map(({ ref }) => ref.parent.parent).filter((ref) => ref !== null);
  if (organisations.length === 0) return sessionRules.idleMinutes;
  const found = await db.getAll(...organisations, { fieldMask: ['idleMinutes'] });
  return Math.min(...found.map((organisation) => minutesOf(organisation.get('idleMinutes'))));
}

const minutesOf = (stored: unknown): number => (typeof stored === 'number' && stored > 0 ? stored : sessionRules.idleMinutes);

/** Lowers the idle limit of the active sessions of these accounts to `minutes`; those that are stricter already stay. */
export async function applyIdleLimit(accountIds: readonly string[], minutes: number): Promise<void> {
  for (let start = 0; start < accountIds.length; start += accountsInOneQuery)
    await lower(accountIds.slice(start, start + accountsInOneQuery), minutes);
}

async function lower(accountIds: readonly string[], minutes: number): Promise<void> {
  const active = adminFirestore().collection('sessions').where('accountId', 'in', accountIds).where('state', '==', 'active');
  const looser = (await active.get()).docs.filter((session) => minutesOf(session.get('idleMinutes')) > minutes);
  await Promise.all(looser.map(({ id }) => lowerIdleMinutes(id, minutes)));
}
