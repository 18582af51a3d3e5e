/**
 * Sign-in through an organisation's own identity provider: authorization code with PKCE.
 *
 * Guarantees: the provider is trusted with its own organisation only: it can vouch for members with a verified address in one of
 * the organisation's domains, and the session opens that organisation alone, is never "fresh", and reaches nothing of the
 * account until the person shows factors of their own. It vouches for no owner or administrator but the one who set it. An attempt
 * works once, in the browser that began it. Whom the provider names in vain (no account, no member, another domain) is told as one
 * thing.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';
import { appUrl } from '../../platform/config.ts';
import type { CallOrigin } from '../../platform/callable.ts';
import { untilSettled } from '../../platform/contention.ts';
import { newId } from '../../platform/random.ts';
import { AppError } from '../../shared/errors.ts';
import type { AttemptId, OrgId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { deviceIndexOf, emailIndexOf, findAccount } from '../accountStore.ts';
import { enter, sessionFor, type Confirmed, type Entrant, type Proof } from '../completeSignIn.ts';
import { takeToken } from '../rateLimit.ts';
import { whileUnchanged } from '../signInStore.ts';
import { oidcReturnPath } from './contract.ts';
import { discover, type Metadata } from './discovery.ts';
import { vouchedEmail } from './idToken.ts';
import { outboundJson } from './outbound.ts';
import { createFlow, loadProvider, mayVouchFor, readFlow, secretsOf, type Provider } from './providerStore.ts';

/** What it needs of the world. */
export type OidcWorld = { readonly clock: Clock; readonly origin: CallOrigin };

const lifetimeMinutes = 10;
/** Where every provider sends the browser back to. */
export const redirectUri = (orgId: OrgId): string => new URL(oidcReturnPath(orgId), appUrl()).href;
const attemptEnded = (): AppError => new AppError('identity/attempt-ended', 'start again');
const notVouched = (cause?: unknown): AppError =>
  new AppError('identity/wrong-credentials', 'the organisation does not vouch for a member', {}, cause === undefined ? {} : { cause });

/** Where to send the browser. Throws `shared/not-found` for an organisation without a provider. */
export async function startOidc(
  orgId: OrgId,
  { clock, origin }: OidcWorld,
): Promise<{ redirectUrl: string; state: AttemptId; browserKey: string }> {
  await takeToken('oidcByAddress', origin.address, clock);
  const provider = await loadProvider(orgId);
  if (provider === null) throw new AppError('shared/not-found', 'not found');
  const { authorization_endpoint } = await discover(provider.issuer, clock());
  const [state, browserKey] = [newId<AttemptId>(), newId<string>()];
  const { challenge, nonce } = await secretsOf(state);
  await createFlow(state, orgId, browserKey, clock(), after(clock(), lifetimeMinutes * ms.minute));
  const url = new URL(authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri(orgId),
    scope: 'openid email',
    state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { redirectUrl: url.href, state, browserKey };
}

/** What the browser brings back. */
export type Returned = {
  readonly orgId: OrgId;
  readonly state: AttemptId;
  readonly code: string;
  readonly iss?: string | undefined;
  readonly browserKey: string;
  readonly deviceId?: string | undefined;
};

/** Begins a session. Throws `identity/attempt-ended`, `identity/wrong-credentials`, `shared/unavailable`. */
export async function finishOidc(returned: Returned, world: OidcWorld): Promise<{ confirmed: Confirmed; orgId: OrgId }> {
  const { clock, origin } = world;
  await takeToken('oidcByAddress', origin.address, clock);
  const flow = await readFlow(returned.state, returned.browserKey, clock());
  const provider = flow && (await loadProvider(flow.orgId));
  if (flow === null || provider === null || flow.orgId !== returned.orgId) throw attemptEnded();
  const metadata = await discover(provider.issuer, clock());
  needsSameIssuer(returned.iss, metadata);
  const entrant = await entrantOf(await emailFrom(returned, provider, metadata, clock()), flow.orgId, provider, returned.deviceId);
  const proof: Proof = { method: 'organisation', spends: [{ guard: flow.guard, fields: null }] };
  const { sessionId, document } = await sessionFor(entrant, proof.method, world);
  // Bound to the organisation, and not fresh: the person has shown nothing to Valv.
  const bound = { sessionId, document: { ...document, onlyOrgId: flow.orgId, authenticatedAt: Timestamp.fromMillis(0) } };
  const confirmed = await untilSettled(async () => {
    const entered = await whileUnchanged([flow.guard], (writes) => enter(writes, entrant, proof, bound));
    if (entered === undefined && (await readFlow(returned.state, returned.browserKey, clock())) === null) throw attemptEnded();
    return entered;
  });
  if (confirmed === null) throw notVouched();
  return { confirmed, orgId: flow.orgId };
}

/** RFC 9207: an answer that names its issuer must name this one, and must name one where the provider says that it does. */
function needsSameIssuer(iss: string | undefined, metadata: Metadata): void {
  const isRequired = metadata.authorization_response_iss_parameter_supported === true;
  if (iss === undefined ? isRequired : iss !== metadata.issuer) throw notVouched();
}

async function emailFrom({ orgId, state, code }: Returned, provider: Provider, metadata: Metadata, now: Date): Promise<string> {
  const { verifier, nonce } = await secretsOf(state);
  const idToken = await exchange(code, { verifier, redirectUri: redirectUri(orgId) }, provider, metadata);
  const expected = { issuer: metadata.issuer, jwksUri: metadata.jwks_uri, clientId: provider.clientId, nonce };
  return vouchedEmail(idToken, expected, now).catch((cause: unknown) => {
    throw notVouched(cause);
  });
}

async function exchange(
  code: string,
  flow: { verifier: string; redirectUri: string },
  { clientId, clientSecret }: Provider,
  metadata: Metadata,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: flow.redirectUri,
    code_verifier: flow.verifier,
  });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const isBasic = metadata.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
  if (isBasic)
    headers['authorization'] = `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`;
  else for (const [name, value] of Object.entries({ client_id: clientId, client_secret: clientSecret })) form.set(name, value);
  const { status, json } = await outboundJson(metadata.token_endpoint, { method: 'POST', headers, body: form });
  if (status >= 500) throw new AppError('shared/unavailable', 'the identity provider does not answer', { service: 'oidc' });
  const answer = z.safeParse(z.object({ id_token: z.string() }), json);
  if (status !== 200 || !answer.success) throw notVouched();
  return answer.data.id_token;
}

/** RFC 6749, 2.3.1. */
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/** The member with this address. Throws `identity/wrong-credentials`. */
async function entrantOf(email: string, orgId: OrgId, provider: Provider, deviceId: string | undefined): Promise<Entrant> {
  const domain = domainToASCII(email.slice(email.lastIndexOf('@') + 1));
  if (domain === '' || !provider.allowedDomains.includes(domain)) throw notVouched();
  const account = await findAccount(await emailIndexOf(email));
  if (account === null || !(await mayVouchFor(orgId, account.accountId))) throw notVouched();
  return { accountId: account.accountId, deviceIndex: await deviceIndexOf(account.accountId, deviceId), credentialsVersion: null };
}
