import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { parseUpid, type PveClient, PveError } from '../../pve/index.ts';
import type { Operation, Outcome } from '../operations/operation.ts';
import type { Action } from '../proposal/step.ts';
import type { Driver } from './driver.ts';

/** Seconds by which clocks may differ when the node does not tell its time. */
const assumedSkew = 120;
const nodeTime = z.object({ time: z.number() });

/**
 * Carries out operations of the catalogue over the Proxmox VE API.
 * @param current the client to ask with, each time anew: a run outlives one whose connection was renamed, or signed in to again
 * @param operationOf undefined for an operation that does not exist
 */
export function apiDriver(current: () => Promise<PveClient>, operationOf: (name: string) => Operation | undefined): Driver {
  const find = ({ operation }: Action): Operation => {
    const found = operationOf(operation);
    if (found === undefined) throw new PveError({ kind: 'bad-parameter', message: `There is no operation “${operation}”.`, advice: 'The proposal was made by another version of the workbench; make it anew.' });
    return found;
  };

  /** When it was sent, by the node's clock, in seconds: clocks differ, and tasks are compared by when they began. */
  const clusterTime = async (client: PveClient, node: string | undefined, sentAt: number): Promise<number> => {
    const ours = Math.floor(sentAt / 1000);
    if (node === undefined) return ours - assumedSkew;
    try {
      const before = Date.now();
      const { time } = nodeTime.parse(await client.get(`/nodes/${encodeURIComponent(node)}/time`));
      return ours + Math.floor(time - before / 1000) - 2;
    } catch {
      return ours - assumedSkew;
    }
  };

  const outcomeOf = async (action: Action, sentAt: number): Promise<Outcome> => {
    const { target } = action;
    const client = await current();
    const since = await clusterTime(client, 'node' in target ? target.node : undefined, sentAt);
    try {
      return await find(action).outcome(target, action.parameters, client, since);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const { name } = client.connection;
      throw new PveError({ kind: 'not-proxmox', message: `What ${name} answers does not tell how “${action.description}” ended.`, advice: 'Something in between may change its answers. Resume the run when it is gone.', cause: error });
    }
  };

  /** Some operations begin a task and do not say which (containers' `template`): it is looked for until it shows, or its work is done. */
  const findTask = async (action: Action, sentAt: number, signal: AbortSignal): ReturnType<Driver['send']> => {
    for (let tries = 0; tries < 20; tries++) {
      const outcome = await outcomeOf(action, sentAt);
      if (outcome === 'done') return 'done';
      if (outcome !== 'not-done') return { upid: outcome.running };
      await delay(250, undefined, { signal });
    }
    throw new PveError({ kind: 'server-error', message: `The cluster took on “${action.description}”, but no task of it was seen.`, advice: 'Look at the task list of the node.' });
  };

  return {
    async send(action, parameters, signal) {
      const { method, path, answer, ...request } = find(action).request(action.target, parameters);
      const wanted = request.parameters as Parameters<PveClient['post']>[1];
      const client = await current();
      const sentAt = Date.now();
      const data = await client[method === 'POST' ? 'post' : method === 'PUT' ? 'put' : 'delete'](path, wanted, { signal });
      if (answer === 'done') return 'done';
      return typeof data === 'string' && parseUpid(data) !== undefined ? { upid: data } : findTask(action, sentAt, signal);
    },
    async follow(upid, signal, { onLog }) {
      await (await current()).waitForTask(upid, { signal, onLog });
    },
    async stop(upid) {
      const task = parseUpid(upid);
      if (task !== undefined) await (await current()).delete(`/nodes/${encodeURIComponent(task.node)}/tasks/${encodeURIComponent(upid)}`);
    },
    outcome: (action, sentAt) => outcomeOf(action, sentAt),
  };
}
