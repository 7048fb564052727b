import { failure, parameterError } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import { isUnusedKey, isVolumeKey, QEMU } from '../kind.ts';
import { demandBridge, demandOnGuest, demandVolume, isRoot, volumeType } from '../privileges.ts';
import { networkProperties } from './network.ts';
import { hasContent, storageById } from '../storages.ts';
import { ownerOf } from '../volume-name.ts';
import { isCdrom, isCloudinit, newVolume, parseVolume, storageOf } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';

/** Which privilege changing an option needs (PVE::API2::Qemu); what stands nowhere is root@pam's alone. */
const NEEDED: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    'VM.Config.CPU': ['cores', 'cpu', 'runningcpu', 'cpulimit', 'cpuunits', 'numa', 'smp', 'sockets', 'vcpus'],
    'VM.Config.Memory': ['memory', 'balloon', 'shares', 'allow-ksm'],
    'VM.Config.HWType': ['acpi', 'hotplug', 'kvm', 'machine', 'runningmachine', 'scsihw', 'smbios1', 'tablet', 'vga', 'watchdog', 'audio0', 'rng0'],
    'VM.Config.Options': [
      'agent', 'autostart', 'bios', 'description', 'keyboard', 'localtime', 'migrate_downtime', 'migrate_speed', 'name', 'onboot', 'ostype', 'protection', 'reboot', 'startdate',
      'startup', 'tdf', 'template',
    ],
    'VM.PowerMgmt': ['freeze'],
    'VM.Config.Disk': ['boot', 'bootdisk', 'vmstatestorage'],
    'VM.Config.Network': ['running-nets-host-mtu'],
  }).flatMap(([privilege, options]) => options.map((option) => [option, [privilege]])),
);
const CLOUDINIT = new Set(['cicustom', 'cipassword', 'citype', 'ciuser', 'ciupgrade', 'nameserver', 'searchdomain', 'sshkeys']);

/** Options whose privileges depend on their value and are checked where that is known. */
function checkedByValue(option: string): boolean {
  return isVolumeKey(QEMU, option) || option === 'cdrom' || option === 'tags' || /^(?:unused|serial|usb|hostpci|virtiofs)\d+$/.test(option);
}

/** Throws 403 (or `only root can set '…' config`) unless the caller may change or remove these options. */
export function demandOptions(call: Call, vmid: number, pool: string | undefined, options: Iterable<string>): void {
  if (isRoot(call)) return;
  for (const option of options) {
    if (checkedByValue(option)) continue;
    if (CLOUDINIT.has(option) || /^ipconfig\d+$/.test(option)) {
      demandOnGuest(call, vmid, pool, ['VM.Config.Cloudinit', 'VM.Config.Network'], true);
      continue;
    }
    const needed = option === 'vmstate' ? ['VM.Config.Disk', 'VM.PowerMgmt'] : /^net\d+$/.test(option) ? ['VM.Config.Network'] : /^numa\d+$/.test(option) ? ['VM.Config.CPU'] : NEEDED[option];
    if (needed === undefined) throw failure(`only root can set '${option}' config`);
    demandOnGuest(call, vmid, pool, needed);
    if (option === 'startup') call.demand('/', ['Sys.Modify']);
  }
}

const property = (value: string, name: string): string | undefined => value.split(',').find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

/** Serial ports, USB and PCI devices, random number sources and shared folders: what the value names decides. */
export function demandDevice(call: Call, vmid: number, pool: string | undefined, option: string, value: string, verb = 'set'): void {
  if (isRoot(call)) return;
  const bus = option.replace(/\d+$/, '');
  if (bus === 'serial') {
    if (value !== 'socket') throw failure(`only root can ${verb} '${option}' config for real devices`);
    demandOnGuest(call, vmid, pool, ['VM.Config.HWType']);
  } else if (bus === 'usb') {
    demandOnGuest(call, vmid, pool, ['VM.Config.HWType']);
    const mapping = property(value, 'mapping');
    const host = property(value, 'host') ?? (mapping === undefined ? value.split(',')[0] : undefined);
    if (host !== undefined && !/^spice$/i.test(host)) throw failure(`only root can set '${option}' config for real devices`);
    if (mapping !== undefined) call.demand(`/mapping/usb/${mapping}`, ['Mapping.Use']);
  } else if (bus === 'hostpci') {
    const mapping = property(value, 'mapping');
    if (mapping === undefined) throw failure(`only root can set '${option}' config for non-mapped devices`);
    call.demand(`/mapping/pci/${mapping}`, ['Mapping.Use']);
    demandOnGuest(call, vmid, pool, ['VM.Config.HWType']);
    if (property(value, 'romfile') !== undefined) throw parameterError({ [option]: "only root@pam can set 'romfile' option" });
  } else if (bus === 'rng') {
    demandOnGuest(call, vmid, pool, ['VM.Config.HWType']);
    if ((property(value, 'source') ?? value.split(',')[0]) === '/dev/hwrng') call.demand('/mapping/hwrng', ['Mapping.Use']);
  } else if (bus === 'virtiofs') {
    demandOnGuest(call, vmid, pool, ['VM.Config.Disk']);
    call.demand(`/mapping/dir/${property(value, 'dirid') ?? value.split(',')[0] ?? ''}`, ['Mapping.Use']);
  }
}

