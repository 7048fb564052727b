import { isIP } from 'node:net';
import type { Expression } from '../hcl/index.ts';

/** What the provider's validation takes for an attribute; what it refuses fails the plan of the whole project. */
export interface ProviderLimit {
  readonly takes: (value: Expression) => boolean;
  /** Proxmox's name of the option; `{interface}` is the block's, `{place}` its number among those of its type. */
  readonly option: string;
}

/** By attribute, `cpu.cores` for one of a block. */
export type ProviderLimits = ReadonlyMap<string, ProviderLimit>;

type Takes = ProviderLimit['takes'];
const among = (...values: readonly string[]): Takes => (value) => typeof value === 'string' && values.includes(value);
const between = (least: number, most = Number.POSITIVE_INFINITY): Takes => (value) => typeof value === 'number' && value >= least && value <= most;
const matching = (pattern: RegExp): Takes => (value) => typeof value === 'string' && pattern.test(value);
const each = (takes: Takes): Takes => (value) => Array.isArray(value) && value.every((one: Expression) => takes(one));
const address: Takes = (value) => typeof value === 'string' && isIP(value) !== 0;
const limits = (rows: readonly (readonly [attribute: string, option: string, takes: Takes])[]): ProviderLimits =>
  new Map(rows.map(([attribute, option, takes]) => [attribute, { option, takes }]));

/** Also with a version (`pc-q35-9.2+pve1`). */
const MACHINE = /^$|^(pc|pc(-i440fx)?-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|q35(,viommu=(intel|virtio))?|pc-q35-\d+(\.\d+)+(\+pve\d+)?(\.pxe)?|virt(-\d+(\.\d+)+)?(\+pve\d+)?)$/;

/** CPU models that Proxmox knows and the provider does not are left out of this list. */
const CPU_TYPES = [
  '486', 'Broadwell', 'Broadwell-IBRS', 'Broadwell-noTSX', 'Broadwell-noTSX-IBRS', 'Cascadelake-Server', 'Cascadelake-Server-noTSX', 'Cascadelake-Server-v2',
  'Cascadelake-Server-v4', 'Cascadelake-Server-v5', 'Conroe', 'Cooperlake', 'Cooperlake-v2', 'EPYC', 'EPYC-Genoa', 'EPYC-IBPB', 'EPYC-Milan', 'EPYC-Rome',
  'EPYC-Rome-v2', 'EPYC-Rome-v3', 'EPYC-Rome-v4', 'EPYC-v3', 'EPYC-v4', 'Haswell', 'Haswell-IBRS', 'Haswell-noTSX', 'Haswell-noTSX-IBRS', 'Icelake-Client',
  'Icelake-Client-noTSX', 'Icelake-Server', 'Icelake-Server-noTSX', 'Icelake-Server-v3', 'Icelake-Server-v4', 'Icelake-Server-v5', 'Icelake-Server-v6', 'IvyBridge',
  'IvyBridge-IBRS', 'KnightsMill', 'Nehalem', 'Nehalem-IBRS', 'Opteron_G1', 'Opteron_G2', 'Opteron_G3', 'Opteron_G4', 'Opteron_G5', 'Penryn', 'SandyBridge',
  'SandyBridge-IBRS', 'SapphireRapids', 'Skylake-Client', 'Skylake-Client-IBRS', 'Skylake-Client-noTSX-IBRS', 'Skylake-Client-v4', 'Skylake-Server',
  'Skylake-Server-IBRS', 'Skylake-Server-noTSX-IBRS', 'Skylake-Server-v4', 'Skylake-Server-v5', 'Westmere', 'Westmere-IBRS', 'athlon', 'core2duo', 'coreduo', 'host',
  'kvm32', 'kvm64', 'max', 'pentium', 'pentium2', 'pentium3', 'phenom', 'qemu32', 'qemu64', 'x86-64-v2', 'x86-64-v2-AES', 'x86-64-v3', 'x86-64-v4',
] as const;

/** Every feature once, or 0 or 1 for none or all. */
const hotplug: Takes = (value) => {
  if (typeof value !== 'string') return false;
  const parts = value.split(',');
  return ['', '0', '1'].includes(value) || (new Set(parts).size === parts.length && parts.every((part) => ['cpu', 'disk', 'memory', 'network', 'usb'].includes(part)));
};

/** Of `proxmox_virtual_environment_vm` (proxmoxtf/resource/vm/validators.go, vm.go, disk/schema.go and network/schema.go of v0.111.1). */
export const VM_LIMITS = limits([
  ['machine', 'machine', matching(MACHINE)],
  ['hotplug', 'hotplug', hotplug],
  ['cpu.architecture', 'arch', among('', 'aarch64', 'x86_64')],
  ['cpu.cores', 'cores', between(1, 2304)],
  ['cpu.sockets', 'sockets', between(1, 16)],
  ['cpu.hotplugged', 'vcpus', between(0, 2304)],
  ['cpu.limit', 'cpulimit', between(0, 128)],
  ['cpu.units', 'cpuunits', between(1, 262_144)],
  ['cpu.type', 'cpu.cputype', (value) => among(...CPU_TYPES)(value) || matching(/^custom-.+$/)(value)],
  ['memory.dedicated', 'memory', between(64, 268_435_456)],
  ['disk.size', '{interface}.size', between(1)],
  ['disk.queues', '{interface}.queues', (value) => value === 0 || between(2)(value)],
  ['disk.serial', '{interface}.serial', matching(/^.{0,20}$/su)],
  ['network_device.model', 'net{place}.model', among('e1000', 'e1000e', 'rtl8139', 'virtio', 'vmxnet3')],
  ['network_device.queues', 'net{place}.queues', between(0, 64)],
  ['initialization.type', 'citype', among('configdrive2', 'nocloud')],
  ['initialization.dns.servers', 'nameserver', each(address)],
  ['serial_device.device', 'serial{place}', matching(/^(\/dev\/|socket$)/)],
  ['vga.memory', 'vga.memory', between(4, 512)],
  ['rng.max_bytes', 'rng0.max_bytes', between(1)],
  ['rng.period', 'rng0.period', between(1)],
]);

/** Of `proxmox_virtual_environment_container` (proxmoxtf/resource/container/validators.go and container.go of v0.111.1). */
export const CONTAINER_LIMITS = limits([
  ['console.tty_count', 'tty', between(0, 6)],
  ['cpu.architecture', 'arch', among('amd64', 'arm64', 'armhf', 'i386')],
  ['cpu.cores', 'cores', between(1, 128)],
  ['cpu.limit', 'cpulimit', between(0, 8192)],
  ['cpu.units', 'cpuunits', between(1, 500_000)],
  ['features.mount', 'features.mount', each(among('cifs', 'nfs'))],
  ['initialization.dns.servers', 'nameserver', each(address)],
  ['memory.dedicated', 'memory', between(16, 268_435_456)],
]);
