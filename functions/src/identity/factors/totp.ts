/**
 * One-time passwords of an authenticator app (RFC 6238): SHA-1, six digits, 30 seconds, which is what every app knows.
 *
 * Guarantees: a password counts in its own step and the one before and after, and only in a step later than the last one that
 * was accepted, so none counts twice. Does not count tries; whoever asks does.
 */
import { HOTP, Secret, TOTP } from 'otpauth';

const shape = { algorithm: 'SHA1', digits: 6 } as const;
const periodSeconds = 30;
const windowSteps = 1;

/** Bytes of a new secret: 160 bits, as RFC 4226 section 4 recommends. */
export const totpSecretBytes = 20;

/** A secret as an app shows and takes it: base32 without padding. */
export function totpSecretText(secret: Uint8Array<ArrayBuffer>): string {
  return new Secret({ buffer: secret.buffer }).base32;
}

/** The address that a QR code holds for the app. `label` is the account's e-mail address. */
export function totpUri(secretText: string, label: string): string {
  return new TOTP({ ...shape, period: periodSeconds, issuer: 'Valv', label, secret: secretText }).toString();
}

/** The step whose password this is, if it is later than `lastStep`; otherwise null. Steps count from 1970, 30 seconds each. */
export function acceptedStep(secretText: string, password: string, now: Date, lastStep: number): number | null {
  if (!/^[0-9]{6}$/.test(password)) return null; // the library throws for letters outside ASCII
  const secret = Secret.fromBase32(secretText);
  const current = TOTP.counter({ period: periodSeconds, timestamp: now.getTime() });
  for (let step = current - windowSteps; step <= current + windowSteps; step += 1) {
    if (step > lastStep && HOTP.validate({ ...shape, secret, token: password, counter: step, window: 0 }) === 0) return step;
  }
  return null;
}
