// Guarantees: an OpenID Connect provider on loopback: discovery, authorization code with PKCE, ID tokens signed by real keys
// that can be rotated. Does not guarantee: passwords; whoever asks says who they are, on a page or by JSON.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Faults } from '../faults.ts';
import { escapeHtml, page, PAGE_HEADERS } from '../html.ts';
import { jsonBody, type LoopbackRequest, type LoopbackService, type Reply, type Route, startService } from '../http.ts';

/** The one client that it knows. */
export const oidcClient = { clientId: 'valv-local', clientSecret: 'local-client-secret' } as const;

/** Who signs in at the provider. */
export type OidcPerson = { readonly email: string; readonly emailVerified: boolean };

/** A token about to be signed, for tests that want another one. */
export type Forgery = {
  /** Changes the claims. */
  readonly claims?: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** Signs by itself, e.g. not at all, or with another key. Answers the compact JWT. */
  readonly sign?: (claims: Record<string, unknown>, keyId: string) => string | Promise<string>;
};

/** The running provider; its issuer is `url`. */
export type OidcService = LoopbackService & {
  /** Signs in as a person at an authorization request; answers the address that the browser is sent back to. */
  authorize(redirectUrl: string, person: OidcPerson): string;
  /** A new signing key; tokens signed with the old one are no longer valid. */
  rotate(): Promise<void>;
  /** From now on tokens are made like this; without an argument, properly. */
  forge(forgery?: Forgery): void;
};

type Grant = { person: OidcPerson; nonce: string | null; challenge: string; redirectUri: string };
type Key = { id: string; privateKey: CryptoKey; jwk: JWK };

/** Starts the provider. */
export async function startOidc(options: { faults: Faults; port?: number }): Promise<OidcService> {
  let key = await newKey();
  let forgery: Forgery = {};
  let issuer = '';
  const grants = new Map<string, Grant>();
  const granted = (query: URLSearchParams, person: OidcPerson): string => {
    const { redirectUri, grant } = authorizationRequest(query, person);
    const code = randomBytes(24).toString('base64url');
    grants.set(code, grant);
    const back = new URL(redirectUri);
    for (const [name, value] of Object.entries({ code, state: query.get('state') ?? '', iss: issuer })) back.searchParams.set(name, value);
    return back.href;
  };
  const token = async (request: LoopbackRequest): Promise<Reply> => {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? ''); // a code is good for one try
    if (!isClient(request, form)) return { status: 401, json: { error: 'invalid_client' } };
    if (grant === undefined || !isGranted(grant, form)) return { status: 400, json: { error: 'invalid_grant' } };
    return {
      json: { access_token: 'unused', token_type: 'Bearer', expires_in: 300, id_token: await idToken(issuer, grant, key, forgery) },
    };
  };
  const service = await startService({
    service: 'status',
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
    routes: routes({ issuer: () => issuer, jwk: () => key.jwk, granted, token }),
  });
  issuer = service.url;
  return {
    ...service,
    authorize: (redirectUrl, person) => granted(new URL(redirectUrl).searchParams, person),
    rotate: async () => void (key = await newKey()),
    forge: (next = {}) => void (forgery = next),
  };
}

async function newKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const id = randomBytes(6).toString('base64url');
  return { id, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: id, alg: 'ES256', use: 'sig' } };
}

function routes(provider: {
  issuer: () => string;
  jwk: () => JWK;
  granted: (query: URLSearchParams, person: OidcPerson) => string;
  token: (request: LoopbackRequest) => Promise<Reply>;
}): Route[] {
  const at = (name: string, method: string, path: RegExp, run: Route['run']): Route => ({ name, method, pattern: path, run });
  return [
    at('discovery', 'GET', /^\/\.well-known\/openid-configuration$/, () => ({ json: metadata(provider.issuer()) })),
    at('jwks', 'GET', /^\/jwks$/, () => ({ json: { keys: [provider.jwk()] } })),
    at('authorizePage', 'GET', /^\/authorize$/, ({ query }) => ({ headers: PAGE_HEADERS, body: signInPage(query) })),
    at('authorizeForm', 'POST', /^\/authorize$/, ({ query, body }) => {
      const email = new URLSearchParams(body.toString('utf8')).get('email') ?? '';
      return { headers: PAGE_HEADERS, body: donePage(provider.granted(query, { email, emailVerified: true })) };
    }),
    at('authorizeJson', 'POST', /^\/local\/authorize$/, (request) => {
      const { redirectUrl, email } = jsonBody(request);
      return {
        json: { location: provider.granted(new URL(String(redirectUrl)).searchParams, { email: String(email), emailVerified: true }) },
      };
    }),
    at('token', 'POST', /^\/token$/, provider.token),
  ];
}

const metadata = (issuer: string): object => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic'],
  authorization_response_iss_parameter_supported: true,
});

function authorizationRequest(query: URLSearchParams, person: OidcPerson): { redirectUri: string; grant: Grant } {
  const wanted = { response_type: 'code', client_id: oidcClient.clientId, code_challenge_method: 'S256' };
  for (const [name, value] of Object.entries(wanted)) if (query.get(name) !== value) throw new Error(`"${name}" must be ${value}`);
  const [redirectUri, challenge] = [query.get('redirect_uri') ?? '', query.get('code_challenge') ?? ''];
  if (challenge === '' || !(query.get('scope') ?? '').split(' ').includes('openid'))
    throw new Error('"scope" or "code_challenge" is missing');
  return { redirectUri, grant: { person, nonce: query.get('nonce'), challenge, redirectUri } };
}

function isClient({ headers }: LoopbackRequest, form: URLSearchParams): boolean {
  const basic = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString('utf8');
  const given = Buffer.from(form.has('client_secret') ? `${form.get('client_id') ?? ''}:${form.get('client_secret') ?? ''}` : basic);
  const expected = Buffer.from(`${oidcClient.clientId}:${oidcClient.clientSecret}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isGranted({ challenge, redirectUri }: Grant, form: URLSearchParams): boolean {
  const verifier = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return form.get('grant_type') === 'authorization_code' && verifier === challenge && form.get('redirect_uri') === redirectUri;
}

async function idToken(issuer: string, { person, nonce }: Grant, key: Key, forgery: Forgery): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const sub = createHash('sha256').update(person.email).digest('hex').slice(0, 20);
  const proper = {
    iss: issuer,
    aud: oidcClient.clientId,
    sub,
    iat: now,
    exp: now + 300,
    nonce,
    email: person.email,
    email_verified: person.emailVerified,
  };
  const claims = forgery.claims?.(proper) ?? proper;
  if (forgery.sign !== undefined) return forgery.sign(claims, key.id);
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: key.id, typ: 'JWT' }).sign(key.privateKey);
}

const signInPage = (query: URLSearchParams): string =>
  page(
    'Local identity provider',
    `<p>A pretend identity provider of an organisation, for the local run.</p>
<form method="post" action="/authorize?${escapeHtml(query.toString())}"><p><label>E-mail <input name="email" type="email" required></label></p>
<p><button>Sign in</button></p></form>`,
  );

const donePage = (location: string): string => page('Signed in', `<p><a href="${escapeHtml(location)}">Back to Valv</a></p>`);
