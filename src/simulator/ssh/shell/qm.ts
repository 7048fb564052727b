import { printGuestConfig } from '../../../pve/config/index.ts';
import { ApiError } from '../../api/errors.ts';
import { importDisk } from './import-disk.ts';
import type { Run } from './program.ts';
import { demandRootUser, readPairs, refuse } from './proxmox-command.ts';

const HELP = 'USAGE: qm <COMMAND> [ARGS] [OPTIONS]\n       qm config <vmid> [OPTIONS]\n       qm disk import <vmid> <source> <storage> [OPTIONS]\n       qm set <vmid> [OPTIONS]\n';

/** The part of `qm` that scripts use: `set`, `config`, `disk import` (PVE::CLI::qm). */
export function qm(run: Run): number {
  const refused = demandRootUser(run);
  if (refused !== undefined) return refused;
  const [command = '', ...rest] = run.args;
  if (command === 'set') return set(run, rest);
  if (command === 'config') return config(run, rest[0] ?? '');
  if (command === 'importdisk') return importDisk(run, rest);
  if (command === 'disk' && rest[0] === 'import') return importDisk(run, rest.slice(1));
  if (command === 'help' || command === '--help') {
    run.out(HELP);
    return 0;
  }
  run.error(`${command === '' ? 'ERROR: no command specified' : `ERROR: unknown command 'qm ${run.args.join(' ')}'`}\n${HELP}`);
  return 255;
}

/** The API's own operation, called as root on this node; what it would log is printed. */
function set(run: Run, [vmid = '', ...args]: readonly string[]): number {
  const { dispatch, node } = run.host;
  const { options, problem } = readPairs(args);
  if (problem !== undefined) {
    run.error(`${problem}\nqm set <vmid> [OPTIONS]\n`);
    return 255;
  }
  try {
    dispatch({ method: 'PUT', path: `/nodes/${node}/qemu/${vmid}/config`, user: 'root@pam', parameters: options });
  } catch (error) {
    return refuse(run, error, 'qm set <vmid> [OPTIONS]');
  }
  run.out(`update VM ${vmid}: ${Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `-${name} ${value}`).join(' ')}\n`);
  return 0;
}

function config(run: Run, vmid: string): number {
  const { cluster, node } = run.host;
  const guest = cluster.guests.get(Number(vmid));
  if (guest === undefined || guest.kind !== 'qemu' || guest.node !== node) return refuse(run, new ApiError(500, `Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`), '');
  run.out(printGuestConfig('qemu', { ...guest.config, snapshots: new Map(), pending: new Map(), cloudinit: new Map() }));
  return 0;
}
