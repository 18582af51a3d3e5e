/**
 * Verifies an erasure certificate: the JWS alone, or the JSON `{ jws, certificate }` that the service answers.
 *
 * Guarantees: if all checks pass, a trusted key signed exactly this certificate. Does not prove that the erasure took
 * place: it proves that the service said so.
 */
import * as z from 'zod/mini';
import { type ErasureCertificate, privacyCallables } from '../../functions/src/privacy/contract.ts';
import type { Jwks } from '../../functions/src/privacy/signature.ts';
import { canonicalJson, type JsonValue } from '../../functions/src/shared/canonicalJson.ts';
import { type Check, newChecklist } from './checks.ts';
import { checkJws } from './verifyJws.ts';

const certificateSchema = z.strictObject(privacyCallables.getErasureCertificate.output.shape.certificate.shape);
const answerSchema = z.strictObject({ jws: z.string(), certificate: z.unknown() });

/** All checks of a certificate's file. */
export async function verifyCertificate(file: string, jwks: Jwks): Promise<readonly Check[]> {
  const list = newChecklist();
  const isJson = file.startsWith('{');
  const answer = isJson ? answerSchema.safeParse(parsed(file)) : undefined;
  if (isJson)
    await list.must('the file holds a certificate and its signature', () =>
      answer?.success === true ? null : 'it is not JSON with "jws" and "certificate"',
    );
  if (isJson)
    await list.must('the file says everything once', () =>
      isSpelledOnce(file, answer?.data) ? null : 'a name occurs twice, or the file was rewritten',
    );
  const signed = await checkJws(list, isJson ? (answer?.data?.jws ?? '') : file.trimEnd(), jwks);
  if (isJson)
    await list.must('the certificate is what was signed', () =>
      spelled(answer?.data?.certificate) === signed?.payloadText ? null : 'it says something else',
    );
  const certificate = certificateSchema.safeParse(signed?.payload);
  await list.must('it is an erasure certificate of the known format', () => (certificate.success ? null : 'it is not'));
  await list.check('its times are in order', () => disorder(certificate.data));
  return list.checks;
}

/** A name that occurs twice would show a reader one value and this program another. */
function isSpelledOnce(file: string, answer: unknown): boolean {
  const withoutSpace = (text: string): string => text.replaceAll(/\s/g, '');
  return withoutSpace(file) === withoutSpace(JSON.stringify(answer));
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** Canonical spelling, or the empty text for what has none. */
function spelled(certificate: unknown): string {
  try {
    return canonicalJson(certificate as JsonValue); // came out of JSON.parse; what is missing throws
  } catch {
    return '';
  }
}

function disorder(certificate: ErasureCertificate | undefined): string | null {
  if (certificate === undefined) return 'there is no certificate';
  const { requestedAt, keyDestroyedAt, completedAt, copies } = certificate;
  const inOrder = (instants: readonly string[]): boolean =>
    instants.every((at, index) => index === 0 || Date.parse(instants[index - 1] ?? '') <= Date.parse(at));
  if (!inOrder([requestedAt, keyDestroyedAt, completedAt])) return 'it was finished before it was requested';
  return copies.every((copy) => inOrder([copy.unreadableFrom, copy.goneBy])) ? null : 'a copy is gone before it is unreadable';
}
