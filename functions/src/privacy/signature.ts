/**
 * Signatures over what leaves Valv: compact JWS, ES256 only (RFC 7515, RFC 7518 section 3.4).
 *
 * Guarantees: one algorithm; one spelling of a JWS (canonical base64url, header of exactly `alg` and `kid`), so a byte
 * cannot change unseen; `kid` is the RFC 7638 thumbprint, so a key cannot take another key's name; a signature is
 * verified before it is handed out. Does not guarantee when something was signed, nor that a key was not withdrawn
 * later: who verifies decides which keys to trust.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import * as z from 'zod/mini';
import { AppError } from '../shared/errors.ts';
import { canonicalJson, type JsonValue } from '../shared/canonicalJson.ts';

const base64url = /^[A-Za-z0-9_-]*$/;
const coordinate = z.string().check(z.length(43), z.regex(base64url));

const publicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  kid: coordinate,
  alg: z.literal('ES256'),
  use: z.literal('sig'),
});
/** A public key as `/.well-known/valv-keys.json` lists it; `kid` is its RFC 7638 thumbprint, SHA-256, base64url. */
export type PublicJwk = z.infer<typeof publicJwk>;

/**
 * The file `/.well-known/valv-keys.json`: every key that ever signed, newest first, and the verifier key of the audit log's
 * checkpoints (crypto/auditLog/signedNote.ts).
 */
export const jwksSchema = z.strictObject({ keys: z.array(publicJwk), checkpoints: z.optional(z.string()) });
/** The public keys of Valv. */
export type Jwks = z.infer<typeof jwksSchema>;

/** Signs a 32-byte SHA-256 digest and answers ASN.1 DER, as Cloud KMS does for EC_SIGN_P256_SHA256. */
export type SignDigest = (digest: Uint8Array) => Promise<Uint8Array>;
/** A key that signs, with its public half. */
export type Signer = { readonly jwk: PublicJwk; readonly sign: SignDigest };

/** The public key of a PEM (SPKI, as Cloud KMS answers it), ready for the key file. Throws TypeError for a key that is not P-256. */
export async function publicJwkFromPem(pem: string): Promise<PublicJwk> {
  const { kty, crv, x, y } = createPublicKey(pem).export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) throw new TypeError('not a P-256 public key');
  const kid = await calculateJwkThumbprint({ kty, crv, x, y }, 'sha256');
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

/**
 * Compact JWS whose payload is the canonical JSON of `payload`.
 * Throws `shared/internal` when the signing service answers something that does not verify under its own key.
 */
export async function signJws(payload: JsonValue, signer: Signer): Promise<string> {
  const header = encode(canonicalJson({ alg: 'ES256', kid: signer.jwk.kid }));
  const signed = `${header}.${encode(canonicalJson(payload))}`;
  const der = await signer.sign(createHash('sha256').update(signed).digest());
  const jws = `${signed}.${Buffer.from(rawSignature(der)).toString('base64url')}`;
  const result = await inspectJws(jws, { keys: [signer.jwk] });
  if (result.problem !== null) throw new AppError('shared/internal', 'the signing service answered a signature that does not verify');
  return jws;
}

/** What can be wrong with a JWS, in the order in which it is found out. */
export type JwsProblem = 'malformed' | 'algorithm' | 'unknownKey' | 'signature' | 'payload';

/** What inspecting a JWS found. `payload` is genuine exactly if `problem` is null. */
export type JwsInspection =
  | { readonly problem: null; readonly kid: string; readonly payload: JsonValue; readonly payloadText: string }
  | { readonly problem: JwsProblem };

/** Checks a compact JWS against the known keys and names the first problem. Never throws for what a JWS may hold. */
export async function inspectJws(jws: string, jwks: Jwks): Promise<JwsInspection> {
  const parts = readParts(jws);
  if (parts === null) return { problem: 'malformed' };
  if (parts.header.alg !== 'ES256') return { problem: 'algorithm' };
  const header = strictHeader.safeParse(parts.header);
  if (!header.success) return { problem: 'malformed' };
  const key = await knownKey(header.data.kid, jwks);
  if (key === null) return { problem: 'unknownKey' };
  if (!(await isGenuine(jws, key))) return { problem: 'signature' };
  const payload = canonicalPayload(parts.payloadText);
  if (payload === undefined) return { problem: 'payload' };
  return { problem: null, kid: header.data.kid, payload, payloadText: parts.payloadText };
}

