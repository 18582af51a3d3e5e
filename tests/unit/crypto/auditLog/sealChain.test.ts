/** Chains with more faults than are followed: all of them show, and none takes long. */
import { expect, test } from 'vitest';
import type { Finding } from '../../../../functions/src/crypto/auditLog/findings.ts';
import { newIdSet } from '../../../../functions/src/crypto/auditLog/idSet.ts';
import { newSealChain } from '../../../../functions/src/crypto/auditLog/sealChain.ts';
import { sha256 } from '../../../../functions/src/crypto/nodeHashes.ts';

const limit = 1000;

/** A chain that takes headers by their number only, and what it reports. */
function chainOf() {
  const found: Finding[] = [];
  const chain = newSealChain(sha256, (finding) => found.push(finding));
  const hash = '1'.repeat(64);
  const header = { v: 1, orgId: 'anyOrganisation00000', start: 0, count: 1, root: hash, previous: hash } as const;
  return {
    add: (seq: number) => chain.add({ ...header, seq, sealedAt: '2026-11-22T03:10:00.000Z' }, `header ${seq}`),
    end: () => chain.end(null),
    seqs: (kind: Finding['kind']) => found.filter((finding) => finding.kind === kind).map(({ seq }) => seq),
  };
}

test('a gap beyond those that are followed is reported as it comes', () => {
  const { add, end, seqs } = chainOf();
  for (let seq = 2; seq <= 3 * limit; seq += 2) add(seq);
  expect(seqs('removed')).toEqual(Array.from({ length: limit / 2 }, (_, index) => 2 * limit + 1 + 2 * index));
  end();
  expect(new Set(seqs('removed')).size).toBe(1.5 * limit);
});

test('gaps of any length are named up to a thousand seals altogether', () => {
  const { add, end, seqs } = chainOf();
  for (let gap = 1; gap <= limit; gap += 1) add(gap * 1_000_000_000);
  end();
  expect(seqs('removed')).toEqual(Array.from({ length: limit }, (_, index) => index + 1));
});

test('a gap is not cut into more pieces than are followed, and what comes late is reported all the same', () => {
  const { add, end, seqs } = chainOf();
  add(1_000_000);
  for (let seq = 2; seq <= 4 * limit; seq += 2) add(seq);
  expect(seqs('reordered')).toHaveLength(2 * limit);
  add(4 * limit); // in a gap that was not cut any more: still late, not known to be there twice
  expect(seqs('reordered')).toHaveLength(2 * limit + 1);
  add(2);
  expect(seqs('inserted')).toEqual([2]);
  end();
  expect(seqs('removed')).toHaveLength(limit);
});

test('more ids than one set can hold are each known once', () => {
  const ids = newIdSet(3);
  const some = Array.from({ length: 20 }, (_, index) => `id ${index}`);
  expect(some.map((id) => ids.add(id))).toEqual(some.map(() => true));
  expect(some.map((id) => ids.add(id))).toEqual(some.map(() => false));
});
