import { failure, parameterError } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { sizedMemory } from '../../state/sizing.ts';
import { randomUuid } from '../../state/random.ts';
import { isUnusedKey, isVolumeKey, QEMU } from '../kind.ts';
import { checkLock, checkProtection, guestOf, hasLock, isRunning, isTemplate } from '../lookup.ts';
import { optionExists } from '../options.ts';
import { flag, list, optionsOf, rootOnly, text } from '../parameters.ts';
import { addPendingDelete, cleanupPending, removePendingDelete } from '../pending.ts';
import { demandTags, isRoot, uniqueTags } from '../privileges.ts';
import { volumeSettings } from '../references.ts';
import { checkReplicable } from '../replicable.ts';
import { configDigest } from '../digest.ts';
import { tidy } from '../tidy.ts';
import { isCdrom, isCloudinit, parseVolume } from '../volume-setting.ts';
import { applyPending } from './apply-pending.ts';
import { bootDevices, printBootOrder } from './boot.ts';
import { encryptPassword } from './cloudinit.ts';
import { deallocate, registerUnused } from './detach.ts';
import { completeDrive, createDisks } from './disks.ts';
import { hotplugPending } from './hotplug.ts';
import { withMac } from './network.ts';
import { demandBridges, demandDevice, demandDrive, demandOptions, demandStorages, isDevice } from './privileges.ts';

/** Parameters of the operation that are no options of the VM. */
const NOT_OPTIONS = new Set(['node', 'vmid', 'digest', 'background_delay', 'skip_cloud_init', 'import-working-storage', 'skiplock', 'delete', 'revert', 'force']);

/** A change of a VM's configuration that passed its first checks and is ready to be made. */
export interface Update {
  readonly guest: Guest;
  /** As the task log and the cluster log show it. */
  readonly line: string;
  /** Makes the change. @returns log lines @throws what cannot be done; what was done before it stays, as in Proxmox */
  readonly run: () => readonly string[];
}

interface Request {
  readonly values: Map<string, string>;
  readonly deletes: string[];
  readonly reverts: Set<string>;
  readonly force: boolean;
}

/**
 * `PUT` and `POST /nodes/{node}/qemu/{vmid}/config` (`$update_vm_api` of PVE::API2::Qemu) up to where the worker would begin.
 * Operations that come down to such a change call it with that operation's parameters.
 */
export function prepareUpdate(call: Call): Update {
  rootOnly(call, 'skiplock');
  const vmid = Number(call.parameters['vmid']);
  const request = readRequest(call);
  const line = `update VM ${vmid}: ${describe(request)}`;
  const { values, deletes } = request;
  complete(call, values);
  demandOptions(call, vmid, undefined, deletes);
  demandOptions(call, vmid, undefined, values.keys());
  demandStorages(call, vmid, values, undefined);
  demandBridges(call, values);
  const guest = guestOf(call, QEMU);
  for (const [option, value] of values) {
    if (isVolumeKey(QEMU, option)) checkReplicable(call.cluster, guest, QEMU, parseVolume(QEMU, value));
  }
  check(call, guest, request);
  return { guest, line, run: () => execute(call, guest, request, line) };
}

function readRequest(call: Call): Request {
  const values = optionsOf(call, NOT_OPTIONS);
  const cdrom = values.get('cdrom');
  if (cdrom !== undefined) {
    values.delete('cdrom');
    values.set('ide2', /media=/.test(cdrom) ? cdrom : `${cdrom},media=cdrom`);
  }
  const deletes = list(call, 'delete').map((option) => (option === 'cdrom' ? 'ide2' : option));
  const reverts = new Set(list(call, 'revert'));
  if (values.size === 0 && deletes.length === 0 && reverts.size === 0) throw failure('no options specified');
  for (const option of reverts) {
    if (!optionExists('qemu', option)) throw parameterError({ revert: `unknown option '${option}'` });
    if (values.has(option)) throw parameterError({ delete: `you can't use '-${option}' and -revert ${option}' at the same time` });
  }
  for (const option of deletes) {
    if (values.has(option)) throw parameterError({ delete: `you can't use '-${option}' and -delete ${option}' at the same time` });
    if (reverts.has(option)) throw parameterError({ revert: `you can't use '-delete ${option}' and -revert ${option}' at the same time` });
    if (!optionExists('qemu', option)) throw parameterError({ delete: `unknown option '${option}'` });
  }
  return { values, deletes, reverts, force: flag(call, 'force') };
}

