/** Receipts of the audit log by mail, over the wire. Browser-safe. */
import * as z from 'zod/mini';
import { emailSchema, localeSchema } from '../../identity/basics/contract.ts';
import { idSchemas } from '../../shared/ids.ts';

const org = { orgId: idSchemas.org } as const;

/** Where receipts go, and in which language; null for nowhere. */
const receiver = z.nullable(z.strictObject({ email: emailSchema, locale: localeSchema }));

/** Callables of receipts; they want the permission `audit.receipts`. */
export const receiptCallables = {
  getReceiptMail: {
    input: z.strictObject(org),
    /** `mailedAt` is when the last receipt was mailed, ISO 8601; null before the first. */
    output: z.object({ receiver, mailedAt: z.nullable(z.iso.datetime()) }),
  },
  setReceiptMail: { input: z.strictObject({ ...org, receiver }), output: z.object({}) },
} as const;

/** Where receipts go. */
export type ReceiptReceiver = NonNullable<z.infer<typeof receiver>>;
