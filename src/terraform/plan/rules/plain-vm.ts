import type { Difference } from '../differences.ts';
import { each, type Meaning, type Resource, type Rule, valueAt } from './rule.ts';
import { isHotpluggable, isPluggableDrive, plugged } from './running-vm.ts';

/** Drives by their slot: another medium is put in at once, a drive is plugged in or out where that is possible. */
function cdrom({ path: [, slot = ''] }: Difference, resource: Resource): Meaning {
  const stays = [resource.before, resource.after].every((values) => valueAt(values, 'cdrom', slot) !== undefined);
  return stays ? { kind: 'nothing', why: 'another medium is put in' } : plugged(isPluggableDrive(resource, String(slot)), `the CD drive ${slot} is put in or taken out`);
}

const nothings = ['cpu.limit', 'cpu.units', 'description', 'name', 'tags'];
const waits = ['cpu', 'rng', 'vga'];
/** How the provider itself goes about it. */
const ofProvider = ['delete_unreferenced_disks_on_destroy', 'purge_on_destroy', 'stop_on_destroy', 'timeouts'];

/** What the provider's newer VMs have in common: it sets what is wanted and starts nothing anew, so what Proxmox VE does not take on at once waits. */
export const sharedRules: readonly Rule[] = [
  ...each(nothings, 'nothing'),
  ...each(waits, 'pending'),
  ...each(ofProvider, 'nothing'),
  ['cpu.vcpus', (_difference, resource): Meaning => plugged(isHotpluggable(resource, 'cpu'))],
  ['cdrom', cdrom],
  ['id', 'recreated'],
];

/**
 * `proxmox_vm`, alias `proxmox_virtual_environment_vm2`, changed in place: `update` in `fwprovider/nodes/vm` of the provider (v0.111.1). It neither
 * reboots nor stops a VM, and looks for it on the node that the code names from then on.
 */
export const plainVmRules: readonly Rule[] = [
  ...sharedRules,
  ['template', 'recreated'],
  ['node_name', (): Meaning => ({ kind: 'fails', why: 'it is not migrated, and not found on the other node' })],
];
