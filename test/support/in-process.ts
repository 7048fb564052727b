import { createDemoCluster, type Credentials } from '../../src/simulator/demo/index.ts';
import type { Upload } from '../../src/simulator/api/route.ts';
import { operationsOn } from '../../src/simulator/simulator.ts';
import type { SimulatedCluster } from '../../src/simulator/state/create-cluster.ts';

/** A clock that stands still until it is told to go on. */
export class TestClock {
  #now: number;

  constructor(now = Date.UTC(2026, 10, 21, 9, 30)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** @param milliseconds to go on by */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

export type TestParameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface InProcess {
  readonly cluster: SimulatedCluster;
  readonly credentials: Credentials;
  readonly clock: TestClock;
  /** The `data` member; throws `ApiError`. */
  readonly call: (method: string, path: string, parameters?: TestParameters, user?: string, upload?: Upload) => unknown;
}

export interface InProcessSettings {
  readonly seed?: number;
  readonly nodes?: number;
  readonly guests?: number;
  /** Factor on task durations; default 1, on the test's own clock. */
  readonly pace?: number;
}

function raw(parameters: TestParameters): Record<string, string | readonly string[]> {
  const result: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    result[name] = typeof value === 'boolean' ? (value ? '1' : '0') : typeof value === 'number' ? String(value) : value;
  }
  return result;
}

/** The demo cluster and its operations, verified and permission-checked like over HTTPS, but without the network and with a clock that waits. */
export function inProcess(settings: InProcessSettings = {}): InProcess {
  const clock = new TestClock();
  const { cluster, credentials } = createDemoCluster({ ...settings, clock });
  const { dispatch } = operationsOn(cluster);
  return {
    cluster,
    credentials,
    clock,
    call: (method, path, parameters = {}, user = 'root@pam', upload) => dispatch({ method, path: decodeURIComponent(path), parameters: raw(parameters), user, ...(upload === undefined ? {} : { upload }) }),
  };
}
