/** What a job was approved to do, as its worker reads it. */
import * as z from 'zod/mini';
import { adminFirestore } from '../../platform/firestore.ts';
import type { RunningJob } from '../../platform/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { idSchemas } from '../../shared/ids.ts';
import { approvalPath } from './store.ts';

const jobInput = z.object({ approvalId: idSchemas.approval });

/** The input of the approval that this very job used up. Throws `orgs/approval-ended`, which ends the job, when there is none. */
export async function approvedInput<S extends z.ZodMiniType>(job: RunningJob, schema: S): Promise<z.output<S>> {
  const { approvalId } = z.parse(jobInput, job.doc.input);
  const approval = await adminFirestore().doc(approvalPath(job.doc.orgId, approvalId)).get();
  const isThisJobs = approval.get('state') === 'used' && approval.get('jobId') === job.jobId && approval.get('kind') === job.doc.kind;
  if (!isThisJobs) throw new AppError('orgs/approval-ended', 'nobody approved this');
  return z.parse(schema, approval.get('input'));
}
