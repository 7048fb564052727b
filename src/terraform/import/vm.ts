import { descriptionField, type PoolAddresses, poolExpression, startupBlock, tagsOf } from './common.ts';
import { VM_LIMITS } from './provider-limits.ts';
import type { RawOptions } from './raw-options.ts';
import { type Field, fields, ResourceDraft } from './resource-draft.ts';
import type { GuestSource } from './source.ts';
import { cloudInit } from './vm-cloud-init.ts';
import { devices } from './vm-devices.ts';
import { disks } from './vm-disks.ts';

/**
 * A VM as `proxmox_virtual_environment_vm`. Mirrors how the provider reads a VM that it has not known before
 * (proxmoxtf/resource/vm/vm.go, `vmReadCustom`): which blocks it then sees, and what it takes for the default.
 */
export function virtualMachine(guest: GuestSource, options: RawOptions, pools: PoolAddresses): ResourceDraft {
  const draft = new ResourceDraft(VM_LIMITS);
  const template = options.flag('template') ?? false;
  // Proxmox answers a space where it was emptied.
  const args = options.text('args') ?? '';
  draft.fields([
    ['name', options.text('name') ?? '', ''],
    ['node_name', guest.node],
    ['vm_id', guest.vmid],
    ['pool_id', poolExpression(guest, pools)],
    descriptionField(draft, options, ''),
    ['tags', tagsOf(options)],
    ['template', template, false],
    // The provider does not look whether a template runs, and keeps this unset.
    ['started', !template && guest.running, true],
    ['on_boot', options.flag('onboot') ?? false, true],
    ['protection', options.flag('protection') ?? false, false],
    ['bios', options.text('bios') ?? 'seabios', 'seabios'],
    ['machine', options.text('machine') ?? '', ''],
    ['acpi', options.flag('acpi') ?? true, true],
    ['tablet_device', options.flag('tablet') ?? true, true],
    ['keyboard_layout', options.text('keyboard') ?? 'en-us', 'en-us'],
    ['boot_order', options.peek('boot')?.startsWith('order=') === true ? options.properties('boot', 'pve-qm-boot')?.list('order') : undefined],
    ['hotplug', options.text('hotplug')],
    ['kvm_arguments', args.trim() === '' ? '' : args, ''],
    ['hook_script_file_id', options.text('hookscript') ?? '', ''],
  ]);
  scsiHardware(draft, options);
  agent(draft, options);
  const processorWritten = processor(draft, options);
  memory(draft, options, processorWritten);
  operatingSystem(draft, options);
  startupBlock(draft, options);
  disks(draft, options, guest.vmid);
  devices(draft, options);
  cloudInit(draft, options, guest.vmid);
  return draft;
}

/** Proxmox's default is `lsi`, the provider's `virtio-scsi-pci`; it reads nothing where nothing is set. */
function scsiHardware(draft: ResourceDraft, options: RawOptions): void {
  const scsihw = options.text('scsihw');
  if (scsihw === undefined) draft.ignore('scsi_hardware', "not set in the guest, where it means Proxmox's default and not the provider's");
  else draft.fields([['scsi_hardware', scsihw, 'virtio-scsi-pci']]);
}

function agent(draft: ResourceDraft, options: RawOptions): void {
  const agent = options.properties('agent', 'pve-qm-agent');
  if (agent === undefined) return;
  draft.blockUnlessPreset('agent', [
    ['enabled', agent.flag('enabled') ?? false, false],
    ['trim', agent.flag('fstrim_cloned_disks') ?? false, false],
    ['type', agent.text('type') ?? 'virtio', 'virtio'],
  ]);
}

const WITHOUT_NUMA = 'the provider takes it only where the code says cpu.numa, which it does not see while the rest of cpu is at its defaults';

/**
 * The provider refuses `numa` blocks and huge pages unless the code says `cpu.numa`, be it true or false.
 * @returns whether it may say that
 */
