import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inspectJws, jwksSchema, publicJwkFromPem, rawSignature, signJws, verifyJws } from '../../../functions/src/privacy/signature.ts';
import { testSigner } from '../../support/privacy/testSigner.ts';
import vectors from '../../vectors/privacy/signature-v1.json' with { type: 'json' };

const payload = { type: 'valv/manifest/v1', namn: 'Åsa 🙂', tal: [1, 2.5, null] };
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const problemOf = async (...args: Parameters<typeof inspectJws>): Promise<unknown> => (await inspectJws(...args)).problem;

describe('rawSignature', () => {
  it.each(vectors.accepted)('accepts DER: $name', ({ der, raw }) => {
    expect(Buffer.from(rawSignature(Buffer.from(der, 'hex'))).toString('hex')).toBe(raw);
  });
  it.each(vectors.refused)('refuses DER: $name', ({ der }) => {
    expect(() => rawSignature(Buffer.from(der, 'hex'))).toThrow('not an ECDSA signature');
  });
});

describe('a JWS', () => {
  it('gives back what was signed', async () => {
    const signer = await testSigner();
    const jws = await signJws(payload, signer);
    expect(await verifyJws(jws, { keys: [(await testSigner()).jwk, signer.jwk] })).toEqual(payload);
    expect(JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())).toEqual({ alg: 'ES256', kid: signer.jwk.kid });
  });

  it('is refused with any one character changed, in any part', async () => {
    const signer = await testSigner();
    const jws = await signJws(payload, signer);
    for (let at = 0; at < jws.length; at += 1) {
      const other = jws[at] === 'A' ? 'B' : 'A';
      expect(await problemOf(`${jws.slice(0, at)}${other}${jws.slice(at + 1)}`, { keys: [signer.jwk] }), `character ${at}`).not.toBeNull();
    }
  });

  it('is refused with unused bits of its last character set, with padding, or with white space', async () => {
    const signer = await testSigner();
    const jws = await signJws(payload, signer);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sameBytes = `${jws.slice(0, -1)}${alphabet[alphabet.indexOf(jws.at(-1) ?? '') + 1] ?? ''}`;
    expect(Buffer.from(sameBytes.split('.')[2] ?? '', 'base64url').equals(Buffer.from(jws.split('.')[2] ?? '', 'base64url'))).toBe(true);
    for (const spelled of [sameBytes, `${jws}=`, `${jws}\n`, ` ${jws}`, `${jws}.`])
      expect(await problemOf(spelled, { keys: [signer.jwk] })).toBe('malformed');
  });

  it('is refused under any other algorithm', async () => {
    const { jwk } = await testSigner();
    const none = `${encode({ alg: 'none', kid: jwk.kid })}.${encode(payload)}.`;
    const hmacInput = `${encode({ alg: 'HS256', kid: jwk.kid })}.${encode(payload)}`;
    const hmac = `${hmacInput}.${createHmac('sha256', JSON.stringify(jwk)).update(hmacInput).digest('base64url')}`;
    for (const jws of [none, hmac, none.replace(encode({ alg: 'none', kid: jwk.kid }), encode({ alg: 'NONE', kid: jwk.kid }))]) {
      expect(await problemOf(jws, { keys: [jwk] })).toBe('algorithm');
    }
  });

  it('may not bring its own key, or any other header', async () => {
    const signer = await testSigner();
    const rest = (await signJws(payload, signer)).split('.').slice(1).join('.');
    for (const extra of [{ jwk: signer.jwk }, { crit: ['b64'], b64: false }, { x5u: 'https://exempel.example' }]) {
      expect(await problemOf(`${encode({ alg: 'ES256', kid: signer.jwk.kid, ...extra })}.${rest}`, { keys: [signer.jwk] })).toBe(
        'malformed',
      );
    }
  });

  it('is refused when its key is unknown, listed twice, or goes by a name that is not its thumbprint', async () => {
    const [signer, other] = await Promise.all([testSigner(), testSigner()]);
    const jws = await signJws(payload, signer);
    expect(await problemOf(jws, { keys: [] })).toBe('unknownKey');
    expect(await problemOf(jws, { keys: [other.jwk] })).toBe('unknownKey');
    expect(await problemOf(jws, { keys: [signer.jwk, signer.jwk] })).toBe('unknownKey');
    expect(await problemOf(jws, { keys: [{ ...other.jwk, kid: signer.jwk.kid }] })).toBe('unknownKey');
  });

  it('is refused when the signature is of another content', async () => {
    const signer = await testSigner();
    const [one, two] = await Promise.all([signJws(payload, signer), signJws({ ...payload, tal: [] }, signer)]);
    const mixed = `${one.split('.').slice(0, 2).join('.')}.${two.split('.')[2] ?? ''}`;
    expect(await problemOf(mixed, { keys: [signer.jwk] })).toBe('signature');
    await expect(verifyJws(mixed, { keys: [signer.jwk] })).rejects.toMatchObject({
      code: 'shared/invalid-input',
      details: { reason: 'signature' },
    });
  });

  it('is not handed out when the signing service signs something else, with another key, or garbage', async () => {
    const [signer, other] = await Promise.all([testSigner(), testSigner()]);
    const faults: (typeof signer.sign)[] = [(digest) => signer.sign(digest.toReversed()), other.sign, async () => new Uint8Array(70)];
    for (const sign of faults) await expect(signJws(payload, { jwk: signer.jwk, sign })).rejects.toMatchObject({ code: 'shared/internal' });
  });
});

describe('the key file', () => {
  it('takes no private part, no other curve and no other use', async () => {
    const { jwk } = await testSigner();
    expect(jwksSchema.safeParse({ keys: [jwk] }).success).toBe(true);
    for (const wrong of [{ d: jwk.x }, { crv: 'P-384' }, { alg: 'ES384' }, { use: 'enc' }, { x: `${jwk.x}A` }]) {
      expect(jwksSchema.safeParse({ keys: [{ ...jwk, ...wrong }] }).success).toBe(false);
    }
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await expect(publicJwkFromPem(other)).rejects.toThrow(TypeError);
  });
});
