/** A relay in front of the Firestore emulator that loses requests or answers of commits made over HTTP/1, as a network does. */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to the next commit: it never arrives, or it is carried out and the answer is lost. */
export type Cut = 'request' | 'answer';

/** A running relay. */
export type CutProxy = {
  readonly url: string;
  /** Plans cuts, one a commit, whose text contains `match`. */
  readonly cut: (kind: Cut, times: number, match?: string) => void;
  readonly left: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts a relay to an emulator's address. */
export async function startCutProxy(target: string): Promise<CutProxy> {
  const { hostname, port } = new URL(target);
  let plan = { kind: 'request' as Cut, left: 0, match: '' };
  const sockets = new Set<Socket>();
  const isCut = (chunk: Buffer): boolean => plan.left > 0 && chunk.includes(':commit') && chunk.includes(plan.match);
  const relay = (client: Socket): void => {
    const upstream = connect(Number(port), hostname);
    let losesAnswer = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (sockets.delete(socket), client.destroy(), upstream.destroy()));
    }
    client.on('data', (chunk) => {
      if (isCut(chunk)) {
        plan.left -= 1;
        if (plan.kind === 'request') return void client.destroy();
        losesAnswer = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (losesAnswer ? client.destroy() : client.write(chunk)));
  };
  const server: Server = createServer(relay);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on TCP
    cut: (kind, times, match = '') => {
      plan = { kind, left: times, match };
    },
    left: () => plan.left,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
