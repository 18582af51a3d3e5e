/** Four eyes over the wire: what one owner or administrator asks for, another one decides. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { erasureReasons } from '../contract.ts';

/** Limits of approvals. A request that nobody has decided or started within the lifetime is expired. */
export const approvalRules = { lifetimeHours: 72, leastPersons: 2, mostPersons: 500 } as const;

/** The most single erasures that one member starts in 24 hours; more take a mass erasure with an approval. */
export const mostErasuresADay = 20;

/** How a request stands, as stored; `waiting` and `approved` ones also end by time. */
export const approvalStates = ['waiting', 'approved', 'declined', 'withdrawn', 'used'] as const;

const dataSubjectIds = z.array(idSchemas.dataSubject).check(
  z.minLength(approvalRules.leastPersons),
  z.maxLength(approvalRules.mostPersons),
  z.refine((ids) => new Set(ids).size === ids.length, 'must not repeat a person'),
);
/** What a mass erasure is to do. */
export const massErasureInput = z.strictObject({ dataSubjectIds, reason: z.enum(erasureReasons) });
/** What an export of the register is to hold. */
export const registerExportInput = z.strictObject({ format: z.literal('csv'), includeProtected: z.boolean() });

const head = {
  approvalId: idSchemas.approval,
  state: z.enum([...approvalStates, 'expired']),
  requestedBy: idSchemas.account,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  decidedBy: z.nullable(idSchemas.account),
  decidedAt: z.nullable(z.iso.datetime()),
  /** The job that used it. */
  jobId: z.nullable(idSchemas.job),
  /** What the caller may do with it now. */
  may: z.object({ decide: z.boolean(), withdraw: z.boolean(), start: z.boolean() }),
};
const approval = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('massErasure'), input: massErasureInput }),
  z.object({ ...head, kind: z.literal('registerExport'), input: registerExportInput }),
]);
/** A request as a screen shows it. */
export type ApprovalView = z.infer<typeof approval>;

const one = { orgId: idSchemas.org, approvalId: idSchemas.approval } as const;
const requested = z.object({ approvalId: idSchemas.approval });

/**
 * Callables of four eyes. Without a second owner or administrator a request is `orgs/needs-second-person`; one that cannot
 * be decided, withdrawn or started any more is `orgs/approval-ended`. A finished export is fetched from the HTTPS function
 * `downloadRegisterExport` (`GET /api/downloadRegisterExport?orgId=…&jobId=…`), a ZIP, for {@link exportLifetimeMinutes}.
 */
export const approvalCallables = {
  requestMassErasure: { input: z.strictObject({ orgId: idSchemas.org, ...massErasureInput.shape }), output: requested },
  requestRegisterExport: { input: z.strictObject({ orgId: idSchemas.org, includeProtected: z.boolean() }), output: requested },
  /** Asks for a fresh sign-in. The person who asked does not decide: `orgs/not-allowed`. */
  decideApproval: { input: z.strictObject({ ...one, approve: z.boolean() }), output: z.object({}) },
  /** By whoever asked, while it waits. */
  withdrawApproval: { input: z.strictObject(one), output: z.object({}) },
  listApprovals: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      /** Newest first, at most 50. */
      approvals: z.array(approval),
      /** False when the organisation has a single owner or administrator: then nobody could decide. */
      hasSecondPerson: z.boolean(),
    }),
  },
  /** Starts what was approved, once, by any owner or administrator. */
  startApproved: { input: z.strictObject(one), output: z.object({ jobId: idSchemas.job }) },
} as const;

/** How long a finished export of the register can be downloaded. */
export const exportLifetimeMinutes = 60;
