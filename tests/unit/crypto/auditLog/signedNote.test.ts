import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkpointText, headLeafText, parseCheckpoint, parseHeadLeaf } from '../../../../functions/src/crypto/auditLog/checkpoint.ts';
import {
  noteKey,
  noteText,
  parseNote,
  parseVerifierKey,
  verifierKey,
  verifyNote,
  type NoteKey,
} from '../../../../functions/src/crypto/auditLog/signedNote.ts';
import { sha256, verifyEd25519 } from '../../../../functions/src/crypto/nodeHashes.ts';
import { newSampleSigner, signedNote } from '../../../support/auditLog/sampleLog.ts';

type Name = 'PeterNeumann' | 'EnochRoot';
type Vectors = {
  readonly text: string;
  readonly keys: Record<Name, string>;
  readonly badKeys: readonly string[];
  readonly signatureLines: Record<Name, string>;
  readonly checkpoint: string;
};
const vectors = JSON.parse(readFileSync(new URL('../../../vectors/auditLog/signedNote.json', import.meta.url), 'utf8')) as Vectors; // a file of ours
const { text } = vectors;
const { PeterNeumann: peterLine, EnochRoot: enochLine } = vectors.signatureLines;
const keyOf = (name: Name): NoteKey => parseVerifierKey(sha256, vectors.keys[name])!;
const [peter, enoch] = [keyOf('PeterNeumann'), keyOf('EnochRoot')];
const verify = (note: string, ...keys: NoteKey[]) => verifyNote(verifyEd25519, note, keys);

describe("a verifier key of Go's", () => {
  test.each(Object.entries(vectors.keys))('%s is read and written alike', (name, key) => {
    const parsed = parseVerifierKey(sha256, key)!;
    expect(parsed.name).toBe(name);
    expect(verifierKey(parsed)).toBe(key);
    expect(verifierKey(noteKey(sha256, name, parsed.publicKey))).toBe(key);
  });

  test('is refused with any part missing, any character changed, another length or algorithm', () => {
    const key = vectors.keys.PeterNeumann;
    for (let from = 0; from <= key.length; from += 1)
      for (let to = from + 1; to <= key.length; to += 1)
        if (from !== 0 || to !== key.length) expect(parseVerifierKey(sha256, key.slice(from, to))).toBeNull();
    for (let at = 0; at < key.length; at += 1)
      expect(parseVerifierKey(sha256, `${key.slice(0, at)}${String.fromCharCode(key.charCodeAt(at) + 1)}${key.slice(at + 1)}`)).toBeNull();
    for (const bad of vectors.badKeys) expect(parseVerifierKey(sha256, bad)).toBeNull();
  });

  test('is made only of a name that notes can carry, and 32 bytes', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u00A0b', 'a\nb', '\uD800'])
      expect(() => noteKey(sha256, name, peter.publicKey)).toThrow(TypeError);
    expect(() => noteKey(sha256, 'a', peter.publicKey.slice(1))).toThrow(TypeError);
  });
});

