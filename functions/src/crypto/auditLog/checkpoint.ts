/**
 * Checkpoints of the log of all heads (C2SP tlog-checkpoint) and its leaves.
 *
 * Guarantees: one spelling of each text. A checkpoint says nothing until its note is verified: see signedNote.ts.
 */
import { canonicalJson } from '../../shared/canonicalJson.ts';
import { fromBase64, toBase64 } from './bytes.ts';
import { hashBytes } from './merkle.ts';
import { canonicalObject, hash, isCount, isText, name } from './seal.ts';

/** The state of the log of all heads. */
export type Checkpoint = {
  /** Which log: the name of its key. */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  /** RFC 6962 root over them, 32 bytes. */
  readonly root: Uint8Array;
};

/** The text that is signed. Throws a TypeError for an empty or broken origin, a size that is no count, and a root of another length. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  if (!origins.test(origin) || !isCount(size, 0) || root.length !== hashBytes) throw new TypeError('this cannot be a checkpoint');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

const origins = /^\P{Cc}+$/u;

/** What a checkpoint's text says; null for any other text. Extension lines are refused: nobody could audit them, and Valv writes none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, base64, end, ...more] = text.split('\n');
  if (origin === undefined || size === undefined || base64 === undefined || end !== '' || more.length > 0) return null;
  const root = fromBase64(base64);
  if (!origins.test(origin) || !/^(?:0|[1-9]\d{0,15})$/.test(size) || root?.length !== hashBytes) return null;
  return isCount(Number(size), 0) ? { origin, size: Number(size), root } : null;
}

/** A leaf of the log of all heads: where an organisation's log stands. */
export type HeadLeaf = {
  readonly v: 1;
  readonly orgId: string;
  /** Newest seal. */
  readonly seq: number;
  /** Number of events sealed, in all seals. */
  readonly count: number;
  /** Head after that seal, hexadecimal. */
  readonly head: string;
};

/** The text of a head leaf, canonical JSON; its UTF-8 is the data of the leaf. */
export function headLeafText({ orgId, seq, count, head }: Omit<HeadLeaf, 'v'>): string {
  return canonicalJson({ v: 1, orgId, seq, count, head });
}

/** What a head leaf says; null if the text is not the canonical JSON of one. */
export function parseHeadLeaf(text: string): HeadLeaf | null {
  const leaf = canonicalObject(text);
  if (leaf === null || Object.keys(leaf).join() !== 'count,head,orgId,seq,v') return null;
  const { count, head, orgId, seq, v } = leaf;
  if (v !== 1 || !isText(orgId, name) || !isText(head, hash) || !isCount(seq, 1) || !isCount(count, 1)) return null;
  return { v, orgId, seq, count, head };
}

/** The text of the leaf behind the head leaves of a checkpoint: `signedHeads` is the hash, hexadecimal, of where all organisations stand with it. */
export function stateLeafText(signedHeads: string): string {
  return canonicalJson({ v: 1, signedHeads });
}

/** The hash in a state leaf; null if the text is not the canonical JSON of one. */
export function parseStateLeaf(text: string): string | null {
  const leaf = canonicalObject(text);
  if (leaf === null || Object.keys(leaf).join() !== 'signedHeads,v') return null;
  const { signedHeads, v } = leaf;
  return v === 1 && isText(signedHeads, hash) ? signedHeads : null;
}
