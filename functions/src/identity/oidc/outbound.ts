/**
 * Requests to addresses that an organisation's administrator has named.
 *
 * Guarantees: https to a named host only, never to an IP address, a local name or back to ourselves by a redirect; answers are
 * short and come within seconds. One http origin may be allowed by configuration, for a provider on loopback. Does not resolve
 * names itself: that nothing inside answers https with a valid certificate for a public name is the network's part.
 */
import { isIP } from 'node:net';
import { oidcLoopbackOrigin } from '../../platform/config.ts';
import { AppError } from '../../shared/errors.ts';
import { ms } from '../../shared/time.ts';

const patience = 8 * ms.second;
const longestAnswer = 256 * 1024;
const localNames = /(^|\.)(localhost|local|internal|lan|home|arpa|test|invalid)$/;

/** Whether functions may speak to an address. */
export function isOutboundUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname: written, origin, username, password } = new URL(address);
  const hostname = written.replace(/\.$/, '');
  if (origin === oidcLoopbackOrigin()) return true;
  const isNamed = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && hostname.includes('.') && !localNames.test(hostname);
  return protocol === 'https:' && isNamed && username === '' && password === '';
}

/** `fetch` within these limits; the answer has been read. Throws a TypeError for an address that is not allowed and an answer that is too long. */
export async function outboundFetch(address: string, init: RequestInit = {}): Promise<Response> {
  if (!isOutboundUrl(address)) throw new TypeError('not an address to speak to');
  const response = await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(patience) });
  const body = await shortBody(response);
  return new Response(body.length === 0 ? null : body, { status: response.status });
}

/** The JSON at an address. Throws `shared/unavailable` without one. */
export async function outboundJson(address: string, init: RequestInit = {}): Promise<{ status: number; json: unknown }> {
  try {
    const response = await outboundFetch(address, init);
    return { status: response.status, json: await response.json() };
  } catch (cause) {
    throw new AppError('shared/unavailable', 'the identity provider does not answer', { service: 'oidc' }, { cause });
  }
}

async function shortBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // A body is made of bytes; Node types them as any.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > longestAnswer) throw new TypeError('answer too long');
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}
