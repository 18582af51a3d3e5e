import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** The only address that anything in the local cloud binds to. */
export const LOOPBACK = '127.0.0.1';

/**
 * How long a connection may rest, in milliseconds: so long that clients end those that they need no more, as with Google's front
 * ends. A server that ends one in the very moment when it is used again breaks that request.
 */
const REST_MS = 600_000;

/** What this needs of a server: any net, http or https server. */
type Listening = Pick<Server, 'listen' | 'once' | 'off' | 'address'> & { keepAliveTimeout?: number };

/**
 * Binds a server to loopback: to the preferred port, or to a free one if that is taken (or 0).
 * @returns the port. Throws what the system says when nothing can be bound.
 */
export async function listen(server: Listening, preferred = 0): Promise<number> {
  if (server.keepAliveTimeout !== undefined) server.keepAliveTimeout = REST_MS;
  try {
    return await listenOn(server, preferred);
  } catch (error) {
    if (preferred !== 0 && isTaken(error)) return listenOn(server, 0);
    throw error;
  }
}

/**
 * Ports that no system hands out by itself (Linux begins at 32,768, others higher), so that nothing takes one between the
 * moment when it is chosen and the moment when it is used.
 */
const CHOSEN = { from: 10_000, to: 32_000 } as const;
const MOST_TRIES = 20;

/** The preferred port, or one that is free: for what must be told its port before it listens. */
export async function freePort(preferred = 0): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = randomInt(CHOSEN.from, CHOSEN.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`found no free port in ${MOST_TRIES} tries between ${CHOSEN.from} and ${CHOSEN.to}`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await listenOn(probe, port);
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

function listenOn(server: Listening, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('server has no port'));
      else resolve(address.port);
    });
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
