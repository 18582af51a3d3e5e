import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64, toHex, utf8, utf8Text } from '../../../../functions/src/crypto/auditLog/bytes.ts';
import { checkpointText, headLeafText, parseCheckpoint, parseHeadLeaf } from '../../../../functions/src/crypto/auditLog/checkpoint.ts';
import { differences } from '../../../../functions/src/crypto/auditLog/compareSeal.ts';
import { eventIdOf } from '../../../../functions/src/crypto/auditLog/event.ts';
import { checkpointLine, parseCheckpointLine, parseSealLine, sealLine } from '../../../../functions/src/crypto/auditLog/logFile.ts';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  isExtension,
  isFrontier,
  merkleRoot,
  nodeHash,
  verifyInclusion,
} from '../../../../functions/src/crypto/auditLog/merkle.ts';
import { eventTexts, parseHeader } from '../../../../functions/src/crypto/auditLog/seal.ts';
import { noteText, parseNote } from '../../../../functions/src/crypto/auditLog/signedNote.ts';
import { sha256 } from '../../../../functions/src/crypto/nodeHashes.ts';
import { drawFrom, fileOf, newSampleSigner, sampleLog, sampleSeals, verifyBytes } from '../../../support/auditLog/sampleLog.ts';
import { tamperings, type Tampered } from '../../../support/auditLog/tampering.ts';

const runs = { numRuns: 200 }; // fast-check prints the seed of a failure
const leaves = (maxLength: number) =>
  fc.nat({ max: maxLength }).map((count) => Array.from({ length: count }, (_, number) => sha256(utf8(`leaf ${number}`))));
const bytesOf = (max: number) => fc.uint8Array({ maxLength: max });
const seed = fc.nat({ max: 2 ** 31 - 1 });
const shape = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
const signer = newSampleSigner();
const keys = [signer.key];

/** RFC 6962, section 2.1, word for word. */
function treeHash(list: readonly Uint8Array[]): Uint8Array {
  const [only] = list;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (list.length === 1) return only;
  let split = 1;
  while (split * 2 < list.length) split *= 2;
  return nodeHash(sha256, treeHash(list.slice(0, split)), treeHash(list.slice(split)));
}

test('the root over all leaves, and the frontier after appending them in any two batches, are the tree hash of the RFC', () => {
  fc.assert(
    fc.property(leaves(150), fc.nat(), (list, cut) => {
      const middle = list.length === 0 ? 0 : cut % (list.length + 1);
      const before = appendLeaves(sha256, emptyFrontier, list.slice(0, middle));
      const after = appendLeaves(sha256, before, list.slice(middle));
      const root = toHex(treeHash(list));
      expect(toHex(merkleRoot(sha256, Uint8Array.from(list.flatMap((hash) => [...hash]))))).toBe(root);
      expect(toHex(frontierRoot(sha256, after))).toBe(root);
      expect(isFrontier(before) && isFrontier(after)).toBe(true);
      expect(isExtension(sha256, before, frontierRoot(sha256, before), list.slice(middle), treeHash(list))).toBe(true);
    }),
    runs,
  );
});

