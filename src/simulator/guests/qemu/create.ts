import { ApiError, failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import { findVolume } from '../../state/volumes.ts';
import { randomUuid } from '../../state/random.ts';
import { isVolumeKey, QEMU } from '../kind.ts';
import { checkUnused, hasLock, seconds } from '../lookup.ts';
import { newGuest, forgetGuest } from '../new-guest.ts';
import { additionalOptions, normalise } from '../options.ts';
import { flag, NODE_AND_VMID, optionsOf, STORAGE, text } from '../parameters.ts';
import { checkPoolExists, demandOnGuest, demandTags, forbidden, uniqueTags } from '../privileges.ts';
import { copyDuration, copyLines } from '../progress.ts';
import { QEMU_VERSION } from '../status.ts';
import { tidy } from '../tidy.ts';
import { parseVolume, storageOf } from '../volume-setting.ts';
import { freeOwned } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { defaultBootOrder } from './boot.ts';
import { encryptPassword } from './cloudinit.ts';
import { completeDrive, createDisks } from './disks.ts';
import { withMac } from './network.ts';
import { demandBridges, demandDevice, demandOptions, demandStorages, isDevice } from './privileges.ts';
import { afterCreation, type Creation } from './creation.ts';
import { restoreVm } from './restore.ts';
import { demandCpuModel } from './update.ts';

const OWN = {
  archive: optional(string({ maxLength: 255 })),
  storage: optional(STORAGE),
  force: optional(boolean()),
  unique: optional(boolean()),
  'live-restore': optional(boolean()),
  pool: optional(string({ format: 'pve-poolid' })),
  bwlimit: optional(integer({ minimum: 0 })),
  start: optional(boolean()),
  'ha-managed': optional(boolean()),
  'import-working-storage': optional(STORAGE),
};
const NOT_OPTIONS = new Set(['node', 'vmid', ...Object.keys(OWN)]);

function create(call: Call): string {
  for (const name of ['force', 'unique']) {
    if (call.parameters[name] !== undefined && call.parameters['archive'] === undefined) throw parameterError({ archive: `missing property - '${name}' requires this property` });
  }
  const archive = text(call, 'archive');
  const creation: Creation = {
    call,
    vmid: Number(call.parameters['vmid']),
    node: String(call.parameters['node']),
    options: optionsOf(call, NOT_OPTIONS),
    storage: text(call, 'storage'),
    pool: text(call, 'pool'),
    start: flag(call, 'start'),
    haManaged: flag(call, 'ha-managed'),
    force: flag(call, 'force'),
    unique: flag(call, 'unique'),
  };
  demandCreation(creation, archive !== undefined);
  if (archive !== undefined) {
    const drive = [...creation.options.keys()].find((option) => isVolumeKey(QEMU, option));
    if (drive !== undefined) throw parameterError({ [drive]: "option conflicts with option 'archive'" });
    if (archive === '-') throw failure('pipe requires cli environment');
  }
  checkOptions(creation);
  return archive === undefined ? createVm(creation) : restoreVm(creation, archive);
}

/** Who may create (or restore) which VM where. */
function demandCreation({ call, vmid, pool, storage, start, haManaged, force }: Creation, restore: boolean): void {
  checkPoolExists(call, pool);
  if (storage !== undefined) call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  if (haManaged) call.demand('/', ['Sys.Console']);
  if (start) demandOnGuest(call, vmid, pool, ['VM.PowerMgmt']);
  const allocates = call.may(`/vms/${vmid}`, ['VM.Allocate']) || (pool !== undefined && call.may(`/pool/${pool}`, ['VM.Allocate']));
  const overwrites = restore && force && call.cluster.guests.has(vmid) && call.may(`/vms/${vmid}`, ['VM.Backup']);
  if (!allocates && !overwrites) throw forbidden();
}

function checkOptions({ call, vmid, pool, options, storage }: Creation): void {
  const cdrom = options.get('cdrom');
  if (cdrom !== undefined) {
    options.delete('cdrom');
    options.set('ide2', /media=/.test(cdrom) ? cdrom : `${cdrom},media=cdrom`);
  }
  demandStorages(call, vmid, options, storage);
  demandOptions(call, vmid, pool, options.keys());
  for (const [option, value] of options) {
    if (isDevice(option)) demandDevice(call, vmid, pool, option, value);
  }
  demandBridges(call, options);
  demandCpuModel(call, options.get('cpu'));
  for (const [option, value] of options) {
    if (isVolumeKey(QEMU, option)) options.set(option, completeDrive(option, value));
    else if (/^net\d+$/.test(option)) options.set(option, withMac(call.cluster, value, true));
    else if (option === 'cpuunits') options.set(option, String(Math.min(10_000, Math.max(1, Number(value)))));
    else if (option === 'cipassword') options.set(option, encryptPassword(call.cluster, value));
  }
}

/** Bytes that `import-from` will copy, as far as can be told before. */
function importedBytes(creation: Creation): number {
  let bytes = 0;
  for (const [option, value] of creation.options) {
    const source = isVolumeKey(QEMU, option) ? parseVolume(QEMU, value).properties.get('import-from') : undefined;
    if (source !== undefined && storageOf(source) !== undefined) bytes += findVolume(creation.call.cluster, source)?.size ?? 0;
  }
  return bytes;
}

function createVm(creation: Creation): string {
  const { call, vmid, node, options } = creation;
  const { cluster } = call;
  try {
    checkUnused(cluster, vmid);
  } catch (error) {
    throw error instanceof ApiError ? failure(`unable to create VM ${vmid} - ${error.message}`) : error;
  }
  const guest = newGuest(cluster, QEMU, vmid, node, 'create');
  const forget = (): void => {
    if (hasLock(guest, 'create')) forgetGuest(cluster, vmid);
  };
  const disks = [...options].filter(([option]) => isVolumeKey(QEMU, option)).length;
  const bytes = importedBytes(creation);
  return startWorker(call, { node, type: 'qmcreate', id: String(vmid) }, () => ({
    duration: 700 + disks * 350 + copyDuration(bytes),
    log: bytes > 0 ? copyLines(bytes, 0.1, 0.95) : [],
    finish: () => {
      let log: string[];
      try {
        const made = createDisks({ call, vmid, node, options: [options], defaultStorage: creation.storage }, options);
        log = made.log;
        try {
          fill(creation, guest.config.current, made.options);
        } catch (error) {
          for (const volid of made.volumes) freeOwned(cluster, guest, volid);
          throw error;
        }
      } catch (error) {
        forget();
        throw failure(`unable to create VM ${vmid} - ${error instanceof Error ? error.message : String(error)}`);
      }
      tidy(guest);
      if (creation.pool !== undefined) cluster.pools.get(creation.pool)?.guests.add(vmid);
      return [...log, ...afterCreation(creation)];
    },
    abort: forget,
  }));
}

/** The configuration of a new VM: what was asked for, the disks made, and what Proxmox adds by itself. */
function fill({ call, vmid, options }: Creation, current: Map<string, string>, disks: ReadonlyMap<string, string>): void {
  const { cluster } = call;
  const tags = options.get('tags');
  if (tags !== undefined) demandTags(call, vmid, undefined, tags);
  current.clear();
  for (const [option, value] of options) current.set(option, normalise('qemu', option, value));
  for (const [option, value] of disks) current.set(option, value);
  if (tags !== undefined) current.set('tags', uniqueTags(cluster.options, tags));
  current.set('meta', `creation-qemu=${QEMU_VERSION},ctime=${seconds(cluster)}`);
  if (!current.has('boot')) current.set('boot', defaultBootOrder(current));
  if (!current.has('smbios1')) current.set('smbios1', `uuid=${randomUuid(cluster)}`);
  if ((current.get('vmgenid') ?? '1') === '1' && current.get('arch') !== 'aarch64') current.set('vmgenid', randomUuid(cluster));
  const machine = current.get('machine') ?? 'pc';
  if (/^w/.test(current.get('ostype') ?? '') && /^(?:type=)?(?:pc|q35)(?:,|$)/.test(machine)) {
    const version = QEMU_VERSION.split('.').slice(0, 2).join('.');
    current.set('machine', machine.replace(/^(?:type=)?(pc|q35)/, (_, type: string) => (type === 'q35' ? `pc-q35-${version}` : `pc-i440fx-${version}`)));
  }
}

export const createRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/qemu',
  permissions: { user: 'all' },
  parameters: { ...NODE_AND_VMID, ...OWN },
  additional: additionalOptions('qemu'),
  run: create,
};
