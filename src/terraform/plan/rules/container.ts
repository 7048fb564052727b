import type { Difference } from '../differences.ts';
import { each, type Meaning, type Rule } from './rule.ts';

function started({ after }: Difference): Meaning {
  return after === false ? { kind: 'restart', why: 'it is to be off' } : { kind: 'nothing', why: 'it is started' };
}

const reboots = ['console', 'device_passthrough', 'disk.mount_options', 'environment_variables', 'idmap', 'initialization', 'memory', 'mount_point', 'network_interface', 'operating_system'];
/** The provider leaves it at setting these; a container that runs takes them on with its next start (`vmconfig_hotplug_pending`). */
const waits = ['cpu.architecture', 'disk', 'features'];
const nothings = ['cpu', 'description', 'disk.size', 'hook_script_file_id', 'protection', 'start_on_boot', 'startup', 'tags', 'vm_id'];
/** How the provider itself goes about it, and what it only reads. */
const ofProvider = ['timeout_clone', 'timeout_create', 'timeout_delete', 'timeout_start', 'timeout_update', 'wait_for_ip', 'id', 'ipv4', 'ipv6', 'disk.path_in_datastore', 'mount_point.path_in_datastore'];
/** `ForceNew`: the plan says that it replaces. */
const replaced = [
  'clone', 'disk.datastore_id', 'initialization.user_account', 'mount_point.size', 'mount_point.volume', 'node_name', 'operating_system.template_file_id', 'pool_id', 'template', 'unprivileged',
];

/**
 * `proxmox_virtual_environment_container`, changed in place: what `containerUpdate` of the provider (v0.111.1) sets `rebootRequired` for, and what
 * Proxmox VE does about the rest.
 */
export const containerRules: readonly Rule[] = [
  ...each(reboots, 'reboot'),
  ...each(waits, 'pending'),
  ...each(nothings, 'nothing'),
  ...each(ofProvider, 'nothing'),
  ...each(replaced, 'recreated'),
  ['started', started],
];
