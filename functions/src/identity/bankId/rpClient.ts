/**
 * BankID's relying-party API v6.
 *
 * Guarantees: speaks TLS 1.2 or later with the relying party's certificate to the configured address, and trusts the one
 * configured authority and no other, the system's included; for BankID's own hosts that authority must be BankID's. What comes
 * back is parsed; an answer that is not understood is an error, never a success. Nothing of requests or answers is logged.
 * Does not verify BankID's signature on completion data itself: it is kept as evidence.
 */
import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import * as z from 'zod/mini';
import { bankIdCa, bankIdClient, bankIdUrl } from '../../platform/config.ts';
import { AppError } from '../../shared/errors.ts';
import { ms } from '../../shared/time.ts';

/** Where the API is, whom to trust there, and as whom to appear. PEM. */
export type RpSettings = { readonly url: string; readonly ca: string; readonly cert: string; readonly key: string };

/** What an order is placed with. `text` is shown to the person; a signature is over it. */
export type RpOrder = {
  readonly kind: 'auth' | 'sign';
  readonly endUserIp: string;
  readonly text: string;
  /** About the person's browser, from which BankID assesses the risk. */
  readonly web: { readonly referringDomain: string; readonly userAgent: string; readonly deviceIdentifier: string } | null;
  /** Where the app goes back to when it was opened on the same device; null with a QR code. */
  readonly returnUrl: string | null;
};

const placedSchema = z.object({
  orderRef: z.string().check(z.minLength(1)),
  autoStartToken: z.string().check(z.minLength(1)),
  qrStartToken: z.string().check(z.minLength(1)),
  qrStartSecret: z.string().check(z.minLength(1)),
});
/** What BankID answers to a placed order. All of it but the autostart token stays on the server. */
export type RpPlaced = z.output<typeof placedSchema>;

const completionSchema = z.looseObject({
  user: z.looseObject({
    personalNumber: z.string().check(z.regex(/^\d{12}$/)),
    givenName: z.string().check(z.minLength(1)),
    surname: z.string(),
  }),
  signature: z.string().check(z.minLength(1)),
  ocspResponse: z.string().check(z.minLength(1)),
});
const collectedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending'), hintCode: z.optional(z.string()) }),
  z.object({ status: z.literal('failed'), hintCode: z.optional(z.string()) }),
  z.object({ status: z.literal('complete'), completionData: completionSchema }),
]);

/** Who completed an order, and BankID's whole completion data as JSON text. */
export type Completion = {
  readonly personalNumber: string;
  readonly displayName: string;
  /** The XML signature. */
  readonly signature: string;
  readonly evidence: string;
};

/** How an order stands. */
export type RpCollected =
  | { readonly status: 'pending' | 'failed'; readonly hintCode: string }
  | { readonly status: 'complete'; readonly completion: Completion };

/** The API. Throws `identity/bankid-unavailable` when it gives no answer for now, `identity/bankid-failed` when it refuses; `hintCode` says which. */
export type RpClient = {
  place(order: RpOrder): Promise<RpPlaced>;
  collect(orderRef: string): Promise<RpCollected>;
  cancel(orderRef: string): Promise<void>;
};

/** SHA-256 of the certificates of BankID's own authorities: "BankID SSL Root CA v1" and its namesake for tests. */
const knownAuthorities: Readonly<Record<string, string>> = {
  'appapi2.bankid.com': 'E6:A2:D4:5C:0A:10:51:C9:59:42:86:49:F8:6A:09:A9:B2:15:2C:D5:51:99:3C:C2:EB:4C:F0:94:BD:AC:BE:CB',
  'appapi2.test.bankid.com': 'F3:D0:74:0E:BF:B3:70:0E:3B:81:AA:79:1F:EE:45:14:72:69:8C:84:E1:99:C2:EB:48:A4:43:FF:1D:5B:40:5C',
};
const patience = 10 * ms.second;
const longestAnswer = 256 * 1024;

/** Owned by this file; made at the first order. */
let configured: RpClient | undefined;

/** The client of the configured service. Throws a TypeError for a setting that is missing or cannot be right. */
export function configuredRpClient(): RpClient {
  configured ??= rpClient({ url: bankIdUrl(), ca: bankIdCa(), ...bankIdClient() });
  return configured;
}

