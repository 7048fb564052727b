import { parsePropertyString } from '../../pve/config/index.ts';
import { failure } from '../api/errors.ts';
import { oneOf } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { reconcileSoon } from '../cluster/ha/manager.ts';
import { resourceGuest } from '../cluster/ha/resource-id.ts';
import { powerOff } from '../guests/power-state.ts';
import type { Node } from '../state/cluster.ts';
import { answeringNode } from './answering.ts';
import { startAll, stopAll } from './bulk/index.ts';
import { writeJournal } from './journal.ts';
import { NODE, nodeOf, onNode, text } from './parameters.ts';

/** Milliseconds until the command is run, for the answer to get out first. */
const GRACE = 2000;
/** Milliseconds from the last guest's end to the network's, and from power on to answering. */
const HALT_DURATION = 4000;
const BOOT_DURATION = 60_000;
/** Milliseconds from answering to the start of guests. */
const GUESTS_AFTER = 4000;

/** The same call as the node's own services make it. */
const asSystem = (call: Call, node: Node): Call => ({ ...call, caller: { userid: 'root@pam' }, parameters: { node: node.name }, may: () => true, demand: () => undefined });

/** Guests are shut down by a task of the node's own, then the node goes. */
function shutDown(call: Call, node: Node, then: () => void): void {
  const { tasks } = call.cluster;
  tasks.whenEnded(stopAll(asSystem(call, node)), () => {
    tasks.later(HALT_DURATION, () => {
      for (const task of tasks.list()) if (task.node === node.name && task.endtime === undefined) tasks.stop(task.upid);
      switchOff(call, node);
      then();
    });
  });
}

function switchOff(call: Call, node: Node): void {
  node.online = false;
  for (const guest of call.cluster.guests.values()) if (guest.node === node.name && guest.power !== 'stopped') powerOff(guest);
}

/** The node answers again, and starts the guests that start on boot. */
function boot(call: Call, node: Node): void {
  const { cluster } = call;
  cluster.tasks.later(BOOT_DURATION, () => {
    if (node.online) return;
    node.online = true;
    node.bootedAt = Math.floor(cluster.tasks.now() / 1000);
    for (const service of node.services.values()) if (service.unitState !== 'not-found') service.state = 'running';
    writeJournal(cluster, node, 'systemd[1]', 'Reached target multi-user.target - Multi-User System.');
    for (const sid of cluster.haResources.keys()) if (resourceGuest(cluster, sid)?.node === node.name) reconcileSoon(cluster, sid);
    const delay = Number(node.config.get('startall-onboot-delay') ?? 0) * 1000;
    cluster.tasks.later(GUESTS_AFTER + delay, () => {
      if (node.online) startAll(asSystem(call, node));
    });
  });
}

function command(call: Call): null {
  const node = nodeOf(call);
  const reboot = text(call, 'command') === 'reboot';
  call.cluster.tasks.later(GRACE, () => {
    writeJournal(call.cluster, node, 'systemd-logind[912]', reboot ? 'The system will reboot now!' : 'The system will power off now!');
    shutDown(call, node, () => {
      if (reboot) boot(call, node);
    });
  });
  return null;
}

/** Any node but the one to be woken sends the packet. @returns the MAC address it went to */
function wake(call: Call): string {
  const { cluster } = call;
  const name = String(call.parameters['node']);
  if (name === answeringNode(cluster)) throw failure(`'${name}' is local node, cannot wake my self!`);
  const node = cluster.nodes.get(name);
  if (node === undefined) throw failure(`no such cluster node '${name}'`);
  const wakeonlan = node.config.get('wakeonlan');
  const mac = wakeonlan === undefined ? undefined : parsePropertyString('wakeonlan', wakeonlan).values['mac'];
  if (mac === undefined) throw failure(`No wake on LAN MAC address defined for '${name}'!`);
  if (!node.online) boot(call, node);
  return String(mac);
}

export const nodePowerRoutes: readonly Route[] = [
  { method: 'POST', path: '/nodes/{node}/status', permissions: onNode('Sys.PowerMgmt'), parameters: { ...NODE, command: oneOf('reboot', 'shutdown') }, run: command },
  { method: 'POST', path: '/nodes/{node}/wakeonlan', permissions: onNode('Sys.PowerMgmt'), anywhere: true, parameters: NODE, run: wake },
];
