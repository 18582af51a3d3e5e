/**
 * Passwords: hashed with argon2id, checked, refused when common.
 *
 * Guarantees: parameters at OWASP's recommendation (19 MiB, 2 passes, 1 lane); an unknown account costs the same hash as a
 * known one. Does not know passwords that leaked but are rare: the offline list holds the most common ones.
 */
import { hash, verify } from '@node-rs/argon2';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';

/** OWASP Password Storage Cheat Sheet: argon2id, m=19456 (19 MiB), t=2, p=1. `algorithm` 2 is argon2id. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hash of a random string nobody has, for accounts that do not exist. */
const nobodysHash = hash(newId<string>(), parameters);

/** The argon2id hash of a password, in the PHC string format. The password is normalised to NFKC first. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), parameters);
}

/** Whether a password is the one that was hashed. With null, does the same work and answers false. */
export async function passwordMatches(password: string, passwordHash: string | null): Promise<boolean> {
  const isMatch = await verify(passwordHash ?? (await nobodysHash), password.normalize('NFKC'));
  return passwordHash !== null && isMatch;
}

/** What Swedes choose and the list, which is English, does not hold: such a word, a few digits, a sign. */
const swedish =
  /^(?:lösenord|losenord|sommar|vinter|höst|host|hejhej|hemligt|välkommen|valkommen|sverige|stockholm|göteborg|goteborg|fotboll)\d{0,4}[!.?]?$/;

let common: Promise<ReadonlySet<string>> | undefined;

/** Throws `identity/password-too-common` for a password on the offline list, or made of the account's own words. `field` is what the caller named it. */
export async function needsUncommonPassword(password: string, ownWords: readonly string[], field = 'password'): Promise<void> {
  common ??= loadCommon();
  const plain = password.normalize('NFKC').toLowerCase();
  const isOwn = ownWords.some((word) => word.length >= 4 && plain === word.toLowerCase());
  const isRepeated = new Set(plain).size <= 2;
  if (isOwn || isRepeated || swedish.test(plain) || (await common).has(plain)) {
    throw new AppError('identity/password-too-common', `choose a less common "${field}"`, { field });
  }
}

/** The most common passwords of published breaches, from @zxcvbn-ts/language-common (MIT). */
async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map((word) => word.toLowerCase()));
}
