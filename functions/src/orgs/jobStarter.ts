/**
 * Whether the member who started a job may still have it done. A job runs by the Admin SDK, minutes or days after its start.
 *
 * Guarantees: no job goes on for somebody who has left, whose time is over, whose account is closed or disabled, or whose
 * role no longer holds the permission. Asked when a worker takes a job up, each time.
 */
import * as z from 'zod/mini';
import { adminFirestore, hasPassed } from '../platform/firestore.ts';
import type { JobDoc, JobKind } from '../platform/jobContract.ts';
import { AppError } from '../shared/errors.ts';
import type { Clock } from '../shared/time.ts';
import { roleMay, roles, type Permission } from './contract.ts';

/** What a member needs to start a job of each kind; the rules ask for the same. */
const permissions = {
  import: 'register.import',
  extract: 'privacy.extract',
  erasure: 'privacy.erase',
  massErasure: 'privacy.massErase',
  registerExport: 'privacy.exportRegister',
} as const satisfies Record<JobKind, Permission>;

const roleSchema = z.enum(roles);

/** Whether the member who started the job could start it now. */
export async function mayStillRun(job: Pick<JobDoc<unknown>, 'orgId' | 'kind' | 'createdBy'>, clock: Clock): Promise<boolean> {
  const db = adminFirestore();
  const [member, account] = await db.getAll(db.doc(`orgs/${job.orgId}/members/${job.createdBy}`), db.doc(`accounts/${job.createdBy}`));
  if (member?.get('state') !== 'active' || account?.get('state') !== 'active' || hasPassed(member.get('expiresAt'), clock())) return false;
  const role = z.safeParse(roleSchema, member.get('role'));
  return role.success && roleMay(role.data, permissions[job.kind]);
}

/** Throws `orgs/not-allowed`, which ends the job, when {@link mayStillRun} says no. */
export async function needsStarter(job: Pick<JobDoc<unknown>, 'orgId' | 'kind' | 'createdBy'>, clock: Clock): Promise<void> {
  if (await mayStillRun(job, clock)) return;
  throw new AppError('orgs/not-allowed', 'whoever started this may no longer do so', { permission: permissions[job.kind] });
}
