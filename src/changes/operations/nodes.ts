import * as z from 'zod';
import type { GuestRow } from '../../inventory/index.ts';
import { nodeStatus } from '../../pve/wire/index.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { NodeTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, capitalised, flag, isHaManaged, nameOf, task, text } from './guest.ts';
import type { Circumstances, Operation, Outcome, Requirement } from './operation.ts';
import { byTask, saysUnreachable } from './outcomes.ts';

/** `GET /nodes/{node}/time`: seconds since the epoch by the node's own clock. */
const nodeTime = z.object({ time: z.number() });

type Nodes = Operation<NodeTarget>;
const targets = ['node'] as const;
const path = ({ node }: NodeTarget, below: string): string => `/nodes/${encodeURIComponent(node)}${below}`;

const vmidsOf = (parameters: StepParameters): number[] => (text(parameters, 'vms') ?? '').split(/[,; ]+/).filter(Boolean).map(Number);

/** Guests on the node, or those of them that are named, as steps before leave them; templates never run. */
export function guestsOn({ node }: NodeTarget, parameters: StepParameters, { rows, guest }: Pick<Circumstances, 'rows' | 'guest'>): readonly GuestRow[] {
  const named = new Set(vmidsOf(parameters));
  const result: GuestRow[] = [];
  for (const row of rows.values()) {
    if ((row.kind !== 'qemu' && row.kind !== 'lxc') || (named.size > 0 && !named.has(row.vmid))) continue;
    const now = guest(row.vmid);
    if (now !== undefined && now.node === node && !now.template) result.push(now);
  }
  return result;
}

/** Guests that are started or shut down together: those that HA manages only when they are named (PVE/API2/Nodes, `get_start_stop_list`). */
export function poweredTogether(target: NodeTarget, parameters: StepParameters, circumstances: Pick<Circumstances, 'rows' | 'guest'>): readonly GuestRow[] {
  const all = guestsOn(target, parameters, circumstances);
  return vmidsOf(parameters).length > 0 ? all : all.filter((row) => !isHaManaged(row));
}

const isUp = ({ status }: GuestRow): boolean => status === 'running' || status === 'paused' || status === 'suspended';
const label = (row: GuestRow): string => nameOf({ type: row.kind, vmid: row.vmid, name: row.name });
const listed = (rows: readonly GuestRow[]): string => (rows.length > 5 ? `${rows.slice(0, 5).map(label).join(', ')} and ${rows.length - 5} more` : rows.map(label).join(', '));

function power(parameters: StepParameters): readonly Requirement[] {
  const vmids = vmidsOf(parameters);
  return vmids.length === 0 ? [{ path: '/', privileges: ['VM.PowerMgmt'] }] : vmids.map((vmid) => ({ path: `/vms/${vmid}`, privileges: ['VM.PowerMgmt'] }));
}

/** Why nothing can be done on a node that is off or unknown. */
export function offline({ node }: NodeTarget, circumstances: Circumstances): string | undefined {
  const row = circumstances.node(node);
  return row === undefined ? `There is no node ${node}.` : row.status === 'offline' ? `Node ${node} is offline.` : undefined;
}

function sums(target: NodeTarget, rows: readonly GuestRow[], { live }: Circumstances, factor: 1 | -1): { readonly node: string; readonly cpus: number; readonly memory: number } {
  return {
    node: target.node,
    cpus: factor * rows.reduce((sum, { id }) => sum + (live(id)?.maxcpu ?? 0), 0),
    memory: factor * rows.reduce((sum, { id }) => sum + (live(id)?.maxmem ?? 0), 0),
  };
}

