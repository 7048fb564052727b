import type { Difference } from '../differences.ts';
import { each, type Meaning, type Resource, type Rule, valueAt } from './rule.ts';
import { hotplugItself, isHotpluggable, plugged } from './running-vm.ts';
import { diskRules } from './vm-disks.ts';

const same = (resource: Resource, block: string, names: readonly string[]): boolean =>
  names.every((name) => JSON.stringify(valueAt(resource.before, block, 0, name) ?? null) === JSON.stringify(valueAt(resource.after, block, 0, name) ?? null));

/** Only `hotplugged` (vcpus) by itself is plugged in; everything else about CPUs is done with the VM off. */
function cpu(_difference: Difference, resource: Resource): Meaning {
  const alone = same(resource, 'cpu', ['cores', 'sockets', 'type', 'architecture', 'numa', 'flags', 'affinity', 'limit', 'units']);
  return { kind: alone && isHotpluggable(resource, 'cpu') ? 'nothing' : 'restart' };
}

/** Memory that only grows is plugged in where `hotplug` has `memory`, which by default it has not. */
function memory(_difference: Difference, resource: Resource): Meaning {
  const amount = ({ values, name }: { values: Resource['before']; name: string }): number => Number(valueAt(values, 'memory', 0, name) ?? 0);
  const grows = ['dedicated', 'floating', 'shared'].every((name) => amount({ values: resource.after, name }) >= amount({ values: resource.before, name }));
  return { kind: grows && same(resource, 'memory', ['hugepages', 'keep_hugepages']) && isHotpluggable(resource, 'memory') ? 'nothing' : 'restart' };
}

/** A card of another kind takes the place of the one that was there. */
const card = (_difference: Difference, resource: Resource): Meaning => plugged(isHotpluggable(resource, 'network'), 'the network card is taken out and another one put in');

/** What changes of a card that stays; cards are told apart by their place. */
function onCard({ path: [, index = 0] }: Difference, resource: Resource): Meaning {
  const stays = [resource.before, resource.after].every((values) => valueAt(values, 'network_device', index) !== undefined);
  return stays ? { kind: 'nothing' } : plugged(isHotpluggable(resource, 'network'), 'a network card is plugged in or out');
}

/** The drive is made anew where it gets another place, otherwise only what is in it. */
const placedByItself = ['datastore_id', 'interface', 'file_format'];

function started({ after }: Difference): Meaning {
  return after === false ? { kind: 'restart', why: 'it is to be off' } : { kind: 'nothing', why: 'it is started' };
}

function template({ after }: Difference): Meaning {
  return after === true ? { kind: 'restart', why: 'it becomes a template, which cannot run' } : { kind: 'fails', why: 'a template cannot become a VM again' };
}

/** Of another node, once it may be migrated: otherwise Terraform makes it anew (`migrate`). */
const node = (): Meaning => ({ kind: 'nothing', why: 'it is migrated' });

/** Every change of these, whole blocks among them, sets `rebootRequired`. */
const restarts = [
  'acpi', 'agent', 'amd_sev', 'audio_device', 'bios', 'boot_order', 'hostpci', 'keyboard_layout', 'kvm_arguments', 'machine', 'numa', 'operating_system', 'rng', 'scsi_hardware', 'serial_device', 'tablet_device', 'usb', 'vga',
  'virtiofs', 'watchdog',
];
const nothings = ['description', 'hook_script_file_id', 'name', 'on_boot', 'pool_id', 'protection', 'startup', 'tags', 'vm_id'];
/** How the provider itself goes about it, and what it only reads. */
const ofProvider = [
  'delete_unreferenced_disks_on_destroy', 'migrate', 'purge_on_destroy', 'reboot', 'reboot_after_update', 'stop_on_destroy', 'timeout_clone', 'timeout_create', 'timeout_migrate', 'timeout_move_disk', 'timeout_reboot',
  'timeout_shutdown_vm', 'timeout_start_vm', 'timeout_stop_vm', 'id', 'ipv4_addresses', 'ipv6_addresses', 'mac_addresses', 'network_interface_names',
];
/** `ForceNew`: the plan says that it replaces. */
const replaced = ['clone', ...['meta_data_file_id', 'network_data_file_id', 'type', 'user_data_file_id', 'vendor_data_file_id'].map((name) => `initialization.${name}`)];

/**
 * `proxmox_virtual_environment_vm`, changed in place: what `vmUpdate` and `disk.Update` of the provider (v0.111.1) set `rebootRequired` for, what they
 * power the VM off for (`vmPowerOffForPendingChanges`), what they refuse, and what Proxmox VE does about the rest. What makes Terraform replace a VM
 * stands in the plan itself.
 */
export const vmRules: readonly Rule[] = [
  ...each(restarts, 'restart'),
  ...each(nothings, 'nothing'),
  ...each(ofProvider, 'nothing'),
  ...each(replaced, 'recreated'),
  ['smbios', 'pending'],
  ['hotplug', hotplugItself],
  ['cpu', cpu],
  ['memory', memory],
  ['network_device', onCard],
  ...each(['enabled', 'mac_address', 'model', 'mtu', 'queues'].map((name) => `network_device.${name}`), card),
  ...diskRules,
  ['initialization', (): Meaning => ({ kind: 'restart', why: 'the cloud-init drive is written anew' })],
  ...each(placedByItself.map((name) => `initialization.${name}`), (): Meaning => ({ kind: 'restart', why: 'the cloud-init drive is made anew' })),
  ['started', started],
  ['template', template],
  ['node_name', node],
];

/** What is refused, and not only put off, where the VM runs and `reboot_after_update` is off (`rebootAfterUpdateDisabledError`). */
export function needsPowerOff({ path }: Difference): boolean {
  const [block, , name] = path;
  return block === 'tpm_state' || block === 'template' || (block === 'disk' && name === 'datastore_id') || (block === 'efi_disk' && name === 'datastore_id') || (block === 'initialization' && placedByItself.includes(String(name)));
}
