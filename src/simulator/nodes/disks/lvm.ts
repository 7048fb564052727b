import { failure } from '../../api/errors.ts';
import { string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Node } from '../../state/cluster.ts';
import { NODE, nodeOf, secondsOf } from '../parameters.ts';
import { assertUnused, type Device, setUse } from './devices.ts';
import { AUDIT_ALL, MODIFY_ALL } from './list.ts';
import { physicalSize, thinPoolFor, type ThinPool, type VolumeGroup } from './pools.ts';
import { checkSection, destroyVolumes, dropSections, type NewSection, putSection, volumesIn } from './storage-section.ts';
import { ADD_STORAGE, asked, CLEANUP, diskTask, NAME, wipeAfter } from './worker.ts';

const deviceSize = (node: Node, path: string): number => physicalSize(Number(node.disks.find((one) => one['devpath'] === path)?.['size'] ?? 0));

const onGroup = (group: string) => (type: string, option: (name: string) => string | undefined): boolean => type === 'lvm' && option('vgname') === group;
const onPool = (group: string, pool: string) => (type: string, option: (name: string) => string | undefined): boolean => type === 'lvmthin' && option('vgname') === group && option('thinpool') === pool;

/** Bytes of the group that are taken: the system's volumes, thin pools with metadata and spare, thick volumes. */
function allocated(cluster: Cluster, node: Node, { name, system, thinPools }: VolumeGroup): number {
  const thick = volumesIn(cluster, node.name, onGroup(name)).reduce((sum, { size }) => sum + size, 0);
  return system + thick + thinPools.reduce((sum, { size, metadata }) => sum + size + 2 * metadata, 0);
}

/** The tree the UI shows: groups with their physical volumes, filled from the first on. */
export function listGroups(call: Call): { leaf: 0; children: { name: string; size: number; free: number; lvcount: number }[] } {
  const node = nodeOf(call);
  const children = [...node.pools.volumeGroups].sort((a, b) => (a.name < b.name ? -1 : 1)).map((group) => {
    let taken = allocated(call.cluster, node, group);
    const volumes = group.devices.map((path) => {
      const size = deviceSize(node, path);
      const here = Math.min(size, taken);
      taken -= here;
      return { name: path, size, free: size - here, leaf: 1 };
    });
    const sum = (key: 'size' | 'free'): number => volumes.reduce((total, one) => total + one[key], 0);
    const system = group.system > 0 ? 2 : 0;
    return { name: group.name, size: sum('size'), free: sum('free'), lvcount: system + group.thinPools.length + volumesIn(call.cluster, node.name, onGroup(group.name)).length, leaf: 0, children: volumes };
  });
  return { leaf: 0, children };
}

export function listThinPools(call: Call): Record<string, unknown>[] {
  const node = nodeOf(call);
  return node.pools.volumeGroups.flatMap(({ name, thinPools }) =>
    thinPools.map((pool) => {
      const volumes = volumesIn(call.cluster, node.name, onPool(name, pool.name));
      const used = Math.min(pool.size, volumes.reduce((sum, one) => sum + one.used, 0));
      return {
        lv: pool.name, vg: name, lv_size: pool.size, lv_state: 'a', lv_type: 't', ctime: pool.ctime, used,
        metadata_size: pool.metadata, metadata_used: Math.floor(pool.metadata * (0.01 + (used / pool.size) * 0.2)),
      };
    }),
  );
}

function addGroup(node: Node, device: Device, name: string, pools: ThinPool[]): void {
  if (node.pools.volumeGroups.some((one) => one.name === name)) throw new Error(`volume group with name '${name}' already exists on node '${node.name}'`);
  setUse(device, 'LVM');
  node.pools.volumeGroups.push({ name, devices: [String(device['devpath'])], system: 0, thinPools: pools });
}

function create(call: Call, thin: boolean): string {
  const node = nodeOf(call);
  const name = String(call.parameters['name']);
  const path = String(call.parameters['device']);
  assertUnused(node, path);
  const section: NewSection = {
    id: name, type: thin ? 'lvmthin' : 'lvm', node: node.name,
    options: { vgname: name, ...(thin ? { thinpool: name } : { shared: '0' }), content: 'rootdir,images' }, same: thin ? ['vgname', 'thinpool'] : ['vgname'],
  };
  if (asked(call, 'add_storage')) checkSection(call, section);
  const log = [`  Physical volume "${path}" successfully created.`, `  Volume group "${name}" successfully created`, ...(thin ? [`  Logical volume "${name}" created.`] : [])];
  return diskTask(call, thin ? 'lvmthincreate' : 'lvmcreate', name, log, () => {
    const device = assertUnused(node, path);
    const pool = thinPoolFor(name, physicalSize(Number(device['size'])), secondsOf(call));
    addGroup(node, device, name, thin ? [pool] : []);
    return asked(call, 'add_storage') ? putSection(call.cluster, section, thin ? pool.size : physicalSize(Number(device['size']))) : [];
  });
}