test('an inclusion proof holds for its leaf, and for nothing else', () => {
  const change = fc.record({
    what: fc.constantFrom('leaf', 'index', 'size', 'proof', 'length', 'root'),
    at: fc.nat(),
    mask: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(leaves(120), fc.nat(), fc.nat(), change, (list, cut, place, { what, at, mask }) => {
      fc.pre(list.length > 0);
      const index = place % list.length;
      const before = cut % (index + 1);
      const proof = inclusionProof(sha256, appendLeaves(sha256, emptyFrontier, list.slice(0, before)), list.slice(before), index - before);
      const good = { leaf: list[index]!, index, size: list.length, proof, root: treeHash(list) };
      expect(verifyInclusion(sha256, good)).toBe(true);
      const flipped = (hash: Uint8Array) => hash.map((byte, position) => (position === at % 32 ? byte ^ mask : byte));
      const bad = { ...good };
      if (what === 'leaf') bad.leaf = flipped(good.leaf);
      if (what === 'root') bad.root = flipped(good.root);
      if (what === 'index') bad.index = (index + 1 + (at % list.length)) % (list.length + 1);
      if (what === 'size') bad.size = at % (list.length + 40);
      if (what === 'proof') bad.proof = proof.map((hash, position) => (position === at % proof.length ? flipped(hash) : hash));
      if (what === 'length') bad.proof = at % 2 === 0 ? [...proof, good.root] : proof.slice(1);
      fc.pre(JSON.stringify(bad) !== JSON.stringify(good));
      // One and the same path can belong to trees of several sizes: only the signed size counts, so it is not changed alone.
      if (what === 'size') fc.pre(bad.size <= index || Math.ceil(Math.log2(bad.size)) !== Math.ceil(Math.log2(good.size)));
      expect(verifyInclusion(sha256, bad)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('parsing inverts writing: base64, UTF-8, notes, checkpoints, leaves, lines', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '.', '/', 'å', '-'), minLength: 1, maxLength: 20 });
  const line = fc.string({ unit: fc.constantFrom('a', '—', ' ', 'å', '+', '\n') }).map((text) => `${text}\n`);
  const signature = fc.record({
    name,
    keyId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    signature: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  });
  fc.assert(
    fc.property(
      bytesOf(200),
      line,
      fc.array(signature, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      seed,
      (bytes, text, signatures, size, number) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(utf8Text(utf8(text))).toBe(text);
        expect(parseNote(noteText({ text, signatures }))).toEqual({ text, signatures });
        const checkpoint = { origin: signatures[0]!.name, size, root: sha256(bytes) };
        expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
        const leaf = { orgId: 'o7Xq2mB9rT4wLzKc1VnE', seq: size + 1, count: size + 1, head: toHex(sha256(bytes)) };
        expect(parseHeadLeaf(headLeafText(leaf))).toEqual({ v: 1, ...leaf });
        const proof = { n: size, note: text, leaf: text, index: size, proof: [toBase64(bytes)] };
        expect(parseCheckpointLine(checkpointLine(proof))).toEqual({ checkpoint: proof });
        const [seal] = sampleSeals('o7Xq2mB9rT4wLzKc1VnE', [1 + (number % 5)], drawFrom(number));
        const events = eventTexts(seal!.events);
        expect(parseSealLine(sealLine(seal!))).toEqual({
          header: seal!.header,
          leaves: seal!.leaves,
          events,
          ids: events.map(eventIdOf),
          isSpelledOnce: true,
        });
        expect(parseHeader(seal!.header)).toMatchObject({ count: seal!.count, seq: 1 });
      },
    ),
    runs,
  );
});

test('base64 has one spelling', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('A', 'B', '/', '+', '=', ' ', '-', 'å', '\n'), maxLength: 12 }), (text) => {
      const bytes = fromBase64(text);
      expect(bytes === null || toBase64(bytes) === text).toBe(true);
      if (bytes === null) expect(Buffer.from(text, 'base64').toString('base64')).not.toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test('a log that nobody touched gives no finding, with any of its receipts', async () => {
  await fc.assert(
    fc.asyncProperty(shape, seed, fc.nat(), async (sizes, number, receipt) => {
      const log = sampleLog(signer, sizes, number);
      const known = log.seals[receipt % log.seals.length];
      expect((await verifyBytes(fileOf(log.lines), keys, known)).findings).toEqual([]);
    }),
    runs,
  );
});

test('a log in which any one byte is another, missing or too many gives a finding', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      seed,
      fc.nat(),
      fc.nat({ max: 255 }),
      fc.constantFrom('other', 'missing', 'more'),
      async (sizes, number, place, byte, how) => {
        const log = sampleLog(signer, sizes, number);
        const bytes = fileOf(log.lines);
        const at = place % bytes.length;
        // The number of the checkpoint is where to look for it, and nobody signs it.
        const start = bytes.length - Buffer.byteLength(log.lines.at(-1) ?? '') - 1 + '{"checkpoint":{"n":'.length;
        fc.pre(at < start || at > start + 1);
        fc.pre(how === 'missing' || (how === 'other' && bytes[at] !== byte) || how === 'more');
        const changed = [...bytes.subarray(0, at), ...(how === 'missing' ? [] : [byte]), ...bytes.subarray(how === 'more' ? at : at + 1)];
        expect((await verifyBytes(Uint8Array.from(changed), keys)).findingCount).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1000 },
  );
});

test('every way of tampering gives a finding of its kind', async () => {
  await fc.assert(
    fc.asyncProperty(shape, seed, fc.constantFrom(...Object.entries(tamperings)), async (sizes, number, [, way]) => {
      const tampered: Tampered | null = way(sampleLog(signer, sizes, number), drawFrom(number));
      fc.pre(tampered !== null);
      const { findings } = await verifyBytes(tampered!.bytes, keys, tampered!.known);
      expect(findings.some(({ kind }) => tampered!.expected.includes(kind))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('the differences of two lists turn the one into the other', () => {
  const unit = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), fc.array(unit, { maxLength: 12 }), (found, sealed) => {
      const list = differences(found, sealed);
      expect(list.length === 0).toBe(JSON.stringify(found) === JSON.stringify(sealed));
      const count = (kind: string): number => list.filter((difference) => difference.kind === kind).length;
      expect(found.length - count('inserted')).toBe(sealed.length - count('removed'));
    }),
    { numRuns: 1000 },
  );
});
