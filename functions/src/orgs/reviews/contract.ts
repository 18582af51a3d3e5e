/** Access reviews over the wire: who still needs the access they have. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';

/** What a reviewer decides about a member. `change` notes that the role was changed; `remove` is carried out at completion. */
export const accessDecisions = ['keep', 'change', 'remove'] as const;
/** One of {@link accessDecisions}. */
export type AccessDecision = (typeof accessDecisions)[number];

const decision = z.object({ accountId: idSchemas.account, decision: z.enum(accessDecisions) });
const openReview = { orgId: idSchemas.org, reviewId: idSchemas.accessReview, version: z.int() } as const;

/**
 * Callables of access reviews. `decideAccess` takes one or many decisions ("keep all" is one call). `completeAccessReview`
 * wants a decision about every active member, removes whom it says, and may carry the id of a BankID signature of its caller.
 */
export const reviewsCallables = {
  startAccessReview: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({ reviewId: idSchemas.accessReview, version: z.int() }),
  },
  decideAccess: {
    input: z.strictObject({
      ...openReview,
      decisions: z
        .array(z.strictObject({ accountId: idSchemas.account, decision: z.enum(accessDecisions) }))
        .check(z.minLength(1), z.maxLength(100)),
    }),
    output: z.object({ version: z.int() }),
  },
  completeAccessReview: {
    input: z.strictObject({ ...openReview, evidenceId: z.nullable(z.string().check(z.regex(/^[A-Za-z0-9_-]{20,64}$/))) }),
    output: z.object({ removed: z.array(idSchemas.account) }),
  },
  getAccessReview: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      /** When the next one is due; past means overdue. */
      dueAt: z.iso.datetime(),
      /** The open review, else the latest, else null. */
      review: z.nullable(
        z.object({
          reviewId: idSchemas.accessReview,
          state: z.enum(['open', 'completed']),
          startedBy: idSchemas.account,
          startedAt: z.iso.datetime(),
          completedBy: z.nullable(idSchemas.account),
          completedAt: z.nullable(z.iso.datetime()),
          decisions: z.array(decision),
          evidenceId: z.nullable(z.string()),
          version: z.int(),
        }),
      ),
      /** Completed reviews, newest first, at most 20. */
      history: z.array(
        z.object({
          reviewId: idSchemas.accessReview,
          completedBy: idSchemas.account,
          completedAt: z.iso.datetime(),
          kept: z.int(),
          changed: z.int(),
          removed: z.int(),
          isSigned: z.boolean(),
        }),
      ),
    }),
  },
} as const;
