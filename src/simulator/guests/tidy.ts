import type { Options } from '../../pve/config/index.ts';
import type { Guest } from '../state/cluster.ts';
import { LXC, QEMU } from './kind.ts';
import { unusedVolumes, volumeSettings } from './references.ts';
import { isCloudinit } from './volume-setting.ts';

/**
 * What Proxmox does whenever it writes a guest's configuration: options in alphabetical order, no `unused[n]` for a volume that is in
 * use, no cloud-init section without a cloud-init drive, snapshots by name. Call after every change.
 */
export function tidy(guest: Guest): void {
  const { config } = guest;
  const kind = guest.kind === 'qemu' ? QEMU : LXC;
  const used = new Set([config.current, ...(guest.kind === 'qemu' ? [config.pending] : [])].flatMap((section) => volumeSettings(kind, section).map(([, setting]) => setting.volume)));
  for (const [option, volid] of unusedVolumes(config.current)) {
    if (used.has(volid)) config.current.delete(option);
  }
  if (guest.kind === 'qemu' && !volumeSettings(kind, config.current).some(([, setting]) => isCloudinit(setting))) config.cloudinit.clear();
  for (const section of [config.current, config.pending, config.cloudinit, ...config.snapshots.values()]) sort(section);
  const snapshots = [...config.snapshots].sort(([a], [b]) => (a < b ? -1 : 1));
  config.snapshots.clear();
  for (const [name, section] of snapshots) config.snapshots.set(name, section);
}

function sort(section: Options): void {
  let before = '';
  let sorted = true;
  for (const name of section.keys()) {
    if (name < before) sorted = false;
    before = name;
  }
  if (sorted) return;
  const entries = [...section].sort(([a], [b]) => (a < b ? -1 : 1));
  section.clear();
  for (const [name, value] of entries) section.set(name, value);
}
