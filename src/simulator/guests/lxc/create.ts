import { failure, parameterError } from '../../api/errors.ts';
import { boolean, number, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Guest, Volume } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { isUnusedKey, isVolumeKey, LXC } from '../kind.ts';
import { checkProtection, checkUnused, hasLock, isRunning } from '../lookup.ts';
import { forgetGuest } from '../new-guest.ts';
import { additionalOptions } from '../options.ts';
import { flag, NODE_AND_VMID, optionsOf, STORAGE, text } from '../parameters.ts';
import { checkPoolExists, demandVolume, forbidden } from '../privileges.ts';
import { copyDuration } from '../progress.ts';
import { checkEnabled, hasContent } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { mountType, parseVolume, storageOf } from '../volume-setting.ts';
import { freeOwned } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { addDefaults, afterCreation, claim, contentOf } from './creation.ts';
import type { Creation } from './creation.ts';
import { createVolumes, wantedVolume } from './mount-points.ts';
import { isNetwork, withMac } from './network.ts';
import { demandChanges } from './privileges.ts';
import { restoreContainer } from './restore.ts';
import { archivePath, extractLines, formatLines, hostKeyLines, unpacked } from './unpack.ts';
import { checkNetwork, normalised } from './update.ts';

const OWN = {
  ostemplate: string({ maxLength: 255 }),
  password: optional(string({ minLength: 5 })),
  storage: optional(STORAGE),
  force: optional(boolean()),
  restore: optional(boolean()),
  unique: optional(boolean()),
  pool: optional(string({ format: 'pve-poolid' })),
  'ignore-unpack-errors': optional(boolean()),
  'ssh-public-keys': optional(string()),
  bwlimit: optional(number({ minimum: 0 })),
  start: optional(boolean()),
  'ha-managed': optional(boolean()),
};
const NOT_OPTIONS = new Set(['node', 'vmid', 'unprivileged', ...Object.keys(OWN)]);

function create(call: Call): string {
  const { cluster } = call;
  const vmid = Number(call.parameters['vmid']);
  const node = String(call.parameters['node']);
  const restore = flag(call, 'restore');
  if (call.parameters['unique'] !== undefined && !('restore' in call.parameters)) throw parameterError({ restore: "missing property - 'unique' requires this property" });
  const given = call.parameters['unprivileged'] === undefined ? undefined : flag(call, 'unprivileged');
  const unprivileged = restore ? given : (given ?? true);
  if (unprivileged === false && !restore) call.demand('/', ['Sys.Modify']);
  if (flag(call, 'ha-managed')) call.demand('/', ['Sys.Console']);
  const existing = overwritten(call, vmid, node, restore);
  checkKeys(text(call, 'ssh-public-keys'));
  const pool = text(call, 'pool');
  checkPoolExists(call, pool);
  demandAllocation(call, vmid, pool, restore ? existing : undefined, unprivileged);
  const values = optionsOf(call, NOT_OPTIONS);
  demandChanges(call, { vmid, pool, unprivileged: unprivileged === true }, values);
  const volid = text(call, 'ostemplate') ?? '';
  if (volid === '-') throw failure('pipe requires cli environment');
  demandVolume(call, vmid, volid, restore ? 'backup' : 'vztmpl');
  const storage = text(call, 'storage') ?? 'local';
  const mountPoints = mountPointsOf(values, storage);
  checkStorages(call, node, mountPoints, storage);
  const options = new Map<string, string>();
  for (const [option, value] of values) {
    if (isVolumeKey(LXC, option) || isUnusedKey(option)) continue;
    if (isNetwork(option)) checkNetwork(option, value);
    options.set(option, isNetwork(option) ? withMac(cluster, value, true) : normalised(cluster, option, value));
  }
  const creation: Creation = { call, vmid, node, archive: findVolume(cluster, volid, node), volid, storage, mountPoints, options, unprivileged, existing };
  return restore ? restoreContainer(creation) : createContainer(creation);
}

/** The container a restore may overwrite; throws when the id is taken otherwise. */
function overwritten({ cluster, parameters }: Call, vmid: number, node: string, restore: boolean): Guest | undefined {
  const guest = cluster.guests.get(vmid);
  if (!restore || parameters['force'] !== true || guest?.kind !== 'lxc' || guest.node !== node) {
    checkUnused(cluster, vmid);
    return undefined;
  }
  if (isRunning(guest)) throw failure("can't overwrite running container");
  checkProtection(guest, `unable to restore CT ${vmid}`);
  return guest;
}

function checkKeys(keys: string | undefined): void {
  for (const line of (keys ?? '').split('\n')) {
    if (line.trim() !== '' && !/(?:^|\s)(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]{20,}=*(?:\s|$)/.test(line)) throw failure('SSH public key validation error');
  }
}

