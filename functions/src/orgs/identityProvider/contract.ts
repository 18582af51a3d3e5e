/** An organisation's own identity provider over the wire. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { rolesBelowAdministrator, type Role } from '../contract.ts';

const org = { orgId: idSchemas.org } as const;
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?';
const domain = z.string().check(z.trim(), z.maxLength(253), z.regex(new RegExp(`^(?:${label}\\.)+${label}$`, 'u'), 'must be a domain'));
const plain = (most: number) => z.string().check(z.minLength(1), z.maxLength(most), z.regex(/^[\x21-\x7e]+$/));

/**
 * Callables of the provider. Setting and removing want the permission `orgs.identityProvider` and a fresh sign-in. `redirectUri` is what the
 * provider must be told; `signInUrl` is the address that members sign in at.
 */
export const identityProviderCallables = {
  getIdentityProvider: {
    input: z.strictObject(org),
    output: z.object({
      provider: z.nullable(z.object({ issuer: z.string(), clientId: z.string(), allowedDomains: z.array(z.string()) })),
      redirectUri: z.string(),
      signInUrl: z.string(),
    }),
  },
  setIdentityProvider: {
    input: z.strictObject({
      ...org,
      issuer: plain(500),
      clientId: plain(200),
      clientSecret: plain(500),
      allowedDomains: z.array(domain).check(z.minLength(1), z.maxLength(10)),
    }),
    output: z.object({}),
  },
  removeIdentityProvider: { input: z.strictObject(org), output: z.object({}) },
} as const;

const below: readonly unknown[] = rolesBelowAdministrator;

/**
 * Whether an organisation's provider vouches for a member: for those below administrator. Of owners and administrators only for
 * the one who set it: whoever names a provider of their own could come in by it as the second person that four eyes need.
 * `setBy` is what the organisation's `identityProvider` says. `firestore.rules` say the same in their own words.
 */
export function isVouchedFor(member: { readonly accountId: string; readonly role: Role }, setBy: unknown): boolean {
  if (below.includes(member.role)) return true;
  return (member.role === 'owner' || member.role === 'administrator') && setBy === member.accountId;
}