function requireGroup(node: Node, name: string): VolumeGroup {
  const group = node.pools.volumeGroups.find((one) => one.name === name);
  if (group === undefined) throw failure(`no such volume group '${name}'`);
  return group;
}

function removeGroup(call: Call): string {
  const node = nodeOf(call);
  const { cluster } = call;
  const name = String(call.parameters['name']);
  if (asked(call, 'cleanup-config')) call.demand('/storage', ['Datastore.Allocate']);
  return diskTask(call, 'lvmremove', name, [], () => {
    const group = requireGroup(node, name);
    const refusal = `command '/sbin/vgremove -y ${name}' failed: exit code 5`;
    if (group.system > 0) throw new Error(refusal);
    const matches: Parameters<typeof volumesIn>[2] = (type, option) => (type === 'lvm' || type === 'lvmthin') && option('vgname') === name;
    destroyVolumes(cluster, volumesIn(cluster, node.name, matches), refusal);
    node.pools.volumeGroups.splice(node.pools.volumeGroups.indexOf(group), 1);
    if (asked(call, 'cleanup-config')) dropSections(cluster, node.name, onGroup(name));
    if (asked(call, 'cleanup-disks')) wipeAfter(node, group.devices);
    return [`  Volume group "${name}" successfully removed`];
  });
}

function removeThinPool(call: Call): string {
  const node = nodeOf(call);
  const { cluster } = call;
  const name = String(call.parameters['name']);
  const groupName = String(call.parameters['volume-group']);
  if (asked(call, 'cleanup-config')) call.demand('/storage', ['Datastore.Allocate']);
  return diskTask(call, 'lvmthinremove', `${groupName}-${name}`, [], () => {
    const group = node.pools.volumeGroups.find((one) => one.name === groupName);
    const pool = group?.thinPools.find((one) => one.name === name);
    if (group === undefined || pool === undefined) throw new Error(`no such thin pool ${groupName}/${name}`);
    destroyVolumes(cluster, volumesIn(cluster, node.name, onPool(groupName, name)), `command 'lvremove -y ${groupName}/${name}' failed: exit code 5`);
    group.thinPools.splice(group.thinPools.indexOf(pool), 1);
    if (asked(call, 'cleanup-config')) dropSections(cluster, node.name, onPool(groupName, name));
    if (asked(call, 'cleanup-disks')) {
      if (group.system > 0 || group.thinPools.length > 0) throw new Error(`volume group '${groupName}' still in use`);
      node.pools.volumeGroups.splice(node.pools.volumeGroups.indexOf(group), 1);
      wipeAfter(node, group.devices);
    }
    return [`  Logical volume "${name}" successfully removed.`];
  });
}

const LVM = '/nodes/{node}/disks/lvm';
const THIN = '/nodes/{node}/disks/lvmthin';
const CREATE = { ...NODE, name: NAME, device: string(), ...ADD_STORAGE };

export const lvmRoutes: readonly Route[] = [
  { method: 'GET', path: LVM, permissions: AUDIT_ALL, parameters: NODE, run: listGroups },
  { method: 'POST', path: LVM, permissions: MODIFY_ALL, parameters: CREATE, run: (call) => create(call, false) },
  { method: 'DELETE', path: `${LVM}/{name}`, permissions: MODIFY_ALL, parameters: { ...NODE, name: NAME, ...CLEANUP }, run: removeGroup },
  { method: 'GET', path: THIN, permissions: AUDIT_ALL, parameters: NODE, run: listThinPools },
  { method: 'POST', path: THIN, permissions: MODIFY_ALL, parameters: CREATE, run: (call) => create(call, true) },
  { method: 'DELETE', path: `${THIN}/{name}`, permissions: MODIFY_ALL, parameters: { ...NODE, name: NAME, 'volume-group': NAME, ...CLEANUP }, run: removeThinPool },
];