export function isDevice(option: string): boolean {
  return /^(?:serial|usb|hostpci|virtiofs|rng)\d+$/.test(option);
}

/** `SDN.Use` on the bridges of all network options. */
export function demandBridges(call: Call, options: Iterable<readonly [string, string]>): void {
  for (const [option, value] of options) {
    if (/^net\d+$/.test(option)) demandBridge(call, networkProperties(value));
  }
}

/** The privilege that changing a drive needs by what it is: cloud-init drive, CD drive or disk. */
export function demandDrive(call: Call, vmid: number, value: string): void {
  const setting = parseVolume(QEMU, value);
  if (isCloudinit(setting)) demandOnGuest(call, vmid, undefined, ['VM.Config.Cloudinit', 'VM.Config.CDROM']);
  else if (isCdrom(setting)) demandOnGuest(call, vmid, undefined, ['VM.Config.CDROM']);
  else demandOnGuest(call, vmid, undefined, ['VM.Config.Disk']);
}

/**
 * Space on the storages of new disks and access to existing volumes, for every drive among the options
 * (`$check_storage_access` of PVE::API2::Qemu).
 */
export function demandStorages(call: Call, vmid: number, options: Iterable<readonly [string, string]>, defaultStorage: string | undefined): void {
  for (const [option, value] of options) {
    if (isVolumeKey(QEMU, option)) demandDriveStorage(call, vmid, option, parseVolume(QEMU, value), defaultStorage);
    else if (isUnusedKey(option)) {
      const volid = parseVolume(QEMU, value).volume;
      if (storageOf(volid) === undefined) throw parameterError({ [option]: `not a valid volid: ${volid}` });
      demandVolume(call, vmid, volid, 'images');
    } else if (option === 'vmstatestorage') call.demand(`/storage/${value}`, ['Datastore.AllocateSpace']);
  }
}

function demandDriveStorage(call: Call, vmid: number, option: string, setting: VolumeSetting, defaultStorage: string | undefined): void {
  const { volume } = setting;
  const wanted = newVolume(setting);
  if (volume === '' || volume === 'none' || volume === 'cloudinit' || volume.endsWith(':cloudinit')) {
    // Nothing to check.
  } else if (isCdrom(setting) && volume === 'cdrom') {
    call.demand('/', ['Sys.Console']);
  } else if (!isCdrom(setting) && wanted !== undefined) {
    const storage = wanted.storage ?? defaultStorage;
    if (storage === undefined) throw failure('no storage ID specified (and no default storage)');
    call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
    if (!hasContent(storageById(call.cluster, storage), 'images')) throw parameterError({ storage: `storage '${storage}' does not support vm images` });
  } else {
    demandVolume(call, vmid, volume);
    const type = volumeType(volume);
    if (storageOf(volume) !== undefined && type !== 'images' && type !== 'iso') throw parameterError({ [option]: "content type needs to be 'images' or 'iso'" });
  }
  const source = setting.properties.get('import-from');
  if (source === undefined) return;
  const owner = storageOf(source) === undefined ? undefined : ownerOf(source);
  if (storageOf(source) !== undefined) {
    const type = volumeType(source);
    if (type !== 'images' && type !== 'import') throw parameterError({ [option]: `${source} has wrong type '${type}' - needs to be 'images' or 'import'` });
  }
  if (owner === undefined) demandVolume(call, vmid, source);
  else call.demand(`/vms/${owner}`, ['VM.Clone']);
}
