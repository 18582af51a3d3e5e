/**
 * One seal against the seal before it, and the events that people read against the seal that they are in.
 *
 * Guarantees: pure; a seal is whole only if its header follows from the one before and stands for exactly its events; an event is
 * as it was sealed only if its document, spelled as the sealer spells it, has the sealed bytes. Does not say which of the two is
 * the true one: the seals are what is signed.
 */
import { compareSeal } from '../../crypto/auditLog/compareSeal.ts';
import { eventIdOf } from '../../crypto/auditLog/event.ts';
import { eventTexts, headOf, noHead, parseHeader } from '../../crypto/auditLog/seal.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import type { SealDoc } from '../sealing/sealStore.ts';

/** How far an organisation's seals have been followed: to seal `seq`, the head after it and the events up to it; null where that cannot be told. */
export type ChainPlace = { readonly seq: number; readonly head: string | null; readonly count: number | null };

/** Before an organisation's first seal. */
export const beforeFirstSeal: ChainPlace = { seq: 0, head: noHead, count: 0 };

/** What a seal is worth: `next` is the place behind it, `texts` what it holds by the events' ids; null for a seal that is not whole. */
export type JudgedSeal = { readonly next: ChainPlace; readonly texts: ReadonlyMap<string, string> | null };

/** Judges the seal that stands behind `before`; null for one that is not there. */
export function judgeSeal(orgId: string, before: ChainPlace, seal: SealDoc | null): JudgedSeal {
  const seq = before.seq + 1;
  const header = seal === null ? null : parseHeader(seal.header);
  if (seal === null || header === null || header.orgId !== orgId || header.seq !== seq)
    return { next: { seq, head: null, count: null }, texts: null };
  const next = { seq, head: headOf(sha256, seal.header), count: header.start + header.count };
  const follows = (before.head === null || before.head === header.previous) && (before.count === null || before.count === header.start);
  const events = textsOf(seal);
  const isWhole = follows && compareSeal(sha256, { seq, header, leaves: seal.leaves, events }).length === 0;
  return { next, texts: isWhole ? new Map(events.map((text) => [eventIdOf(text) ?? '', text])) : null };
}

function textsOf({ events }: SealDoc): readonly string[] {
  try {
    return eventTexts(events);
  } catch {
    return [];
  }
}

/** An event as it is stored now; `text` null for a document that has not the form of an event. */
export type StoredEvent = { readonly id: string; readonly text: string | null; readonly sealSeq: unknown };

/** How a stored event differs from what was sealed: `notSealed` says that it is in a seal, and is not. */
export type EventFault = 'changed' | 'deleted' | 'notSealed';

/** An event that is not as it was sealed. */
export type FaultyEvent = { readonly id: string; readonly fault: EventFault };

/** The events that are not as seal `seq` has them, each once. `stored` are all that say they are in it, and those of its own that do not. */
export function faultsOf(seq: number, texts: ReadonlyMap<string, string>, stored: readonly StoredEvent[]): readonly FaultyEvent[] {
  const found = new Map(stored.map((event) => [event.id, event]));
  const sealed = [...texts].flatMap(([id, text]): FaultyEvent[] => {
    const event = found.get(id);
    if (event === undefined) return [{ id, fault: 'deleted' }];
    return event.text === text && event.sealSeq === seq ? [] : [{ id, fault: 'changed' }];
  });
  const others = stored.filter(({ id }) => !texts.has(id)).map(({ id }): FaultyEvent => ({ id, fault: 'notSealed' }));
  return [...sealed, ...others];
}
