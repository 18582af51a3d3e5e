/**
 * Sealing a record of 12 fields against raw node:crypto, WebCrypto and jose, interleaved in one run.
 *
 * What each side does for one record:
 * - Valv: everything `sealRecord` does, from the object of fields to one envelope: checks, JSON, padding, associated
 *   data, nonce, encryption, one buffer.
 * - raw: AES-256-GCM of the very bytes that Valv encrypts (JSON and padding ready), with ready associated data of the
 *   same length, a key held as KeyObject and a nonce from `randomBytes(12)`, as node:crypto documents it. It neither
 *   serialises nor joins its parts. "Pooled" differs in that it draws its nonces 4 KiB at a time, as Valv does.
 * - WebCrypto and jose: JSON of the fields, then encryption, by a CryptoKey imported beforehand. "Parallel" has 64
 *   records under way at a time, which is how a server could hide their detour through the thread pool.
 *
 * The promised figures are those against raw, WebCrypto and jose, one record after the other. The pooled and parallel
 * ones show how much of them is due to pooled nonces and to waiting; their limits only guard against getting worse.
 * Serialising 12 fields alone takes a quarter of the time of pooled raw encryption.
 */
import { createCipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { CompactEncrypt } from 'jose';
import { encodeSealContext, type SealContext } from '../../functions/src/crypto/aad.ts';
import { sealRecord, type Fields } from '../../functions/src/crypto/envelope.ts';
import { generateDek } from '../../functions/src/crypto/keys.ts';
import { pooledRandom } from '../../functions/src/crypto/random.ts';
import { figure, type Figure } from './figure.ts';
import { compareInterleaved } from './interleaved.ts';

const fields: Fields = {
  givenName: 'Åsa-Märta',
  familyName: 'Öbergsson',
  email: 'asa-marta.obergsson@example.com',
  phone: '+46701740605',
  street: 'Södra Ängsvägen 12 A',
  postalCode: '123 45',
  city: 'Östhammar',
  country: 'SE',
  birthDate: '1990-01-01',
  membership: 'ordinarie',
  memberSince: '2014-05-17',
  note: 'nås bäst på förmiddagen, har nyckel till föreningslokalen',
};
const context: SealContext = {
  orgId: 'o7Xq2mB9rT4wLzKc1VnE',
  collection: 'dataSubjects',
  docId: 'p3Hs8dFj6YgQa0UkRtWi',
  sensitivityClass: 'ordinary',
};
const aad = encodeSealContext('record', context);
const parallel = 64;

/** Measures the figures of sealing. Takes some ten seconds. */
export async function run(): Promise<Figure[]> {
  const dek = generateDek();
  const seal = () => sealRecord(dek, context, fields);
  const sealMany = () => Array.from({ length: parallel }, seal);
  const { rawSeal, webCryptoSeal, joseSeal } = await rivals(seal().length - 29);
  const many = (one: () => Promise<unknown>) => () => Promise.all(Array.from({ length: parallel }, one));

  const raw = await compareInterleaved(seal, () => rawSeal(randomBytes(12)), { rounds: 40, calls: 4000 });
  const pooled = await compareInterleaved(seal, () => rawSeal(pooledRandom(12)), { rounds: 40, calls: 4000 });
  const web = await compareInterleaved(seal, webCryptoSeal, { rounds: 40, calls: 500 });
  const jose = await compareInterleaved(seal, joseSeal, { rounds: 40, calls: 300 });
  const webParallel = await compareInterleaved(sealMany, many(webCryptoSeal), { rounds: 40, calls: 10 });
  const joseParallel = await compareInterleaved(sealMany, many(joseSeal), { rounds: 40, calls: 10 });
  return [
    figure('seal 12 fields: time against raw node:crypto AES-256-GCM', raw.ratio, 'x', '<=', 1.25),
    figure('seal 12 fields: time against raw node:crypto with pooled nonces', pooled.ratio, 'x', '<=', 2.2),
    figure('seal 12 fields: speed against WebCrypto', 1 / web.ratio, 'x', '>=', 5),
    figure('seal 12 fields: speed against jose JWE', 1 / jose.ratio, 'x', '>=', 5),
    figure('seal 12 fields: speed against WebCrypto, 64 parallel', 1 / webParallel.ratio, 'x', '>=', 2.5),
    figure('seal 12 fields: speed against jose JWE, 64 parallel', 1 / joseParallel.ratio, 'x', '>=', 3.5),
  ];
}

async function rivals(plaintextBytes: number) {
  const rawKey = randomBytes(32);
  const keyObject = createSecretKey(rawKey);
  const cryptoKey = await crypto.subtle.importKey('raw', rawKey, 'AES-GCM', false, ['encrypt']);
  const text = JSON.stringify(fields);
  const plaintext = Buffer.alloc(plaintextBytes, ' ');
  plaintext.write(text);
  const encoder = new TextEncoder();
  return {
    rawSeal: (nonce: Uint8Array) => rawGcm(keyObject, nonce, plaintext),
    webCryptoSeal: () =>
      crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)), additionalData: aad },
        cryptoKey,
        encoder.encode(JSON.stringify(fields)),
      ),
    joseSeal: () =>
      new CompactEncrypt(encoder.encode(JSON.stringify(fields))).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(cryptoKey),
  };
}

function rawGcm(key: KeyObject, nonce: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [nonce, ciphertext, cipher.getAuthTag()];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await run());
