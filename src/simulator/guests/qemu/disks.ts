import { failure, parameterError } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Options } from '../../../pve/config/index.ts';
import { findVolume } from '../../state/volumes.ts';
import { isVolumeKey, QEMU } from '../kind.ts';
import { demandVolume, volumeType } from '../privileges.ts';
import { volumeSettings } from '../references.ts';
import { imageFormat, isFileBased, storageById } from '../storages.ts';
import { volumeName } from '../volume-name.ts';
import { formatSize, isCloudinit, newVolume, parseVolume, printVolume, storageOf, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { allocateImage, CLOUDINIT_SIZE, EFI_SIZE, freeOwned, makeBase, TPM_STATE_SIZE } from '../volumes.ts';

const MiB = 1024 * 1024;

/** Where drives are made and what they must agree with. */
export interface DiskTarget {
  readonly call: Call;
  readonly vmid: number;
  readonly node: string;
  /** The VM's options (and pending ones), to find a cloud-init drive that is there already. */
  readonly options: readonly Options[];
  readonly defaultStorage?: string | undefined;
  readonly template?: boolean;
}

export interface CreatedDisks {
  /** Drive option → what the configuration keeps of it. */
  readonly options: Map<string, string>;
  /** Volumes allocated, to be freed should something else fail. */
  readonly volumes: string[];
  readonly log: string[];
  /** Bytes copied from imported sources. */
  readonly copied: number;
}

/**
 * Completes the drive options before they are checked: `media=cdrom` for CD drives, and 400 where an ISO image or `import-from`
 * is used the wrong way (`$check_drive_param` of PVE::API2::Qemu).
 */
export function completeDrive(option: string, value: string): string {
  let setting = parseVolume(QEMU, value);
  const source = setting.properties.get('import-from');
  if (source !== undefined) {
    if (newVolume(setting)?.gib !== 0) throw parameterError({ [option]: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>" });
    const needed = option === 'efidisk0' ? ['efitype', 'pre-enrolled-keys'] : option === 'tpmstate0' ? ['version'] : [];
    const missing = needed.find((name) => !setting.properties.has(name));
    if (missing !== undefined) throw parameterError({ [option]: `need to specify '${missing}' when using 'import-from'` });
  }
  if (!setting.properties.has('media') && /^(?:cdrom|none)$/.test(setting.volume)) setting = withVolume(setting, setting.volume, { media: 'cdrom' });
  if (storageOf(setting.volume) !== undefined && volumeType(setting.volume) === 'iso' && setting.properties.get('media') !== 'cdrom') {
    throw parameterError({ [option]: "explicit 'media=cdrom' is required for iso images" });
  }
  return printVolume(setting);
}

/**
 * Makes the volumes the drive options ask for: `storage:GiB`, `storage:cloudinit`, `storage:0,import-from=…`; looks up the ones that exist.
 * Throws what the storage refuses, after freeing what was made before.
 */
export function createDisks(target: DiskTarget, wanted: Iterable<readonly [option: string, value: string]>): CreatedDisks {
  const result = { options: new Map<string, string>(), volumes: [] as string[], log: [] as string[], copied: 0 };
  try {
    for (const [option, value] of [...wanted].filter(([name]) => isVolumeKey(QEMU, name)).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const made = createDisk(target, option, parseVolume(QEMU, value), result);
      result.options.set(option, made);
    }
  } catch (error) {
    for (const volid of result.volumes) freeOwned(target.call.cluster, { vmid: target.vmid }, volid);
    throw error;
  }
  return result;
}

type Making = { readonly options: Map<string, string>; readonly volumes: string[]; readonly log: string[]; copied: number };

function createDisk(target: DiskTarget, option: string, setting: VolumeSetting, making: Making): string {
  const { volume } = setting;
  if (volume === '' || volume === 'none' || volume === 'cdrom') return printVolume(withVolume(setting, volume, { size: undefined }));
  if (volume === 'cloudinit' || volume.endsWith(':cloudinit')) return createCloudinit(target, option, setting, making);
  if (newVolume(setting) !== undefined) return createImage(target, option, setting, making);
  return attach(target, option, setting, making);
}

function refuseSecondCloudinit(target: DiskTarget, option: string, making: Making): void {
  for (const options of [...target.options, making.options]) {
    const other = volumeSettings(QEMU, options).find(([name, drive]) => name !== option && isCloudinit(drive))?.[0];
    if (other !== undefined) throw failure(`${option} - cloud-init drive is already attached at '${other}'`);
  }
}

function createCloudinit(target: DiskTarget, option: string, setting: VolumeSetting, making: Making): string {
  const storage = requireStorage(target, storageOf(setting.volume));
  refuseSecondCloudinit(target, option, making);
  const where = storageById(target.call.cluster, storage);
  const format = isFileBased(where) ? (setting.properties.get('format') ?? 'qcow2') : 'raw';
  const name = `vm-${target.vmid}-cloudinit${isFileBased(where) ? `.${format}` : ''}`;
  const made = allocateImage(target.call.cluster, { storage, node: target.node, vmid: target.vmid, size: CLOUDINIT_SIZE, content: 'images', format, name });
  making.volumes.push(made.volid);
  const printed = printVolume(withVolume(setting, made.volid, { media: 'cdrom', format: undefined }));
  making.log.push(`${option}: successfully created disk '${printed}'`);
  return printed;
}

function requireStorage(target: DiskTarget, storage: string | undefined): string {
  const found = storage ?? target.defaultStorage;
  if (found === undefined) throw failure('no storage ID specified (and no default storage)');
  return found;
}

function createImage(target: DiskTarget, option: string, setting: VolumeSetting, making: Making): string {
  const { cluster } = target.call;
  const wanted = newVolume(setting);
  const storage = requireStorage(target, wanted?.storage);
  const where = storageById(cluster, storage);
  const source = setting.properties.get('import-from');
  const size = source === undefined ? emptySize(option, setting, where.type, wanted?.gib ?? 0) : sourceSize(target, source);
  if (source !== undefined) making.copied += size;
  const format = imageFormat(where, setting.properties.get('format'));
  const made = allocateImage(cluster, { storage, node: target.node, vmid: target.vmid, size, content: 'images', format });
  if (source !== undefined) made.used = Math.floor(size * 0.3);
  const volid = target.template === true ? makeBase(cluster, made.volid) : made.volid;
  making.volumes.push(volid);
  const printed = printVolume(withVolume(setting, volid, { size: formatSize(size), format: undefined, 'import-from': undefined }));
  making.log.push(`${option}: successfully created disk '${printed}'`);
  return printed;
}

/** Bytes of a new empty image; EFI variables and TPM states have fixed sizes, rounded up to the storage's extents. */
function emptySize(option: string, setting: VolumeSetting, storageType: string, gib: number): number {
  if (option === 'tpmstate0') return TPM_STATE_SIZE;
  if (option !== 'efidisk0') return Math.floor(gib * 1024 * 1024) * 1024;
  const variables = setting.properties.get('efitype') === '4m' ? EFI_SIZE['4m'] : EFI_SIZE['2m'];
  const extent = storageType.startsWith('lvm') ? 4 * MiB : storageType.startsWith('zfs') ? MiB : 1;
  return Math.ceil(variables / extent) * extent;
}

function sourceSize(target: DiskTarget, source: string): number {
  const volume = storageOf(source) === undefined ? undefined : findVolume(target.call.cluster, source);
  if (volume === undefined) throw failure(storageOf(source) === undefined ? `could not get file size of ${source}` : `cannot import from '${source}' - could not get size of ${source}`);
  if (isCloudinit({ volume: source, properties: new Map() })) throw failure(`cannot import from '${source}' - cannot import from cloudinit disk`);
  return volume.size;
}

function attach(target: DiskTarget, option: string, setting: VolumeSetting, making: Making): string {
  const { volume } = setting;
  demandVolume(target.call, target.vmid, volume);
  if (volume.startsWith('/')) return printVolume(setting);
  const type = volumeType(volume);
  if (type !== 'images' && type !== 'iso') throw failure(`cannot use volume ${volume} - content type needs to be 'images' or 'iso'`);
  const format = setting.properties.get('format');
  const actual = volumeName(volume).format;
  if (format !== undefined && format !== actual) throw failure(`drive '${option}' - volume '${volume}' - 'format=${format}' option different from storage format '${actual}'`);
  if (isCloudinit(setting)) refuseSecondCloudinit(target, option, making);
  const found = findVolume(target.call.cluster, volume);
  if (found === undefined) throw failure(`volume ${volume} does not exist`);
  return printVolume(withVolume(setting, volume, { size: formatSize(found.size) }));
}
