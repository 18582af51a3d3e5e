/**
 * Organisations keep a copy of a member's name and address, sealed under the member's key there. After a change at the account
 * the copies follow by a task, which orgs works on.
 * Guarantees: never throws; a task that could not be handed over is logged as a failure.
 */
import { logFailure } from '../../platform/log.ts';
import { newId } from '../../platform/random.ts';
import { enqueueTask } from '../../platform/tasks.ts';
import type { Caller } from '../session.ts';

/** The task-queue function that brings the copies up to date. */
const worker = 'copyToMembers';

/** Has the copies of an account's name and address brought up to date, on behalf of who changed them. */
export async function copyProfile({ accountId, sessionId, from }: Pick<Caller, 'accountId' | 'sessionId' | 'from'>): Promise<void> {
  await enqueueTask(worker, { accountId, sessionId, from }, newId<string>()).catch((thrown: unknown) =>
    logFailure('copies of an account not enqueued', thrown, { accountId }),
  );
}
