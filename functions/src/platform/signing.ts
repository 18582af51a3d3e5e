/** The key that signs extracts, certificates and what backups are made of, with its public half. Made at the very first use. */
import { isAppError } from '../shared/errors.ts';
import { createSigningKey, kmsSign, signingPublicKeyPem } from './kms.ts';

let pem: Promise<string> | undefined;

/** The public key, PEM (SPKI). Cached for the life of the instance: versions are never replaced, only added. */
export async function documentPublicKeyPem(): Promise<string> {
  pem ??= signingPublicKeyPem().catch(async (thrown: unknown) => {
    if (!isAppError(thrown, 'shared/not-found')) throw thrown;
    await createSigningKey();
    return signingPublicKeyPem();
  });
  pem.catch(() => {
    pem = undefined;
  });
  return pem;
}

/** Signs a SHA-256 digest; answers ECDSA P-256 in ASN.1 DER. */
export const signDigest = kmsSign;
