import type { Clock } from '../../base/index.ts';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import { answeringNode } from '../nodes/answering.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Peer, Session } from './session.ts';
import { type VncTicketScope, VncTickets } from './vnc-tickets.ts';

/** Ports that PVE::Tools::next_vnc_port gives away. */
const FIRST_PORT = 5900;
const LAST_PORT = 5999;
/** Milliseconds that termproxy, vncterm and `qm vncproxy` wait for their one client. */
const PATIENCE = 10_000;

/** A worker on its port, before anybody connects. */
export interface Worker {
  readonly port: number;
  readonly ticket: string;
  readonly scope: VncTicketScope;
}

export interface WorkerPlan {
  /** `vncproxy` or `vncshell`. */
  readonly type: string;
  readonly id: string;
  /** ACL path that the ticket is for. */
  readonly path: string;
  /** What the task's error is when no client came. */
  readonly timedOut: (worker: Worker) => string;
  readonly serve: (worker: Worker, peer: Peer) => Session;
}

interface Open extends Worker {
  readonly cluster: Cluster;
  readonly upid: string;
  readonly plan: WorkerPlan;
  /** Closes the client's connection; set while there is one. */
  disconnect?: () => unknown;
}

/** The connection a client has made, as whoever reads the network needs it. */
export interface Connected {
  receive(bytes: Uint8Array): void;
  closed(): void;
}

/** The workers that wait for a console's client or serve one, by port. */
export class Consoles {
  readonly tickets: VncTickets;
  readonly #open = new Map<number, Open>();

  constructor(clock: Clock) {
    this.tickets = new VncTickets(clock);
  }

  /** Starts a worker that waits for its client. It runs on the node that answers the call, wherever the guest is. */
  start({ cluster, caller }: Call, plan: WorkerPlan): { readonly worker: Worker; readonly upid: string } {
    const port = this.#freePort();
    const user = caller.tokenid ?? caller.userid;
    const scope = { user, path: plan.path, port };
    const worker: Worker = { port, scope, ticket: this.tickets.issue(scope) };
    const release = (): void => {
      this.#open.get(port)?.disconnect?.();
      this.#open.delete(port);
    };
    const upid = cluster.tasks.start({
      node: answeringNode(cluster), type: plan.type, id: plan.id, user, duration: PATIENCE, unscaled: true, abort: release,
      finish: () => {
        release();
        throw new Error(plan.timedOut(worker));
      },
    });
    this.#open.set(port, { ...worker, cluster, upid, plan });
    return { worker, upid };
  }

  /**
   * Connects a client to the worker on the port. It takes one client only.
   * @returns undefined when nobody listens there
   */
  connect(port: number, send: (bytes: Uint8Array) => void, disconnect: () => void): Connected | undefined {
    const open = this.#open.get(port);
    // A worker whose time has passed ends before it could be connected to.
    open?.cluster.tasks.get(open.upid);
    if (open === undefined || this.#open.get(port) !== open || open.disconnect !== undefined) return undefined;
    const { cluster, upid, plan } = open;
    const own: { session?: Session; ended: boolean } = { ended: false };
    const leave = (): boolean => {
      if (own.ended) return false;
      own.ended = true;
      own.session?.dispose();
      disconnect();
      return true;
    };
    const end = (error?: string): void => {
      if (!leave()) return;
      this.#open.delete(port);
      cluster.tasks.end(upid, error);
    };
    open.disconnect = leave;
    cluster.tasks.hold(upid);
    const session = plan.serve(open, { send: (bytes) => (own.ended ? undefined : send(bytes)), end });
    own.session = session;
    if (own.ended) session.dispose();
    return { receive: (bytes) => (own.ended ? undefined : session.receive(bytes)), closed: () => end() };
  }

  #freePort(): number {
    for (let port = FIRST_PORT; port <= LAST_PORT; port++) if (!this.#open.has(port)) return port;
    throw failure('unable to find free port (5900-6000)');
  }
}
