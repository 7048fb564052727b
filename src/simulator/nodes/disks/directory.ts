import { failure } from '../../api/errors.ts';
import { oneOf, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import { randomUuid } from '../../state/random.ts';
import { NODE, nodeOf, text } from '../parameters.ts';
import { assertUnused, findDevice, isPartition, partition, pathOf, setUse } from './devices.ts';
import { AUDIT_ALL, MODIFY_ALL } from './list.ts';
import type { MountedDirectory } from './pools.ts';
import { checkSection, destroyVolumes, dropSections, type NewSection, putSection, volumesIn } from './storage-section.ts';
import { ADD_STORAGE, asked, CLEANUP, diskTask, NAME, wipeAfter } from './worker.ts';

const pathFor = (name: string): string => `/mnt/pve/${name}`;
/** systemd writes `-` in a path's part as `\x2d`. */
const unitFor = (name: string): string => `/etc/systemd/system/mnt-pve-${name.replaceAll('-', '\\x2d')}.mount`;

const told = ({ name, uuid, filesystem }: MountedDirectory): Record<string, string> => ({
  unitfile: unitFor(name), path: pathFor(name), device: `/dev/disk/by-uuid/${uuid}`, type: filesystem, options: 'defaults',
});

function create(call: Call): string {
  const node = nodeOf(call);
  const { cluster } = call;
  const name = String(call.parameters['name']);
  const path = String(call.parameters['device']);
  const filesystem = text(call, 'filesystem') ?? 'ext4';
  const whole = !isPartition(assertUnused(node, path));
  const section: NewSection = {
    id: name, type: 'dir', node: node.name, options: { path: pathFor(name), content: 'rootdir,images,iso,backup,vztmpl,snippets', is_mountpoint: '1' }, same: ['path'],
  };
  if (asked(call, 'add_storage')) checkSection(call, section);
  const there = node.pools.directories.find((one) => one.name === name);
  if (there !== undefined) throw failure(`the path for '${name}' is already mounted: ${pathFor(name)} (${there.device})`);
  const target = whole ? (/\d$/.test(path) ? `${path}p1` : `${path}1`) : path;
  const log = [...(whole ? [`# /sbin/sgdisk -n1 -t1:8300 ${path}`, 'The operation has completed successfully.'] : []), `# /sbin/mkfs -t ${filesystem} ${target}`, `# /sbin/blkid ${target} -o export`];
  return diskTask(call, 'dircreate', name, log, () => {
    const device = assertUnused(node, path);
    const holder = whole ? partition(node, device) : device;
    setUse(holder, filesystem);
    holder['mounted'] = 1;
    node.pools.directories.push({ name, device: pathOf(holder), uuid: randomUuid(cluster), filesystem });
    return asked(call, 'add_storage') ? putSection(cluster, section, Math.floor(Number(holder['size']) * 0.983)) : [];
  });
}

function remove(call: Call): string {
  const node = nodeOf(call);
  const { cluster } = call;
  const name = String(call.parameters['name']);
  if (asked(call, 'cleanup-config')) call.demand('/storage', ['Datastore.Allocate']);
  return diskTask(call, 'dirremove', name, [], () => {
    const directory = node.pools.directories.find((one) => one.name === name);
    const unit = unitFor(name).replace(/^.*\//, '');
    if (directory === undefined) throw new Error(`command 'systemctl stop ${unit}' failed: exit code 5`);
    const matches = (type: string, option: (key: string) => string | undefined): boolean => type === 'dir' && option('path') === pathFor(name);
    destroyVolumes(cluster, volumesIn(cluster, node.name, matches), `command 'systemctl stop ${unit}' failed: exit code 1`);
    node.pools.directories.splice(node.pools.directories.indexOf(directory), 1);
    findDevice(node, directory.device)['mounted'] = 0;
    if (asked(call, 'cleanup-config')) dropSections(cluster, node.name, matches);
    if (asked(call, 'cleanup-disks')) wipeAfter(node, [directory.device]);
  });
}

const ROOT = '/nodes/{node}/disks/directory';

export const directoryRoutes: readonly Route[] = [
  { method: 'GET', path: ROOT, permissions: AUDIT_ALL, parameters: NODE, run: (call) => nodeOf(call).pools.directories.map(told) },
  {
    method: 'POST', path: ROOT, permissions: MODIFY_ALL, run: create,
    parameters: { ...NODE, name: NAME, device: string(), filesystem: optional({ ...oneOf('ext4', 'xfs'), default: 'ext4' }), ...ADD_STORAGE },
  },
  { method: 'DELETE', path: `${ROOT}/{name}`, permissions: MODIFY_ALL, parameters: { ...NODE, name: NAME, ...CLEANUP }, run: remove },
];