describe("a note of Go's", () => {
  test('is read, and written again as it was', () => {
    const note = `${text}\n${peterLine}${enochLine}`;
    const parsed = parseNote(note)!;
    expect(parsed.text).toBe(text);
    expect(parsed.signatures.map(({ name }) => name)).toEqual(['PeterNeumann', 'EnochRoot']);
    expect(noteText(parsed)).toBe(note);
  });

  test('is genuine under either key or both', async () => {
    const note = `${text}\n${peterLine}${enochLine}`;
    expect(await verify(note, peter)).toEqual({ problem: null, text, key: peter });
    expect(await verify(note, enoch)).toEqual({ problem: null, text, key: enoch });
    expect(await verify(note, enoch, peter)).toEqual({ problem: null, text, key: peter });
  });

  test('is not genuine under no key, another key, or a key of the same name with another id', async () => {
    const namesake = noteKey(sha256, 'PeterNeumann', enoch.publicKey);
    for (const keys of [[], [enoch], [namesake]]) expect(await verify(`${text}\n${peterLine}`, ...keys)).toEqual({ problem: 'unknownKey' });
  });

  test('is refused when a trusted key did not make its signature, even beside a genuine one', async () => {
    const broken = `${peterLine.slice(0, 60)}ABCD${peterLine.slice(60)}`;
    const other = `${peterLine.slice(0, 60)}${peterLine[60] === 'A' ? 'B' : 'A'}${peterLine.slice(61)}`;
    for (const line of [broken, other]) {
      expect(await verify(`${text}\n${line}`, peter)).toEqual({ problem: 'signature' });
      expect(await verify(`${text}\n${enochLine}${line}`, peter, enoch)).toEqual({ problem: 'signature' });
    }
    expect(await verify(`${text.replace('think', 'thank')}\n${peterLine}`, peter)).toEqual({ problem: 'signature' });
  });

  test.each([
    ['no signatures', text],
    ['nothing behind the blank line', `${text}\n`],
    ['no line feed at the end', `${text}\n${peterLine.slice(0, -1)}`],
    ['a control character', `\u0001${text}\n${peterLine}`],
    ['a carriage return', `${text}\r\n${peterLine}`],
    ['a lone surrogate', `\uD800${text}\n${peterLine}`],
    ['a name with a space', `${text}\n${peterLine.replace('PeterNeumann', 'Bad Name')}`],
    ['a name with a plus', `${text}\n${peterLine.replace('PeterNeumann', 'Bad+Name')}`],
    ['another line among the signatures', `${text}\n${peterLine}Unexpected line.\n`],
    ['a hyphen for the dash', `${text}\n${peterLine.replace('—', '-')}`],
    ['base64 without padding', `${text}\n${peterLine.replace('=', '')}`],
    ['base64 with bits to spare', `${text}\n${peterLine.replace('AM=', 'AN=')}`],
    ['no signature behind the id', `${text}\n— PeterNeumann x08gow==\n`],
    ['more than a hundred signatures', `${text}\n${peterLine.repeat(101)}`],
  ])('is malformed with %s', async (_what, note) => {
    expect(parseNote(note)).toBeNull();
    expect(await verify(note, peter)).toEqual({ problem: 'malformed' });
  });

  test('is not written when it could not be read again', () => {
    const { signatures } = parseNote(`${text}\n${peterLine}`)!;
    for (const wrong of [
      { text: 'abc', signatures },
      { text: 'a\tb\n', signatures },
      { text, signatures: [] },
      { text, signatures: [{ ...signatures[0]!, name: 'a b' }] },
    ])
      expect(() => noteText(wrong)).toThrow(TypeError);
    expect(parseNote(noteText({ text: 'a\n\nb\n', signatures }))?.text).toBe('a\n\nb\n');
  });
});

describe('a checkpoint', () => {
  test('is read in the form that the specification gives as its example', () => {
    const note = parseNote(vectors.checkpoint)!;
    const checkpoint = parseCheckpoint(note.text)!;
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(checkpointText(checkpoint)).toBe(note.text);
    expect(noteText(note)).toBe(vectors.checkpoint);
  });

  test('signed by us is genuine, and by nobody else', async () => {
    const signer = newSampleSigner();
    const body = checkpointText({ origin: signer.key.name, size: 3, root: new Uint8Array(32) });
    expect(await verify(signedNote(signer, body), peter, signer.key)).toEqual({ problem: null, text: body, key: signer.key });
    expect(await verify(signedNote(newSampleSigner(), body), signer.key)).toEqual({ problem: 'unknownKey' });
  });

  test.each([
    ['an empty origin', '\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'],
    ['a leading zero', 'a\n03\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'],
    ['a sign', 'a\n+3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'],
    ['a size beyond what is exact', 'a\n9007199254740993\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'],
    ['a short root', 'a\n3\nAAAA\n'],
    ['a root with bits to spare', 'a\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n'],
    ['a further line', 'a\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n'],
    ['no line feed at the end', 'a\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
  ])('is none with %s', (_what, body) => {
    expect(parseCheckpoint(body)).toBeNull();
  });

  test('is not written of parts that are none', () => {
    const root = new Uint8Array(32);
    for (const wrong of [
      { origin: '', size: 1, root },
      { origin: 'a\nb', size: 1, root },
      { origin: 'a', size: -1, root },
      { origin: 'a', size: 1.5, root },
      { origin: 'a', size: 1, root: new Uint8Array(31) },
    ])
      expect(() => checkpointText(wrong)).toThrow(TypeError);
  });
});

test('a head leaf has one spelling', () => {
  const leaf = { orgId: 'o7Xq2mB9rT4wLzKc1VnE', seq: 3, count: 2100, head: 'ab'.repeat(32) };
  const spelled = `{"count":2100,"head":"${'ab'.repeat(32)}","orgId":"o7Xq2mB9rT4wLzKc1VnE","seq":3,"v":1}`;
  expect(headLeafText(leaf)).toBe(spelled);
  expect(parseHeadLeaf(spelled)).toEqual({ v: 1, ...leaf });
  for (const other of [
    ` ${spelled}`,
    spelled.replace('2100', '2.1e3'),
    spelled.replace('"v":1', '"v":2'),
    spelled.replace('ab', 'AB'),
    '[]',
    'null',
    '',
  ])
    expect(parseHeadLeaf(other)).toBeNull();
});
