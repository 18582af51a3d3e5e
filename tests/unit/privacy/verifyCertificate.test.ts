import { beforeAll, describe, expect, it } from 'vitest';
import { type Jwks, type Signer, signJws } from '../../../functions/src/privacy/signature.ts';
import { allPassed } from '../../../infra/verify/checks.ts';
import { verifyCertificate } from '../../../infra/verify/verifyCertificate.ts';
import { sampleCertificate } from '../../support/privacy/sampleCertificate.ts';
import { testSigner } from '../../support/privacy/testSigner.ts';

let signer: Signer;
let jwks: Jwks;
let jws: string;
beforeAll(async () => {
  signer = await testSigner();
  jwks = { keys: [signer.jwk] };
  jws = await signJws(sampleCertificate, signer);
});

const failuresOf = async (file: string): Promise<readonly string[]> =>
  (await verifyCertificate(file, jwks)).filter((check) => check.outcome === 'failed').map(({ name, detail }) => `${name}: ${detail}`);
const answer = (certificate: unknown): string => JSON.stringify({ jws, certificate }, null, 2);

describe('the verification of an erasure certificate', () => {
  it('passes the JWS alone, and the answer of the service however it is indented', async () => {
    for (const file of [jws, `${jws}\n`, answer(sampleCertificate)]) expect(allPassed(await verifyCertificate(file, jwks))).toBe(true);
  });

  it('finds every field of the readable certificate that was changed', async () => {
    for (const key of Object.keys(sampleCertificate)) {
      expect(await failuresOf(answer({ ...sampleCertificate, [key]: 'annat' })), key).toEqual([
        'the certificate is what was signed: it says something else',
      ]);
      expect(await failuresOf(answer({ ...sampleCertificate, [key]: undefined })), key).toHaveLength(1);
    }
    expect(await failuresOf(answer({ ...sampleCertificate, note: 'mer' }))).toHaveLength(1);
    expect(await failuresOf(answer(undefined))).toHaveLength(1);
  });

  it('finds a certificate that is written twice, so that a reader and a program see different ones', async () => {
    const forged = JSON.stringify({ ...sampleCertificate, dataSubjectId: 'somebodyelse00000000' });
    const file = `{"jws":${JSON.stringify(jws)},"certificate":${forged},"certificate":${JSON.stringify(sampleCertificate)}}`;
    expect(await failuresOf(file)).toEqual(['the file says everything once: a name occurs twice, or the file was rewritten']);
  });

  it('finds any changed character of the JWS', async () => {
    for (let at = 0; at < jws.length; at += 1) {
      const file = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
      expect(await failuresOf(file), `character ${at}`).toHaveLength(1);
    }
  });

  it('takes no other signed document for a certificate', async () => {
    expect(await failuresOf(await signJws({ type: 'valv/manifest/v1' }, signer))).toEqual([
      'it is an erasure certificate of the known format: it is not',
    ]);
    expect(await failuresOf(await signJws({ ...sampleCertificate, type: 'valv/erasure-certificate/v2' }, signer))).toHaveLength(1);
  });

  it('finds times out of order', async () => {
    const early = await signJws({ ...sampleCertificate, completedAt: '2026-11-20T00:00:00.000Z' }, signer);
    expect(await failuresOf(early)).toEqual([expect.stringContaining('its times are in order')]);
    const gone = await signJws(
      {
        ...sampleCertificate,
        copies: [{ copy: 'keyBackups', unreadableFrom: '2026-12-01T00:00:00.000Z', goneBy: '2026-11-30T00:00:00.000Z' }],
      },
      signer,
    );
    expect(await failuresOf(gone)).toEqual([expect.stringContaining('a copy is gone before')]);
  });

  it('finds a file that is no certificate', async () => {
    for (const file of ['{}', '{"jws":1}', '{', '']) expect((await failuresOf(file)).length).toBe(1);
  });
});
