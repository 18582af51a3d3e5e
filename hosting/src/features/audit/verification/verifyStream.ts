/**
 * Verifies a log while it streams in, in slices, so that the page stays responsive.
 *
 * Guarantees what functions/src/crypto/auditLog/verifyLog.ts does; memory holds one seal and the ids of the events,
 * however long the log is. Does not say whose browser or whose code this is: the offline command is for who trusts neither.
 */
import type { KnownHead, NoteTrust } from '../../../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { cutLines, parseLogFileHead, parseSealLine, type LogFileHead } from '../../../../../functions/src/crypto/auditLog/logFile.ts';
import { parseHeader } from '../../../../../functions/src/crypto/auditLog/seal.ts';
import { newLogVerifier, type LogReport, type LogVerifier } from '../../../../../functions/src/crypto/auditLog/verifyLog.ts';

/** How far a verification has come. */
export type Progressed = {
  readonly events: number;
  /** As the first line promises; 0 while it has not come. */
  readonly ofEvents: number;
};

/** What a verification needs beside the log. */
export type StreamVerification = {
  readonly trust: NoteTrust;
  /** What is known of the organisation that the first line names; asked once. */
  readonly knownFor: (orgId: string | null) => readonly KnownHead[];
  /** Lets the browser do something else when it is time to; answers whether it did. */
  readonly breathe: () => Promise<boolean>;
  readonly onProgress: (progress: Progressed) => void;
  readonly signal: AbortSignal;
};

/** What was found. */
export type VerifiedStream = {
  readonly report: LogReport;
  /** When the newest seal says that it was made, UTC ISO 8601; null if there is none that can be read. */
  readonly sealedAt: string | null;
};

/** Bytes that are worked on in one go: some milliseconds of work. */
const sliceBytes = 128 * 1024;

/** Verifies a log. Throws the signal's reason when it is aborted, and what the stream throws. */
export async function verifyStream(stream: ReadableStream<Uint8Array>, verification: StreamVerification): Promise<VerifiedStream> {
  const { breathe, onProgress, signal } = verification;
  const taker = newLineTaker(verification);
  const cutter = cutLines(taker.line);
  const reader = stream.getReader();
  const abort = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', abort);
  try {
    for (let piece = await reader.read(); piece.value !== undefined; piece = await reader.read()) {
      for (let start = 0; start < piece.value.length; start += sliceBytes) {
        cutter.push(piece.value.subarray(start, start + sliceBytes));
        const hasGivenWay = await breathe();
        signal.throwIfAborted();
        if (hasGivenWay) onProgress(taker.progress());
      }
    }
    signal.throwIfAborted();
    cutter.end();
    return await taker.end();
  } finally {
    signal.removeEventListener('abort', abort);
    // What is left of a stream that was given up is not wanted; one that has ended takes no notice.
    abort();
  }
}

type LineTaker = {
  readonly line: (line: string | null) => void;
  readonly progress: () => Progressed;
  readonly end: () => Promise<VerifiedStream>;
};

/** Makes the verifier when the first line says whose log it is, and keeps the newest seal's line for its time. */
function newLineTaker({ trust, knownFor }: StreamVerification): LineTaker {
  let begun: { readonly verifier: LogVerifier; readonly head: LogFileHead | null } | null = null;
  let newestSeal: string | null = null;
  const begin = (line: string | null) => {
    const head = line === null ? null : parseLogFileHead(line);
    return { verifier: newLogVerifier({ ...trust, known: knownFor(head?.orgId ?? null) }), head };
  };
  return {
    line: (line) => {
      begun ??= begin(line);
      if (line?.startsWith('{"header"') === true) newestSeal = line;
      begun.verifier.line(line);
    },
    progress: () => ({ events: begun?.verifier.eventCount() ?? 0, ofEvents: begun?.head?.events ?? 0 }),
    end: async () => {
      const { verifier } = (begun ??= begin(null));
      const header = parseHeader((newestSeal === null ? null : parseSealLine(newestSeal))?.header ?? '');
      return { report: await verifier.end(), sealedAt: header?.sealedAt ?? null };
    },
  };
}

/** A {@link StreamVerification.breathe} that gives way after `sliceMs` of work; `now` in milliseconds, from any beginning. */
export function newBreather(now: () => number, giveWay: () => Promise<void>, sliceMs = 12): () => Promise<boolean> {
  let since = now();
  return async () => {
    if (now() - since < sliceMs) return false;
    await giveWay();
    since = now();
    return true;
  };
}

/** What a report comes to: `none` if nothing has been sealed yet, and nothing is missing; `otherKey` if it is whole under another key than before. */
export type Verdict = 'good' | 'bad' | 'none' | 'otherKey';

/** The verdict over a report. */
export function verdictOf({ findingCount, findings, seals }: LogReport, isKeyChanged: boolean): Verdict {
  if (findingCount === 0) return isKeyChanged ? 'otherKey' : 'good';
  const [only] = findings;
  return seals === 0 && findingCount === 1 && only?.kind === 'unsigned' && only.part === 'head' ? 'none' : 'bad';
}
