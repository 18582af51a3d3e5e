/** The read budget over the wire. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';

/**
 * Callables of the read budget: how many different persons a member may be shown in an hour and in a day. The
 * organisation's document holds both figures. Spent: `register/read-budget-spent` with `waitSeconds`, `limit` (the figure)
 * and `per` (`hour` or `day`).
 */
export const budgetCallables = {
  /** Gives a member the whole budget again, for owners and administrators, never for oneself. Each call is an audit event. */
  liftReadBudget: { input: z.strictObject({ orgId: idSchemas.org, accountId: idSchemas.account }), output: z.object({}) },
} as const;
