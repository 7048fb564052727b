import type { GuestKind } from './kind.ts';

/** A drive or mount point option, taken apart: the volume (or path, `none`, `cdrom`, `storage:size`) and the other properties. */
export interface VolumeSetting {
  readonly volume: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** Takes `volume,key=value,…` apart; the volume may also stand as `file=` (drives) or `volume=` (mount points). */
export function parseVolume(kind: GuestKind, text: string): VolumeSetting {
  let volume = '';
  const properties = new Map<string, string>();
  for (const part of text.split(',')) {
    // Nothing between commas, or after the last, says nothing (PVE::JSONSchema, parse_property_string).
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) volume = part;
    else if (part.slice(0, equals) === kind.volumeProperty) volume = part.slice(equals + 1);
    else properties.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return { volume, properties };
}

/** Prints as `print_property_string` does: the volume, a mount point's `mp`, then the rest by name. */
export function printVolume({ volume, properties }: VolumeSetting): string {
  const names = [...properties.keys()].sort((a, b) => Number(b === 'mp') - Number(a === 'mp') || (a < b ? -1 : 1));
  return [volume, ...names.map((name) => `${name}=${properties.get(name) ?? ''}`)].join(',');
}

/** The same setting with another volume and, where given, other properties; `undefined` removes one. */
export function withVolume(setting: VolumeSetting, volume: string, change: Readonly<Record<string, string | undefined>> = {}): VolumeSetting {
  const properties = new Map(setting.properties);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) properties.delete(name);
    else properties.set(name, value);
  }
  return { volume, properties };
}

/** CD drives, the cloud-init drive included. */
export function isCdrom(setting: VolumeSetting): boolean {
  return setting.properties.get('media') === 'cdrom';
}

export function isCloudinit(setting: VolumeSetting): boolean {
  return /[:/](?:vm-\d+-)?cloudinit(?:\.(?:raw|qcow2?|qed|vmdk|cloop))?$/.test(setting.volume);
}

/** `storage:size` asks for a new volume of that many GiB. */
export function newVolume(setting: VolumeSetting): { readonly storage: string | undefined; readonly gib: number } | undefined {
  const match = /^(?:([^/:\s]+):)?(\d+(?:\.\d+)?)$/.exec(setting.volume);
  return match === null ? undefined : { storage: match[1], gib: Number(match[2]) };
}

/** The storage of a volume id; undefined for paths, `none` and `cdrom`. */
export function storageOf(volid: string): string | undefined {
  return /^([a-z][a-z0-9\-_.]*[a-z0-9]):.+$/i.exec(volid)?.[1];
}

/** What a container's mount point mounts. */
export function mountType(volume: string): 'volume' | 'bind' | 'device' {
  if (!volume.startsWith('/')) return 'volume';
  return volume.startsWith('/dev/') ? 'device' : 'bind';
}

/** Bytes as a `size=` property prints them: with the largest unit that leaves no fraction. */
export function formatSize(bytes: number): string {
  let value = Math.floor(bytes);
  for (const unit of ['', 'K', 'M', 'G']) {
    if (value % 1024 !== 0 || value === 0) return `${value}${unit}`;
    value /= 1024;
  }
  return `${value}T`;
}

/** Bytes of `10`, `512M`, `1.5G`; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGT])(?:iB)?)?$/.exec(text);
  if (match === null) return undefined;
  const power = match[2] === undefined ? 0 : 'KMGT'.indexOf(match[2]) + 1;
  return Math.floor(Number(match[1]) * 1024 ** power);
}
