/** What others make of our checkpoints: Sigstore's verifier of transparency logs, which knows nothing of ours. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { fromBase64, toHex } from '../../../../functions/src/crypto/auditLog/bytes.ts';
import { parseCheckpoint } from '../../../../functions/src/crypto/auditLog/checkpoint.ts';
import { parseNote } from '../../../../functions/src/crypto/auditLog/signedNote.ts';
import { newSampleSigner, sampleLog } from '../../../support/auditLog/sampleLog.ts';

type Checkpoint = { readonly origin: string; readonly logSize: bigint; readonly logHash: Buffer; readonly rest: readonly string[] };
type Entry = {
  readonly canonicalizedBody: Buffer;
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly treeSize: string;
    readonly rootHash: Buffer;
    readonly hashes: readonly Buffer[];
    readonly checkpoint: { readonly envelope: string };
  };
};
type Log = { readonly logID: Buffer; readonly publicKey: KeyObject; readonly baseURL: string };

const load = createRequire(import.meta.url);
// The package has no types for its inner modules: these are their signatures in version 4.1.3.
const { verifyCheckpoint } = load('@sigstore/verify/dist/tlog/checkpoint.js') as {
  verifyCheckpoint: (entry: Entry, logs: readonly Log[]) => Checkpoint;
};
const { verifyMerkleInclusion } = load('@sigstore/verify/dist/tlog/merkle.js') as {
  verifyMerkleInclusion: (entry: Entry, checkpoint: Checkpoint) => void;
};

const signer = newSampleSigner();
const { checkpoint } = sampleLog(signer, [3, 4, 2]);
const trusted: Log = {
  logID: Buffer.from(signer.key.keyId),
  publicKey: createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(signer.key.publicKey).toString('base64url') },
    format: 'jwk',
  }),
  baseURL: `https://${signer.key.name}`,
};
const parsed = parseCheckpoint(parseNote(checkpoint.note)?.text ?? '')!;

function entry(changes: { note?: string; leaf?: string; index?: number } = {}): Entry {
  return {
    canonicalizedBody: Buffer.from(changes.leaf ?? checkpoint.leaf),
    inclusionProof: {
      logIndex: String(changes.index ?? checkpoint.index),
      treeSize: String(parsed.size),
      rootHash: Buffer.from(parsed.root),
      hashes: checkpoint.proof.map((hash) => Buffer.from(fromBase64(hash) ?? [])),
      checkpoint: { envelope: changes.note ?? checkpoint.note },
    },
  };
}

describe("Sigstore's verifier", () => {
  test('reads our checkpoint as we do, and accepts its signature', () => {
    const read = verifyCheckpoint(entry(), [trusted]);
    expect(read).toMatchObject({ origin: signer.key.name, logSize: BigInt(parsed.size), rest: [] });
    expect(toHex(read.logHash)).toBe(toHex(parsed.root));
  });

  test('accepts our proof of inclusion', () => {
    expect(() => verifyMerkleInclusion(entry(), verifyCheckpoint(entry(), [trusted]))).not.toThrow();
  });

  test('refuses another text, another key, another leaf and another place', () => {
    const forged = checkpoint.note.replace(`\n${parsed.size}\n`, `\n${parsed.size + 1}\n`);
    expect(forged).not.toBe(checkpoint.note);
    expect(() => verifyCheckpoint(entry({ note: forged }), [trusted])).toThrow('invalid checkpoint signature');
    const stranger = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(newSampleSigner().key.publicKey).toString('base64url') },
      format: 'jwk',
    });
    expect(() => verifyCheckpoint(entry(), [{ ...trusted, publicKey: stranger }])).toThrow('invalid checkpoint signature');
    const genuine = verifyCheckpoint(entry(), [trusted]);
    expect(() => verifyMerkleInclusion(entry({ leaf: `${checkpoint.leaf} ` }), genuine)).toThrow();
    expect(() => verifyMerkleInclusion(entry({ index: checkpoint.index + 1 }), genuine)).toThrow();
  });
});