/** `POST /nodes/{node}/startall`: `vms`, `force` (also guests that do not start at boot). */
export const startAll: Nodes = define({
  name: 'node.start-all', targets, title: 'Start All Guests', taskTypes: ['startall'],
  privileges: (_target, parameters) => power(parameters),
  describe: ({ node }, parameters) => (vmidsOf(parameters).length > 0 ? `Start ${vmidsOf(parameters).length} guests of ${node}` : `Start ${flag(parameters, 'force') ? 'all guests' : 'the guests that start at boot'} of ${node}`),
  refusal: (target, _parameters, circumstances) => offline(target, circumstances),
  risk: (target, parameters, circumstances) => {
    const stopped = poweredTogether(target, parameters, circumstances).filter((row) => !isUp(row));
    const node = circumstances.live(`node/${target.node}`);
    const free = node?.maxmem === undefined || node.mem === undefined ? undefined : node.maxmem - node.mem;
    return free !== undefined && sums(target, stopped, circumstances, 1).memory > free ? [{ level: 'medium', text: `${target.node} has less memory free than these guests are configured with.` }] : [];
  },
  effect: (target, parameters, circumstances) => {
    // Which guests start at boot is not known without their configurations; nothing is promised then.
    if (vmidsOf(parameters).length === 0 && !flag(parameters, 'force')) return {};
    return { nodes: [sums(target, poweredTogether(target, parameters, circumstances).filter((row) => !isUp(row)), circumstances, 1)] };
  },
  inverse: (target, parameters, circumstances) => {
    if (vmidsOf(parameters).length === 0 && !flag(parameters, 'force')) return undefined;
    const vms = poweredTogether(target, parameters, circumstances).filter((row) => !isUp(row)).map(({ vmid }) => vmid).join(',');
    return vms === '' ? undefined : api('node.stop-all', target, { vms }, stopAll.describe(target, { vms }));
  },
  request: (target, parameters) => task('POST', path(target, '/startall'), parameters),
  outcome: (target, _parameters, client, since) => byTask(client, { node: target.node, types: ['startall'], since }),
});

/** `POST /nodes/{node}/stopall`: `vms`, `timeout` (seconds), `force-stop`. */
export const stopAll: Nodes = define({
  name: 'node.stop-all', targets, title: 'Shut Down All Guests', taskTypes: ['stopall'],
  privileges: (_target, parameters) => power(parameters),
  describe: ({ node }, parameters) => (vmidsOf(parameters).length > 0 ? `Shut down ${vmidsOf(parameters).length} guests of ${node}` : `Shut down all guests of ${node}`),
  refusal: (target, _parameters, circumstances) => offline(target, circumstances),
  risk: (target, parameters, circumstances) => {
    const running = poweredTogether(target, parameters, circumstances).filter(isUp);
    const left = guestsOn(target, parameters, circumstances).filter((row) => isUp(row) && !running.includes(row));
    const leaves = left.length === 0 ? [] : [{ level: 'low' as const, text: `${capitalised(listed(left))} ${left.length === 1 ? 'is' : 'are'} left running: HA manages ${left.length === 1 ? 'it' : 'them'}.` }];
    if (running.length === 0) return leaves;
    // Proxmox's own default of `force-stop` is 1.
    const forced = flag({ 'force-stop': true, ...parameters }, 'force-stop');
    return [
      { level: running.length > 5 ? 'high' : 'medium', text: `${running.length} running ${running.length === 1 ? 'guest is' : 'guests are'} shut down on ${target.node}.` },
      ...(forced ? [{ level: 'medium' as const, text: 'Guests that do not end in time are stopped and may lose unsaved data.' }] : []),
      ...leaves,
    ];
  },
  effect: (target, parameters, circumstances) => {
    const running = poweredTogether(target, parameters, circumstances).filter(isUp);
    return running.length === 0 ? {} : { interruptions: [`${capitalised(listed(running))} ${running.length === 1 ? 'is' : 'are'} unreachable until started again.`], nodes: [sums(target, running, circumstances, -1)] };
  },
  inverse: (target, parameters, circumstances) => {
    const vms = poweredTogether(target, parameters, circumstances).filter(isUp).map(({ vmid }) => vmid).join(',');
    return vms === '' ? undefined : api('node.start-all', target, { vms, force: true }, startAll.describe(target, { vms }));
  },
  request: (target, parameters) => task('POST', path(target, '/stopall'), parameters),
  outcome: (target, _parameters, client, since) => byTask(client, { node: target.node, types: ['stopall'], since }),
});

