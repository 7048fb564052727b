import type { Call, Method, ParameterValue } from '../../api/route.ts';
import { taskMessage } from '../../guests/worker.ts';
import { routes } from '../../guests/index.ts';
import type { Guest } from '../../state/cluster.ts';
import { userOf } from '../parameters.ts';

/** The work of a task that begins others and waits for them: yields the milliseconds until it looks again. */
export type Waiting = Generator<number, void, undefined>;

/** How often a worker looks whether those it began have ended. */
export const POLL = 1000;
const FORK = 100;

/**
 * Starts a worker on the call's node that begins others. What it says stands in its log at once.
 * @param work gets the function that writes a line
 * @returns the UPID
 */
export function startBulk(call: Call, node: string, type: string, work: (say: (line: string) => void) => Waiting): string {
  const lines: string[] = [];
  const steps = work((line) => void lines.push(line));
  let failed: Error | undefined;
  return call.cluster.tasks.start({
    node, type, id: '', user: userOf(call), duration: FORK,
    next: () => {
      if (failed !== undefined) throw failed;
      try {
        const step = steps.next();
        return step.done ? undefined : { duration: step.value, log: lines.splice(0) };
      } catch (error) {
        // Its last words first.
        failed = new Error(taskMessage(error));
        return { duration: 0, log: lines.splice(0) };
      }
    },
    finish: () => lines.splice(0),
  });
}

/** Does to a guest what its own operation does, for the same caller and without asking for that operation's privileges again. */
export function onGuest(call: Call, method: Method, guest: Guest, operation: string, parameters: Readonly<Record<string, ParameterValue>> = {}): unknown {
  const path = `/nodes/{node}/${guest.kind}/{vmid}/${operation}`;
  const route = routes.find((one) => one.method === method && one.path === path);
  if (route === undefined) throw new RangeError(`no operation ${method} ${path}`);
  return route.run({ ...call, method, parameters: { node: guest.node, vmid: guest.vmid, ...parameters } });
}

/** Begins a guest's task; a refusal is said and goes no further. @returns the UPID */
export function tryOnGuest(call: Call, say: (line: string) => void, guest: Guest, operation: string, parameters: Readonly<Record<string, ParameterValue>> = {}): string | undefined {
  try {
    return String(onGuest(call, 'POST', guest, operation, parameters));
  } catch (error) {
    for (const line of taskMessage(error).split('\n')) say(line);
    return undefined;
  }
}

/** Tasks that are waited for, at most so many at a time. */
export class Workers {
  readonly #call: Call;
  readonly #most: number;
  /** Guest by UPID. */
  readonly #running = new Map<string, Guest>();
  readonly #ended: (guest: Guest, exitstatus: string) => void;

  constructor(call: Call, most: number, ended: (guest: Guest, exitstatus: string) => void = () => undefined) {
    this.#call = call;
    this.#most = most;
    this.#ended = ended;
  }

  add(upid: string, guest: Guest): void {
    this.#running.set(upid, guest);
  }

  /** Waits until another one may begin. */
  *room(): Waiting {
    while (this.#running.size >= this.#most) {
      this.#look();
      yield POLL;
    }
  }

  /** Waits until all have ended. */
  *all(): Waiting {
    while (this.#running.size > 0) {
      this.#look();
      yield POLL;
    }
  }

  #look(): void {
    for (const [upid, guest] of this.#running) {
      const task = this.#call.cluster.tasks.get(upid);
      if (task !== undefined && task.endtime === undefined) continue;
      this.#running.delete(upid);
      this.#ended(guest, task?.exitstatus ?? 'unexpected status');
    }
  }
}
