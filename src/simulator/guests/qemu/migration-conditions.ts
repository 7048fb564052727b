import { optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import type { Options } from '../../../pve/config/index.ts';
import { isDisabled } from '../../state/storages.ts';
import { affinityOf } from '../ha-affinity.ts';
import { isHaManaged } from '../ha.ts';
import { QEMU } from '../kind.ts';
import { checkLock, guestOf, isRunning } from '../lookup.ts';
import { NODE_AND_VMID } from '../parameters.ts';
import { volumeSettings } from '../references.ts';
import { availableOn, isShared } from '../storages.ts';
import { storageOf } from '../volume-setting.ts';
import { mentionedVolumes } from './mentioned-volumes.ts';
import type { MentionedVolume } from './mentioned-volumes.ts';
import { nonMigratable } from './snapshot-rules.ts';

/** Devices of the host that the VM uses. */
export interface LocalResources {
  /** Options that hold the VM where it is. */
  readonly blocking: string[];
  /** Options that name a mapping, with its name. */
  readonly mapped: Map<string, string>;
}

const MAPPED = /^(?:usb|hostpci|virtiofs)\d+$/;

/**
 * What of the host a VM uses (PVE::QemuMigrate::Helpers::check_local_resources).
 * @param running some only hinder a VM that runs
 */
export function localResources(options: Options, running: boolean): LocalResources {
  const blocking = running ? nonMigratable(options) : [];
  const mapped = new Map<string, string>();
  for (const [option, value] of options) {
    const property = (name: string): string | undefined => value.split(',').find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
    if (option === 'ivshmem') blocking.push(option);
    if (/^usb/.test(option) && /^spice$/i.test(property('host') ?? value.split(',')[0] ?? '')) continue;
    const mapping = option.startsWith('virtiofs') ? (property('dirid') ?? value.split(',')[0]) : property('mapping');
    if (MAPPED.test(option) && mapping !== undefined) {
      mapped.set(option, mapping);
      if (option.startsWith('hostpci') && !running) continue;
    }
    if (option.startsWith('serial') && value === 'socket') continue;
    if (/^(?:usb|hostpci|serial|parallel|virtiofs)\d+$/.test(option)) blocking.push(option);
  }
  return { blocking, mapped };
}

/** Storages that the VM's drives need and the node does not have. */
function unavailableStorages(cluster: Cluster, options: Options, node: string): string[] {
  const missing = new Set<string>();
  for (const [, { volume }] of volumeSettings(QEMU, options)) {
    const storage = cluster.storages.get(storageOf(volume) ?? '');
    if (storage !== undefined && (isDisabled(storage) || !availableOn(storage, node))) missing.add(storage.id);
  }
  return [...missing].sort();
}

/** Volumes and images that stand on storages of this node alone. */
function localDisks(cluster: Cluster, guest: Guest): Record<string, unknown>[] {
  const isLocal = ({ volid, shared, cdrom }: MentionedVolume): boolean => {
    const storage = cluster.storages.get(storageOf(volid) ?? '');
    return !(storage !== undefined && isShared(storage)) && !shared && !(cdrom && volid === 'none');
  };
  const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);
  return mentionedVolumes(guest).filter(isLocal).map((one) => ({
    volid: one.volid,
    cdrom: bit(one.cdrom),
    is_cloudinit: bit(one.cloudinit),
    replicate: bit(one.replicate),
    shared: 0,
    is_unused: bit(one.unused),
    is_attached: bit(one.attached),
    is_vmstate: bit(one.vmstate),
    is_tpmstate: bit(one.tpmstate),
    ...(one.snapshots.size === 0 ? {} : { referenced_in_snapshot: Object.fromEntries([...one.snapshots].map((name) => [name, 1])) }),
    ...(one.pending ? { referenced_in_pending: 1 } : {}),
    ...(one.size === undefined ? {} : { size: one.size }),
    ...(one.drive === undefined ? {} : { drivename: one.drive }),
  }));
}

function conditions(call: Call): Record<string, unknown> {
  const { cluster } = call;
  const guest = guestOf(call, QEMU);
  checkLock(QEMU, guest);
  const running = isRunning(guest);
  const { blocking, mapped } = localResources(guest.config.current, running);
  const managed = isHaManaged(cluster, QEMU, guest.vmid);
  const { together, apart } = managed ? affinityOf(cluster, `vm:${guest.vmid}`) : { together: [], apart: new Map<string, string[]>() };
  const allowed: string[] = [];
  const refused: Record<string, Record<string, unknown>> = {};
  for (const { name } of cluster.nodes.values()) {
    if (name === guest.node) continue;
    const storages = unavailableStorages(cluster, guest.config.current, name);
    const reasons = {
      ...(storages.length === 0 ? {} : { unavailable_storages: storages }),
      // No mapping is known to the simulator, so none leads to this node.
      ...(mapped.size === 0 ? {} : { 'unavailable-resources': [...mapped.keys()] }),
      ...(apart.has(name) ? { 'blocking-ha-resources': apart.get(name)?.map((sid) => ({ sid, cause: 'resource-affinity' })) } : {}),
    };
    if (Object.keys(reasons).length === 0) allowed.push(name);
    refused[name] = reasons;
  }
  return {
    running: running ? 1 : 0,
    ...(managed ? { 'dependent-ha-resources': together } : {}),
    allowed_nodes: allowed,
    not_allowed_nodes: refused,
    local_disks: localDisks(cluster, guest),
    local_resources: blocking,
    'mapped-resources': [...mapped.keys()].sort(),
    'mapped-resource-info': Object.fromEntries([...mapped].map(([option, name]) => [option, { name }])),
    'has-dbus-vmstate': 1,
  };
}

/** `GET /nodes/{node}/qemu/{vmid}/migrate`. */
export const migrationConditionsRoute: Route = {
  method: 'GET',
  path: '/nodes/{node}/qemu/{vmid}/migrate',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Migrate']] },
  parameters: { ...NODE_AND_VMID, target: optional(string({ format: 'pve-node' })) },
  run: conditions,
};
