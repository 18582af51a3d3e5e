import { createServer, type Server } from 'node:net';

/** The only address that anything in the local cloud binds to. */
export const LOOPBACK = '127.0.0.1';

/** What this needs of a server: any net, http or https server. */
type Listening = Pick<Server, 'listen' | 'once' | 'off' | 'address'>;

/**
 * Binds a server to loopback: to the preferred port, or to a free one if that is taken (or 0).
 * @returns the port. Throws what the system says when nothing can be bound.
 */
export async function listen(server: Listening, preferred = 0): Promise<number> {
  try {
    return await listenOn(server, preferred);
  } catch (error) {
    if (preferred !== 0 && isTaken(error)) return listenOn(server, 0);
    throw error;
  }
}

/** A port that was free a moment ago, for a child process that must be told its port. */
export async function freePort(preferred = 0): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, preferred);
  await new Promise((resolve) => probe.close(resolve));
  return port;
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
