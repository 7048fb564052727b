import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Connection, Secrets } from '../../src/pve/index.ts';

/** What the simulator process is told to do. */
export interface Order {
  /** Guests to change; what differs afterwards is exactly their rows (and their nodes' and pools' counters). */
  readonly change?: number;
  /** Milliseconds by which its clock goes on, which moves the counters of all running guests. */
  readonly advance?: number;
}

export interface FrozenCluster {
  readonly url: string;
  /** PEM. */
  readonly cert: string;
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly tokenSecret: string;
  readonly connection: Connection;
  readonly secrets: Secrets;
  /** Resolves when it is done. */
  order(order: Order): Promise<void>;
  stop(): void;
}

/** A simulator in a process of its own whose clock only goes on when it is told to. 50 nodes, 1,000 guests in the pool `thousand`. */
export async function startFrozenCluster(guests: number): Promise<FrozenCluster> {
  const child = fork(join(import.meta.dirname, 'frozen-simulator.ts'), [String(guests)]);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The simulator of the benchmark ended (${String(code)}).`);
  });
  failed.catch(() => undefined);
  const answer = async <T>(): Promise<T> => (await Promise.race([once(child, 'message'), failed]))[0] as T;
  const told = await answer<Pick<FrozenCluster, 'url' | 'cert' | 'fingerprint' | 'tokenId' | 'tokenSecret'>>();
  return {
    ...told,
    connection: {
      id: 'bench',
      name: 'bench',
      endpoints: [told.url],
      authentication: { kind: 'token', tokenId: told.tokenId },
      trust: { kind: 'fingerprint', sha256: told.fingerprint },
    },
    secrets: { secret: () => Promise.resolve(told.tokenSecret) },
    async order(order) {
      const done = answer();
      child.send(order);
      await done;
    },
    stop: () => child.disconnect(),
  };
}
