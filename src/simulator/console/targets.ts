import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import { LXC, QEMU } from '../guests/kind.ts';
import { guestOf } from '../guests/lookup.ts';
import { answeringNode } from '../nodes/answering.ts';
import type { Cluster, Guest, Node } from '../state/cluster.ts';
import { type Machine, machineOfGuest, machineOfNode } from './machine.ts';
import type { Program } from './termproxy.ts';

const SERIAL_PORTS = ['serial0', 'serial1', 'serial2', 'serial3'];

/** The guest of the call's path; throws when that node has none such. */
export const guestOfCall = (call: Call, kind: Guest['kind']): Guest => guestOf(call, kind === 'qemu' ? QEMU : LXC);

/** The node of the call's path (PVE::Cluster::remote_node_ip for others than the answering one). */
export function nodeOfCall(call: Call): Node {
  const name = String(call.parameters['node']);
  const node = call.cluster.nodes.get(name);
  if (node === undefined) throw failure(`hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`);
  return node;
}

/** What SSH says of a node that is down; consoles of other nodes go through it. */
function unreachable(cluster: Cluster, name: string): { readonly refusal: string } | undefined {
  const node = cluster.nodes.get(name);
  return node === undefined || node.online ? undefined : { refusal: `ssh: connect to host ${node.ip} port 22: No route to host` };
}

/** `qm terminal`: the serial port asked for, or the first that is a socket. */
export function serialProgram(cluster: Cluster, guest: Guest, asked: string | undefined): Program {
  const { current } = guest.config;
  const away = unreachable(cluster, guest.node);
  if (away !== undefined) return away;
  if (asked !== undefined && !current.has(asked)) return { refusal: `serial interface '${asked}' is not configured` };
  if (asked !== undefined && current.get(asked) !== 'socket') return { refusal: `wrong serial type on interface '${asked}'` };
  const port = asked ?? SERIAL_PORTS.find((name) => current.get(name) === 'socket');
  if (port === undefined) return { refusal: 'unable to find a serial interface' };
  if (guest.power === 'stopped') return { refusal: `VM ${guest.vmid} not running` };
  return { machine: machineOfGuest(cluster, guest), line: `ttyS${port.slice('serial'.length)}`, banner: `starting serial terminal on interface ${port}` };
}

/** `lxc-console`: a getty, or with `cmode=shell` a root shell. */
export function containerProgram(cluster: Cluster, guest: Guest): Program {
  const away = unreachable(cluster, guest.node);
  if (away !== undefined) return away;
  if (guest.power === 'stopped') return { refusal: `lxc-console: ${guest.vmid}: ../src/lxc/tools/lxc_console.c: lxc_console_main: 129 ${guest.vmid} is not running` };
  const shell = guest.config.current.get('cmode') === 'shell';
  return { machine: machineOfGuest(cluster, guest), line: 'tty1', ...(shell ? { loggedIn: true, endsWithShell: true as const } : {}) };
}

/** `login -f root` for root@pam itself, a login for everybody else; other commands end at once here. */
export function nodeProgram(call: Call, node: Node): Program {
  const { cluster, caller } = call;
  const away = node.name === answeringNode(cluster) ? undefined : unreachable(cluster, node.name);
  if (away !== undefined) return away;
  const isRoot = caller.userid === 'root@pam' && caller.tokenid === undefined;
  const command = call.parameters['cmd'] ?? 'login';
  if (isRoot && command === 'upgrade') return { refusal: 'Starting system upgrade: apt-get dist-upgrade\r\n\r\nYour System is up-to-date' };
  if (isRoot && command === 'ceph_install') return { refusal: 'Ceph is not part of the simulated node.' };
  return { machine: machineOfNode(cluster, node), line: 'pts/0', loggedIn: isRoot, endsWithShell: true };
}

/** `qm terminal -iface serial1` or the serial port that the VM's display is. */
export function serialDisplay(guest: Guest): string | undefined {
  return /^(?:type=)?(serial\d)(?:,|$)/.exec(guest.config.current.get('vga') ?? '')?.[1];
}

export const isMachine = (program: Program): program is Extract<Program, { machine: Machine }> => 'machine' in program;
