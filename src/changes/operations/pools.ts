import * as z from 'zod';
import type { PveClient } from '../../pve/index.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { PoolTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, text } from './guest.ts';
import type { Circumstances, Operation, Requirement } from './operation.ts';

type Pools = Operation<PoolTarget>;
const targets = ['pool'] as const;

const vmidsOf = (parameters: StepParameters): number[] => (text(parameters, 'vms') ?? '').split(/[,; ]+/).filter(Boolean).map(Number);
const guests = (parameters: StepParameters): string => {
  const vmids = vmidsOf(parameters);
  return vmids.length === 1 ? `guest ${vmids[0] ?? ''}` : `${vmids.length} guests`;
};

function privileges(pool: string, parameters: StepParameters): readonly Requirement[] {
  return [{ path: `/pool/${pool}`, privileges: ['Pool.Allocate'] }, ...vmidsOf(parameters).map((vmid) => ({ path: `/vms/${vmid}`, privileges: ['VM.Allocate', 'Permissions.Modify'], any: true }))];
}

function missing(parameters: StepParameters, { guest }: Circumstances): string | undefined {
  const unknown = vmidsOf(parameters).find((vmid) => guest(vmid) === undefined);
  return vmidsOf(parameters).length === 0 ? 'No guest was named.' : unknown === undefined ? undefined : `There is no guest ${unknown}.`;
}

const poolMembers = z.array(z.object({ members: z.array(z.object({ vmid: z.coerce.number().nullish() })) }));

async function members(client: PveClient, pool: string): Promise<ReadonlySet<number>> {
  const [found] = poolMembers.parse(await client.get('/pools', { poolid: pool }));
  return new Set(found?.members.flatMap(({ vmid }) => (typeof vmid === 'number' ? [vmid] : [])));
}

/** `PUT /pools`: `vms`; guests of other pools are moved (`allow-move`). */
export const addGuest: Pools = define({
  name: 'pool.add-guest', targets, title: 'Add to Pool', taskTypes: [],
  complete: (_target, parameters, { guest }) => (vmidsOf(parameters).some((vmid) => guest(vmid)?.pool !== undefined) ? { 'allow-move': true, ...parameters } : parameters),
  privileges: ({ pool }, parameters) => privileges(pool, parameters),
  describe: ({ pool }, parameters) => `Put ${guests(parameters)} into pool ${pool}`,
  refusal: ({ pool }, parameters, circumstances) => {
    const inside = vmidsOf(parameters).find((vmid) => circumstances.guest(vmid)?.pool === pool);
    return missing(parameters, circumstances) ?? (inside === undefined ? undefined : `Guest ${inside} is in pool ${pool} already.`);
  },
  risk: ({ pool }, parameters, { guest }) =>
    vmidsOf(parameters).flatMap((vmid) => {
      const old = guest(vmid)?.pool;
      return old === undefined ? [] : [{ level: 'low' as const, text: `Guest ${vmid} leaves pool ${old}; who may use it can change with pool ${pool}.` }];
    }),
  inverse: ({ pool }, parameters, { guest }) => {
    const before = new Set(vmidsOf(parameters).map((vmid) => guest(vmid)?.pool));
    if (before.size !== 1) return undefined;
    const [old] = before;
    const vms = vmidsOf(parameters).join(',');
    if (old === undefined) return api('pool.remove-guest', { kind: 'pool', pool }, { vms }, removeGuest.describe({ kind: 'pool', pool }, { vms }));
    return api('pool.add-guest', { kind: 'pool', pool: old }, { vms, 'allow-move': true }, addGuest.describe({ kind: 'pool', pool: old }, { vms }));
  },
  request: ({ pool }, parameters) => ({ method: 'PUT', path: '/pools', parameters: { ...parameters, poolid: pool }, answer: 'done' }),
  outcome: async ({ pool }, parameters, client) => {
    const inside = await members(client, pool);
    return vmidsOf(parameters).every((vmid) => inside.has(vmid)) ? 'done' : 'not-done';
  },
});

/** `PUT /pools` with `delete`: `vms`. */
export const removeGuest: Pools = define({
  name: 'pool.remove-guest', targets, title: 'Remove from Pool', taskTypes: [],
  privileges: ({ pool }, parameters) => privileges(pool, parameters),
  describe: ({ pool }, parameters) => `Take ${guests(parameters)} out of pool ${pool}`,
  refusal: ({ pool }, parameters, circumstances) => {
    const outside = vmidsOf(parameters).find((vmid) => circumstances.guest(vmid)?.pool !== pool);
    return missing(parameters, circumstances) ?? (outside === undefined ? undefined : `Guest ${outside} is not in pool ${pool}.`);
  },
  risk: ({ pool }) => [{ level: 'low', text: `Who may use the guests through pool ${pool} no longer may.` }],
  inverse: (target, parameters) => api('pool.add-guest', target, parameters, addGuest.describe(target, parameters)),
  request: ({ pool }, parameters) => ({ method: 'PUT', path: '/pools', parameters: { ...parameters, poolid: pool, delete: true }, answer: 'done' }),
  outcome: async ({ pool }, parameters, client) => {
    const inside = await members(client, pool);
    return vmidsOf(parameters).some((vmid) => inside.has(vmid)) ? 'not-done' : 'done';
  },
});

export const pools: readonly Pools[] = [addGuest, removeGuest];
