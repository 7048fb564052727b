import { failure, parameterError } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { GuestConfig, Options } from '../../../pve/config/index.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { checkDigest } from '../digest.ts';
import { isUnusedKey, isVolumeKey, LXC } from '../kind.ts';
import { checkLock, checkProtection, guestOf, isRunning } from '../lookup.ts';
import { normalise, optionExists } from '../options.ts';
import { list, optionsOf } from '../parameters.ts';
import { addPendingDelete, cleanupPending, removePendingDelete } from '../pending.ts';
import { uniqueTags } from '../privileges.ts';
import { checkReplicable } from '../replicable.ts';
import { hasContent, storageById } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { mountType, parseVolume } from '../volume-setting.ts';
import { requiredStorage } from '../volumes.ts';
import { applyPending, hotplugPending } from './apply-pending.ts';
import { isNetwork, networkProperties } from './network.ts';
import { demandChanges, demandRemoval } from './privileges.ts';

const NOT_OPTIONS = new Set(['node', 'vmid', 'digest', 'delete', 'revert']);

/** A change of a container's configuration. */
interface Change {
  readonly values: Options;
  readonly deletes: readonly string[];
  readonly reverts: readonly string[];
}

/** `PUT /nodes/{node}/lxc/{vmid}/config` (PVE::API2::LXC::Config). Nothing of the change is kept when a part of it fails. */
export function update(call: Call): null {
  const { cluster } = call;
  const change: Change = { values: optionsOf(call, NOT_OPTIONS), deletes: list(call, 'delete'), reverts: list(call, 'revert') };
  if (change.values.size === 0 && call.parameters['delete'] === undefined && call.parameters['revert'] === undefined) throw failure('no options specified');
  const guest = guestOf(call, LXC);
  checkLock(LXC, guest);
  checkDigest(call, guest);
  const subject = { vmid: guest.vmid, current: guest.config.current, unprivileged: guest.config.current.get('unprivileged') === '1' };
  demandRemoval(call, subject, change.deletes);
  demandRemoval(call, subject, change.reverts);
  checkNames(change);
  demandChanges(call, subject, change.values);
  for (const [option, value] of change.values) {
    if (isVolumeKey(LXC, option)) checkReplicable(cluster, guest, LXC, parseVolume(LXC, value));
  }
  const before = copyOf(guest.config);
  try {
    const errors = applyChange(cluster, guest, change);
    if (Object.keys(errors).length > 0) throw parameterError(errors);
  } catch (error) {
    guest.config = before;
    throw error;
  }
  return null;
}

function checkNames({ values, deletes, reverts }: Change): void {
  for (const option of reverts) {
    if (!optionExists('lxc', option)) throw parameterError({ revert: `unknown option '${option}'` });
    if (values.has(option)) throw parameterError({ revert: `you can't use '-${option}' and '-revert ${option}' at the same time` });
  }
  for (const option of deletes) {
    if (!optionExists('lxc', option)) throw parameterError({ delete: `unknown option '${option}'` });
    if (values.has(option)) throw parameterError({ delete: `you can't use '-${option}' and -delete ${option}' at the same time` });
    if (reverts.includes(option)) throw parameterError({ delete: `you can't use '-delete ${option}' and '-revert ${option}' at the same time` });
  }
}

function copyOf(config: GuestConfig): GuestConfig {
  return { ...config, current: new Map(config.current), pending: new Map(config.pending) };
}

/**
 * Puts the change among the pending ones and applies what can be applied (`update_pct_config`).
 * @returns option → message of what could not be applied
 */
export function applyChange(cluster: Cluster, guest: Guest, { values, deletes, reverts }: Change): Record<string, string> {
  const { config } = guest;
  for (const option of reverts) {
    config.pending.delete(option);
    removePendingDelete(config, option);
  }
  const modified = new Set<string>();
  for (const option of deletes) {
    if (!config.current.has(option) && !config.pending.has(option)) continue;
    modified.add(option);
    if (option === 'memory' || option === 'rootfs' || option === 'ostype') throw failure(`unable to delete required option '${option}'`);
    if (option === 'unprivileged') throw failure(`unable to delete read-only option: '${option}'`);
    if (isUnusedKey(option) || isVolumeKey(LXC, option)) checkProtection(guest, `can't remove CT ${guest.vmid} drive '${option}'`);
    config.pending.delete(option);
    addPendingDelete(config, option);
  }
  for (const [option, value] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
    modified.add(option);
    config.pending.set(option, checked(cluster, guest, option, value));
    removePendingDelete(config, option);
  }
  cleanupPending(config);
  tidy(guest);
  return isRunning(guest) ? hotplugPending(cluster, guest, modified) : applyPending(cluster, guest, modified);
}

/** The value as it goes into the pending section. Throws what Proxmox refuses. */
function checked(cluster: Cluster, guest: Guest, option: string, value: string): string {
  if (option === 'unprivileged') throw failure(`unable to modify read-only option: '${option}'`);
  if (isVolumeKey(LXC, option)) {
    checkProtection(guest, `can't update CT ${guest.vmid} drive '${option}'`);
    const { volume } = parseVolume(LXC, value);
    if (mountType(volume) === 'volume') {
      const storage = requiredStorage(volume);
      if (!hasContent(storageById(cluster, storage), 'rootdir')) throw failure(`storage '${storage}' does not allow content type 'rootdir' (Container)`);
    }
  } else if (isNetwork(option)) checkNetwork(option, value);
  return normalised(cluster, option, value);
}

export function checkNetwork(option: string, value: string): void {
  const properties = networkProperties(value);
  if (properties.get('link_down') !== '1' && properties.get('host-managed') === '1' && properties.get('ip6') === 'auto') {
    throw failure(`${option}: SLAAC is not supported for host-managed network configuration.`);
  }
}

/** A verified value as the configuration keeps it. */
export function normalised(cluster: Cluster, option: string, value: string): string {
  if (option === 'tags') return uniqueTags(cluster.options, value);
  if (option === 'cpuunits') return String(Math.min(10_000, Math.max(1, Number(value))));
  if (option === 'nameserver' || option === 'searchdomain') return value.split(/[,;\s]+/).filter((word) => word !== '').join(' ');
  return normalise('lxc', option, value);
}