/** The payload of a genuine JWS. Throws `shared/invalid-input` that names the problem for any other. */
export async function verifyJws(jws: string, jwks: Jwks): Promise<JsonValue> {
  const result = await inspectJws(jws, jwks);
  if (result.problem === null) return result.payload;
  throw new AppError('shared/invalid-input', `invalid "jws": ${result.problem}`, { field: 'jws', reason: result.problem });
}

const strictHeader = z.strictObject({ alg: z.literal('ES256'), kid: z.string() });
const anyHeader = z.looseObject({ alg: z.unknown() });

function readParts(jws: string): { header: z.infer<typeof anyHeader>; payloadText: string } | null {
  const parts = jws.split('.').map(decode);
  const [headerText, payloadText, signature] = parts;
  if (parts.length !== 3 || headerText == null || payloadText == null || signature == null) return null;
  const header = anyHeader.safeParse(parseJson(text(headerText)));
  const payload = text(payloadText);
  return header.success && payload !== null ? { header: header.data, payloadText: payload } : null;
}

/** The key of that thumbprint, if the list holds it under its true name exactly once. */
async function knownKey(kid: string, jwks: Jwks): Promise<PublicJwk | null> {
  const [key, ...more] = jwks.keys.filter((candidate) => candidate.kid === kid);
  if (key === undefined || more.length > 0) return null;
  return (await calculateJwkThumbprint(key, 'sha256')) === kid ? key : null;
}

async function isGenuine(jws: string, key: PublicJwk): Promise<boolean> {
  try {
    await compactVerify(jws, await importJWK(key, 'ES256'), { algorithms: ['ES256'] });
    return true;
  } catch {
    return false; // a point off the curve, a wrong length and a wrong signature are one answer: not genuine
  }
}

/** The value, if the text is its canonical spelling; `undefined` otherwise. */
function canonicalPayload(payloadText: string): JsonValue | undefined {
  const value = parseJson(payloadText);
  try {
    return value !== undefined && canonicalJson(value) === payloadText ? value : undefined;
  } catch {
    return undefined; // a lone surrogate written as an escape
  }
}

function parseJson(source: string | null): JsonValue | undefined {
  try {
    // JSON.parse answers nothing but JSON values.
    return source === null ? undefined : (JSON.parse(source) as JsonValue);
  } catch {
    return undefined;
  }
}

const encode = (value: string): string => Buffer.from(value, 'utf8').toString('base64url');

/** Bytes of canonical base64url, else null: unused bits set, padding and other alphabets are refused. */
function decode(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return base64url.test(part) && bytes.toString('base64url') === part ? bytes : null;
}

function text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Order of the group of P-256. FIPS 186-5 / SEC 2. */
const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/**
 * ASN.1 DER `SEQUENCE { INTEGER r, INTEGER s }` to the 64 bytes `r || s` of RFC 7518, section 3.4.
 * Throws `shared/internal` for anything but the one DER spelling of two numbers from 1 to the group order less one.
 */
export function rawSignature(der: Uint8Array): Uint8Array {
  const [tag, length] = der;
  if (tag !== 0x30 || length === undefined || length !== der.length - 2 || length > 0x7f) throw notDer();
  const r = derInteger(der, 2);
  const s = derInteger(der, r.end);
  if (s.end !== der.length) throw notDer();
  return Buffer.concat([r.bytes, s.bytes]);
}

function derInteger(der: Uint8Array, at: number): { bytes: Uint8Array; end: number } {
  const length = der[at + 1] ?? 0;
  const body = der.subarray(at + 2, at + 2 + length);
  const [first, second = 0] = body;
  if (der[at] !== 0x02 || length > 33 || body.length !== length || first === undefined || first > 0x7f) throw notDer();
  if (first === 0 && second <= 0x7f) throw notDer(); // a leading zero that is not needed, or the number zero
  const value = BigInt(`0x${Buffer.from(body).toString('hex')}`);
  if (value < 1n || value >= order) throw notDer();
  return { bytes: Buffer.from(value.toString(16).padStart(64, '0'), 'hex'), end: at + 2 + length };
}

const notDer = (): AppError =>
  new AppError('shared/internal', 'the signing service answered something that is not an ECDSA signature on P-256');
