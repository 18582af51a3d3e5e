/**
 * How far an organisation's seals go on from the head that was signed last.
 *
 * Guarantees: the place that is answered is the signed one, or follows from it by headers of which each names the one before; what
 * was rewritten, cut back or taken away is never in front of it. Reads the headers of the new seals alone, one read each, at most
 * a thousand in one go. Does not look at the events: verification and reconciling/compareEvents.ts do.
 */
import { headOf, noHead, parseHeader } from '../../crypto/auditLog/seal.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { sealDoc, storedHead } from './sealStore.ts';
import type { SignedPlace } from './signedHeads.ts';

/** Most seals of one organisation that one run follows; the rest is signed by the next. */
const mostSeals = 1000;
const pageSize = 100;

/** The last place that follows from the signed one. `isWhole`: it is the tip; `isBroken`: what is behind it does not follow. */
export type Extension = { readonly place: SignedPlace; readonly isWhole: boolean; readonly isBroken: boolean };

const beginning: SignedPlace = { seq: 0, count: 0, head: noHead };

/** Follows an organisation's seals from where it was signed, null for nowhere, to its tip. */
export async function extendSigned(orgId: string, signed: SignedPlace | null, tip: SignedPlace): Promise<Extension> {
  let place = signed ?? beginning;
  // Somebody wrote it: nothing is to be counted by it, or nobody's head would be signed.
  if (!Number.isSafeInteger(tip.seq)) return { place, isWhole: false, isBroken: true };
  const last = Math.min(tip.seq, place.seq + mostSeals);
  while (place.seq < last) {
    const headers = await headersOf(orgId, place.seq + 1, Math.min(last, place.seq + pageSize));
    for (const header of headers) {
      const next = follow(orgId, place, header);
      if (next === null) return { place, isWhole: false, isBroken: true };
      place = next;
    }
  }
  const isWhole = place.seq === tip.seq && place.head === tip.head && place.count === tip.count;
  return { place, isWhole, isBroken: !isWhole && !(tip.seq > place.seq) };
}

/** Whether the seal that was signed last is there, with the head that was signed. One read. */
async function hasSignedSeal(orgId: string, { seq, head }: SignedPlace): Promise<boolean> {
  const [text] = await headersOf(orgId, seq, seq);
  return typeof text === 'string' && headOf(sha256, text) === head;
}

/**
 * Whether something that was signed of an organisation is lost, or what follows does not go on from it: the signer would not sign it,
 * or the seal that was signed last, null for none, is not there.
 */
export async function hasLostSigned(orgId: string, signed: SignedPlace | null): Promise<boolean> {
  return (await isLost(orgId, signed)) || (signed !== null && !(await hasSignedSeal(orgId, signed)));
}

/** Whether the signer would not sign an organisation: it has no tip, or one that does not go on from the signed place, null for none. */
export async function isLost(orgId: string, signed: SignedPlace | null): Promise<boolean> {
  const tip = await storedHead(orgId);
  return tip === null || !(await leadsTo(orgId, signed, tip));
}

/**
 * Whether the headers of all seals up to the one that was signed last, null for none, are there and lead to it, whatever the tip says or
 * however much is torn behind it: then nothing that was signed is lost. One read for each seal.
 */
export const hasAllSigned = async (orgId: string, signed: SignedPlace | null): Promise<boolean> =>
  signed === null || leadsTo(orgId, null, signed);

/** Whether an organisation's headers lead from one place, null for nowhere, to another. */
async function leadsTo(orgId: string, from: SignedPlace | null, to: SignedPlace): Promise<boolean> {
  let extension = await extendSigned(orgId, from, to);
  while (!extension.isWhole && !extension.isBroken) extension = await extendSigned(orgId, extension.place, to);
  return extension.isWhole;
}

function follow(orgId: string, place: SignedPlace, text: unknown): SignedPlace | null {
  const header = typeof text === 'string' ? parseHeader(text) : null;
  if (typeof text !== 'string' || header?.orgId !== orgId || header.seq !== place.seq + 1) return null;
  if (header.previous !== place.head || header.start !== place.count) return null;
  return { seq: header.seq, count: header.start + header.count, head: headOf(sha256, text) };
}

/** The headers of seals, undefined for one that is not there. */
async function headersOf(orgId: string, from: number, to: number): Promise<readonly unknown[]> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const seals = await adminFirestore().getAll(...numbers.map((seq) => sealDoc(orgId, seq)), { fieldMask: ['header'] });
  return seals.map((seal): unknown => seal.get('header'));
}
