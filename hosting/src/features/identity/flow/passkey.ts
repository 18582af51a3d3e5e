/** Asks the browser for a passkey. The library is loaded when it is first needed. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/browser';

type GetOptions = Parameters<typeof import('@simplewebauthn/browser').startAuthentication>[0]['optionsJSON'];
type CreateOptions = Parameters<typeof import('@simplewebauthn/browser').startRegistration>[0]['optionsJSON'];
/** `cancelled`: nobody answered, or the person chose not to. `exists`: the device has one for this account. */
export type PasskeyProblem = 'cancelled' | 'exists' | 'unsupported';

/** Whether this browser knows passkeys at all. */
export function knowsPasskeys(): boolean {
  return typeof window.PublicKeyCredential === 'function';
}

/** Lets a passkey answer the server's challenge. */
export async function answerChallenge(options: unknown): Promise<AuthenticationResponseJSON | PasskeyProblem> {
  if (!knowsPasskeys()) return 'unsupported';
  const { startAuthentication } = await import('@simplewebauthn/browser');
  // Made by the server's half of the same library; the browser checks it.
  return orProblem(startAuthentication({ optionsJSON: options as GetOptions }));
}

/** Lets the device make a passkey. */
export async function createPasskey(options: unknown): Promise<RegistrationResponseJSON | PasskeyProblem> {
  if (!knowsPasskeys()) return 'unsupported';
  const { startRegistration } = await import('@simplewebauthn/browser');
  // Made by the server's half of the same library; the browser checks it.
  return orProblem(startRegistration({ optionsJSON: options as CreateOptions }));
}

async function orProblem<T>(asked: Promise<T>): Promise<T | PasskeyProblem> {
  try {
    return await asked;
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : '';
    if (name === 'InvalidStateError') return 'exists';
    if (name === 'NotSupportedError') return 'unsupported';
    // The browser tells no more than that there was no answer.
    return 'cancelled';
  }
}
