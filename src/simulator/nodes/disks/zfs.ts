import { failure, parameterError } from '../../api/errors.ts';
import { splitList } from '../../api/formats.ts';
import { integer, oneOf, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Node } from '../../state/cluster.ts';
import { NODE, nodeOf, text } from '../parameters.ts';
import { assertUnused, findDevice, lastingPath, setUse } from './devices.ts';
import { AUDIT_ALL, MODIFY_ALL } from './list.ts';
import type { Zpool } from './pools.ts';
import { checkSection, destroyVolumes, dropSections, type NewSection, putSection, volumesIn } from './storage-section.ts';
import { ADD_STORAGE, asked, CLEANUP, diskTask, NAME, wipeAfter } from './worker.ts';

/** Disks that a level needs, and how many of them hold parity. */
const LEVELS: Readonly<Record<string, { readonly least: number; readonly parity: number }>> = {
  single: { least: 1, parity: 0 }, mirror: { least: 2, parity: 0 }, raid10: { least: 4, parity: 0 }, raidz: { least: 3, parity: 1 }, raidz2: { least: 4, parity: 2 }, raidz3: { least: 5, parity: 3 },
  draid: { least: 3, parity: 1 }, draid2: { least: 4, parity: 2 }, draid3: { least: 5, parity: 3 },
};

const onPool = (pool: string) => (type: string, option: (name: string) => string | undefined): boolean => type === 'zfspool' && option('pool')?.split('/')[0] === pool;

function usedBytes(call: Call, node: Node, { name, size }: Zpool): number {
  return Math.min(size, 1_400_832 + volumesIn(call.cluster, node.name, onPool(name)).reduce((sum, one) => sum + one.used, 0));
}

/** `GET /nodes/{node}/disks/zfs`: pools with bytes. */
export function listPools(call: Call): { name: string; size: number; alloc: number; free: number; frag: number; dedup: number; health: string }[] {
  const node = nodeOf(call);
  return node.pools.zpools.map((pool) => {
    const alloc = usedBytes(call, node, pool);
    return { name: pool.name, size: pool.size, alloc, free: pool.size - alloc, frag: 0, dedup: 1, health: 'ONLINE' };
  });
}

interface Vdev {
  readonly name: string;
  readonly state: string;
  readonly read: number;
  readonly write: number;
  readonly cksum: number;
  readonly msg: string;
  readonly leaf: 0 | 1;
  readonly children?: readonly Vdev[];
}

/** `zpool status` as a tree: the pool, its groups of disks, the disks. */
function detail(call: Call): Record<string, unknown> {
  const node = nodeOf(call);
  const name = String(call.parameters['name']);
  const pool = node.pools.zpools.find((one) => one.name === name);
  if (pool === undefined) throw failure(`command 'zpool status -P ${name}' failed: exit code 1`);
  const vdev = (label: string, children?: readonly Vdev[]): Vdev => ({ name: label, state: 'ONLINE', read: 0, write: 0, cksum: 0, msg: '', leaf: children === undefined ? 1 : 0, ...(children === undefined ? {} : { children }) });
  const disks = pool.devices.map((path) => vdev(`${lastingPath(findDevice(node, path))}-part1`));
  const groups =
    pool.raidlevel === 'single' ? disks
    : pool.raidlevel === 'raid10' ? Array.from({ length: disks.length / 2 }, (_, i) => vdev(`mirror-${i}`, disks.slice(2 * i, 2 * i + 2)))
    : [vdev(`${pool.raidlevel === 'raidz' ? 'raidz1' : pool.raidlevel}-0`, disks)];
  return { name, state: 'ONLINE', errors: 'No known data errors', leaf: 0, children: [vdev(name, groups)] };
}

/** What `draid-config` sets; throws when it is no such property string. */
function draidConfig(value: string): { data: number; spares: number } {
  const found = new Map<string, number>();
  for (const part of value.split(',')) {
    const [key = '', number = ''] = part.split('=');
    if (!['data', 'spares'].includes(key) || !/^\d+$/.test(number) || (key === 'data' && number === '0')) throw parameterError({ 'draid-config': `invalid format - invalid format - format error\n${key}: value does not match\n` });
    found.set(key, Number(number));
  }
  for (const key of ['data', 'spares']) if (!found.has(key)) throw parameterError({ 'draid-config': `invalid format - format error\n${key}: property is missing and it is not optional\n` });
  return { data: found.get('data') ?? 1, spares: found.get('spares') ?? 0 };
}

function checkCount(level: string, count: number, draid: { data: number; spares: number } | undefined): void {
  const least = LEVELS[level]?.least ?? 1;
  if (level === 'raid10' && count % 2 !== 0) throw failure('raid10 needs an even number of disks');
  if (level === 'single' && count > 1) throw failure('please give only one disk for single disk mode');
  if (count < least) throw failure(`${level} needs at least ${least} disks`);
  if (draid === undefined) return;
  const needed = least - 2 + draid.data + draid.spares;
  if (count < needed) throw failure(`At least ${needed} disks needed for current dRAID config`);
}

