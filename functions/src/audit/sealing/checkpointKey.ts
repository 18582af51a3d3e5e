/**
 * The key that signs checkpoints: Ed25519 in KMS, which signs the text itself. Made at its very first use.
 * Guarantees that the key's name is the origin of this installation's log. Does not rotate: a new key is a new name.
 */
import { createPublicKey } from 'node:crypto';
import { noteKey, verifierKey, type NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { auditOrigin } from '../../platform/config.ts';
import { checkpointPublicKeyPem, createCheckpointKey, kmsSignCheckpoint } from '../../platform/kms.ts';
import { isAppError } from '../../shared/errors.ts';

/** What signs checkpoints. `sign` answers the 64 bytes of an Ed25519 signature over the message. */
export type CheckpointSigner = { readonly key: NoteKey; readonly sign: (message: Uint8Array) => Promise<Uint8Array> };

/** Owned by this file: versions are never replaced, so it lives as long as the instance. */
let known: Promise<NoteKey> | undefined;

/** The public key, as notes name it. */
export async function checkpointKey(): Promise<NoteKey> {
  known ??= loadKey();
  known.catch(() => {
    known = undefined;
  });
  return known;
}

/** The signer that production uses. */
export async function checkpointSigner(): Promise<CheckpointSigner> {
  return { key: await checkpointKey(), sign: kmsSignCheckpoint };
}

/** The verifier key, as `/.well-known/valv-keys.json` publishes it. */
export const publishedCheckpointKey = async (): Promise<string> => verifierKey(await checkpointKey());

async function loadKey(): Promise<NoteKey> {
  const pem = await checkpointPublicKeyPem().catch(async (thrown: unknown) => {
    if (!isAppError(thrown, 'shared/not-found')) throw thrown;
    await createCheckpointKey();
    return checkpointPublicKeyPem();
  });
  const { x } = createPublicKey(pem).export({ format: 'jwk' });
  return noteKey(sha256, auditOrigin(), new Uint8Array(Buffer.from(x ?? '', 'base64url')));
}
