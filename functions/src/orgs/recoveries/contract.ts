/** What organisations say over the wire about members who want back into their accounts. Browser-safe. */
import * as z from 'zod/mini';
import { referenceSchema } from '../../identity/recovery/contract.ts';
import { idSchemas } from '../../shared/ids.ts';

/** A member who waits for approval. */
export const waitingRecovery = z.object({
  recoveryId: idSchemas.recovery,
  accountId: idSchemas.account,
  displayName: z.string(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Approvals in this organisation, of `needed`. */
  approvals: z.int(),
  needed: z.int(),
  approvedByMe: z.boolean(),
  isMe: z.boolean(),
});
/** A {@link waitingRecovery}. */
export type WaitingRecovery = z.output<typeof waitingRecovery>;

const target = { orgId: idSchemas.org, recoveryId: idSchemas.recovery };

/**
 * Callables of owners and administrators. Approving needs a fresh sign-in and the reference that the person reads out; a wrong
 * one is `identity/wrong-code` with `triesLeft`, and after five the recovery is declined. Nobody approves their own.
 */
export const recoveriesCallables = {
  listRecoveries: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({ recoveries: z.array(waitingRecovery) }),
  },
  approveRecovery: { input: z.strictObject({ ...target, reference: referenceSchema }), output: z.object({}) },
  declineRecovery: { input: z.strictObject(target), output: z.object({}) },
} as const;