/** Bytes that a pool reports: raidz counts parity in, mirrors do not count twice. */
function sizeOf(level: string, sizes: readonly number[]): number {
  const smallest = Math.min(...sizes);
  const width = level === 'mirror' ? 1 : level === 'raid10' ? sizes.length / 2 : sizes.length;
  return Math.floor((smallest * width * 0.995) / 2 ** 20) * 2 ** 20;
}

/** Bytes a storage on the pool can hold: without parity, and without what ZFS keeps for itself. */
const usableOf = (level: string, size: number, disks: number): number => Math.floor(size * (1 - (LEVELS[level]?.parity ?? 0) / disks) * 0.967);

function create(call: Call): string {
  const node = nodeOf(call);
  const { cluster } = call;
  const name = String(call.parameters['name']);
  const level = String(call.parameters['raidlevel']);
  const draidText = text(call, 'draid-config');
  if (draidText !== undefined && !level.startsWith('draid')) throw failure('draid-config set without using dRAID level');
  const draid = draidText === undefined ? undefined : draidConfig(draidText);
  const paths = splitList(String(call.parameters['devices']));
  for (const path of paths) assertUnused(node, path);
  const section: NewSection = { id: name, type: 'zfspool', node: node.name, options: { pool: name, content: 'rootdir,images' }, same: ['pool'] };
  if (asked(call, 'add_storage')) checkSection(call, section);
  if (node.pools.zpools.some((one) => one.name === name)) throw failure(`pool '${name}' already exists on node '${node.name}'`);
  checkCount(level, paths.length, draid);
  const links = paths.map((path) => lastingPath(findDevice(node, path)));
  const spec = draid === undefined ? level : `${level}:${draid.data}d${draid.spares > 0 ? `:${draid.spares}s` : ''}`;
  const layout = level === 'single' ? links : level === 'raid10' ? links.flatMap((link, i) => (i % 2 === 0 ? ['mirror', link] : [link])) : [spec, ...links];
  const log = [
    `# /sbin/zpool create -o ashift=${Number(call.parameters['ashift'] ?? 12)} ${name} ${layout.join(' ')}`,
    `# /sbin/zfs set compression=${text(call, 'compression') ?? 'on'} ${name}`,
    `# systemctl enable zfs-import@${name.replaceAll('-', '\\x2d')}.service`,
  ];
  return diskTask(call, 'zfscreate', name, log, () => {
    const devices = paths.map((path) => assertUnused(node, path));
    for (const device of devices) {
      setUse(device, 'ZFS');
      if (device['parent'] === undefined) device['gpt'] = 1;
    }
    const size = sizeOf(level, devices.map((device) => Number(device['size'])));
    node.pools.zpools.push({ name, raidlevel: level, devices: paths, size });
    return asked(call, 'add_storage') ? putSection(cluster, section, usableOf(level, size, paths.length)) : [];
  });
}

function remove(call: Call): string {
  const node = nodeOf(call);
  const { cluster } = call;
  const name = String(call.parameters['name']);
  if (asked(call, 'cleanup-config')) call.demand('/storage', ['Datastore.Allocate']);
  return diskTask(call, 'zfsremove', name, [], () => {
    const pool = node.pools.zpools.find((one) => one.name === name);
    const refusal = `command 'zpool destroy ${name}' failed: exit code 1`;
    if (pool === undefined) throw new Error(asked(call, 'cleanup-disks') ? `command 'zpool list -vHPL ${name}' failed: exit code 1` : refusal);
    destroyVolumes(cluster, volumesIn(cluster, node.name, onPool(name)), refusal);
    node.pools.zpools.splice(node.pools.zpools.indexOf(pool), 1);
    // The disks keep their ZFS partitions, unused.
    for (const path of pool.devices) setUse(findDevice(node, path), 'zfs_member');
    if (asked(call, 'cleanup-config')) dropSections(cluster, node.name, (type, option) => type === 'zfspool' && option('pool') === name);
    if (asked(call, 'cleanup-disks')) wipeAfter(node, pool.devices);
  });
}

const ROOT = '/nodes/{node}/disks/zfs';
const ONE = `${ROOT}/{name}`;

export const zfsRoutes: readonly Route[] = [
  { method: 'GET', path: ROOT, permissions: AUDIT_ALL, parameters: NODE, run: listPools },
  {
    method: 'POST', path: ROOT, permissions: MODIFY_ALL, run: create,
    parameters: {
      ...NODE, name: NAME, raidlevel: oneOf(...Object.keys(LEVELS)), devices: string({ format: 'string-list' }), 'draid-config': optional(string()),
      ashift: optional(integer({ minimum: 9, maximum: 16, default: 12 })), compression: optional({ ...oneOf('on', 'off', 'gzip', 'lz4', 'lzjb', 'zle', 'zstd'), default: 'on' }), ...ADD_STORAGE,
    },
  },
  { method: 'GET', path: ONE, permissions: AUDIT_ALL, parameters: { ...NODE, name: NAME }, run: detail },
  { method: 'DELETE', path: ONE, permissions: MODIFY_ALL, parameters: { ...NODE, name: NAME, ...CLEANUP }, run: remove },
];
