/**
 * One verification from beginning to end: the key, the log, what it is compared with, and what is remembered of it.
 *
 * Guarantees: nothing is called verified without a signature under the key that Valv publishes, nor under another key than the
 * last time: that key never changes, so the log is not good then and not remembered. A receipt is compared with besides what is
 * remembered, not instead of it. The key comes from the same site as this code: who trusts neither takes the offline command.
 */
import { knownHead, type KnownHead, type NoteTrust } from '../../../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { logFileBegin, isCheckpointLine, maxLineBytes, parseCheckpointLine } from '../../../../../functions/src/crypto/auditLog/logFile.ts';
import { parseVerifierKey } from '../../../../../functions/src/crypto/auditLog/signedNote.ts';
import { ed25519By, sha256, verifiesEd25519, type Verifying } from './browserHashes.ts';
import { knownOf, rememberedHead, rememberHead, type HeadStorage } from './rememberedHead.ts';
import { verdictOf, verifyStream, type Progressed, type Verdict, type VerifiedStream } from './verifyStream.ts';

/** What is to be verified: the organisation's log as it is now, or a file, which may be a log or a receipt. */
export type Work = { readonly kind: 'own' } | { readonly kind: 'file'; readonly file: File };

/** What a verification works with. */
export type Means = {
  readonly openLog: (orgId: string, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** The verifier key as Valv publishes it; null if it publishes none. */
  readonly fetchKey: () => Promise<string | null>;
  readonly subtle: Verifying | undefined;
  readonly storage: HeadStorage;
  readonly now: () => Date;
  readonly breathe: () => Promise<boolean>;
};

/** Why nothing could be verified. */
export type Problem = 'noKey' | 'unsupported' | 'notALog' | 'receiptBad' | 'receiptOther';

/** What the log was compared with: the log has to go on from each. */
export type Compared =
  | { readonly kind: 'remembered'; readonly seq: number; readonly at: string }
  | { readonly kind: 'receipt'; readonly seq: number };

/** A verification that was carried out. */
export type Verification = VerifiedStream & {
  readonly verdict: Verdict;
  /** Name of the file; null for the log as it is. */
  readonly fileName: string | null;
  /** Empty for nothing. */
  readonly compared: readonly Compared[];
  /** Whether this browser compares the next log with this one. */
  readonly isRemembered: boolean;
  readonly key: string;
  readonly isKeyChanged: boolean;
  readonly isOtherOrganisation: boolean;
};

/** The outcome of {@link verifyWork}. */
export type Outcome =
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'problem'; readonly problem: Problem };

type Anchor = { readonly trust: NoteTrust; readonly key: string };
const problem = (name: Problem): Outcome => ({ kind: 'problem', problem: name });

/** Verifies; throws the signal's reason when it is aborted, and what `means` throw. */
export async function verifyWork(
  means: Means,
  orgId: string,
  work: Work,
  onProgress: (progress: Progressed) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!(await verifiesEd25519(means.subtle)) || means.subtle === undefined) return problem('unsupported');
  const key = await means.fetchKey();
  const noteKey = key === null ? null : parseVerifierKey(sha256, key);
  if (key === null || noteKey === null) return problem('noKey');
  const anchor: Anchor = { key, trust: { sha256, verifyEd25519: ed25519By(means.subtle), keys: [noteKey] } };
  const run = { means, orgId, anchor, onProgress, signal };
  if (work.kind === 'own') return verified(run, await means.openLog(orgId, signal), null, null);
  const begin = await work.file.slice(0, logFileBegin.length).text();
  if (isCheckpointLine(begin)) return againstReceipt(run, work.file);
  if (begin !== logFileBegin && !work.file.name.toLowerCase().endsWith('.valvlog')) return problem('notALog');
  return verified(run, work.file.stream(), work.file.name, null);
}

type Run = {
  readonly means: Means;
  readonly orgId: string;
  readonly anchor: Anchor;
  readonly onProgress: (progress: Progressed) => void;
  readonly signal: AbortSignal;
};

/** A receipt is the last line of a log; the log as it is now must go on from it. */
async function againstReceipt(run: Run, file: File): Promise<Outcome> {
  const line = file.size > maxLineBytes ? '' : (await file.text()).trimEnd();
  const proof = parseCheckpointLine(line)?.checkpoint ?? null;
  const receipt = proof === null ? null : await knownHead(run.anchor.trust, proof);
  if (receipt === null) return problem('receiptBad');
  if (receipt.orgId !== run.orgId) return problem('receiptOther');
  return verified(run, await run.means.openLog(run.orgId, run.signal), file.name, receipt);
}

async function verified(
  { means, orgId, anchor, onProgress, signal }: Run,
  stream: ReadableStream<Uint8Array>,
  fileName: string | null,
  receipt: KnownHead | null,
): Promise<Outcome> {
  const { storage, breathe, now } = means;
  const { trust, key } = anchor;
  const rememberedOf = (id: string | null) => (id === null ? null : rememberedHead(storage, id));
  const knownFor = (id: string | null) => {
    const remembered = rememberedOf(id);
    return [...(receipt === null ? [] : [receipt]), ...(remembered === null ? [] : [knownOf(remembered)])];
  };
  const found = await verifyStream(stream, { trust, knownFor, breathe, onProgress, signal });
  const { report } = found;
  const before = rememberedOf(report.orgId);
  const isOtherOrganisation = report.orgId !== null && report.orgId !== orgId;
  const isKeyChanged = before !== null && before.key !== key;
  const kept = isOtherOrganisation ? null : rememberHead(storage, report, key, now());
  return {
    kind: 'verified',
    verification: {
      ...found,
      verdict: verdictOf(report, isKeyChanged),
      fileName,
      compared: [
        ...(receipt === null ? [] : [{ kind: 'receipt' as const, seq: receipt.seq }]),
        ...(before === null ? [] : [{ kind: 'remembered' as const, seq: before.seq, at: before.verifiedAt }]),
      ],
      isRemembered: kept !== null,
      key,
      isKeyChanged,
      isOtherOrganisation,
    },
  };
}
