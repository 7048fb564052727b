import type { Difference } from '../differences.ts';
import { blocks, type Meaning, type Meaningful, meaningFrom, type Resource, type Rule, valueAt } from './rule.ts';
import { isHotpluggable, isPluggableDrive, plugged } from './running-vm.ts';

/** Of a disk that is there before and after (`disk.Update`); what is only told of a new disk changes nothing (`format`, `import_from`). */
const DISK: Readonly<Record<string, Meaningful>> = {
  aio: 'restart', queues: 'restart',
  cache: 'pending', discard: 'pending', iothread: 'pending', serial: 'pending', ssd: 'pending',
  backup: 'nothing', replicate: 'nothing', speed: 'nothing',
  file_format: 'nothing', import_from: 'nothing', path_in_datastore: 'nothing', interface: 'nothing',
  file_id: 'recreated',
  datastore_id: moved,
  size: resized,
};

function moved(difference: Difference, resource: Resource): Meaning {
  return { kind: 'restart', why: `${slotAt(resource.after, difference) ?? 'a disk'} is moved to another storage, which is done with the VM off` };
}

function resized(difference: Difference, resource: Resource): Meaning {
  const name = slotAt(resource.after, difference) ?? 'a disk';
  if (Number(difference.after) < Number(difference.before)) return { kind: 'fails', why: `${name} cannot be made smaller` };
  if (isHotpluggable(resource, 'disk')) return { kind: 'nothing' };
  const agent = valueAt(resource.after, 'agent', 0, 'enabled') === true;
  return { kind: agent ? 'reboot' : 'restart', why: `${name} grows, and disks are not plugged in while it runs` };
}

function slotAt(values: Resource['before'], { path: [, index] }: Difference): string | undefined {
  const name = valueAt(values, 'disk', index ?? 0, 'interface');
  return typeof name === 'string' ? name : undefined;
}

/** Disks are told apart by their interface, wherever they stand in the code. */
const ofDisk = (meaning: Meaningful): Meaningful => (difference, resource) => {
  const has = (values: Resource['before'], name: string): boolean => blocks(values, 'disk').some((block) => block['interface'] === name);
  const [before, after] = [slotAt(resource.before, difference), slotAt(resource.after, difference)];
  if (before !== undefined && !has(resource.after, before)) return takenAway(before, resource);
  if (after !== undefined && !has(resource.before, after)) return plugged(isPluggableDrive(resource, after), `${after} is added`);
  // The list is in another order: the disk is compared with itself, not with the one that stood there before.
  return before === after ? meaningFrom(meaning, difference, resource) : { kind: 'nothing' };
};

function takenAway(slot: string, resource: Resource): Meaning {
  const order = resource.after['boot_order'];
  if (Array.isArray(order) && order.includes(slot)) return { kind: 'fails', why: `${slot} is taken away while it is in boot_order` };
  const when = resource.up !== false && !isPluggableDrive(resource, slot) ? ' when it is started the next time' : '';
  return { kind: 'disk-lost', why: `${slot} is taken from it${when}; its volume stays as an unused one` };
}

/** The drive that the provider means where none is named (`dvCDROMInterface`); taking the block away leaves an empty one there. */
const USUAL_CDROM = 'ide3';

function cdrom(_difference: Difference, resource: Resource): Meaning {
  const slotIn = (values: Resource['before']): string | undefined => {
    const [block] = blocks(values, 'cdrom');
    const named = block?.['interface'];
    return block === undefined ? undefined : typeof named === 'string' && named !== '' ? named : USUAL_CDROM;
  };
  const [before, after] = [slotIn(resource.before), slotIn(resource.after) ?? USUAL_CDROM];
  if (before === after) return { kind: 'nothing', why: 'another medium is put in' };
  return plugged([before, after].every((slot) => slot === undefined || isPluggableDrive(resource, slot)), `its CD drive is ${after}`);
}

/** Only its place is changed in place; for everything else a new one is asked for (`vmGetEfiDisk`). */
function efiDisk({ path, before, after }: Difference, resource: Resource): Meaning {
  if (blocks(resource.before, 'efi_disk').length === 0) return { kind: 'restart' };
  if (blocks(resource.after, 'efi_disk').length === 0) return { kind: 'restart', why: 'the EFI disk itself is left where it is' };
  if (path[2] === 'datastore_id') return { kind: 'restart', why: 'the EFI disk is moved to another storage, which is done with the VM off' };
  const goes = valueAt(resource.before, 'efi_disk', 0, 'datastore_id') !== valueAt(resource.after, 'efi_disk', 0, 'datastore_id');
  if (goes || before === after) return { kind: 'restart' };
  return { kind: 'disk-lost', why: 'its EFI disk is made anew: boot entries and keys in it are gone' };
}

function tpmState({ path }: Difference, resource: Resource): Meaning {
  if (blocks(resource.after, 'tpm_state').length === 0) return { kind: 'disk-lost', why: 'its TPM is taken away: what is sealed with it cannot be opened any more' };
  return path[2] === 'datastore_id' ? { kind: 'restart', why: 'the TPM is moved to another storage, which is done with the VM off' } : { kind: 'restart' };
}

export const diskRules: readonly Rule[] = [
  ['disk', ofDisk('nothing')],
  ...Object.entries(DISK).map(([name, meaning]): Rule => [`disk.${name}`, ofDisk(meaning)]),
  ['cdrom', cdrom],
  // It has not been used for long.
  ['cdrom.enabled', 'nothing'],
  ['efi_disk', efiDisk],
  ['tpm_state', tpmState],
];
