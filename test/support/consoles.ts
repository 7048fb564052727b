import { createClient } from '../../src/pve/index.ts';
import type { ConsoleClient, Secrets } from '../../src/pve/index.ts';
import type { ConsoleEnd, TerminalStream } from '../../src/pve/console/index.ts';
import { createDemoCluster, type Credentials } from '../../src/simulator/demo/index.ts';
import { type Faults, noFaults } from '../../src/simulator/faults/index.ts';
import { selfSigned } from '../../src/simulator/http/certificate.ts';
import { serve } from '../../src/simulator/simulator.ts';
import type { SimulatedCluster } from '../../src/simulator/state/create-cluster.ts';

export interface ConsoleBench {
  readonly cluster: SimulatedCluster;
  readonly credentials: Credentials;
  readonly url: string;
  readonly fingerprint: string;
  /** With the password of root@pam, or with the demo's API token. */
  client(kind: 'password' | 'token', over?: { readonly fingerprint?: string; readonly endpoint?: string }): ConsoleClient;
  close(): Promise<void>;
}

/** A served demo cluster and clients of it. */
export async function consoleBench(clock?: { now(): number }, faults: Faults = noFaults): Promise<ConsoleBench> {
  const { cluster, credentials } = createDemoCluster(clock === undefined ? {} : { clock });
  const certificate = await selfSigned(['pve1']);
  const reports: string[] = [];
  const server = await serve({ cluster, certificate, port: 0, faults, report: (message) => reports.push(message) });
  const clients: ConsoleClient[] = [];
  return {
    cluster, credentials, url: server.url, fingerprint: certificate.fingerprint,
    client(kind, { fingerprint = certificate.fingerprint, endpoint = server.url } = {}) {
      const secrets: Secrets = { secret: () => Promise.resolve(kind === 'token' ? credentials.tokenSecret : credentials.password) };
      const authentication = kind === 'token' ? { kind, tokenId: credentials.tokenId } : { kind, user: credentials.user };
      const client = createClient({ id: 'bench', name: 'Bench', endpoints: [endpoint], authentication, trust: { kind: 'fingerprint', sha256: fingerprint } }, secrets);
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.dispose();
      await server.close();
      if (reports.length > 0) throw new Error(reports.join('\n'));
    },
  };
}

/** What a terminal has written so far, and waiting for it to write something. */
export class Transcript {
  text = '';
  #end: ConsoleEnd | undefined;
  #waiting: (() => void)[] = [];

  constructor(stream: Pick<TerminalStream, 'listen'>) {
    stream.listen({
      onData: (bytes) => {
        this.text += Buffer.from(bytes).toString('utf8');
        this.#wake();
      },
      onEnd: (end) => {
        this.#end = end;
        this.#wake();
      },
    });
  }

  /** Resolves when the text has come, and forgets everything up to it. */
  async until(expected: string): Promise<string> {
    for (;;) {
      const at = this.text.indexOf(expected);
      if (at >= 0) {
        const before = this.text.slice(0, at + expected.length);
        this.text = this.text.slice(at + expected.length);
        return before;
      }
      if (this.#end !== undefined) throw new Error(`ended before “${expected}”: ${JSON.stringify(this.text)}`);
      await this.#next(expected);
    }
  }

  async ended(): Promise<ConsoleEnd> {
    while (this.#end === undefined) await this.#next('the end');
    return this.#end;
  }

  #next(what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain for “${what}”: ${JSON.stringify(this.text)}`)), 5000);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    for (const waiting of this.#waiting.splice(0)) waiting();
  }
}
