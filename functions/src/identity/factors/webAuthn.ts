/**
 * Passkeys (WebAuthn level 3), as `@simplewebauthn/server` verifies them.
 *
 * Guarantees: only answers to our own challenge, from our own origin, for our own name, with the person verified by the device,
 * count; a signature counter that does not grow is refused as a copy. Says nothing about the make of a device: attestation is
 * not asked for. Whoever calls uses each challenge once.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { appUrl } from '../../platform/config.ts';
import { newSecret } from '../../platform/random.ts';
import { AppError } from '../../shared/errors.ts';
import type { CreationOptions, PasskeyAnswer, PasskeyCreated, RequestOptions } from './contract.ts';

/** A passkey as its account keeps it. `credentialId` and `publicKey` (COSE) are base64url. */
export type Passkey = {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly label: string;
  readonly backedUp: boolean;
};

/** A challenge: 256 random bits in base64url. */
export const newChallenge = (): string => Buffer.from(newSecret(32)).toString('base64url');

/** COSE algorithms: ES256, EdDSA, RS256. */
const algorithms = [-7, -8, -257];
const timeoutMs = 300_000;
const loaded = () => import('@simplewebauthn/server');
const origin = (): string => new URL(appUrl()).origin;
const name = (): string => new URL(appUrl()).hostname;

/** What a browser needs to make a passkey for an account that has `existing` ones. The device learns the account's id as its user. */
export function creationOptions(
  challenge: string,
  account: { accountId: string; email: string; displayName: string },
  existing: readonly Passkey[],
): CreationOptions {
  return {
    rp: { id: name(), name: 'Valv' },
    user: { id: Buffer.from(account.accountId).toString('base64url'), name: account.email, displayName: account.displayName },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ alg, type: 'public-key' })),
    timeout: timeoutMs,
    excludeCredentials: existing.map(descriptor),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
}

/** What a browser needs to answer with a passkey: one of `allowed`, or any that it has for us when null. */
export function requestOptions(challenge: string, allowed: readonly Passkey[] | null): RequestOptions {
  const allowCredentials = allowed === null ? {} : { allowCredentials: allowed.map(descriptor) };
  return { challenge, rpId: name(), timeout: timeoutMs, userVerification: 'required', ...allowCredentials };
}

const descriptor = ({ credentialId, transports }: Passkey) => ({
  id: credentialId,
  type: 'public-key' as const,
  transports: [...transports],
});

/** Checks what a browser made. Throws `identity/passkey-refused`. */
export async function verifyCreated(answer: PasskeyCreated, challenge: string, label: string): Promise<Passkey> {
  const { verifyRegistrationResponse } = await loaded();
  const verified = await refusing(() =>
    verifyRegistrationResponse({
      response: answer as RegistrationResponseJSON, // the schema allows less, never more, than the type
      expectedChallenge: challenge,
      expectedOrigin: origin(),
      expectedRPID: name(),
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified.verified) throw refused();
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: credential.transports ?? [],
    label,
    backedUp: credentialBackedUp,
  };
}

/** Checks a passkey's answer; gives the passkey as it is to be kept now. Throws `identity/passkey-refused`, for a copied one too. */
export async function verifyAnswer(answer: PasskeyAnswer, challenge: string, passkey: Passkey): Promise<Passkey> {
  if (answer.id !== passkey.credentialId) throw refused();
  const { verifyAuthenticationResponse } = await loaded();
  const { verified, authenticationInfo } = await refusing(() =>
    verifyAuthenticationResponse({
      response: answer as AuthenticationResponseJSON, // the schema allows less, never more, than the type
      expectedChallenge: challenge,
      expectedOrigin: origin(),
      expectedRPID: name(),
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    }),
  );
  if (!verified) throw refused();
  return { ...passkey, counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp };
}

/** The account that a passkey names as its user, or null when it names none that could be ours. */
export function accountNamedBy(answer: PasskeyAnswer): string | null {
  const { userHandle } = answer.response;
  return userHandle === undefined || userHandle === null ? null : Buffer.from(userHandle, 'base64url').toString('utf8');
}

/** The library's errors quote what the browser sent: they are not passed on. */
async function refusing<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch {
    throw refused();
  }
}

/** The one answer for an unknown passkey, a wrong signature and a used challenge. */
export function refused(): AppError {
  return new AppError('identity/passkey-refused', 'the passkey was refused');
}
