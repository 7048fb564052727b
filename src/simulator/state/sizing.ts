import type { Guest, Node } from './cluster.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** Drive names in the order in which Proxmox looks for a boot disk. */
const DISK_ORDER = ['ide', 'scsi', 'virtio', 'sata'] as const;
const DISK_COUNT = { ide: 4, scsi: 31, virtio: 16, sata: 6 } as const;
const BOOT_CANDIDATES = DISK_ORDER.flatMap((bus) => Array.from({ length: DISK_COUNT[bus] }, (_, i) => `${bus}${i}`));

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/**
 * Usable CPUs as `cpus`/`maxcpu` report them: `vcpus`, else sockets × cores limited by the node's threads; for containers
 * `cores`, else `cpulimit`, else all of the node's threads.
 */
export function guestCpus(guest: Guest, node: Node | undefined): number {
  const config = guest.config.current;
  const threads = node?.cpu.cpus ?? 1;
  if (guest.kind === 'lxc') return number(config.get('cores')) ?? (number(config.get('cpulimit')) || threads);
  const vcpus = number(config.get('vcpus'));
  if (vcpus) return vcpus;
  return Math.min((number(config.get('sockets')) ?? 1) * (number(config.get('cores')) ?? 1), threads);
}

/** Bytes of memory the guest may use (`maxmem`). */
export function guestMemory(guest: Guest): number {
  return sizedMemory(guest.config.current.get('memory')) * MiB;
}

/** MiB that a `memory` option gives; 512 when it is not set. */
export function sizedMemory(memory: string | undefined): number {
  return memory === undefined ? 512 : Number(memory.startsWith('current=') ? memory.slice('current='.length) : memory);
}

/** Bytes of swap a container may use (`maxswap`); 0 when the option is not set. */
export function guestSwap(guest: Guest): number {
  return (number(guest.config.current.get('swap')) ?? 0) * MiB;
}

const SIZE = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)/;
const UNIT: Readonly<Record<string, number>> = { '': 1, K: 1024, M: MiB, G: GiB, T: 1024 * GiB };

/** Bytes named by the `size=` of a drive or mount point string. */
export function sizeOf(volume: string | undefined): number | undefined {
  const match = volume === undefined ? null : SIZE.exec(volume);
  return match === null ? undefined : Math.floor(Number(match[1]) * (UNIT[match[2] ?? ''] ?? 1));
}

/** Names of a `boot` option's `order=`; few different ones make up a whole cluster. */
const orders = new Map<string, readonly string[] | undefined>();

function bootOrder(boot: string): readonly string[] | undefined {
  let order = orders.get(boot);
  if (order === undefined && !orders.has(boot)) {
    order = /(?:^|,)order=([^,]+)/.exec(boot)?.[1]?.split(';');
    if (orders.size > 1000) orders.clear();
    orders.set(boot, order);
  }
  return order;
}

/** Bytes of the boot disk (`maxdisk`): a VM's first bootable disk or 0, a container's root file system or 4 GiB. */
export function guestDisk(guest: Guest): number {
  const config = guest.config.current;
  if (guest.kind === 'lxc') return sizeOf(config.get('rootfs')) ?? 4 * GiB;
  for (const name of bootOrder(config.get('boot') ?? '') ?? [config.get('bootdisk') ?? '', ...BOOT_CANDIDATES]) {
    const drive = config.get(name);
    if (drive === undefined || name.startsWith('net') || /(?:^|,)media=cdrom/.test(drive)) continue;
    return sizeOf(drive) ?? 0;
  }
  return 0;
}
