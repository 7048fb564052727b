import { randomUUID } from 'node:crypto';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import { operationByName } from '../../../src/changes/operations/index.ts';
import type { Proposal } from '../../../src/changes/proposal/proposal.ts';
import { type StepParameters, type Step } from '../../../src/changes/proposal/step.ts';
import type { GuestTarget } from '../../../src/changes/proposal/target.ts';
import { apiDriver, type Backoff, type Journal, Runs } from '../../../src/changes/run/index.ts';
import type { Connection, PveClient } from '../../../src/pve/index.ts';
import type { SpawnedSimulator } from '../../support/spawned-simulator.ts';
import { clientOf, connectionTo, secretsOf } from '../pve/client/client.ts';

/** Short enough for tests, with the same shape. */
export const quickBackoff: Backoff = { first: 40, longest: 400, repetitions: 14 };

export function connect(simulator: Pick<SpawnedSimulator, 'url' | 'tokenId' | 'tokenSecret' | 'fingerprint'>): PveClient {
  const connection: Connection = connectionTo([simulator.url], { authentication: { kind: 'token', tokenId: simulator.tokenId }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint } });
  return clientOf(connection, secretsOf(simulator.tokenSecret));
}

export function runsIn(folder: string, client: PveClient | (() => PveClient), over: { readonly backoff?: Backoff; readonly audited?: string[]; readonly concurrency?: number } = {}): Runs {
  return new Runs({
    folder,
    driversOf: () => Promise.resolve({ api: apiDriver(() => Promise.resolve(typeof client === 'function' ? client() : client), operationByName) }),
    secrets: { secret: () => Promise.resolve(undefined) },
    audit: (_journal: Journal, event) => {
      over.audited?.push('ended' in event ? event.ended : `${event.step} ${event.record.state}`);
      return Promise.resolve();
    },
    clock: systemClock,
    logger: silentLogger,
    backoff: over.backoff ?? quickBackoff,
    ...(over.concurrency === undefined ? {} : { concurrency: over.concurrency }),
  });
}

export interface Planned {
  readonly operation: string;
  readonly target: GuestTarget;
  readonly parameters?: StepParameters;
  readonly after?: readonly number[];
  readonly inverse?: string;
  readonly fallback?: string;
}

/** A proposal as it is, without asking what it would be. Steps are `s0`, `s1`, … */
export function proposalOf(planned: readonly Planned[]): Proposal {
  const steps = planned.map(({ operation, target, parameters = {}, after = [], inverse, fallback }, index): Step => {
    const of = (name: string): Omit<Step, 'id' | 'after'> => ({ driver: 'api', operation: name, target, parameters: name === operation ? parameters : {}, description: `${name} ${target.vmid}` });
    return {
      ...of(operation), id: `s${index}`, after: after.map((each) => `s${each}`),
      ...(inverse === undefined ? {} : { inverse: of(inverse) }), ...(fallback === undefined ? {} : { fallback: of(fallback) }),
    };
  });
  return {
    version: 1, id: randomUUID(), created: new Date().toISOString(), connection: 'test', origin: 'person', surface: 'test', summary: 'Test', steps,
    risk: { level: 'low', reasons: [] }, safeguards: [], effect: { interruptions: [], losses: [], nodes: [], storages: [] },
  };
}

/** Guests of the simulator in that state that nothing stands in the way of. */
export async function guestsThat(client: PveClient, status: 'running' | 'stopped'): Promise<GuestTarget[]> {
  const rows = (await client.get('/cluster/resources', { type: 'vm' })) as { type: 'qemu' | 'lxc'; status: string; node: string; vmid: number; name: string; template?: number; hastate?: string; lock?: string }[];
  return rows
    .filter((row) => row.status === status && !row.template && row.hastate === undefined && row.lock === undefined)
    .map(({ type, vmid, node, name }) => ({ kind: 'guest', type, vmid, node, name }));
}

/** How often tasks of that type were begun for each guest in the last minutes: the demo has a history. */
export async function tasksBegun(client: PveClient, type: RegExp): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const node of ['pve1', 'pve2']) {
    for (const task of (await client.get(`/nodes/${node}/tasks`, { limit: 5000, source: 'all', since: Math.floor(Date.now() / 1000) - 120 })) as { type: string; id: string }[]) {
      if (type.test(task.type)) counts.set(task.id, (counts.get(task.id) ?? 0) + 1);
    }
  }
  return counts;
}
