import type { Guest } from '../../state/cluster.ts';
import { isVolumeKey, isUnusedKey, QEMU } from '../kind.ts';
import { isCdrom, isCloudinit, parseSize, parseVolume } from '../volume-setting.ts';

/** How a VM's configuration uses a volume (or `none`, `cdrom`, a path), over all its sections (PVE::QemuServer::foreach_volid). */
export interface MentionedVolume {
  readonly volid: string;
  /** Nothing but CD drives use it; a cloud-init drive counts as one. */
  cdrom: boolean;
  cloudinit: boolean;
  replicate: boolean;
  shared: boolean;
  unused: boolean;
  /** In a drive of the current configuration. */
  attached: boolean;
  readonly snapshots: Set<string>;
  pending: boolean;
  /** Bytes, as the drive's `size` says. */
  size?: number;
  vmstate: boolean;
  tpmstate: boolean;
  drive?: string;
}

export function mentionedVolumes(guest: Guest): MentionedVolume[] {
  const found = new Map<string, MentionedVolume>();
  const { current, pending, snapshots } = guest.config;
  for (const [snapname, section] of [['', current], ['', pending], ...snapshots] as const) {
    for (const [option, value] of section) {
      if (!isVolumeKey(QEMU, option) && !isUnusedKey(option) && option !== 'vmstate') continue;
      const setting = parseVolume(QEMU, value);
      if (setting.volume === '') continue;
      const one = found.get(setting.volume) ?? {
        volid: setting.volume, cdrom: true, cloudinit: false, replicate: false, shared: false, unused: false, attached: false, snapshots: new Set(), pending: false, vmstate: false, tpmstate: false,
      };
      found.set(setting.volume, one);
      one.cdrom &&= isCdrom(setting);
      one.cloudinit ||= isCloudinit(setting);
      one.replicate ||= setting.properties.get('replicate') !== '0';
      one.shared ||= setting.properties.get('shared') === '1';
      one.unused ||= isUnusedKey(option);
      one.attached ||= section === current && !one.unused;
      one.pending ||= section === pending;
      one.vmstate ||= option === 'vmstate';
      one.tpmstate ||= option === 'tpmstate0';
      if (snapname !== '') one.snapshots.add(snapname);
      const size = parseSize(setting.properties.get('size') ?? '');
      if (size !== undefined) one.size ??= size;
      if (isVolumeKey(QEMU, option)) one.drive = option;
    }
  }
  return [...found.values()];
}
