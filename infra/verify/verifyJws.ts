/** The checks that extracts and certificates share: form, algorithm, key, signature, spelling. */
import { inspectJws, type JwsProblem, type Jwks } from '../../functions/src/privacy/signature.ts';
import type { JsonValue } from '../../functions/src/shared/canonicalJson.ts';
import type { Checklist } from './checks.ts';

const steps: readonly { readonly problem: JwsProblem; readonly name: string; readonly words: string }[] = [
  { problem: 'malformed', name: 'the signature file is a signed JWS', words: 'it is not a compact JWS with a header of "alg" and "kid"' },
  { problem: 'algorithm', name: 'the algorithm is ES256', words: 'it is signed in another way, or not at all' },
  {
    problem: 'unknownKey',
    name: 'the key is one of the trusted keys',
    words: 'none of the trusted keys has the name that it was signed under',
  },
  { problem: 'signature', name: 'the signature is genuine', words: 'the signature does not belong to this content and this key' },
  { problem: 'payload', name: 'what was signed is canonical JSON', words: 'it is not' },
];

/** Adds the checks of a JWS. @returns the payload and its text, or null when a check failed. */
export async function checkJws(list: Checklist, jws: string, jwks: Jwks): Promise<{ payload: JsonValue; payloadText: string } | null> {
  const result = await inspectJws(jws, jwks);
  // A header can be malformed beyond its algorithm, and is then found after it; the order of the list stays.
  for (const step of steps) await list.must(step.name, () => (result.problem === step.problem ? step.words : null));
  return result.problem === null ? result : null;
}
