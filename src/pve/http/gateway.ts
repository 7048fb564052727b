import { type Dispatcher, Pool } from 'undici';
import type { Disposable, Logger } from '../../base/index.ts';
import type { Connection } from '../connection.ts';
import { PveError } from '../errors.ts';
import { trustingConnector } from '../tls/connector.ts';
import { type Budget } from './budget.ts';
import { exchange, ExchangeFailure, type Incoming, type Outgoing } from './exchange.ts';

export interface GatewaySettings {
  /** Connections per endpoint. */
  readonly connections: number;
  /** Milliseconds for name look-up, TCP and TLS handshake with one endpoint. */
  readonly connectTimeout: number;
  readonly logger: Logger;
}

interface Endpoint {
  readonly url: string;
  readonly dispatcher: Dispatcher;
}

/** Hands requests to whichever of a connection's endpoints answers, and remembers which one did. */
export class Gateway implements Disposable {
  readonly #endpoints: readonly Endpoint[];
  readonly #logger: Logger;
  #preferred = 0;

  /** @throws PveError of kind `bad-parameter` when the connection names no endpoint. */
  constructor({ name, endpoints, trust }: Connection, { connections, connectTimeout, logger }: GatewaySettings) {
    if (endpoints.length === 0) {
      throw new PveError({ kind: 'bad-parameter', message: `The connection ${name} names no endpoint.`, advice: 'Give at least one address like https://host:8006.', fields: { endpoints: 'is empty' } });
    }
    this.#logger = logger;
    this.#endpoints = endpoints.map((url) => ({
      url,
      dispatcher: new Pool(url, {
        connections,
        connect: trustingConnector(url, trust, connectTimeout),
        allowH2: false,
        // Time-outs are ours, for the whole of a request.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
    }));
  }

  /**
   * One round over the endpoints, beginning with the one that answered last, until one answers.
   * @param repeatable Whether the request may reach the cluster more than once. If not, the next endpoint is tried only when
   * the connection to the one before did not come about.
   * @throws ExchangeFailure
   */
  async send(outgoing: Outgoing, { repeatable, budget, signal }: { readonly repeatable: boolean; readonly budget: Budget; readonly signal?: AbortSignal | undefined }): Promise<Incoming> {
    const first = this.#preferred;
    const failures: ExchangeFailure[] = [];
    let lastAnswer: Incoming | undefined;
    for (let step = 0; step < this.#endpoints.length; step++) {
      const index = (first + step) % this.#endpoints.length;
      const { url, dispatcher } = this.#endpoints[index]!;
      try {
        const answer = await budget.spend((left) => exchange(dispatcher, url, outgoing, left, signal));
        if (repeatable && isProxyFailure(answer.status)) {
          lastAnswer = answer;
          continue;
        }
        // An answer after a 595 elsewhere says that this way to that one node works, not that the other endpoint is bad.
        if (lastAnswer === undefined) this.#prefer(first, index);
        return answer;
      } catch (error) {
        if (!(error instanceof ExchangeFailure)) throw error;
        failures.push(error);
        // Somebody may be in between: that is for a person to see, not to be worked around.
        if (error.error.kind !== 'unreachable' && error.error.kind !== 'not-proxmox') break;
        if (error.sent && !repeatable) break;
        this.#logger.debug(error.error.message);
        if (budget.left <= 0) {
          this.#prefer(index, (index + 1) % this.#endpoints.length);
          break;
        }
      }
    }
    if (lastAnswer !== undefined) return lastAnswer;
    throw together(failures);
  }

  /** Moves on from an endpoint unless others have done so meanwhile. */
  #prefer(from: number, to: number): void {
    if (from === to || this.#preferred !== from) return;
    this.#preferred = to;
    this.#logger.info(`Now talking to ${this.#endpoints[to]!.url} instead of ${this.#endpoints[from]!.url}.`);
  }

  dispose(): void {
    for (const { dispatcher } of this.#endpoints) dispatcher.destroy().catch((error: unknown) => this.#logger.debug(String(error)));
  }
}

/** pveproxy reached no (healthy) connection to the node it asks in our name; another node may. */
function isProxyFailure(status: number): boolean {
  return status === 595 || status === 596;
}

/** One failure that tells of all. */
function together(failures: readonly ExchangeFailure[]): ExchangeFailure {
  const last = failures.at(-1)!;
  if (failures.length === 1 || last.error.kind !== 'unreachable') return last;
  const error = new PveError({
    ...last.error.details,
    message: `None of the endpoints answered: ${failures.map(({ error: { message } }) => message).join(' ')}`,
    cause: failures.map(({ error: each }) => each),
  });
  return new ExchangeFailure(error, { sent: failures.some(({ sent }) => sent), transient: failures.some(({ transient }) => transient) });
}
