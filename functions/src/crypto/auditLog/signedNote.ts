/**
 * Signed notes (C2SP signed-note, version 1): text, a blank line, signature lines. Ed25519 only.
 *
 * Guarantees: a note is parsed in one way or refused; text is handed out as genuine only under a trusted key, and not at
 * all if a trusted key's signature fails. Other keys' signatures are ignored, as the specification asks. Does not say when
 * a note was signed.
 */
import { equalBytes, fromBase64, toBase64, toHex, utf8 } from './bytes.ts';
import type { Sha256 } from './merkle.ts';

/** A signature line: the key's name, its 4-byte id, and the signature (64 bytes of Ed25519; other kinds have other lengths). */
export type NoteSignature = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array };

/** A note: its text, which ends with a line feed, and who signed it. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** A public key that notes are verified with. */
export type NoteKey = { readonly name: string; readonly keyId: Uint8Array; readonly publicKey: Uint8Array };

/** Whether `signature` (64 bytes) over `message` is genuine under the Ed25519 public key (32 bytes). Must not throw for bytes of any content. */
export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;

/** Type byte of Ed25519 in a key id and a verifier key. */
const ed25519 = 0x01;
const publicKeyBytes = 32;
const keyIdBytes = 4;
const maxSignatures = 100;
/** No Unicode white space, no plus, no control characters. */
const keyName = /^[^\s+\p{Cc}]+$/u;
const signatureLine = /^— (?<name>\S+) (?<base64>[A-Za-z0-9+/=]+)$/u;

/** What a note's text says and who signed; null for what is no well-formed note. Says nothing about genuineness. */
export function parseNote(note: string): Note | null {
  const blank = note.lastIndexOf('\n\n');
  if (blank === -1 || !note.endsWith('\n') || !note.isWellFormed() || hasControl(note)) return null;
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > maxSignatures) return null;
  const signatures = lines.map(parseSignature).filter((signature) => signature !== null);
  return signatures.length === lines.length ? { text: note.slice(0, blank + 1), signatures } : null;
}

/** The specification forbids what is below U+0020, a line feed excepted, and nothing else. */
const hasControl = (note: string): boolean => /[^\n\P{Cc}]/u.exec(note.replaceAll(/[\u007f-\u009f]/g, '')) !== null;

function parseSignature(line: string): NoteSignature | null {
  const { name, base64 } = signatureLine.exec(line)?.groups ?? {};
  if (name === undefined || base64 === undefined || !keyName.test(name)) return null;
  const bytes = fromBase64(base64);
  return bytes === null || bytes.length <= keyIdBytes
    ? null
    : { name, keyId: bytes.slice(0, keyIdBytes), signature: bytes.slice(keyIdBytes) };
}

/** The spelling of a note. Throws a TypeError for what no note can be: text without final line feed, control characters, a name with a space or plus, no signature. */
export function noteText({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, keyId, signature }) => `— ${name} ${toBase64(Uint8Array.of(...keyId, ...signature))}\n`);
  const note = `${text}\n${lines.join('')}`;
  const parsed = text.endsWith('\n') ? parseNote(note) : null;
  if (parsed?.text !== text || parsed.signatures.length !== signatures.length) throw new TypeError('this cannot be a signed note');
  return note;
}

/** The id of an Ed25519 key: first four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
export function noteKeyId(sha256: Sha256, name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(...utf8(`${name}\n`), ed25519, ...publicKey)).slice(0, keyIdBytes);
}

/** A public key (32 bytes) with its name. Throws a TypeError for another length, or a name that no note can carry. */
export function noteKey(sha256: Sha256, name: string, publicKey: Uint8Array): NoteKey {
  if (publicKey.length !== publicKeyBytes) throw new TypeError('an Ed25519 public key has 32 bytes');
  if (!keyName.test(name) || !name.isWellFormed()) throw new TypeError("a key's name has no spaces and no plus");
  return { name, keyId: noteKeyId(sha256, name, publicKey), publicKey };
}

/** The verifier key as it is published: `<name>+<id, 8 hexadecimal digits>+<base64 of 0x01 || public key>`. */
export function verifierKey({ name, keyId, publicKey }: NoteKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(Uint8Array.of(ed25519, ...publicKey))}`;
}

/** The key of a {@link verifierKey}; null for another algorithm, an id that is not the key's, and what is no verifier key. */
export function parseVerifierKey(sha256: Sha256, text: string): NoteKey | null {
  const { name, id, base64 } = /^(?<name>[^+]+)\+(?<id>[0-9a-f]{8})\+(?<base64>.+)$/u.exec(text)?.groups ?? {};
  const bytes = base64 === undefined ? null : fromBase64(base64);
  if (name === undefined || !keyName.test(name) || bytes?.length !== 1 + publicKeyBytes || bytes[0] !== ed25519) return null;
  const key = noteKey(sha256, name, bytes.slice(1));
  return toHex(key.keyId) === id ? key : null;
}

/** What verifying a note found: its genuine text and the key that signed it, or the first thing that is wrong. */
export type NoteVerification =
  | { readonly problem: null; readonly text: string; readonly key: NoteKey }
  | { readonly problem: 'malformed' | 'unknownKey' | 'signature' };

/** Verifies a note with the trusted keys. One genuine signature is enough; one that a trusted key did not make is too many. */
export async function verifyNote(verify: VerifyEd25519, note: string, keys: readonly NoteKey[]): Promise<NoteVerification> {
  const parsed = parseNote(note);
  if (parsed === null) return { problem: 'malformed' };
  const message = utf8(parsed.text);
  let signer: NoteKey | null = null;
  for (const { name, keyId, signature } of parsed.signatures) {
    const key = keys.find((trusted) => trusted.name === name && equalBytes(trusted.keyId, keyId));
    if (key === undefined) continue;
    if (signature.length !== 64 || !(await verify(key.publicKey, message, signature))) return { problem: 'signature' };
    signer ??= key;
  }
  return signer === null ? { problem: 'unknownKey' } : { problem: null, text: parsed.text, key: signer };
}
