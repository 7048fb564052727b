import { failure } from '../api/errors.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import { findVolume } from '../state/volumes.ts';
import type { GuestKind } from './kind.ts';
import { seconds } from './lookup.ts';
import { volumeSettings } from './references.ts';
import { volumeName } from './volume-name.ts';
import { storageOf } from './volume-setting.ts';

/** The guest runs from now on, as a process of its own. */
export function powerOn(cluster: Cluster, guest: Guest): void {
  guest.power = 'running';
  guest.startedAt = seconds(cluster);
  guest.pid = 2000 + Math.floor(cluster.random() * 4_000_000);
  if (guest.agent !== undefined) guest.agent.frozen = false;
}

export function powerOff(guest: Guest): void {
  guest.power = 'stopped';
  guest.startedAt = 0;
  guest.pid = 0;
  guest.agent?.commands.clear();
}

/** Every volume must be there for a start: throws what storages say when activating one that is not. */
export function checkVolumes(cluster: Cluster, kind: GuestKind, guest: Guest): void {
  for (const [, { volume }] of volumeSettings(kind, guest.config.current)) {
    const id = storageOf(volume);
    if (id === undefined || findVolume(cluster, volume) !== undefined) continue;
    const storage = cluster.storages.get(id);
    if (storage === undefined) throw failure(`storage '${id}' does not exist`);
    const { name } = volumeName(volume);
    if (storage.type.startsWith('lvm')) throw failure(`no such logical volume ${storage.options.get('vgname') ?? id}/${name}`);
    throw failure(`volume '${volume}' does not exist`);
  }
}