function describe({ values, deletes, reverts }: Request): string {
  const all = new Map(values);
  if (deletes.length > 0) all.set('delete', deletes.join(','));
  if (reverts.size > 0) all.set('revert', [...reverts].join(','));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `-${name} ${name === 'cipassword' ? '<hidden>' : value}`).join(' ');
}

/** Generated parts of values: MAC addresses, `vmgenid: 1`, drives' media, the limits of `cpuunits`. */
function complete(call: Call, values: Map<string, string>): void {
  for (const [option, value] of values) {
    if (isVolumeKey(QEMU, option)) values.set(option, completeDrive(option, value));
    else if (/^net\d+$/.test(option)) values.set(option, withMac(call.cluster, value, true));
    else if (option === 'vmgenid' && value === '1') values.set(option, randomUuid(call.cluster));
    else if (option === 'cpuunits') values.set(option, String(Math.min(10_000, Math.max(1, Number(value)))));
  }
}

/** What must hold before anything is changed: digest, lock, CPU model, memory ≥ balloon. Resolves `revert`. */
function check(call: Call, guest: Guest, request: Request): void {
  const { current, pending } = guest.config;
  const digest = text(call, 'digest');
  if (digest !== undefined && digest !== configDigest(guest)) throw failure('checksum mismatch (file change by other user?)');
  demandCpuModel(call, request.values.get('cpu'), current.get('cpu'));
  const resumes = request.deletes.includes('vmstate') && hasLock(guest, 'suspended');
  if (!flag(call, 'skiplock') && !resumes) checkLock(QEMU, guest);
  for (const option of request.reverts) {
    const value = current.get(option);
    if (value !== undefined) request.values.set(option, value);
    else if (pending.has(option) && !request.deletes.includes(option)) request.deletes.push(option);
  }
  const memory = request.values.get('memory');
  const balloon = request.values.get('balloon');
  if (memory !== undefined || balloon !== undefined) {
    const maximum = sizedMemory(memory ?? pending.get('memory') ?? current.get('memory'));
    if (Number(balloon ?? pending.get('balloon') ?? current.get('balloon') ?? 0) > maximum) throw failure('balloon value too large (must be smaller than assigned memory)');
  }
}

const cpuType = (value: string | undefined): string | undefined => value?.split(',').find((part) => !part.includes('=') || part.startsWith('cputype='))?.replace('cputype=', '');

/** Custom CPU models need `Mapping.Use` unless the VM has that one already. */
export function demandCpuModel(call: Call, cpu: string | undefined, before?: string): void {
  const type = cpuType(cpu);
  if (type?.startsWith('custom-') === true && type !== cpuType(before)) call.demand(`/mapping/cpu/${type.slice('custom-'.length)}`, ['Mapping.Use']);
}

function execute(call: Call, guest: Guest, request: Request, line: string): readonly string[] {
  check(call, guest, request);
  const log = [line];
  const modified = new Set<string>();
  const deletes = [...request.deletes];
  if (deletes.includes('vmstate')) {
    if (hasLock(guest, 'suspended')) guest.config.current.delete('lock');
    deletes.push(...['runningmachine', 'runningcpu', 'running-nets-host-mtu'].filter((option) => guest.config.current.has(option)));
  }
  for (const option of deletes) remove(call, guest, option, request.force, modified, log);
  for (const [option, value] of request.values) {
    modified.add(option);
    if (guest.config.pending.get(option) === value) continue;
    change(call, guest, option, value, request, modified, log);
    removePendingDelete(guest.config, option);
  }
  cleanupPending(guest.config);
  tidy(guest);
  if (guest.config.pending.size === 0) return log;
  const errors = isRunning(guest) ? hotplugPending(call, guest, modified) : applyPending(call.cluster, guest, call);
  if (Object.keys(errors).length > 0) throw parameterError(errors);
  return log;
}

