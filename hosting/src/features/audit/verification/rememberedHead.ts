/**
 * What this browser has verified before, one head for each organisation, so that a log that was cut or made anew is found
 * the next time. Ids, hashes and times only: no personal data.
 *
 * Guarantees: only a log without findings is remembered, and never an older state in place of a newer one, nor one under
 * another key in place of what is remembered. Whoever can
 * change the browser's storage can change this too: a receipt kept elsewhere is the stronger anchor.
 */
import * as z from 'zod/mini';
import { fromBase64, toBase64 } from '../../../../../functions/src/crypto/auditLog/bytes.ts';
import type { KnownHead } from '../../../../../functions/src/crypto/auditLog/checkpointProof.ts';
import type { LogReport } from '../../../../../functions/src/crypto/auditLog/verifyLog.ts';

const count = z.int().check(z.minimum(0));
const remembered = z.strictObject({
  v: z.literal(1),
  /** The newest seal that was verified. */
  seq: z.int().check(z.minimum(1)),
  head: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  events: count,
  /** The checkpoint that covered it. */
  checkpoint: z.strictObject({ origin: z.string(), size: count, root: z.string() }),
  /** The verifier key that it was verified with. */
  key: z.string(),
  verifiedAt: z.iso.datetime(),
});
/** One remembered verification; `checkpoint.root` is base64, `verifiedAt` UTC ISO 8601. */
export type RememberedHead = z.infer<typeof remembered>;

/** Where heads are remembered: the browser's `localStorage`. */
export type HeadStorage = {
  readonly getItem: (place: string) => string | null;
  readonly setItem: (place: string, value: string) => void;
};

const placeOf = (orgId: string): string => `valv.auditHead.${orgId}`;

/** What was last verified of an organisation's log; null if nothing was, or what is stored is not ours. */
export function rememberedHead(storage: HeadStorage, orgId: string): RememberedHead | null {
  try {
    const parsed = z.safeParse(remembered, JSON.parse(storage.getItem(placeOf(orgId)) ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The head in the form that a verifier takes. */
export function knownOf({ seq, head, checkpoint: { origin, size, root } }: RememberedHead): KnownHead {
  const bytes = fromBase64(root);
  return bytes === null ? { seq, head } : { seq, head, checkpoint: { origin, size, root: bytes } };
}

/** Remembers a log without findings, unless something newer of it, or another key, is remembered. Answers what is remembered now. */
export function rememberHead(
  storage: HeadStorage,
  { orgId, findingCount, newest, events, checkpoint }: LogReport,
  key: string,
  verifiedAt: Date,
): RememberedHead | null {
  if (orgId === null) return null;
  const before = rememberedHead(storage, orgId);
  if (findingCount > 0 || newest === null || checkpoint === null) return before;
  if (before !== null && (before.seq > newest.seq || before.key !== key)) return before;
  const head: RememberedHead = {
    v: 1,
    ...newest,
    events,
    checkpoint: { origin: checkpoint.origin, size: checkpoint.size, root: toBase64(checkpoint.root) },
    key,
    verifiedAt: verifiedAt.toISOString(),
  };
  storage.setItem(placeOf(orgId), JSON.stringify(head));
  return head;
}
