/**
 * A passkey device in software (WebAuthn level 3): ES256 keys, discoverable credentials, attestation "none", real signatures.
 * What it answers can be bent, to see what the server refuses.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { CreationOptions, PasskeyAnswer, PasskeyCreated, RequestOptions } from '../../functions/src/identity/factors/contract.ts';

/** How an answer differs from an honest one. */
export type Bend = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  /** False: nobody touched the device, or showed that it is theirs. */
  readonly isPresent?: boolean;
  readonly isVerified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  /** Flips a bit of the signature. */
  readonly isForged?: boolean;
};

type Credential = { readonly id: string; readonly key: KeyObject; readonly userHandle: string; counter: number };

/** A device that holds passkeys of one origin, e.g. `https://app.example.org`. */
export type SoftAuthenticator = {
  /** Makes a passkey. */
  create(options: CreationOptions, bend?: Bend): PasskeyCreated;
  /** Answers with the passkey that is asked for; without a list, with the newest. Throws when it has none. */
  answer(options: RequestOptions, bend?: Bend): PasskeyAnswer;
  /** A second device with the same keys and counters, as a thief would make. */
  copy(): SoftAuthenticator;
};

const flagBits = { present: 0x01, verified: 0x04, attested: 0x40 } as const;
const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** A new device. `counts` false is a device without a signature counter, such as a synchronised one. */
export function softAuthenticator(origin: string, { counts = true } = {}, held: readonly Credential[] = []): SoftAuthenticator {
  const credentials = held.map((credential) => ({ ...credential }));
  return {
    create: (options, bend = {}) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const credential = { id: randomBytes(32).toString('base64url'), key: privateKey, userHandle: options.user.id, counter: 0 };
      credentials.push(credential);
      const attested = attestedCredential(credential.id, publicKey);
      const authData = Buffer.concat([authenticatorData(bend.rpId ?? options.rp.id, 0, bend, true), attested]);
      return {
        ...envelope(credential.id),
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, origin, bend).toString('base64url'),
          attestationObject: attestationObject(authData).toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    answer: (options, bend = {}) => {
      const wanted = options.allowCredentials?.map(({ id }) => id);
      const credential = credentials.findLast(({ id }) => wanted === undefined || wanted.includes(id));
      if (credential === undefined) throw new Error('the device has no such passkey');
      if (counts) credential.counter += 1;
      const authData = authenticatorData(bend.rpId ?? options.rpId, bend.counter ?? credential.counter, bend, false);
      const client = clientData('webauthn.get', options.challenge, origin, bend);
      const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), credential.key);
      const last = signature.length - 1;
      if (bend.isForged === true) signature.writeUInt8(signature.readUInt8(last) ^ 1, last);
      return {
        ...envelope(credential.id),
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: bend.userHandle === undefined ? credential.userHandle : bend.userHandle,
        },
      };
    },
    copy: () => softAuthenticator(origin, { counts }, credentials),
  };
}

const envelope = (id: string) => ({ id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} });

function clientData(type: string, challenge: string, origin: string, bend: Bend): Buffer {
  const parts = { type: bend.type ?? type, challenge: bend.challenge ?? challenge, origin: bend.origin ?? origin, crossOrigin: false };
  return Buffer.from(JSON.stringify(parts));
}

function authenticatorData(rpId: string, counter: number, bend: Bend, isAttested: boolean): Buffer {
  const flags =
    (bend.isPresent === false ? 0 : flagBits.present) |
    (bend.isVerified === false ? 0 : flagBits.verified) |
    (isAttested ? flagBits.attested : 0);
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags, 0);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(rpId), tail]);
}

/** AAGUID of no maker, the credential's id, and its public key as COSE_Key. */
function attestedCredential(id: string, publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const credentialId = Buffer.from(id, 'base64url');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(credentialId.length);
  const cose = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]), // {1: 2, 3: -7, -1: 1, -2: x
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]), // , -3: y}
    Buffer.from(y, 'base64url'),
  ]);
  return Buffer.concat([Buffer.alloc(16), length, credentialId, cose]);
}

/** CBOR of `{fmt: "none", attStmt: {}, authData}`. */
function attestationObject(authData: Buffer): Buffer {
  const length = Buffer.alloc(3);
  length.writeUInt8(0x59, 0);
  length.writeUInt16BE(authData.length, 1);
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    length,
    authData,
  ]);
}