/** Who may create a container there; `VM.Backup` is enough to restore over an existing one. */
function demandAllocation(call: Call, vmid: number, pool: string | undefined, existing: Guest | undefined, unprivileged: boolean | undefined): void {
  if (call.may(`/vms/${vmid}`, ['VM.Allocate']) || (pool !== undefined && call.may(`/pool/${pool}`, ['VM.Allocate']))) return;
  if (existing === undefined || !call.may(`/vms/${vmid}`, ['VM.Backup'])) throw forbidden();
  if (existing.config.current.get('unprivileged') === '1' && unprivileged === false) call.demand('/', ['Sys.Modify']);
}

function mountPointsOf(values: ReadonlyMap<string, string>, storage: string): Map<string, string> {
  const result = new Map<string, string>();
  for (const [option, value] of values) {
    if (isVolumeKey(LXC, option)) result.set(option, /^\d+(?:\.\d+)?$/.test(value) ? `${storage}:${value}` : value);
  }
  if (result.size > 0 && !result.has('rootfs')) throw failure("mount points configured, but 'rootfs' not set - aborting");
  return result;
}

/** Every storage must be there, take containers and have room for the caller. */
function checkStorages(call: Call, node: string, mountPoints: ReadonlyMap<string, string>, storage: string): void {
  const check = (id: string): void => {
    if (!hasContent(checkEnabled(call.cluster, id, node), 'rootdir')) throw parameterError({ storage: `storage '${id}' does not support container directories` });
    call.demand(`/storage/${id}`, ['Datastore.AllocateSpace']);
  };
  for (const value of mountPoints.values()) {
    const { volume } = parseVolume(LXC, value);
    const id = wantedVolume(parseVolume(LXC, value))?.storage ?? storageOf(volume);
    if (mountType(volume) !== 'volume') continue;
    if (id === undefined) throw failure(`unable to parse volume ID '${volume}'`);
    check(id);
  }
  if (!mountPoints.has('rootfs')) check(storage);
}

function createContainer(creation: Creation): string {
  const { call, vmid, node, archive, volid, storage } = creation;
  const { cluster } = call;
  const message = `unable to create CT ${vmid} -`;
  const guest = claim(creation, message);
  const forget = (): void => {
    if (hasLock(guest, 'create')) forgetGuest(cluster, vmid);
  };
  const bytes = archive === undefined ? 0 : contentOf(archive);
  return startWorker(call, { node, type: 'vzcreate', id: String(vmid) }, () => ({
    duration: 1500 + copyDuration(bytes) * 3,
    finish: () => {
      const log: string[] = [];
      let volumes: readonly string[] = [];
      try {
        if (archive === undefined) throw failure(`volume '${volid}' does not exist`);
        const made = createVolumes(cluster, guest, creation.mountPoints.size > 0 ? creation.mountPoints : new Map([['rootfs', `${storage}:4`]]));
        ({ volumes } = made);
        fill(creation, guest, made.options, volid);
        for (const volume of volumes) log.push(...formatLines(cluster, volume, findVolume(cluster, volume)?.size ?? 0));
        unpackInto(creation, guest, volumes[0], archive, log);
      } catch (error) {
        for (const volume of volumes) freeOwned(cluster, guest, volume);
        forget();
        throw failure(`${message} ${error instanceof Error ? error.message : String(error)}`);
      }
      return [...log, ...afterCreation(creation)];
    },
    abort: forget,
  }));
}

function unpackInto({ call, vmid }: Creation, guest: Guest, root: string | undefined, archive: Volume, log: string[]): void {
  const { cluster } = call;
  const bytes = contentOf(archive);
  guest.diskUsed = bytes;
  const volume = root === undefined ? undefined : findVolume(cluster, root);
  if (volume !== undefined) volume.used = Math.max(volume.used, Math.min(volume.size, bytes));
  const { arch, ssh } = unpacked(archive.volid);
  log.push(...extractLines(archivePath(cluster, archive), bytes), `Detected container architecture: ${arch}`);
  if (ssh) log.push(...hostKeyLines(cluster, guest.config.current.get('hostname') ?? `CT${vmid}`));
}

/** The configuration of a new container: what was asked for, its volumes, and what unpacking and defaults add. */
function fill({ options, unprivileged, vmid }: Creation, guest: Guest, mountPoints: ReadonlyMap<string, string>, template: string): void {
  const { current } = guest.config;
  const { ostype, arch } = unpacked(template);
  current.clear();
  for (const [option, value] of [...options, ...mountPoints]) current.set(option, value);
  if (unprivileged === true) current.set('unprivileged', '1');
  if (!current.has('ostype')) current.set('ostype', ostype);
  if (!current.has('arch')) current.set('arch', arch);
  addDefaults(current, vmid);
  tidy(guest);
}

/** `POST /nodes/{node}/lxc`: from a template or, with `restore`, from a backup. */
export const createRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/lxc',
  permissions: { user: 'all' },
  parameters: { ...NODE_AND_VMID, ...OWN },
  additional: additionalOptions('lxc'),
  run: create,
};
