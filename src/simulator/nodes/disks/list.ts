import { failure, parameterError } from '../../api/errors.ts';
import { boolean, oneOf, optional, string } from '../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../api/route.ts';
import type { Node } from '../../state/cluster.ts';
import { randomUuid } from '../../state/random.ts';
import { NODE, nodeOf, ownIndex, text, userOf } from '../parameters.ts';
import { type Device, findDevice, isPartition, partitionsOf, pathOf, useOf, wipe } from './devices.ts';
import { smartData } from './smart.ts';

export const AUDIT_ALL: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
export const MODIFY_ALL: Permissions = { check: ['perm', '/', ['Sys.Modify']] };

function list(call: Call): Device[] {
  const node = nodeOf(call);
  const split = call.parameters['include-partitions'] === true;
  const kind = text(call, 'type');
  const found: Device[] = [];
  for (const device of node.disks) {
    if (isPartition(device) && !split) continue;
    const used = useOf(node, device, split);
    if (kind === 'unused' && used !== undefined) continue;
    if (kind === 'journal_disks' && used !== undefined && used !== 'LVM' && !(used === 'partitions' && device['gpt'] === 1)) continue;
    const smart = call.parameters['skipsmart'] === true && !isPartition(device) ? { health: 'UNKNOWN', wearout: 'N/A' } : {};
    found.push({ ...device, ...smart, used });
  }
  return found.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

/** The pattern is searched for, not matched as a whole; this one has its anchors. */
function diskOf(call: Call): string {
  const disk = String(call.parameters['disk']);
  if (!/^\/dev\/[a-zA-Z0-9/]+$/.test(disk)) throw parameterError({ disk: 'value does not match the regex pattern' });
  return disk;
}

function smart(call: Call): Record<string, unknown> {
  const node = nodeOf(call);
  const device = findDevice(node, diskOf(call));
  // smartctl looks at the whole disk that a partition is on.
  const disk = isPartition(device) ? findDevice(node, String(device['parent'])) : device;
  return call.parameters['healthonly'] === true ? { health: disk['health'] } : smartData(disk, call.cluster.clock.now());
}

const task = (call: Call, node: Node, type: string, disk: string, log: string[], finish: () => void): string =>
  call.cluster.tasks.start({ node: node.name, type, id: disk.replace(/^.*\//, ''), user: userOf(call), duration: 1500, log: log.map((line, i) => [(i + 1) / (log.length + 1), line] as const), finish });

function initGpt(call: Call): string {
  const node = nodeOf(call);
  const path = diskOf(call);
  const uuid = text(call, 'uuid');
  if (uuid !== undefined && !/[a-fA-F0-9-]+/.test(uuid)) throw parameterError({ uuid: 'value does not match the regex pattern' });
  const device = findDevice(node, path);
  if (isPartition(device)) throw failure(`${path} is a partition`);
  if (useOf(node, device, true) !== undefined) throw failure(`disk ${path} already in use`);
  return task(call, node, 'diskinit', path, ['The operation has completed successfully.'], () => {
    device['gpt'] = 1;
    device['partuuid'] = uuid ?? randomUuid(call.cluster);
    delete device['partuuid'];
  });
}

/** A volume group holds its devices as soon as there is a volume in it. */
function isHeld({ pools }: Node, path: string): boolean {
  return pools.volumeGroups.some(({ devices, system, thinPools }) => devices.includes(path) && (system > 0 || thinPools.length > 0));
}

function wipeDisk(call: Call): string {
  const node = nodeOf(call);
  const path = diskOf(call);
  const device = findDevice(node, path);
  const all = [device, ...partitionsOf(node, path)];
  const mounted = all.find((one) => one['mounted'] === 1);
  if (mounted !== undefined) throw failure(`disk/partition '${pathOf(mounted)}' is mounted`);
  const held = all.find((one) => isHeld(node, pathOf(one)));
  if (held !== undefined) throw failure(`disk/partition '${pathOf(held)}' has a holder`);
  const busy = all.some((one) => node.pools.zpools.some(({ devices }) => devices.includes(pathOf(one))));
  return task(call, node, 'wipedisk', path, busy ? [`wipefs: error: ${path}: probing initialization failed: Device or resource busy`] : ['200+0 records in', '200+0 records out'], () => {
    if (busy) throw new Error(`command 'wipefs --all ${all.map(pathOf).join(' ')}' failed: exit code 1`);
    wipe(node, path);
  });
}

const ROOT = '/nodes/{node}/disks';
const DISK = { disk: string() };

export const listRoutes: readonly Route[] = [
  ownIndex(ROOT, 'name', ['list', 'initgpt', 'smart', 'lvm', 'lvmthin', 'directory', 'wipedisk', 'zfs']),
  {
    method: 'GET', path: `${ROOT}/list`, permissions: { check: ['or', ['perm', '/', ['Sys.Audit']], ['perm', '/nodes/{node}', ['Sys.Audit']]] }, run: list,
    parameters: { ...NODE, 'include-partitions': optional(boolean({ default: false })), skipsmart: optional(boolean({ default: false })), type: optional(oneOf('unused', 'journal_disks')) },
  },
  { method: 'GET', path: `${ROOT}/smart`, permissions: AUDIT_ALL, parameters: { ...NODE, ...DISK, healthonly: optional(boolean()) }, run: smart },
  { method: 'POST', path: `${ROOT}/initgpt`, permissions: MODIFY_ALL, parameters: { ...NODE, ...DISK, uuid: optional(string({ maxLength: 36 })) }, run: initGpt },
  { method: 'PUT', path: `${ROOT}/wipedisk`, parameters: { ...NODE, ...DISK }, run: wipeDisk },
];
