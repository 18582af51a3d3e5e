/**
 * Proof that Cloud Scheduler started a function: the OIDC token that Google signs for the account of schedules.
 *
 * Guarantees: signed by a key that Google publishes now, for this function's own address, for the account that the jobs were
 * provisioned with, now. Cloud Run has asked the same before it let the request in; this holds should it be opened by mistake.
 */
import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod/mini';
import { functionsUrl, schedulerAccount, schedulerCertsUrl } from './config.ts';

/** Address → its keys. Owned by this file. */
const keySets = new Map<string, JWTVerifyGetKey>();

/** Throws an error of jose or zod, which names the check and no value, unless the header carries a proof for `functionName`. */
export async function provenScheduler(authorization: string | undefined, functionName: string, now: Date): Promise<void> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new TypeError('no token');
  const { payload } = await jwtVerify(token, keysAt(schedulerCertsUrl()), {
    issuer: 'https://accounts.google.com',
    audience: `${functionsUrl()}/${functionName}`,
    algorithms: ['RS256'],
    currentDate: now,
    clockTolerance: 30,
    requiredClaims: ['iat', 'exp'],
  });
  z.parse(z.object({ email: z.literal(schedulerAccount()), email_verified: z.literal(true) }), payload);
}

function keysAt(address: string): JWTVerifyGetKey {
  const known = keySets.get(address);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(new URL(address), { timeoutDuration: 5000 });
  keySets.set(address, keys);
  return keys;
}
