import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Logger } from '../../base/index.ts';
import type { Parameters } from '../client.ts';
import { PveError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { untilAborted } from '../until-aborted.ts';
import { readAnswer } from './answer.ts';
import { Budget } from './budget.ts';
import { ExchangeFailure, type Incoming, type Method, type Outgoing, requestName } from './exchange.ts';
import { encodeForm } from './form.ts';
import type { Gateway } from './gateway.ts';

export interface RequestSettings {
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly logger: Logger;
}

/** A read that failed on the way is tried again so often; nothing else ever is. */
const repetitions = 2;

/** A request as the API knows it: parameters in the query or, for writes, in the body. */
export function outgoingOf(method: Method, path: string, parameters: Parameters): Outgoing {
  const form = encodeForm(parameters);
  // pveproxy refuses a DELETE with a body (AnyEvent.pm, “Unexpected content for method”).
  return method === 'GET' || method === 'DELETE'
    ? { method, path, query: form, body: undefined, headers: {} }
    : { method, path, query: '', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}

/** Requests with everything a client adds to the bare exchange: their turn, authentication, repetition, typed errors. */
export class Requests {
  readonly #gateway: Gateway;
  readonly #session: Session;
  readonly #logger: Logger;
  readonly #limit: LimitFunction;

  constructor(gateway: Gateway, session: Session, { concurrency, logger }: RequestSettings) {
    this.#gateway = gateway;
    this.#session = session;
    this.#logger = logger;
    this.#limit = pLimit(concurrency);
  }

  /**
   * @param timeout Milliseconds, from the request's turn on.
   * @returns the answer's `data`
   * @throws PveError
   */
  async perform(method: Method, path: string, parameters: Parameters, timeout: number, signal: AbortSignal): Promise<unknown> {
    return (await this.performSomewhere(method, path, parameters, timeout, signal)).data;
  }

  /** As {@link perform}, and tells which endpoint answered. */
  performSomewhere(method: Method, path: string, parameters: Parameters, timeout: number, signal: AbortSignal): Promise<{ readonly data: unknown; readonly endpoint: string }> {
    return this.performOutgoing(outgoingOf(method, path, parameters), timeout, signal);
  }

  /** A request that has its form already. */
  performOutgoing(outgoing: Outgoing, timeout: number, signal: AbortSignal): Promise<{ readonly data: unknown; readonly endpoint: string }> {
    const work = this.#limit(async () => {
      signal.throwIfAborted();
      const answer = await this.#answer(outgoing, new Budget(timeout), signal);
      return { data: readAnswer(answer), endpoint: answer.endpoint };
    });
    return untilAborted(work, signal, requestName(outgoing));
  }

  async #answer(outgoing: Outgoing, budget: Budget, signal: AbortSignal): Promise<Incoming> {
    try {
      if (outgoing.method !== 'GET') return await this.#authenticated(outgoing, budget, signal);
      const worthIt = handleWhen((error) => error instanceof ExchangeFailure && error.transient && budget.left > 0 && !signal.aborted)
        .orWhenResult((answer) => passing.has((answer as Incoming).status) && budget.left > 0);
      const policy = retry(worthIt, { maxAttempts: repetitions, backoff: new ExponentialBackoff({ initialDelay: 150, maxDelay: 1_000 }) });
      return await policy.execute(() => this.#authenticated(outgoing, budget, signal), signal);
    } catch (error) {
      throw asPveError(error, requestName(outgoing));
    }
  }

  /** A refused ticket says nothing about the password: log in again, once. What was refused was not done, so writes may go again. */
  async #authenticated(outgoing: Outgoing, budget: Budget, signal: AbortSignal): Promise<Incoming> {
    const proof = await this.#session.proof(signal);
    const answer = await this.#send(outgoing, proof.headers, budget, signal);
    if (answer.status !== 401 || !this.#session.refused(proof)) return answer;
    const other = await this.#session.proof(signal);
    return this.#send(outgoing, other.headers, budget, signal);
  }

  async #send(outgoing: Outgoing, proof: Readonly<Record<string, string>>, budget: Budget, signal: AbortSignal): Promise<Incoming> {
    const begun = performance.now();
    const answer = await this.#gateway.send({ ...outgoing, headers: { ...outgoing.headers, ...proof } }, { repeatable: outgoing.method === 'GET', budget, signal });
    this.#logger.debug(`${answer.request} → ${answer.status} after ${Math.round(performance.now() - begun)} ms from ${answer.endpoint}`);
    return answer;
  }
}

/** Statuses that tell of a passing trouble between servers: a proxy's, and AnyEvent::HTTP's for a connection that broke off. */
const passing: ReadonlySet<number> = new Set([502, 503, 504, 597, 599]);

/** Nothing but PveError leaves this room. */
export function asPveError(error: unknown, request: string): PveError {
  if (error instanceof PveError) return error;
  if (error instanceof ExchangeFailure) return error.error;
  return new PveError({ kind: 'server-error', message: `${request} failed: ${error instanceof Error ? error.message : String(error)}.`, request, cause: error });
}
