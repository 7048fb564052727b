import type { Options } from '../../../pve/config/index.ts';
import { QEMU } from '../kind.ts';
import { volumeSettings } from '../references.ts';
import { isCdrom } from '../volume-setting.ts';

/** The devices of `order=…`; undefined for the legacy form (`cdn`). */
export function bootDevices(boot: string | undefined): string[] | undefined {
  const order = /(?:^|,)order=([^,]*)/.exec(boot ?? '')?.[1];
  return order?.split(/[;\s]+/).filter((device) => device !== '');
}

export function printBootOrder(devices: readonly string[]): string {
  return devices.length === 0 ? ' ' : `order=${devices.join(';')}`;
}

/** What a new VM boots from: its first disk, its first CD drive, its first network card. */
export function defaultBootOrder(options: Options): string {
  const drives = volumeSettings(QEMU, options).filter(([option]) => option !== 'efidisk0' && option !== 'tpmstate0');
  const disk = drives.find(([, setting]) => !isCdrom(setting))?.[0];
  const cdrom = drives.find(([, setting]) => isCdrom(setting))?.[0];
  const net = Array.from({ length: 32 }, (_, i) => `net${i}`).find((option) => options.has(option));
  return printBootOrder([disk, cdrom, net].filter((device) => device !== undefined));
}
