import { type GuestConfig, type Options, printGuestConfig } from '../../pve/config/index.ts';
import type { Call, Route } from '../api/route.ts';
import { printOptionsFile } from '../files/options-file.ts';
import type { Guest, Node } from '../state/cluster.ts';
import { storageUsage } from '../state/volumes.ts';
import { availableOn } from '../state/storages.ts';
import { printAptFile } from './apt-files.ts';
import { printInterfaces } from './network/print.ts';
import { installedPackages } from './packages.ts';
import { AUDIT, NODE, nodeOf } from './parameters.ts';

/** A command and what it prints; without a command, files of a folder one after the other. */
type Part = readonly [command: string | undefined, output: string];

const column = (value: string | number, width: number): string => String(value).padEnd(width);
const right = (value: string | number, width: number): string => String(value).padStart(width);

function general({ cluster }: Call, node: Node): Part[] {
  const date = new Date(cluster.clock.now()).toUTCString().replace('GMT', '+0000');
  const packages = installedPackages().map(({ Package, Version }) => `${Package}: ${Version}\n`).join('');
  return [
    ['hostname', `${node.name}\n`],
    ['date -R', `${date}\n`],
    ['pveversion --verbose', packages],
    ['cat /etc/hosts', node.hosts],
    ['pvesubscription get', 'message: There is no subscription key\nstatus: notfound\n'],
    [undefined, node.aptFiles.map((file) => `\n# cat ${file.path}\n${printAptFile(file)}`).join('')],
    ['lscpu', `Architecture:  x86_64\nCPU(s):        ${node.cpu.cpus}\nModel name:    ${node.cpu.model}\nSocket(s):     ${node.cpu.sockets}\nFlags:         ${node.cpu.flags}\n`],
  ];
}

function storage({ cluster }: Call, node: Node): Part[] {
  const sections = [...cluster.storages.values()].map(({ id, type, options }) => `${type}: ${id}\n${[...options].map(([name, value]) => `\t${name} ${value}\n`).join('')}`);
  const rows = [...cluster.storages.values()].filter((one) => availableOn(one, node.name)).map((one) => {
    const { total, used, avail } = storageUsage(cluster, one, node.name);
    const [all, taken, free] = [total, used, avail].map((bytes) => Math.floor(bytes / 1024));
    return `${column(one.id, 16)} ${right(one.type, 8)} ${right('active', 10)} ${right(all ?? 0, 15)} ${right(taken ?? 0, 15)} ${right(free ?? 0, 15)} ${right(((used / Math.max(1, total)) * 100).toFixed(2), 8)}%\n`;
  });
  const head = `${column('Name', 16)} ${right('Type', 8)} ${right('Status', 10)} ${right('Total (KiB)', 15)} ${right('Used (KiB)', 15)} ${right('Available (KiB)', 15)} ${right('%', 9)}\n`;
  return [['cat /etc/pve/storage.cfg', sections.join('\n')], ['pvesm status', head + rows.join('')]];
}

/** Passwords of guests are no one's business in a report that is handed on. */
function withoutSecrets(config: GuestConfig): GuestConfig {
  const clean = (options: Options): Options => new Map([...options].map(([name, value]) => [name, name === 'cipassword' ? '**********' : value]));
  return { ...config, current: clean(config.current), pending: clean(config.pending), snapshots: new Map([...config.snapshots].map(([name, options]) => [name, clean(options)])) };
}

function guests({ cluster }: Call, node: Node): Part[] {
  const here = [...cluster.guests.values()].filter((guest) => guest.node === node.name).sort((a, b) => a.vmid - b.vmid);
  const of = (kind: Guest['kind']): Guest[] => here.filter((guest) => guest.kind === kind);
  const files = (kind: Guest['kind'], folder: string): string =>
    of(kind).map((guest) => `\n# cat /etc/pve/${folder}/${guest.vmid}.conf\n${printGuestConfig(kind, withoutSecrets(guest.config))}`).join('');
  const qm = of('qemu').map((guest) => `${right(guest.vmid, 10)} ${column(guest.config.current.get('name') ?? '', 20)} ${column(guest.power === 'stopped' ? 'stopped' : 'running', 10)} ${right(guest.pid, 10)}\n`);
  const pct = of('lxc').map((guest) => `${column(guest.vmid, 10)} ${column(guest.power === 'stopped' ? 'stopped' : 'running', 10)} ${column(guest.config.current.get('lock') ?? '', 12)} ${guest.config.current.get('hostname') ?? ''}\n`);
  return [
    ['qm list', `${right('VMID', 10)} ${column('NAME', 20)} ${column('STATUS', 10)} ${right('PID', 10)}\n${qm.join('')}`],
    [undefined, files('qemu', 'qemu-server')],
    ['pct list', `${column('VMID', 10)} ${column('Status', 10)} ${column('Lock', 12)} Name\n${pct.join('')}`],
    [undefined, files('lxc', 'lxc')],
  ];
}

function members({ cluster }: Call, node: Node): Part[] {
  const rows = [...cluster.nodes.values()].filter(({ online }) => online).map((one) => `${right(one.nodeid, 10)} ${right(1, 10)} ${one.name}${one === node ? ' (local)' : ''}\n`);
  return [
    ['pvecm nodes', `\nMembership information\n----------------------\n    Nodeid      Votes Name\n${rows.join('')}`],
    ['cat /etc/pve/datacenter.cfg', printOptionsFile(cluster.options, '\n')],
  ];
}

const print = (title: string, parts: readonly Part[]): string =>
  `\n==== ${title} ====\n${parts.map(([command, output]) => (command === undefined ? output : `\n# ${command}\n${output}`)).join('')}`;

/** The text that support asks for (`pvereport`), with the parts a simulated node knows of itself. */
function report(call: Call): string {
  const node = nodeOf(call);
  return [
    print('general system info', general(call, node)),
    print('info about storage', storage(call, node)),
    print('info about virtual guests', guests(call, node)),
    print('info about network', [['cat /etc/network/interfaces', printInterfaces(node.network)]]),
    print('info about cluster', members(call, node)),
  ].join('');
}

export const reportRoutes: readonly Route[] = [{ method: 'GET', path: '/nodes/{node}/report', permissions: AUDIT, parameters: NODE, run: report }];
