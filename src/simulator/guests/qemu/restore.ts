import { ApiError, failure } from '../../api/errors.ts';
import type { Options } from '../../../pve/config/index.ts';
import type { Cluster, Guest, Volume } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { sizeOf } from '../../state/sizing.ts';
import { randomUuid } from '../../state/random.ts';
import { isUnusedKey, QEMU } from '../kind.ts';
import { checkLock, checkProtection, checkUnused, hasLock, isRunning, isTemplate, takeLock } from '../lookup.ts';
import { forgetGuest, newGuest } from '../new-guest.ts';
import { normalise, parseConfig } from '../options.ts';
import { demandVolume, isRoot } from '../privileges.ts';
import { copyDuration } from '../progress.ts';
import { dataVolumes, addUnused, volumeSettings } from '../references.ts';
import { hasContent, isFileBased, storageById } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { ownerOf, volumeName } from '../volume-name.ts';
import { isCdrom, isCloudinit, printVolume, storageOf, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { allocateImage, CLOUDINIT_SIZE, freeOwned } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { afterCreation, type Creation } from './creation.ts';
import { withMac } from './network.ts';
import { demandBridges } from './privileges.ts';
import { makeTemplate } from './template.ts';

interface Image {
  readonly option: string;
  readonly setting: VolumeSetting;
  readonly storage: string;
  readonly size: number;
}

/** `POST /nodes/{node}/qemu` with `archive`: a VM out of a backup, over an existing one with `force`. */
export function restoreVm(creation: Creation, archive: string): string {
  const { call, vmid, node } = creation;
  const { cluster } = call;
  demandVolume(call, vmid, archive, 'backup');
  const backup = findVolume(cluster, archive, node);
  if (backup?.content !== 'backup') throw failure(storageOf(archive) === undefined ? `can't find archive file '${archive}'` : `volume '${archive}' does not exist`);
  const { guest, created } = lockTarget(creation);
  const release = (): void => {
    if (created && hasLock(guest, 'create')) forgetGuest(cluster, vmid);
    else if (hasLock(guest, 'create')) guest.config.current.delete('lock');
  };
  return startWorker(call, { node, type: 'qmrestore', id: String(vmid) }, () => {
    let work;
    try {
      work = plan(creation, backup, guest, created);
    } catch (error) {
      release();
      throw error;
    }
    const bytes = work.images.reduce((sum, image) => sum + image.size, 0);
    return { duration: 1500 + copyDuration(bytes), log: restoreLines(backup, work.images, bytes), finish: () => finish(creation, guest, work.options, work.images), abort: release };
  });
}

function lockTarget(creation: Creation): { readonly guest: Guest; readonly created: boolean } {
  const { vmid, node, call, force } = creation;
  const message = `unable to restore VM ${vmid} -`;
  const existing = call.cluster.guests.get(vmid);
  try {
    if (existing === undefined || !force || existing.kind !== 'qemu' || existing.node !== node) {
      checkUnused(call.cluster, vmid);
      return { guest: newGuest(call.cluster, QEMU, vmid, node, 'create'), created: true };
    }
    checkLock(QEMU, existing);
  } catch (error) {
    throw error instanceof ApiError ? failure(`${message} ${error.message}`) : error;
  }
  takeLock(existing, 'create');
  return { guest: existing, created: false };
}

function plan(creation: Creation, backup: Volume, guest: Guest, created: boolean): { readonly options: Options; readonly images: Image[] } {
  const { call, vmid } = creation;
  if (!created) {
    checkProtection(guest, `unable to restore VM ${vmid} -`.replace(/ -$/, ''));
    if (isRunning(guest)) throw failure(`unable to restore VM ${vmid} - vm is running`);
  }
  const options = parseConfig('qemu', backup.config ?? '').current;
  for (const option of [...options.keys()]) {
    if (option === 'lock' || option === 'parent' || isUnusedKey(option)) options.delete(option);
  }
  for (const [option, value] of creation.options) options.set(option, normalise('qemu', option, value));
  demandBridges(call, options);
  const images: Image[] = [];
  for (const [option, setting] of volumeSettings(QEMU, options)) {
    if (setting.properties.get('backup') === '0') {
      options.delete(option);
      continue;
    }
    if (isCdrom(setting) && !isCloudinit(setting)) continue;
    const storage = creation.storage ?? storageOf(setting.volume) ?? 'local';
    if (!hasContent(storageById(call.cluster, storage), 'images')) throw failure(`Content type 'images' is not available on storage '${storage}'`);
    if (!isRoot(call)) call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
    images.push({ option, setting, storage, size: isCloudinit(setting) ? CLOUDINIT_SIZE : (sizeOf(printVolume(setting)) ?? 4 * 2 ** 30) });
  }
  return { options, images };
}

function restoreLines(backup: Volume, images: readonly Image[], bytes: number): (readonly [number, string])[] {
  const file = volumeName(backup.volid).name;
  const lines: (readonly [number, string])[] = [[0, `restore vma archive: zstd -q -d -c /var/lib/vz/dump/${file} | vma extract -v -r /var/tmp/vzdumptmp.fifo - /var/tmp/vzdumptmp`]];
  lines.push([0.02, `CFG: size: ${backup.config?.length ?? 0} name: qemu-server.conf`]);
  images.forEach(({ option, size }, index) => lines.push([0.03, `DEV: dev_id=${index + 1} size: ${size} devname: drive-${option}`]));
  lines.push([0.04, `CTIME: ${new Date(backup.ctime * 1000).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (.*) GMT$/, '$1 $3 $2 $5 $4')}`]);
  for (let percent = 5; percent <= 100; percent += 5) {
    lines.push([0.05 + percent * 0.009, `progress ${percent}% (read ${Math.floor((bytes * percent) / 100)} bytes, duration ${Math.floor((copyDuration(bytes) * percent) / 100_000)} sec)`]);
  }
  return lines;
}

/** The old VM's disks make room, the images come to be, and the configuration of the backup takes effect. */
function finish(creation: Creation, guest: Guest, options: Options, images: readonly Image[]): string[] {
  const { call, vmid, node } = creation;
  const { cluster } = call;
  const log: string[] = [];
  const kept = dropOldDisks(cluster, guest, new Set(images.map(({ option }) => option)));
  for (const { option, setting, storage, size } of images) {
    const name = isCloudinit(setting) ? `vm-${vmid}-cloudinit${isFileBased(storageById(cluster, storage)) ? `.${volumeName(setting.volume).format}` : ''}` : undefined;
    const made = allocateImage(cluster, { storage, node, vmid, size, content: 'images', format: volumeName(setting.volume).format, ...(name === undefined ? {} : { name }) });
    made.used = Math.floor(size * 0.4);
    log.push(`new volume ID is '${made.volid}'`);
    options.set(option, printVolume(withVolume(setting, made.volid, { format: undefined })));
  }
  renew(creation, options);
  const { config } = guest;
  for (const section of [config.current, config.pending, config.cloudinit]) section.clear();
  config.snapshots.clear();
  for (const [option, value] of options) config.current.set(option, value);
  for (const volid of kept) addUnused(config.current, volid);
  log.push('rescan volumes...');
  if (isTemplate(guest)) {
    log.push('Convert to template.');
    makeTemplate(cluster, guest);
  }
  tidy(guest);
  if (creation.pool !== undefined) cluster.pools.get(creation.pool)?.guests.add(vmid);
  return [...log, ...afterCreation(creation)];
}

function dropOldDisks(cluster: Cluster, guest: Guest, restored: ReadonlySet<string>): string[] {
  const replaced = new Set(volumeSettings(QEMU, guest.config.current).filter(([option]) => restored.has(option)).map(([, setting]) => setting.volume));
  const kept: string[] = [];
  for (const volid of dataVolumes(QEMU, guest.config)) {
    if (replaced.has(volid) || /-state-/.test(volid)) freeOwned(cluster, guest, volid);
    else if (ownerOf(volid) === guest.vmid && findVolume(cluster, volid) !== undefined) kept.push(volid);
  }
  for (const [, setting] of volumeSettings(QEMU, guest.config.current)) {
    if (isCloudinit(setting)) freeOwned(cluster, guest, setting.volume);
  }
  return kept;
}

/** What must not exist twice gets new values. */
function renew({ call, unique }: Creation, options: Options): void {
  const { cluster } = call;
  if (options.has('vmgenid') && options.get('vmgenid') !== '0') options.set('vmgenid', randomUuid(cluster));
  if (!unique) return;
  for (const [option, value] of options) {
    if (/^net\d+$/.test(option)) options.set(option, withMac(cluster, value, false));
    else if (option === 'smbios1') options.set(option, value.replace(/uuid=[0-9a-f-]+/i, `uuid=${randomUuid(cluster)}`));
  }
}
