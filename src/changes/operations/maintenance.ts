import * as z from 'zod';
import type { GuestRow } from '../../inventory/index.ts';
import type { PveClient } from '../../pve/index.ts';
import type { Action, StepParameters } from '../proposal/step.ts';
import type { NodeTarget } from '../proposal/target.ts';
import { flag, isHaManaged } from './guest.ts';
import { guestsOn, offline } from './nodes.ts';
import type { Circumstances, ContributedOperation, Outcome } from './operation.ts';

/** What is done with a command on a node, because the API has no request for it. */
export interface ShellOperation extends ContributedOperation<NodeTarget> {
  readonly driver: 'ssh';
  /** Program and arguments, run on the target as root. */
  command(target: NodeTarget, parameters: StepParameters): readonly string[];
  /** Reads over the API whether the change has happened already. */
  outcome(target: NodeTarget, parameters: StepParameters, client: PveClient): Promise<Outcome>;
}

const nodeRows = z.array(z.object({ type: z.string(), node: z.string().optional(), hastate: z.string().optional() }));

const wanted = (parameters: StepParameters): boolean => flag(parameters, 'enable');
const counted = (count: number): string => `${count} ${count === 1 ? 'guest' : 'guests'}`;

function inverse(target: NodeTarget, parameters: StepParameters): Action {
  const opposite = { enable: !wanted(parameters) };
  return { driver: 'ssh', operation: 'node.maintenance', target, parameters: opposite, description: maintenance.describe(target, opposite) };
}

/**
 * `ha-manager crm-command node-maintenance enable|disable <node>` (ha-manager(1), “Maintenance Mode”): `enable`. High availability then moves what
 * it manages to other nodes, and brings it back afterwards.
 */
export const maintenance: ShellOperation = {
  name: 'node.maintenance', driver: 'ssh', targets: ['node'], title: 'Maintenance', needsConfig: false,
  // What may be done over SSH is the business of the node's own users.
  privileges: () => [],
  describe: ({ node }, parameters) => (wanted(parameters) ? `Put node ${node} into maintenance` : `Take node ${node} out of maintenance`),
  refusal(target, parameters, circumstances) {
    const now = circumstances.node(target.node)?.hastate === 'maintenance';
    return offline(target, circumstances) ?? (now !== wanted(parameters) ? undefined : `Node ${target.node} is ${now ? '' : 'not '}in maintenance${now ? ' already' : ''}.`);
  },
  risk(target, parameters, circumstances) {
    if (!wanted(parameters)) return [{ level: 'low', text: `High availability may bring guests back to ${target.node}.` }];
    const up = running(target, circumstances);
    const moved = up.filter(isHaManaged).length;
    const stay = up.length - moved;
    return [
      moved === 0 ? { level: 'low', text: `High availability manages none of the guests that run on ${target.node}.` } : { level: 'medium', text: `High availability moves ${counted(moved)} from ${target.node} to other nodes.` },
      ...(stay === 0 ? [] : [{ level: 'low' as const, text: `${counted(stay)} not managed by high availability ${stay === 1 ? 'stays' : 'stay'} on ${target.node} and ${stay === 1 ? 'goes' : 'go'} on running.` }]),
    ];
  },
  effect(target, parameters, circumstances) {
    const restarted = wanted(parameters) ? running(target, circumstances).filter((row) => isHaManaged(row) && row.kind === 'lxc') : [];
    return restarted.length === 0 ? {} : { interruptions: [`${counted(restarted.length)} that ${restarted.length === 1 ? 'is a container restarts' : 'are containers restart'} on another node.`] };
  },
  safeguards: () => [],
  inverse,
  command: ({ node }, parameters) => ['ha-manager', 'crm-command', 'node-maintenance', wanted(parameters) ? 'enable' : 'disable', node],
  async outcome({ node }, parameters, client) {
    const rows = nodeRows.parse(await client.get('/cluster/resources', { type: 'node' }));
    return (rows.find((row) => row.node === node)?.hastate === 'maintenance') === wanted(parameters) ? 'done' : 'not-done';
  },
};

function running(target: NodeTarget, circumstances: Circumstances): readonly GuestRow[] {
  return guestsOn(target, {}, circumstances).filter(({ status }) => status === 'running' || status === 'paused' || status === 'suspended');
}

/** Operations that are commands on nodes. */
export const shellOperations: readonly ShellOperation[] = [maintenance];
