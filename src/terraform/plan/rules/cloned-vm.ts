import type { Difference } from '../differences.ts';
import { sharedRules } from './plain-vm.ts';
import { each, type Meaning, type Meaningful, meaningFrom, type Resource, type Rule, valueAt } from './rule.ts';
import { balloon, isHotpluggable, isPluggableDrive, plugged } from './running-vm.ts';

/** What is taken out of the code stays on the VM as it is, and is nobody's business any more. */
const optIn = (meaning: Meaningful): Meaningful => (difference, resource) => (difference.after === undefined || difference.after === null ? { kind: 'nothing' } : meaningFrom(meaning, difference, resource));

/** Of a disk that the code had before (`applyDisks`). */
const DISK: Readonly<Record<string, Meaningful>> = {
  aio: 'pending', cache: 'pending', discard: 'pending', iothread: 'pending', serial: 'pending', ssd: 'pending',
  backup: 'nothing', format: 'nothing', replicate: 'nothing',
  datastore_id: ({ path: [, slot], before }): Meaning => (before === undefined || before === null ? { kind: 'nothing' } : { kind: 'fails', why: `${String(slot)} is there already, and is not moved` }),
  file: ({ path: [, slot] }, { before }): Meaning =>
    (valueAt(before, 'disk', slot ?? '', 'file') === undefined ? { kind: 'nothing' } : { kind: 'disk-lost', why: `another volume takes the place of ${String(slot)}, which stays as an unused one` }),
  import_from: ({ path: [, slot] }): Meaning => ({ kind: 'fails', why: `${String(slot)} is there already, and nothing can be imported into it` }),
  media: ({ path: [, slot], before, after }): Meaning => ((before ?? 'disk') === after ? { kind: 'nothing' } : { kind: 'fails', why: `${String(slot)} cannot become a medium of another kind` }),
  size_gb: ({ path: [, slot], before, after }): Meaning => (Number(after) < Number(before) ? { kind: 'fails', why: `${String(slot)} cannot be made smaller` } : { kind: 'nothing' }),
};

const ofDisk = (meaning: Meaningful): Meaningful => (difference, resource) => {
  const slot = String(difference.path[1] ?? '');
  if (valueAt(resource.before, 'disk', slot) !== undefined) return meaningFrom(meaning, difference, resource);
  return plugged(isPluggableDrive(resource, slot), `${slot} is added, unless it has one`);
};

const card = (_difference: Difference, resource: Resource): Meaning => plugged(isHotpluggable(resource, 'network'), 'the network card is taken out and another one put in');

/** A card that is new in the code takes the place of the one that the template may have had. */
function onCard({ path: [, slot = ''] }: Difference, resource: Resource): Meaning {
  return valueAt(resource.before, 'network', slot) === undefined ? plugged(isHotpluggable(resource, 'network')) : { kind: 'nothing' };
}

function deletedDisk({ after }: Difference, resource: Resource): Meaning {
  const slot = String(after);
  const known = valueAt(resource.before, 'delete', 'disk');
  if (Array.isArray(known) && known.includes(slot)) return { kind: 'nothing' };
  const when = resource.up !== false && !isPluggableDrive(resource, slot) ? ' when it is started the next time' : '';
  return { kind: 'disk-lost', why: `${slot} is taken from it${when}; its volume stays as an unused one` };
}

function started({ after }: Difference): Meaning {
  return after === false ? { kind: 'restart', why: 'it is to be off' } : { kind: 'nothing', why: 'it is started' };
}

const managed: readonly Rule[] = [
  ...sharedRules,
  ['memory', 'pending'],
  ['memory.balloon', balloon],
  ['memory.shares', 'nothing'],
  ['memory.size', (_difference, resource): Meaning => plugged(isHotpluggable(resource, 'memory'))],
  ['network', onCard],
  ...each(['mac_address', 'model', 'mtu', 'queues'].map((name) => `network.*.${name}`), card),
  ['disk', 'nothing'],
  ...Object.entries(DISK).map(([name, meaning]): Rule => [`disk.*.${name}`, ofDisk(meaning)]),
  ['delete.disk', deletedDisk],
  ['delete.network', card],
];

/**
 * `proxmox_cloned_vm`, alias `proxmox_virtual_environment_cloned_vm`, changed in place: `applyManaged` in `fwprovider/nodes/clonedvm` of the provider
 * (v0.111.1). It sets what the code names and starts nothing anew, so what Proxmox VE does not take on at once waits.
 */
export const clonedVmRules: readonly Rule[] = [
  ...managed.map(([path, meaning]): Rule => [path, optIn(meaning)]),
  ...each(['clone', 'node_name'], 'recreated'),
  ['started', started],
];
