/** A finding in one plain sentence. Seals are numbered from 1, and so are events in their seal. */
import type { Finding } from '../../../../../functions/src/crypto/auditLog/findings.ts';
import type { Messages } from '../../../i18n/messages.ts';

/** The sentence; `format` writes a number in the reader's language. */
export function findingText(words: Messages['verification'], format: (value: number) => string, finding: Finding): string {
  const { kind, part } = finding;
  const seq = format(finding.seq);
  const { findings, kinds } = words;
  if (part === 'note') return findings.note;
  if (part === 'proof') return findings.proof;
  if (part === 'receipt') return kind === 'truncated' ? findings.receiptTruncated(seq) : findings.receiptForked(seq);
  if (part === 'head' && kind === 'unsigned') return findings.headUnsigned(format(Math.max(1, finding.seq)));
  if (part === 'head' && kind === 'truncated') return findings.headTruncated(seq);
  if (part === 'head' && kind === 'forked') return findings.headForked(seq);
  if (part === 'head') return findings.headDamaged;
  return `${subject(words, format, finding)} ${kinds[kind]}`;
}

function subject({ subjects }: Messages['verification'], format: (value: number) => string, { kind, part, seq, index }: Finding): string {
  const number = format(seq);
  if (part === 'event') return index === undefined ? subjects.eventOf(number) : subjects.event(format(index + 1), number);
  if (part === 'leaves') return subjects.leaves(number);
  if (part === 'header') return subjects.header(number);
  if (part === 'file' && kind === 'truncated') return subjects.lastLine;
  if (part === 'file') return seq === 0 ? subjects.firstLine : subjects.line(number);
  return subjects.seal(number);
}