/** `POST /nodes/{node}/status`: `reboot` or `shutdown`. Proxmox answers at once and tells of no task. */
function nodePower(command: 'reboot' | 'shutdown', name: string, title: string, verb: string): Nodes {
  return define({
    name, targets, title, taskTypes: [],
    privileges: ({ node }) => [{ path: `/nodes/${node}`, privileges: ['Sys.PowerMgmt'] }],
    describe: ({ node }) => `${verb} node ${node}`,
    refusal: (target, _parameters, circumstances) => offline(target, circumstances),
    risk: (target, _parameters, circumstances) => {
      const running = guestsOn(target, {}, circumstances).filter(isUp);
      return running.length === 0
        ? [{ level: 'high', text: `Node ${target.node} is gone ${command === 'reboot' ? 'while it reboots' : 'until somebody starts it'}.` }]
        : [{ level: 'critical', text: `${running.length} ${running.length === 1 ? 'guest runs' : 'guests run'} on ${target.node} and ${running.length === 1 ? 'goes' : 'go'} down with it.` }];
    },
    effect: (target, _parameters, circumstances) => {
      const running = guestsOn(target, {}, circumstances).filter(isUp);
      return {
        interruptions: [
          command === 'reboot' ? `Node ${target.node} restarts and is unreachable meanwhile.` : `Node ${target.node} is unreachable until it is started again.`,
          ...(running.length === 0 ? [] : [`${capitalised(listed(running))} ${running.length === 1 ? 'is' : 'are'} unreachable meanwhile.`]),
        ],
        ...(command === 'shutdown' && running.length > 0 ? { nodes: [sums(target, running, circumstances, -1)] } : {}),
      };
    },
    request: (target) => ({ method: 'POST', path: path(target, '/status'), parameters: { command }, answer: 'done' }),
    async outcome({ node }, _parameters, client, since): Promise<Outcome> {
      try {
        const { uptime } = nodeStatus.parse(await client.get(path({ kind: 'node', node }, '/status')));
        const { time } = nodeTime.parse(await client.get(path({ kind: 'node', node }, '/time')));
        return command === 'reboot' && uptime !== undefined && uptime < time - since ? 'done' : 'not-done';
      } catch (error) {
        if (saysUnreachable(error)) return 'done';
        throw error;
      }
    },
  });
}

export const reboot = nodePower('reboot', 'node.reboot', 'Reboot', 'Reboot');
export const shutdown = nodePower('shutdown', 'node.shutdown', 'Shut Down', 'Shut down');

/** `POST /nodes/{node}/wakeonlan`; any other node sends the packet. The node's configuration must name its address. */
export const wake: Nodes = define({
  name: 'node.wake', targets, title: 'Wake on LAN', taskTypes: [],
  privileges: ({ node }) => [{ path: `/nodes/${node}`, privileges: ['Sys.PowerMgmt'] }],
  describe: ({ node }) => `Wake node ${node}`,
  refusal: ({ node }, _parameters, circumstances) => {
    const row = circumstances.node(node);
    return row === undefined ? `There is no node ${node}.` : row.status === 'online' ? `Node ${node} is online already.` : undefined;
  },
  request: (target, parameters) => ({ method: 'POST', path: path(target, '/wakeonlan'), parameters, answer: 'done' }),
  // Sending the packet once more does no harm.
  outcome: () => Promise.resolve('not-done'),
});

export const nodes: readonly Nodes[] = [startAll, stopAll, reboot, shutdown, wake];
