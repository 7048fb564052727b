import { failure } from '../../api/errors.ts';
import { string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { guestCpus, guestMemory } from '../../state/sizing.ts';
import { QEMU } from '../kind.ts';
import { guestOf, isRunning } from '../lookup.ts';
import { NODE_AND_VMID, rootOnly, SKIPLOCK, text } from '../parameters.ts';
import { isRoot } from '../privileges.ts';
import { QEMU_VERSION } from '../status.ts';
import { monitorCommands, monitorPrivilege } from './monitor-commands.ts';
import { SHUTDOWN_DURATION, stop } from './start.ts';

const MiB = 1024 * 1024;
/** QEMU's names of keys, one or several held down together: `ret`, `ctrl-alt-delete`. */
const KEYS =
  /^(?:[a-z0-9]|f(?:[1-9]|1[0-2])|0x[0-9a-f]+|kp_(?:[0-9]|add|subtract|multiply|divide|enter|decimal|comma|equals)|(?:shift|ctrl|alt|meta)(?:_[lr])?|ret|esc|spc|tab|backspace|delete|insert|home|end|pgup|pgdn|up|down|left|right|caps_lock|num_lock|scroll_lock|sysrq|print|pause|menu|minus|equal|comma|dot|slash|backslash|semicolon|apostrophe|grave_accent|bracket_left|bracket_right|less|asterisk|compose|power|sleep|wake)$/;

/** What `sendkey` answers: nothing when it has sent the keys. */
function sendKeys(keys: string): string {
  const unknown = keys.split('-').find((key) => !KEYS.test(key));
  return unknown === undefined ? '' : `invalid parameter: ${unknown}\r\n`;
}

type Info = (call: Call, guest: Guest) => string;

const INFO: Readonly<Record<string, Info>> = {
  balloon: (_, guest) => `balloon: actual=${guestMemory(guest) / MiB} max_mem=${guestMemory(guest) / MiB}`,
  cpus: ({ cluster }, guest) => Array.from({ length: guestCpus(guest, cluster.nodes.get(guest.node)) }, (_, cpu) => `${cpu === 0 ? '*' : ' '} CPU #${cpu}: thread_id=${guest.pid + 60 + cpu}`).join('\r\n'),
  kvm: (_, guest) => `kvm support: ${guest.config.current.get('kvm') === '0' ? 'disabled' : 'enabled'}`,
  name: (_, guest) => `${guest.config.current.get('name') ?? `vm${guest.vmid}`},debug-threads=on`,
  status: (_, guest) => `VM status: ${guest.power === 'paused' ? 'paused' : 'running'}`,
  uuid: (_, guest) => /uuid=([0-9a-f-]+)/i.exec(guest.config.current.get('smbios1') ?? '')?.[1] ?? '00000000-0000-0000-0000-000000000000',
  version: () => `${QEMU_VERSION}pve-qemu-kvm_${QEMU_VERSION}-1`,
};

/** Runs a line of QEMU's human monitor; throws what Proxmox prints as `ERROR: …`. */
function perform(call: Call, guest: Guest, line: string): string {
  if (!isRunning(guest)) throw failure(`VM ${guest.vmid} not running`);
  const [name = '', ...words] = line.trim().split(/\s+/);
  if (name === 'info' && words[0] !== undefined) {
    const info = Object.hasOwn(INFO, words[0]) ? INFO[words[0]] : undefined;
    return info === undefined ? `unknown command: '${line.trim()}'\r\n` : `${info(call, guest)}\r\n`;
  }
  switch (name) {
    case 'info':
      return Object.keys(INFO).map((topic) => `info ${topic}\r\n`).join('');
    case 'help':
    case '?':
      return monitorCommands().map((command) => `${command}\r\n`).join('');
    case 'stop':
    case 's':
      guest.power = 'paused';
      return '';
    case 'cont':
    case 'c':
      guest.power = 'running';
      return '';
    case 'quit':
    case 'q':
      stop(call.cluster, guest);
      return '';
    case 'system_reset':
      guest.agent?.commands.clear();
      return '';
    case 'system_powerdown':
      powerDown(call, guest);
      return '';
    case 'sendkey':
      return sendKeys(words[0] ?? '');
    default:
      if (monitorPrivilege(name) === undefined) return `unknown command: '${name}'\r\n`;
      throw failure(`VM ${guest.vmid} qmp command 'human-monitor-command' failed - the simulator does not have '${name}'`);
  }
}

function powerDown({ cluster }: Call, guest: Guest): void {
  const { pid } = guest;
  if (guest.config.current.get('acpi') === '0') return;
  cluster.tasks.later(SHUTDOWN_DURATION, () => {
    if (guest.power === 'running' && guest.pid === pid) stop(cluster, guest);
  });
}

function checkPrivilege(call: Call, line: string): void {
  const name = /^\s*(\S+)/.exec(line)?.[1];
  if (line === '' || line === '0') throw failure('no command specified');
  if (name === undefined) throw failure(`unexpected command '${line}'`);
  const privilege = monitorPrivilege(name);
  if (privilege === undefined && !isRoot(call)) throw failure(`command '${name}' non-existent or not assigned a required permission yet, limiting to root user`);
  if (privilege === 'root' && !isRoot(call)) throw failure(`root-only command '${name}'`);
  if (privilege === 'Sys.Modify') call.demand('/', ['Sys.Modify']);
}

function monitor(call: Call): string {
  const line = text(call, 'command') ?? '';
  checkPrivilege(call, line);
  const guest = guestOf(call, QEMU);
  try {
    return perform(call, guest, line);
  } catch (error) {
    return `ERROR: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}

function sendKey(call: Call): null {
  rootOnly(call, 'skiplock');
  const guest = guestOf(call, QEMU);
  if (!isRunning(guest)) throw failure(`VM ${guest.vmid} not running`);
  const answer = sendKeys(text(call, 'key') ?? '');
  if (answer !== '') throw failure(answer.trimEnd());
  return null;
}

/** QEMU's human monitor, and keys through it. */
export const monitorRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/nodes/{node}/qemu/{vmid}/monitor', permissions: { check: ['perm', '/vms/{vmid}', ['Sys.Audit', 'Sys.Modify'], 'any', 1] },
    parameters: { ...NODE_AND_VMID, command: string() }, run: monitor,
  },
  {
    method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/sendkey', permissions: { check: ['perm', '/vms/{vmid}', ['VM.Console']] },
    parameters: { ...NODE_AND_VMID, skiplock: SKIPLOCK, key: string() }, run: sendKey,
  },
];
