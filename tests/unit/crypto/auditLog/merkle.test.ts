import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  isExtension,
  isFrontier,
  leafHash,
  merkleRoot,
  verifyInclusion,
} from '../../../../functions/src/crypto/auditLog/merkle.ts';
import { sha256 } from '../../../../functions/src/crypto/nodeHashes.ts';

type Vectors = {
  readonly emptyRoot: string;
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly inclusionProofs: readonly { readonly leaf: number; readonly size: number; readonly proof: readonly string[] }[];
};
const vectors = JSON.parse(readFileSync(new URL('../../../vectors/auditLog/rfc6962.json', import.meta.url), 'utf8')) as Vectors; // a file of ours
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
const hashes = vectors.leaves.map((leaf) => leafHash(sha256, bytes(leaf)));
const treeOf = (size: number) => appendLeaves(sha256, emptyFrontier, hashes.slice(0, size));

describe('the trees of the reference implementation', () => {
  test.each(vectors.roots.map((root, index) => [index + 1, root] as const))('%i leaves', (size, root) => {
    expect(hex(merkleRoot(sha256, bytes(hashes.slice(0, size).map(hex).join(''))))).toBe(root);
    expect(hex(frontierRoot(sha256, treeOf(size)))).toBe(root);
    expect(isFrontier(treeOf(size))).toBe(true);
  });

  test('no leaves', () => {
    expect(hex(merkleRoot(sha256, new Uint8Array(0)))).toBe(vectors.emptyRoot);
    expect(hex(frontierRoot(sha256, emptyFrontier))).toBe(vectors.emptyRoot);
  });

  test.each(vectors.inclusionProofs.map((vector) => [`leaf ${vector.leaf} of ${vector.size}`, vector] as const))(
    'the audit path of %s',
    (_name, { leaf, size, proof }) => {
      const root = bytes(vectors.roots[size - 1] ?? '');
      expect(verifyInclusion(sha256, { leaf: hashes[leaf]!, index: leaf, size, proof: proof.map(bytes), root })).toBe(true);
      // Whatever part of the tree is known only by its frontier.
      for (let before = 0; before <= leaf; before += 1)
        expect(inclusionProof(sha256, treeOf(before), hashes.slice(before, size), leaf - before).map(hex)).toEqual(proof);
    },
  );
});

describe('an inclusion proof', () => {
  const { leaf, size, proof } = vectors.inclusionProofs[2]!;
  const good = { leaf: hashes[leaf]!, index: leaf, size, proof: proof.map(bytes), root: bytes(vectors.roots[7]!) };

  test.each([
    ['the place before', { index: leaf - 1 }],
    ['the place behind', { index: leaf + 1 }],
    ['a place outside the tree', { index: size }],
    ['a negative place', { index: -1 }],
    ['a place between two', { index: leaf + 0.5 }],
    ['a tree twice as large', { size: size * 2 }],
    ['a tree half as large', { size: size / 2 }],
    ['another leaf', { leaf: hashes[0]! }],
    ['a leaf of another length', { leaf: new Uint8Array(5) }],
    ['the root of no leaves', { root: bytes(vectors.emptyRoot) }],
    ['no root', { root: new Uint8Array(0) }],
    ['a hash too many at the end', { proof: [...good.proof, good.root] }],
    ['a hash too many in front', { proof: [good.root, ...good.proof] }],
    ['an empty hash at the end', { proof: [...good.proof, new Uint8Array(0)] }],
    ['a hash too few', { proof: good.proof.slice(0, -1) }],
    ['no hashes', { proof: [] }],
    ['hashes in another order', { proof: good.proof.toReversed() }],
  ])('does not hold for %s', (_what, change) => {
    expect(verifyInclusion(sha256, good)).toBe(true);
    expect(verifyInclusion(sha256, { ...good, ...change })).toBe(false);
  });

  test('is made only for a leaf of the batch, from a frontier that is one', () => {
    expect(() => inclusionProof(sha256, treeOf(3), hashes.slice(3), 5)).toThrow(TypeError);
    expect(() => inclusionProof(sha256, treeOf(3), hashes.slice(3), -1)).toThrow(TypeError);
    expect(() => inclusionProof(sha256, { size: 3, hashes: [] }, hashes.slice(3), 0)).toThrow(TypeError);
  });
});

describe('a tree that grew', () => {
  test('extends the earlier one, and no other', () => {
    for (let before = 0; before <= 8; before += 1) {
      const rootOf = (size: number): Uint8Array => frontierRoot(sha256, treeOf(size));
      const grown = hashes.slice(before);
      expect(isExtension(sha256, treeOf(before), rootOf(before), grown, rootOf(8))).toBe(true);
      expect(isExtension(sha256, treeOf(before), rootOf((before + 1) % 9), grown, rootOf(8))).toBe(false);
      expect(isExtension(sha256, treeOf(before), rootOf(before), grown, rootOf(7))).toBe(false);
    }
    expect(isExtension(sha256, { size: 1, hashes: [] }, new Uint8Array(32), [], new Uint8Array(32))).toBe(false);
  });
});

test('a root is made of whole hashes', () => {
  expect(() => merkleRoot(sha256, new Uint8Array(33))).toThrow(TypeError);
});