function processor(draft: ResourceDraft, options: RawOptions): boolean {
  const cpu = options.properties('cpu', 'pve-vm-cpu-conf');
  const rows = [
    ['architecture', options.text('arch') ?? '', ''],
    ['sockets', options.number('sockets') ?? 1, 1],
    ['cores', options.number('cores') ?? 1, 1],
    ['type', cpu?.text('cputype') ?? 'qemu64', 'qemu64'],
    ['flags', cpu?.list('flags') ?? []],
    ['hotplugged', options.number('vcpus') ?? 0, 0],
    ['limit', options.number('cpulimit') ?? 0, 0],
    ['units', options.number('cpuunits')],
  ] as const;
  const numa = options.flag('numa') ?? false;
  const affinity = options.text('affinity') ?? '';
  const seen = rows.some(([name, value, preset]) => (name === 'flags' ? value.length > 0 : value !== preset));
  const nodes = options.family('numa');
  const needed = nodes.length > 0 || options.peek('hugepages') !== undefined || options.peek('keephugepages') !== undefined;
  const all: Field[] = [...rows, needed ? ['numa', numa] : ['numa', numa, false], ['affinity', affinity, '']];
  if (seen) draft.block('cpu', all);
  else draft.unwritten('cpu', all);
  if (!seen && (numa || affinity !== '')) draft.ignore('cpu', 'the provider does not see numa and affinity while the rest is at its defaults');
  let place = 0;
  for (const { name } of nodes) if (numaNode(draft, options, name, place, seen)) place += 1;
  return seen;
}

/** The provider sees no node without CPUs or host's nodes, and refuses one with less than 64 MiB. @returns whether it is written */
function numaNode(draft: ResourceDraft, options: RawOptions, name: string, place: number, numaWritten: boolean): boolean {
  const node = options.properties(name, 'pve-qm-numanode');
  const cpus = node?.list('cpus');
  const hosts = node?.list('hostnodes');
  const memory = node?.number('memory');
  const policy = node?.text('policy');
  if (numaWritten && cpus !== undefined && hosts !== undefined && memory !== undefined && memory >= 64) {
    if (policy === undefined) draft.ignore(`numa[${String(place)}].policy`, "not set in the guest, where it means Proxmox's default; the provider knows no such value");
    draft.block('numa', [['device', name], ['cpus', cpus.join(';')], ['hostnodes', hosts.join(';')], ['memory', memory], ['policy', policy, 'preferred']]);
    return true;
  }
  draft.leave(name);
  if (cpus !== undefined && hosts !== undefined) draft.ignore('numa', numaWritten ? 'the provider takes no NUMA node with less than 64 MiB' : WITHOUT_NUMA);
  return false;
}

function memory(draft: ResourceDraft, options: RawOptions, numaWritten: boolean): void {
  const dedicated = options.properties('memory', 'pve-qm-memory')?.number('current');
  const keep = options.flag('keephugepages');
  const rows: Field[] = [
    ['dedicated', dedicated ?? 0, 512],
    ['floating', options.number('balloon') ?? 0, 0],
    ['shared', options.properties('ivshmem', 'pve-qm-ivshmem')?.number('size') ?? 0, 0],
    ['hugepages', options.text('hugepages') ?? '', ''],
    ['keep_hugepages', keep ?? false, false],
  ];
  if (dedicated === undefined) {
    draft.unwritten('memory', rows);
    draft.ignore('memory', "not set in the guest, where it means Proxmox's default; the provider knows no such value");
    return;
  }
  const pages = rows.slice(3);
  if (!numaWritten && (keep !== undefined || fields(pages).length > 0)) {
    draft.block('memory', rows.slice(0, 3));
    for (const [name] of fields(pages).length > 0 ? pages : []) {
      draft.leave(name === 'hugepages' ? 'hugepages' : 'keephugepages');
      draft.ignore(`memory[0].${name}`, WITHOUT_NUMA);
    }
    return;
  }
  // A flag that is set never equals the provider's default: it compares values of two types.
  if (keep === undefined) draft.blockUnlessPreset('memory', rows);
  else draft.block('memory', rows);
}

function operatingSystem(draft: ResourceDraft, options: RawOptions): void {
  const ostype = options.text('ostype');
  if (ostype === undefined) draft.ignore('operating_system', 'not set in the guest');
  else draft.blockUnlessPreset('operating_system', [['type', ostype, 'other']]);
}