function remove(call: Call, guest: Guest, option: string, force: boolean, modified: Set<string>, log: string[]): void {
  const { config } = guest;
  const value = config.current.get(option) ?? config.pending.get(option);
  if (value === undefined) {
    log.push(`cannot delete '${option}' - not set in current configuration!`);
    return;
  }
  modified.add(option);
  const wasPending = config.pending.get(option);
  config.pending.delete(option);
  dropFromBoot(guest, option, modified);
  if (isUnusedKey(option) || option === 'vmstate') {
    const setting = parseVolume(QEMU, value);
    checkProtection(guest, option === 'vmstate' ? `can't remove vmstate '${value}'` : `can't remove unused disk '${setting.volume}'`);
    if (option !== 'vmstate') call.demand(`/vms/${guest.vmid}`, ['VM.Config.Disk']);
    if (deallocate(call, guest, option, setting, option === 'vmstate')) config.current.delete(option);
  } else if (isVolumeKey(QEMU, option)) {
    checkProtection(guest, `can't remove drive '${option}'`);
    demandDrive(call, guest.vmid, value);
    if (wasPending !== undefined) registerUnused(call.cluster, guest, parseVolume(QEMU, wasPending));
    addPendingDelete(config, option, force);
  } else if (option === 'tags') {
    demandTags(call, guest.vmid, value, '');
    config.current.delete(option);
  } else {
    if (isDevice(option)) demandDevice(call, guest.vmid, undefined, option, value, 'delete');
    else if (/^net\d+$/.test(option)) demandBridges(call, [[option, config.current.get(option) ?? '']]);
    addPendingDelete(config, option, force);
  }
}

function dropFromBoot(guest: Guest, option: string, modified: Set<string>): void {
  const order = bootDevices(guest.config.pending.get('boot') ?? guest.config.current.get('boot'));
  if (order === undefined || !order.includes(option)) return;
  guest.config.pending.set('boot', printBootOrder(order.filter((device) => device !== option)));
  modified.add('boot');
}

function change(call: Call, guest: Guest, option: string, value: string, request: Request, modified: Set<string>, log: string[]): void {
  const { current, pending } = guest.config;
  const before = current.get(option);
  if (isVolumeKey(QEMU, option)) changeDrive(call, guest, option, value, modified, log);
  else if (isDevice(option)) {
    if (before !== undefined) demandDevice(call, guest.vmid, undefined, option, before, 'modify');
    demandDevice(call, guest.vmid, undefined, option, value, 'modify');
    pending.set(option, value);
  } else if (option === 'tags') {
    demandTags(call, guest.vmid, before, value);
    pending.set(option, uniqueTags(call.cluster.options, value));
  } else if (option === 'cipassword') {
    current.set(option, encryptPassword(call.cluster, value));
  } else if (option === 'boot') {
    pending.set(option, checkedBoot(guest, value, request));
  } else {
    if (/^net\d+$/.test(option) && before !== undefined && !isRoot(call)) demandBridges(call, [[option, before]]);
    pending.set(option, value);
  }
}

function changeDrive(call: Call, guest: Guest, option: string, value: string, modified: Set<string>, log: string[]): void {
  const { current, pending } = guest.config;
  const before = current.get(option);
  if (before !== undefined) {
    demandDrive(call, guest.vmid, before);
    if (option === 'tpmstate0') refuseTpmVersion(before, value);
  }
  demandDrive(call, guest.vmid, value);
  const waiting = pending.get(option);
  if (waiting !== undefined) registerUnused(call.cluster, guest, parseVolume(QEMU, waiting));
  const made = createDisks({ call, vmid: guest.vmid, node: guest.node, options: [current, pending], template: isTemplate(guest) }, [[option, value]]);
  log.push(...made.log);
  for (const [name, printed] of made.options) pending.set(name, printed);
  const order = bootDevices(pending.get('boot') ?? current.get('boot'));
  const setting = parseVolume(QEMU, value);
  if (order !== undefined && order.length > 0 && isCdrom(setting) && !isCloudinit(setting) && !order.includes(option)) {
    pending.set('boot', printBootOrder([...order, option]));
    modified.add('boot');
  }
}

function refuseTpmVersion(before: string, after: string): void {
  const old = parseVolume(QEMU, before);
  const now = parseVolume(QEMU, after);
  if (old.volume === now.volume && (old.properties.get('version') ?? 'v1.2') !== (now.properties.get('version') ?? 'v1.2')) throw failure('cannot change TPM state version after creation');
}

/** A boot order may only name devices the VM has (or gets) and keeps. */
function checkedBoot(guest: Guest, value: string, request: Request): string {
  const devices = bootDevices(value);
  if (devices === undefined) return value;
  const { current, pending } = guest.config;
  for (const device of devices) {
    const exists = current.has(device) || pending.has(device) || request.values.has(device);
    if (!exists || request.deletes.includes(device)) throw failure(`invalid bootorder: device '${device}' does not exist'`);
  }
  if (current.has('bootdisk')) addPendingDelete(guest.config, 'bootdisk');
  return printBootOrder(devices);
}

/** Drives that hold a cloud-init image. */
export function cloudinitDrive(guest: Guest): string | undefined {
  return volumeSettings(QEMU, guest.config.current).find(([, setting]) => isCloudinit(setting))?.[0];
}
