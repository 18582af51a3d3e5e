/**
 * What the service writes into a bucket and must recognise as its own: a compact JWS by the key that signs documents.
 *
 * Guarantees: what is opened was signed by that key, for that purpose and under that name, so that whoever may write to a bucket,
 * and no more, can neither make such an object up nor pass one off as another. Does not guarantee that an object is there, nor
 * that it is the newest of its name.
 */
import * as z from 'zod/mini';
import type { JsonValue } from '../shared/canonicalJson.ts';
import { AppError } from '../shared/errors.ts';
import { inspectJws, signJws } from './signature.ts';
import { documentSigner } from './signer.ts';

/** What an object is for. Part of what is signed, as extracts and certificates have types of their own. */
export type SignedPurpose = 'valv/ledger-entry/v1' | 'valv/export-manifest/v1' | 'valv/increment-manifest/v1';

const signedSchema = z.strictObject({ type: z.string(), name: z.string(), content: z.unknown() });

/** The bytes of an object. `name` is what it is called by, such as the id in its path. */
export async function signObject(type: SignedPurpose, name: string, content: JsonValue): Promise<Buffer> {
  return Buffer.from(await signJws({ type, name, content }, await documentSigner()));
}

/** The content of a genuine object. Throws `backup/not-genuine` for any other, `backup/damaged` when the content has not the form. */
export async function openSignedObject<T>(type: SignedPurpose, name: string, bytes: Uint8Array, form: z.ZodMiniType<T>): Promise<T> {
  const { jwk } = await documentSigner();
  const found = await inspectJws(Buffer.from(bytes).toString('utf8'), { keys: [jwk] });
  const signed = found.problem === null ? z.safeParse(signedSchema, found.payload) : null;
  if (signed?.success !== true || signed.data.type !== type || signed.data.name !== name)
    throw new AppError('backup/not-genuine', 'the object was not written by the service', { name, problem: found.problem ?? 'type' });
  const content = z.safeParse(form, signed.data.content);
  if (content.success) return content.data;
  throw new AppError('backup/damaged', 'the object cannot be read', { name }, { cause: content.error });
}
