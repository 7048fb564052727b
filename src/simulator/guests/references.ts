import type { GuestConfig, Options } from '../../pve/config/index.ts';
import { isUnusedKey, isVolumeKey, UNUSED_LIMIT } from './kind.ts';
import type { GuestKind } from './kind.ts';
import { failure } from '../api/errors.ts';
import { isCdrom, mountType, parseVolume, storageOf } from './volume-setting.ts';
import type { VolumeSetting } from './volume-setting.ts';

/** The drives or mount points of a section, in Proxmox's order. */
export function volumeSettings(kind: GuestKind, options: Options): (readonly [option: string, setting: VolumeSetting])[] {
  const result: (readonly [string, VolumeSetting])[] = [];
  for (const option of options.keys()) {
    if (isVolumeKey(kind, option)) result.push([option, parseVolume(kind, options.get(option) ?? '')]);
  }
  if (result.length > 1) result.sort(([a], [b]) => kind.volumeKeys.indexOf(a) - kind.volumeKeys.indexOf(b));
  return result;
}

/** Volume ids of the `unused[n]` options, by option. */
export function unusedVolumes(options: Options): (readonly [option: string, volid: string])[] {
  return [...options].filter(([option]) => isUnusedKey(option)).map(([option, value]) => [option, value.split(',')[0]?.replace(/^(?:file|volume)=/, '') ?? value] as const);
}

/** Every storage volume that holds the guest's data (no CD images), wherever its configuration mentions it. */
export function dataVolumes(kind: GuestKind, config: GuestConfig): Set<string> {
  const result = new Set<string>();
  for (const section of [config.current, config.pending, ...config.snapshots.values()]) {
    for (const [, setting] of volumeSettings(kind, section)) {
      if (holdsData(kind, setting)) result.add(setting.volume);
    }
    for (const [, volid] of unusedVolumes(section)) result.add(volid);
    const state = section.get('vmstate');
    if (state !== undefined) result.add(state);
  }
  return result;
}

/** Whether the setting is a storage's volume with the guest's own data; the cloud-init drive counts as CD here. */
export function holdsData(kind: GuestKind, setting: VolumeSetting): boolean {
  if (storageOf(setting.volume) === undefined) return false;
  return kind.kind === 'qemu' ? !isCdrom(setting) : mountType(setting.volume) === 'volume';
}

/** Whether the section's drives or mount points use the volume; `except` leaves one option out. */
export function usesVolume(kind: GuestKind, options: Options, volid: string, except?: string): boolean {
  return volumeSettings(kind, options).some(([option, setting]) => option !== except && setting.volume === volid && !(kind.kind === 'qemu' && isCdrom(setting)));
}

export function usedBySnapshot(kind: GuestKind, config: GuestConfig, volid: string): boolean {
  return [...config.snapshots.values()].some((section) => usesVolume(kind, section, volid));
}

/**
 * Keeps a volume that is no longer attached as the first free `unused[n]`, unless it is already kept.
 * @returns the option's name; undefined when it was there before
 */
export function addUnused(options: Options, volid: string): string | undefined {
  if (unusedVolumes(options).some(([, other]) => other === volid)) return undefined;
  for (let i = 0; i < UNUSED_LIMIT; i++) {
    if (options.has(`unused${i}`)) continue;
    options.set(`unused${i}`, volid);
    return `unused${i}`;
  }
  throw failure('Too many unused volumes - please delete them first.');
}

/** Gives the volume another name wherever the configuration mentions it. */
export function renameReferences(kind: GuestKind, config: GuestConfig, from: string, to: string): void {
  for (const section of [config.current, config.pending, ...config.snapshots.values()]) {
    for (const [option, value] of section) {
      if (!isVolumeKey(kind, option) && !isUnusedKey(option) && option !== 'vmstate') continue;
      if (value === from) section.set(option, to);
      else if (value.startsWith(`${from},`)) section.set(option, to + value.slice(from.length));
    }
  }
}
