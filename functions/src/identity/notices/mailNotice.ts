/**
 * The work of a notice: opens account and session, and mails.
 * Guarantees: an account that is gone meanwhile gets no mail and no further try. A mail may come twice when the worker is
 * killed between sending and answering.
 */
import type { SendMail } from '../../platform/email.ts';
import { accountsOrgId, subjectKeys } from '../../platform/keyring.ts';
import { loadAccount } from '../accountStore.ts';
import { loadSession } from '../sessionStore.ts';
import { openPlace, type SessionPlace } from '../sessions/newSession.ts';
import { noticeMail, type NoticeKind } from './words.ts';

/** What a task of {@link mailNotice} says. */
export type NoticeTask = {
  readonly accountId: string;
  readonly kind: NoticeKind;
  readonly at: string;
  readonly sessionId?: string | undefined;
};

/** What mailing needs from the outside. */
export type NoticeWorld = { readonly sendMail: SendMail; readonly appUrl: string };

/** Mails one notice. Throws `shared/unavailable` when the mail server does not take it. */
export async function mailNotice({ accountId, kind, at, sessionId }: NoticeTask, world: NoticeWorld): Promise<void> {
  const account = await loadAccount(accountId);
  if (account === null) return;
  const place = sessionId === undefined ? null : await placeOf(accountId, sessionId);
  const facts = { at: new Date(at), place, page: `${world.appUrl}/account` };
  await world.sendMail(noticeMail(account.email, account.locale, kind, facts));
}

async function placeOf(accountId: string, sessionId: string): Promise<SessionPlace | null> {
  const [loaded, keys] = await Promise.all([loadSession(sessionId, accountId), subjectKeys(accountsOrgId, [accountId])]);
  const dek = keys.get(accountId);
  if (loaded === null || loaded.session['accountId'] !== accountId || dek === undefined) return null;
  return openPlace(dek, sessionId, loaded.session['sealed']);
}