/** A client of one service. Throws a TypeError when the authority is not the one of BankID's host. */
export function rpClient(settings: RpSettings): RpClient {
  const { url, ca, cert, key } = settings;
  needsKnownAuthority(new URL(url), ca);
  const agent = new Agent({ ca, cert, key, minVersion: 'TLSv1.2', keepAlive: true, maxCachedSessions: 10 });
  const post = (operation: string, body: object): Promise<unknown> => call(agent, `${url}/rp/v6.0/${operation}`, JSON.stringify(body));
  return {
    place: async (order) => understood(placedSchema, await post(order.kind, requestOf(order))),
    collect: async (orderRef) => collectedOf(await post('collect', { orderRef })),
    cancel: async (orderRef) => void (await post('cancel', { orderRef })),
  };
}

function needsKnownAuthority({ protocol, hostname }: URL, ca: string): void {
  if (protocol !== 'https:') throw new TypeError('"BANKID_URL" must be an https address');
  const expected = knownAuthorities[hostname];
  if (expected !== undefined && new X509Certificate(ca).fingerprint256 !== expected)
    throw new TypeError(`"BANKID_CA" is not the certificate of the authority of ${hostname}`);
}

function requestOf({ endUserIp, text, web, returnUrl }: RpOrder): object {
  return {
    endUserIp,
    requirement: { risk: 'MODERATE' },
    returnRisk: true,
    userVisibleData: Buffer.from(text, 'utf8').toString('base64'),
    userVisibleDataFormat: 'plaintext',
    ...(web === null ? {} : { web }),
    ...(returnUrl === null ? {} : { returnUrl }),
  };
}

function collectedOf(answer: unknown): RpCollected {
  const collected = understood(collectedSchema, answer);
  if (collected.status !== 'complete') return { status: collected.status, hintCode: wordOf(collected.hintCode) };
  const { user, signature } = collected.completionData;
  return {
    status: 'complete',
    completion: {
      personalNumber: user.personalNumber,
      displayName: `${user.givenName} ${user.surname}`.trim(),
      signature: Buffer.from(signature, 'base64').toString('utf8'),
      evidence: JSON.stringify(collected.completionData),
    },
  };
}

/** A hint or error code as BankID may send it; anything else is called `unknown`. */
const wordOf = (code: unknown): string => (typeof code === 'string' && /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(code) ? code : 'unknown');

function understood<S extends z.ZodMiniType>(schema: S, answer: unknown): z.output<S> {
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  throw unavailable('unknown');
}

function unavailable(hintCode: string, cause?: unknown): AppError {
  const details = { service: 'bankid', hintCode };
  return new AppError('identity/bankid-unavailable', 'BankID does not answer', details, cause === undefined ? {} : { cause });
}

async function call(agent: Agent, url: string, body: string): Promise<unknown> {
  const { status, text } = await send(agent, url, body).catch((cause: unknown) => {
    throw unavailable('unknown', cause);
  });
  const answer = jsonOf(text);
  if (status === 200) return answer;
  const hintCode = wordOf((answer as { errorCode?: unknown } | null)?.errorCode);
  // Theirs, or only for now; everything else is a refusal of what was sent.
  if (status >= 500 || status === 429 || status === 408) throw unavailable(hintCode);
  throw new AppError('identity/bankid-failed', 'BankID refused the order', { hintCode });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // says as little as an answer of another shape
  }
}

type Sent = { status: number; text: string };

/** A connection that was kept may have been closed by the other side a moment ago: then, and only then, another one is tried. */
async function send(agent: Agent, url: string, body: string): Promise<Sent> {
  try {
    return await sendOnce(agent, url, body);
  } catch (thrown) {
    if (thrown instanceof StaleConnection) return sendOnce(agent, url, body);
    throw thrown;
  }
}

class StaleConnection extends Error {}

function sendOnce(agent: Agent, url: string, body: string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers, signal: AbortSignal.timeout(patience) }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > longestAnswer) response.destroy(new Error('answer too long'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection('stale', { cause: error }) : error);
    });
    sent.end(body);
  });
}
