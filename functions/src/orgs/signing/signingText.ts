/**
 * What a manager signs with BankID: that an access review was gone through.
 *
 * Guarantees: read under the caller's own token, so the rules decide who may see it; the text names the organisation, the
 * review and how many keep, change and lose access, and nobody by name. The version that it was made of is kept with the
 * evidence, so that a review which was changed afterwards is not taken for the signed one.
 */
import { doc, getDoc, Timestamp } from 'firebase/firestore/lite';
import type { SigningText } from '../../identity/bankId/world.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { callerFirestore } from '../../platform/callerFirestore.ts';
import { AppError } from '../../shared/errors.ts';
import { swedishDate } from '../../shared/time.ts';
import type { AccessDecision } from '../reviews/contract.ts';

/** The text of an open access review. Throws `shared/not-found` for one that the caller may not see, or that is completed. */
export const accessReviewText: SigningText = async (caller, { orgId, id }, locale) => {
  const db = await callerFirestore(caller.idToken);
  const [organisation, review] = await asCaller('shared/not-found', () =>
    Promise.all([getDoc(doc(db, 'orgs', orgId)), getDoc(doc(db, 'orgs', orgId, 'accessReviews', id))]),
  );
  const startedAt: unknown = review.get('startedAt');
  if (review.get('state') !== 'open' || !(startedAt instanceof Timestamp)) throw new AppError('shared/not-found', 'not found');
  const decisions = Object.values((review.get('decisions') ?? {}) as Readonly<Record<string, AccessDecision>>); // so say the rules
  const count = (wanted: AccessDecision): number => decisions.filter((decision) => decision === wanted).length;
  const facts = { name: String(organisation.get('name')), date: swedishDate(startedAt.toDate()), count };
  return { text: locale === 'sv' ? swedish(facts) : english(facts), version: Number(review.get('version')) };
};

type Facts = { readonly name: string; readonly date: string; readonly count: (wanted: AccessDecision) => number };

function swedish({ name, date, count }: Facts): string {
  return `Jag har gått igenom vilka som har åtkomst till ${name} i Valv.

Genomgången påbörjades ${date}.
Behåller åtkomst: ${count('keep')}
Får ändrad roll: ${count('change')}
Förlorar åtkomst: ${count('remove')}

Jag intygar att besluten stämmer.`;
}

function english({ name, date, count }: Facts): string {
  return `I have reviewed who has access to ${name} in Valv.

The review began on ${date}.
Keep access: ${count('keep')}
Get another role: ${count('change')}
Lose access: ${count('remove')}

I confirm that the decisions are right.`;
}
