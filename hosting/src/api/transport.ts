/** Sends callables and checks what comes back against the contracts. Loaded with the first call, not with the first page. */
import { getFunctions, httpsCallableFromURL } from 'firebase/functions';
import * as z from 'zod/mini';
import { callables, type CallableName } from './callables.ts';
import { firebaseApp } from './firebase.ts';

const timeoutMs = 70_000;

/** Calls a function of this site and answers the parsed output. Throws what the SDK throws, or a ZodError. */
export async function send(name: CallableName, input: unknown): Promise<unknown> {
  const functions = getFunctions(await firebaseApp());
  const callable = httpsCallableFromURL(functions, `${window.location.origin}/api/${name}`, { timeout: timeoutMs });
  const { data } = await callable(input);
  return z.parse(callables[name].output, data);
}
