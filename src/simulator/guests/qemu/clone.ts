import { failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, oneOf, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Options } from '../../../pve/config/index.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { cloneFirewall } from '../firewall/state.ts';
import { randomUuid } from '../../state/random.ts';
import { isUnusedKey, isVolumeKey, QEMU } from '../kind.ts';
import { checkLock, checkNodeExists, guestOf, hasLock, isRunning, isTemplate } from '../lookup.ts';
import { forgetGuest, newGuest } from '../new-guest.ts';
import { flag, NODE_AND_VMID, SNAPNAME, STORAGE, text, VMID } from '../parameters.ts';
import { checkPoolExists } from '../privileges.ts';
import { copyDuration, copyLines, mirrorLines } from '../progress.ts';
import { checkEnabled, hasContent, imageFormat, isFileBased, isShared, storageById, volumeHasFeature } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { volumeName } from '../volume-name.ts';
import { formatSize, isCdrom, isCloudinit, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { allocateImage, freeOwned, linkedClone, requiredStorage } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { networkProperties, withMac } from './network.ts';
import { demandBridges, demandDevice, isDevice } from './privileges.ts';
import { demandCpuModel } from './update.ts';

/** Options that belong to a snapshot or to one VM and are not copied. */
const NOT_COPIED = new Set(['parent', 'snaptime', 'vmstate', 'snapstate', 'runningcpu', 'runningmachine', 'running-nets-host-mtu', 'lock', 'template']);

interface Plan {
  readonly call: Call;
  readonly source: Guest;
  readonly newid: number;
  readonly node: string;
  readonly snapname: string | undefined;
  readonly storage: string | undefined;
  readonly format: string | undefined;
  /** What is taken over as it is. */
  readonly options: Options;
  /** Drives to be copied or linked. */
  readonly drives: readonly { readonly option: string; readonly setting: VolumeSetting; readonly full: boolean; readonly size: number }[];
}

function plan(call: Call, source: Guest): Plan {
  const { cluster } = call;
  const pool = text(call, 'pool');
  const snapname = text(call, 'snapname');
  const storage = text(call, 'storage');
  const format = text(call, 'format');
  const newid = Number(call.parameters['newid']);
  const wanted = text(call, 'target');
  const target = wanted === source.node || wanted === 'localhost' ? undefined : wanted;
  checkPoolExists(call, pool);
  if (target !== undefined) checkNodeExists(cluster, target);
  if (storage !== undefined) checkTargetStorage(cluster, storage, source.node, target);
  checkLock(QEMU, source);
  const options = snapname === undefined ? source.config.current : source.config.snapshots.get(snapname);
  if (options === undefined) throw failure(`snapshot '${snapname ?? ''}' does not exist`);
  const full = call.parameters['full'] === undefined ? !isTemplate(source) : flag(call, 'full');
  if (storage !== undefined && !full) throw failure("parameter 'storage' not allowed for linked clones");
  if (format !== undefined && !full) throw failure("parameter 'format' not allowed for linked clones");
  const shared = demandStorages(call, options, storage);
  for (const [option, value] of options) {
    if (isDevice(option)) demandDevice(call, source.vmid, undefined, option, value);
  }
  demandBridges(call, options);
  demandCpuModel(call, options.get('cpu'));
  if (target !== undefined && !shared) throw failure(`can't clone VM to node '${target}' (VM uses local storage)`);
  if (cluster.guests.has(newid)) throw failure(`unable to create VM ${newid}: config file already exists`);
  return { call, source, newid, node: target ?? source.node, snapname, storage, format, ...takeOver(cluster, source, options, full, snapname) };
}

function checkTargetStorage(cluster: Cluster, id: string, node: string, target: string | undefined): void {
  const storage = checkEnabled(cluster, id, node);
  if (!hasContent(storage, 'images')) throw parameterError({ storage: `storage '${id}' does not support vm images` });
  if (target === undefined) return;
  checkEnabled(cluster, id, target);
  if (!isShared(storage)) throw failure(`can't clone to non-shared storage '${id}'`);
}

/** Space on every storage the clone's disks go to. @returns whether all storages are shared */
function demandStorages(call: Call, options: Options, storage: string | undefined): boolean {
  let shared = true;
  for (const [option, value] of options) {
    if (!isVolumeKey(QEMU, option)) continue;
    const setting = parseVolume(QEMU, value);
    if (setting.volume === '' || setting.volume === 'none') continue;
    if (isCdrom(setting) && setting.volume === 'cdrom') {
      call.demand('/', ['Sys.Console']);
      continue;
    }
    const id = requiredStorage(setting.volume);
    if (!isShared(storageById(call.cluster, id))) shared = false;
    if (!isCdrom(setting)) call.demand(`/storage/${storage ?? id}`, ['Datastore.AllocateSpace']);
  }
  const state = options.get('vmstatestorage');
  if (state !== undefined) call.demand(`/storage/${state}`, ['Datastore.AllocateSpace']);
  return shared;
}

/** Sorts the options into those that are copied, those made anew, and the drives; refuses what the storages cannot do. */
function takeOver(cluster: Cluster, source: Guest, from: Options, full: boolean, snapname: string | undefined): Pick<Plan, 'options' | 'drives'> {
  const options: Options = new Map();
  const drives: Plan['drives'][number][] = [];
  const running = isRunning(source);
  for (const [option, value] of [...from].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (NOT_COPIED.has(option) || isUnusedKey(option)) continue;
    if (full && running && snapname === undefined && option === 'tpmstate0') throw failure('cannot clone TPM state while VM is running');
    if (/^net\d+$/.test(option)) options.set(option, withMac(cluster, value, false));
    else if (isVolumeKey(QEMU, option)) {
      const setting = parseVolume(QEMU, value);
      if (isCdrom(setting) && !isCloudinit(setting)) {
        options.set(option, value);
        continue;
      }
      const copies = full || isCloudinit(setting) || option === 'tpmstate0';
      const message = `clone feature is not supported for${snapname === undefined ? '' : ' a snapshot of'} '${setting.volume}' (${option})`;
      const snapshot = snapname !== undefined && !isCloudinit(setting);
      if (!volumeHasFeature(cluster, setting.volume, copies ? 'copy' : 'clone', { snapshot })) throw failure(`${copies ? 'Full' : 'Linked'} ${message}`);
      drives.push({ option, setting, full: copies, size: findVolume(cluster, setting.volume)?.size ?? 0 });
    } else options.set(option, value);
  }
  return { options, drives };
}

function clone(call: Call): string {
  const source = guestOf(call, QEMU);
  plan(call, source);
  return startWorker(call, { node: source.node, type: 'qmclone', id: String(source.vmid) }, () => {
    const work = plan(call, source);
    const guest = newGuest(call.cluster, QEMU, work.newid, source.node, 'clone');
    const forget = (): void => {
      if (hasLock(guest, 'clone')) forgetGuest(call.cluster, work.newid);
    };
    const bytes = work.drives.reduce((sum, drive) => sum + (drive.full && !isCloudinit(drive.setting) ? drive.size : 0), 0);
    return {
      duration: 1000 + work.drives.length * 200 + copyDuration(bytes),
      log: [[0, `creating a clone of VM ${source.vmid} with ID ${work.newid}`], ...driveLines(work)],
      finish: () => {
        try {
          finish(work, guest);
        } catch (error) {
          forget();
          throw failure(`clone failed: ${error instanceof Error ? error.message : String(error)}`);
        }
      },
      abort: forget,
    };
  });
}

function driveLines({ source, drives, snapname }: Plan): (readonly [number, string])[] {
  const total = drives.reduce((sum, drive) => sum + drive.size, 0) || 1;
  let done = 0;
  return drives.flatMap(({ option, setting, full, size }) => {
    const from = 0.05 + (0.9 * done) / total;
    done += size;
    const to = 0.05 + (0.9 * done) / total;
    const head = [from, `create ${full ? 'full' : 'linked'} clone of drive ${option} (${setting.volume})`] as const;
    if (!full || isCloudinit(setting)) return [head];
    return [head, ...(isRunning(source) && snapname === undefined ? mirrorLines(`drive-${option}`, size, from, to) : copyLines(size, from, to))];
  });
}

function finish(work: Plan, guest: Guest): void {
  const { call, source, newid, options, drives } = work;
  const { cluster } = call;
  const { current } = guest.config;
  const made: string[] = [];
  try {
    const copied = new Map(options);
    for (const drive of drives) {
      const volid = cloneDrive(work, drive);
      made.push(volid);
      const size = findVolume(cluster, volid)?.size;
      copied.set(drive.option, printVolume(withVolume(drive.setting, volid, { format: undefined, ...(size === undefined || isCloudinit(drive.setting) ? {} : { size: formatSize(size) }) })));
    }
    current.clear();
    for (const [option, value] of copied) current.set(option, value);
  } catch (error) {
    for (const volid of made) freeOwned(cluster, guest, volid);
    throw error;
  }
  const smbios = current.get('smbios1');
  current.set('smbios1', smbios === undefined ? `uuid=${randomUuid(cluster)}` : /uuid=/.test(smbios) ? smbios.replace(/uuid=[0-9a-f-]+/i, `uuid=${randomUuid(cluster)}`) : `${smbios},uuid=${randomUuid(cluster)}`);
  if (current.has('vmgenid')) current.set('vmgenid', randomUuid(cluster));
  current.set('name', text(call, 'name') ?? `Copy-of-VM-${options.get('name') ?? source.vmid}`);
  const description = text(call, 'description');
  if (description) current.set('description', description);
  guest.node = work.node;
  guest.diskUsed = source.diskUsed;
  if (source.agent !== undefined) guest.agent = cloneAgent(source.agent, current);
  cloneFirewall(source.firewall, guest.firewall);
  tidy(guest);
  const pool = text(call, 'pool');
  if (pool !== undefined) cluster.pools.get(pool)?.guests.add(newid);
}

function cloneDrive({ call, newid, node, storage, format }: Plan, { setting, full, size }: Plan['drives'][number]): string {
  const { cluster } = call;
  if (!full) return linkedClone(cluster, setting.volume, newid, node);
  const id = storage ?? requiredStorage(setting.volume);
  const where = storageById(cluster, id);
  const wanted = imageFormat(where, format ?? volumeName(setting.volume).format);
  const name = isCloudinit(setting) ? `vm-${newid}-cloudinit${isFileBased(where) ? `.${wanted}` : ''}` : undefined;
  const made = allocateImage(cluster, { storage: id, node, vmid: newid, size, content: 'images', format: wanted, ...(name === undefined ? {} : { name }) });
  made.used = Math.min(made.size, findVolume(cluster, setting.volume)?.used ?? 0);
  return made.volid;
}

/** The copied system has the same agent, with the new cards. */
function cloneAgent(agent: NonNullable<Guest['agent']>, options: Options): NonNullable<Guest['agent']> {
  const macs = [...options].filter(([option]) => /^net\d+$/.test(option)).map(([, value]) => (networkProperties(value).get('macaddr') ?? '').toLowerCase());
  let card = 0;
  const interfaces = agent.interfaces.map((network) => (network.name === 'lo' ? network : { ...network, mac: macs[card++] ?? network.mac, addresses: [] }));
  return { ...agent, interfaces, files: new Map(agent.files), commands: new Map(), frozen: false };
}

export const cloneRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/qemu/{vmid}/clone',
  permissions: { check: ['and', ['perm', '/vms/{vmid}', ['VM.Clone']], ['or', ['perm', '/vms/{newid}', ['VM.Allocate']], ['perm', '/pool/{pool}', ['VM.Allocate'], 'require_param', 'pool']]] },
  parameters: {
    ...NODE_AND_VMID,
    newid: VMID,
    name: optional(string({ format: 'dns-name' })),
    description: optional(string()),
    pool: optional(string({ format: 'pve-poolid' })),
    snapname: optional(SNAPNAME),
    storage: optional(STORAGE),
    format: optional(oneOf('raw', 'qcow2', 'vmdk')),
    full: optional(boolean()),
    target: optional(string({ format: 'pve-node' })),
    bwlimit: optional(integer({ minimum: 0 })),
  },
  run: clone,
};
