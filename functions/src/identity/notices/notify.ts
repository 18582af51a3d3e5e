/**
 * Telling a person by mail what happened to the account.
 *
 * Guarantees: the mail is sent by a task that is repeated until it went, so that the call that caused it neither waits nor
 * fails for the mail server; the task holds ids only. Does not guarantee that the task could be handed over: that failure is
 * logged as one, and what the person did stands.
 */
import { logFailure } from '../../platform/log.ts';
import { newId } from '../../platform/random.ts';
import { enqueueTask } from '../../platform/tasks.ts';
import type { NoticeKind } from './words.ts';

/** The task-queue function that mails notices. */
const mailer = 'mailNotice';

/** Has the person of an account mailed. With a session, the mail says where it runs. Never throws. */
export async function notify(accountId: string, kind: NoticeKind, at: Date, sessionId: string | null = null): Promise<void> {
  const data = { accountId, kind, at: at.toISOString(), ...(sessionId === null ? {} : { sessionId }) };
  await enqueueTask(mailer, data, newId<string>()).catch((thrown: unknown) =>
    logFailure('notice not enqueued', thrown, { accountId, kind }),
  );
}
