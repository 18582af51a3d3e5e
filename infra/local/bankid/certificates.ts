// Guarantees: X.509 v3 certificates (RFC 5280) on P-256 that TLS libraries accept, made without any tool besides Node.
// Does not guarantee: revocation lists, or that a name is checked by anybody before it is certified.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, der, explicit, generalizedTime, integer, octets, oid, sequence, set, text, utcTime, yes } from './der.ts';

/** A certificate and its private key, both PEM. */
export type Credential = { readonly cert: string; readonly key: string };
/** A key pair with its certificate, ready to sign with. */
export type Identity = { readonly certDer: Buffer; readonly privateKey: KeyObject; readonly name: Name };
/** The parts of a distinguished name, in order. */
export type Name = { readonly CN: string; readonly O?: string; readonly serialNumber?: string };

const nameOids = { CN: '2.5.4.3', O: '2.5.4.10', serialNumber: '2.5.4.5' } as const;
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const day = 86_400_000;

/** A certification authority that signs itself. */
export function makeAuthority(name: Name, at: Date): Identity {
  return issue({ name, at, days: 3650, extensions: [basicConstraints(true), keyUsage(0x06, 1)] });
}

/** A server on loopback. */
export const makeServer = (authority: Identity, at: Date): Identity =>
  issue({
    name: { CN: '127.0.0.1' },
    at,
    days: 3650,
    authority,
    // subjectAltName: an IP address and a DNS name.
    extensions: [
      ...leaf('1.3.6.1.5.5.7.3.1'),
      extension('2.5.29.17', sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')))),
    ],
  });

/** A relying party, which shows it to the server. */
export const makeClient = (authority: Identity, name: Name, at: Date): Identity =>
  issue({ name, at, days: 3650, authority, extensions: leaf('1.3.6.1.5.5.7.3.2') });

/** A person, who signs with it. */
export const makePerson = (authority: Identity, name: Name, at: Date): Identity =>
  issue({ name, at, days: 730, authority, extensions: [basicConstraints(false), keyUsage(0xc0, 6)] });

const leaf = (purpose: string): Buffer[] => [basicConstraints(false), keyUsage(0x80, 7), extension('2.5.29.37', sequence(oid(purpose)))];
const basicConstraints = (isAuthority: boolean): Buffer => extension('2.5.29.19', sequence(...(isAuthority ? [yes] : [])), true);
const keyUsage = (mask: number, unused: number): Buffer => extension('2.5.29.15', bits(Buffer.from([mask]), unused), true);

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [yes] : []), octets(value));
}

type Wanted = { name: Name; at: Date; days: number; authority?: Identity; extensions: readonly Buffer[] };

function issue({ name, at, days, authority, extensions }: Wanted): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const body = sequence(
    explicit(0, integer(2)),
    integer(positive(randomBytes(16))),
    ecdsaWithSha256,
    encodeName(authority?.name ?? name),
    sequence(utcTime(new Date(at.getTime() - day)), utcTime(new Date(at.getTime() + days * day))),
    encodeName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  return { certDer: signed(body, authority?.privateKey ?? privateKey), privateKey, name };
}

const signed = (body: Buffer, key: KeyObject): Buffer => sequence(body, ecdsaWithSha256, bits(sign('sha256', body, key)));

/** A serial number is positive and its first byte not zero. */
function positive(random: Buffer): Buffer {
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x40;
  return random;
}

function encodeName(name: Name): Buffer {
  const parts = Object.entries(nameOids).flatMap(([key, id]) => {
    const value = name[key as keyof Name]; // the keys of nameOids are those of Name
    return value === undefined ? [] : [set(sequence(oid(id), text(value)))];
  });
  return sequence(...parts);
}

/** PEM of a certificate. */
export const certPem = (certDer: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certDer)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/** Both as PEM. */
export const toCredential = ({ certDer, privateKey }: Identity): Credential => ({
  cert: certPem(certDer),
  key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

/**
 * An OCSP answer (RFC 6960) that says "good", signed by the authority, with the nonce that BankID puts there: the SHA-256 of
 * the signature that the answer belongs to. `certId` holds the hash of the certificate in place of the issuer's.
 */
export function ocspGood(authority: Identity, certificate: Buffer, signature: Buffer, at: Date): Buffer {
  const sha1 = sequence(oid('1.3.14.3.2.26'));
  const hash = octets(createHash('sha1').update(certificate).digest());
  const certId = sequence(sha1, hash, hash, integer(positive(createHash('sha256').update(certificate).digest().subarray(0, 16))));
  const single = sequence(certId, der(0x80), generalizedTime(at));
  const nonce = sequence(oid('1.3.6.1.5.5.7.48.1.2'), octets(createHash('sha256').update(signature).digest()));
  const data = sequence(explicit(1, encodeName(authority.name)), generalizedTime(at), sequence(single), explicit(1, sequence(nonce)));
  const basic = sequence(data, ecdsaWithSha256, bits(sign('sha256', data, authority.privateKey)));
  return sequence(der(0x0a, Buffer.from([0])), explicit(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))));
}
