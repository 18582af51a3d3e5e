// What makes the unchanged production application use the local cloud: the defaults cookie that the Firebase SDK
// documents, and a content security policy whose Google hosts are replaced by the loopback ones.
import type { ServerResponse } from 'node:http';

/** Loopback hosts, each "host:port". */
export type LocalHosts = { readonly auth: string; readonly firestore: string };

const GOOGLE_HOSTS: Readonly<Record<string, keyof LocalHosts>> = {
  'https://identitytoolkit.googleapis.com': 'auth',
  'https://securetoken.googleapis.com': 'auth',
  'https://firestore.googleapis.com': 'firestore',
};
const STYLESHEET = '<link rel="stylesheet" href="/__/local.css">';

/** The web configuration that Hosting serves at `/__/firebase/init.json`. */
export const webConfig = (projectId: string): Record<string, string> => ({
  apiKey: 'local',
  authDomain: `${projectId}.firebaseapp.com`,
  projectId,
  appId: `1:1:web:${projectId}`,
  messagingSenderId: '1',
  storageBucket: `${projectId}-files`,
});

/** Value of `__FIREBASE_DEFAULTS__`, for the cookie (as it is) and the environment variable (decoded). */
export const firebaseDefaults = (projectId: string, hosts: LocalHosts): string =>
  Buffer.from(JSON.stringify({ config: webConfig(projectId), emulatorHosts: { ...hosts } })).toString('base64url');

/** Replaces Google's hosts in `connect-src`; a policy without them stays as it is. */
export function localPolicy(policy: string, hosts: LocalHosts): string {
  return policy
    .split(';')
    .map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      if (name !== 'connect-src') return directive.trim();
      const local = sources.map((source) => {
        const service = GOOGLE_HOSTS[source];
        return service === undefined ? source : `http://${hosts[service]}`;
      });
      return [name, ...new Set(local)].join(' ');
    })
    .join('; ');
}

/**
 * Adapts what is sent for a page (text/html); everything else passes unchanged. A page is never answered with 304,
 * because a stored one would bring back the policy and the cookie of other ports.
 */
export function adaptPages(response: ServerResponse, projectId: string, hosts: LocalHosts): void {
  const { writeHead, write, end } = response;
  let html: Buffer[] | undefined;
  const isPage = (): boolean => {
    if (html !== undefined) return true;
    if (response.headersSent || !String(response.getHeader('content-type') ?? '').startsWith('text/html')) return false;
    html = [];
    return true;
  };
  const keep = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) html?.push(Buffer.from(chunk as string)); // from() takes both.
  };
  // Superstatic sets the headers of firebase.json when writeHead is called, and calls this one after that.
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (html !== undefined) adaptHeaders(response, projectId, hosts);
    return writeHead.apply(response, args);
  }) as typeof writeHead; // The overloads differ only in optional arguments, which are passed on.
  response.write = ((...args: Parameters<typeof write>) => {
    if (!isPage()) return write.apply(response, args);
    keep(args[0]);
    return true;
  }) as typeof write; // As above.
  response.end = ((...args: [unknown?, ...unknown[]]) => {
    if (!isPage()) return end.apply(response, args as never); // As above.
    keep(args[0]);
    const page = Buffer.concat(html ?? [])
      .toString('utf8')
      .replace('</head>', `${STYLESHEET}</head>`);
    response.setHeader('content-length', Buffer.byteLength(page));
    response.writeHead(response.statusCode);
    return end.call(response, page, 'utf8');
  }) as typeof end;
}

function adaptHeaders(response: ServerResponse, projectId: string, hosts: LocalHosts): void {
  const policy = response.getHeader('content-security-policy');
  if (typeof policy === 'string') response.setHeader('content-security-policy', localPolicy(policy, hosts));
  response.appendHeader('set-cookie', `__FIREBASE_DEFAULTS__=${firebaseDefaults(projectId, hosts)}; Path=/; SameSite=Lax`);
  response.removeHeader('etag');
  response.removeHeader('last-modified');
}
