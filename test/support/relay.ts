import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A stretch of wire between a client and a server that can be cut. */
export interface Relay {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** Breaks every connection the way a network does: with a reset, not a goodbye. */
  cut(): void;
  /** While off, connections are refused at once. */
  off: boolean;
  close(): Promise<void>;
}

/** @param target `https://host:port` */
export async function relayTo(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const relay = { off: false };
  const server = createServer((near) => {
    if (relay.off) return void near.resetAndDestroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.end();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(relay, {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    }),
  });
}
