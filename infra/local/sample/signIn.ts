/** Signing in the people of the sample organisation, or signing them up when they have no account yet. */
import * as z from 'zod/mini';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { call, CallError, exchange, mailedCode, type Addresses } from '../../client/client.ts';

/** The password of everybody in the sample. */
export const samplePassword = 'fyra torra hundar sjunger';

/** Somebody of the sample. */
export type SamplePerson = { readonly email: string; readonly displayName: string };

/** An ID token of somebody. */
export async function signedIn(at: Addresses, { email, displayName }: SamplePerson): Promise<string> {
  const credentials = { email, password: samplePassword, locale: 'sv' };
  const begun = call(at, 'signInBegin', credentials).catch((thrown: unknown) => {
    if (!(thrown instanceof CallError) || thrown.code !== 'identity/wrong-credentials') throw thrown;
    return call(at, 'signUpBegin', { ...credentials, displayName });
  });
  const { attemptId } = z.parse(z.object({ attemptId: z.string() }), await begun);
  const { customToken } = z.parse(
    identityCallables.codeConfirm.output,
    await call(at, 'codeConfirm', { attemptId, code: await mailedCode(at, email) }),
  );
  if (customToken === null) throw new Error('a sign-in gave no token');
  return exchange(at, customToken);
}
