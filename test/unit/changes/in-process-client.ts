import { gather } from '../../../src/changes/propose/index.ts';
import type { Asking, Wish } from '../../../src/changes/door.ts';
import type { Circumstances } from '../../../src/changes/operations/index.ts';
import type { Inventory } from '../../../src/inventory/index.ts';
import { readResources } from '../../../src/inventory/resources.ts';
import type { Counters } from '../../../src/inventory/unchanged.ts';
import { serverError } from '../../../src/pve/http/server-error.ts';
import type { Connection, Parameters, PveClient } from '../../../src/pve/index.ts';
import { Enveloped } from '../../../src/simulator/api/enveloped.ts';
import { ApiError } from '../../../src/simulator/api/errors.ts';
import type { InProcess, TestParameters } from '../../support/in-process.ts';

export const connection: Connection = { id: 'demo', name: 'Demo', endpoints: ['https://127.0.0.1:8006'], authentication: { kind: 'password', user: 'root@pam' }, trust: { kind: 'system' } };
export const asking: Asking = { connection, origin: 'person', surface: 'test' };

/** A client of the simulator in this process, with the real client's errors and without its sockets. */
export function clientOf(at: InProcess, user = 'root@pam'): PveClient {
  const call = async (method: string, path: string, parameters: Parameters = {}): Promise<unknown> => {
    try {
      const answer = await Promise.resolve(at.call(method, path, parameters as TestParameters, user));
      return answer instanceof Enveloped ? answer.data : answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw serverError({ endpoint: connection.name, request: `${method} ${path}`, status: error.status, reason: error.message }, error.errors === undefined ? undefined : { errors: error.errors });
    }
  };
  return {
    connection,
    get: (path, parameters) => call('GET', path, parameters),
    post: (path, parameters) => call('POST', path, parameters),
    put: (path, parameters) => call('PUT', path, parameters),
    delete: (path, parameters) => call('DELETE', path, parameters),
    waitForTask: () => Promise.reject(new Error('the test’s clock stands still')),
    dispose: () => undefined,
  };
}

/** The inventory as one refresh would leave it. */
export function inventoryOf(at: InProcess): Pick<Inventory, 'rows' | 'live'> {
  const live = new Map<string, Counters>();
  const { rows } = readResources(at.call('GET', '/cluster/resources'), new Map(), live, connection);
  return { rows: () => rows, live: (_connection, id) => live.get(id) };
}

export function circumstancesOf(at: InProcess, wishes: readonly Wish[], user?: string): Promise<Circumstances> {
  return gather({ client: clientOf(at, user), inventory: inventoryOf(at), now: at.clock.now() }, wishes);
}
