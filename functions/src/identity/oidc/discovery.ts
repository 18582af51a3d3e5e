/**
 * What an identity provider says about itself (OpenID Connect Discovery 1.0).
 * Guarantees: the document names the very issuer that was asked, and only addresses that functions may speak to.
 */
import * as z from 'zod/mini';
import { AppError } from '../../shared/errors.ts';
import { ms } from '../../shared/time.ts';
import { isOutboundUrl, outboundJson } from './outbound.ts';

const address = z.string().check(z.maxLength(1000), z.refine(isOutboundUrl, 'must be an https address'));
const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  token_endpoint_auth_methods_supported: z.optional(z.array(z.string())),
  authorization_response_iss_parameter_supported: z.optional(z.boolean()),
});
/** The parts of a provider's metadata that are used. */
export type Metadata = z.output<typeof metadataSchema>;

const keepFor = 10 * ms.minute;
const largestCache = 100;
/** Issuer → its metadata. Owned by this file. */
const known = new Map<string, { readonly metadata: Metadata; readonly until: number }>();

/** The metadata of an issuer. Throws `shared/unavailable` when it gives none that can be used. */
export async function discover(issuer: string, now: Date): Promise<Metadata> {
  const cached = known.get(issuer);
  if (cached !== undefined && cached.until > now.getTime()) return cached.metadata;
  const { status, json } = await outboundJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const parsed = z.safeParse(metadataSchema, json);
  if (status !== 200 || !parsed.success || parsed.data.issuer !== issuer)
    throw new AppError('shared/unavailable', 'the identity provider does not describe itself', { service: 'oidc' });
  if (known.size >= largestCache) known.clear();
  known.set(issuer, { metadata: parsed.data, until: now.getTime() + keepFor });
  return parsed.data;
}
