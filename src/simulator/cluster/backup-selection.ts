import type { Options } from '../../pve/config/index.ts';
import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import type { Call, Route } from '../api/route.ts';
import { type GuestKind, LXC, QEMU } from '../guests/kind.ts';
import { volumeSettings } from '../guests/references.ts';
import { isCdrom, mountType } from '../guests/volume-setting.ts';
import type { VolumeSetting } from '../guests/volume-setting.ts';
import type { Cluster, Guest } from '../state/cluster.ts';

/** The job a call names. Throws 400 when there is none. */
export function jobOf({ cluster, parameters }: Call): Options {
  const id = String(parameters['id']);
  const job = cluster.backupJobs.get(id);
  if (job === undefined) throw parameterError({ id: `No such job '${id}'` });
  return job;
}

/** VMIDs that a job backs up, in order: those of its pool, its list, or all but the excluded ones; only its node's if it has one. */
function includedGuests(cluster: Cluster, job: Options): number[] {
  const node = job.get('node');
  return selected(cluster, job)
    .filter((vmid) => node === undefined || !cluster.guests.has(vmid) || cluster.guests.get(vmid)?.node === node)
    .sort((a, b) => a - b);
}

/** VMIDs that a job or a call of vzdump chooses, wherever they are; a list may name guests that do not exist. */
export function selected(cluster: Cluster, job: Options): number[] {
  const poolid = job.get('pool');
  if (poolid) {
    const pool = cluster.pools.get(poolid);
    if (pool === undefined) throw failure(`pool '${poolid}' does not exist\n`);
    return [...pool.guests].filter((vmid) => cluster.guests.has(vmid));
  }
  const list = job.get('vmid');
  if (list) return splitList(list).map(Number).filter((vmid) => vmid > 0);
  if (!job.get('all') || job.get('all') === '0') return [];
  const excluded = new Set(splitList(job.get('exclude') ?? '').map(Number));
  return [...cluster.guests.keys()].filter((vmid) => !excluded.has(vmid));
}

const kindOf = (guest: Guest): GuestKind => (guest.kind === 'qemu' ? QEMU : LXC);
const nameOf = ({ kind, config }: Guest): string | undefined => config.current.get(kind === 'qemu' ? 'name' : 'hostname');
const on = (value: string | undefined): boolean => value !== undefined && /^(?:1|on|yes|true)$/i.test(value);

/** Whether vzdump takes the volume, and the reason as Proxmox words it; undefined for what is no volume of the guest. */
export function inclusion(guest: Guest, option: string, setting: VolumeSetting): { readonly included: boolean; readonly reason: string } | undefined {
  const backup = setting.properties.get('backup');
  if (guest.kind === 'lxc') {
    if (option === 'rootfs') return { included: true, reason: 'rootfs' };
    if (mountType(setting.volume) !== 'volume') return { included: false, reason: 'not a volume' };
    return on(backup) ? { included: true, reason: 'enabled' } : { included: false, reason: 'disabled' };
  }
  if (isCdrom(setting)) return undefined;
  if (option.startsWith('efidisk') && guest.config.current.get('bios') !== 'ovmf') return { included: false, reason: 'efidisk but no OVMF BIOS' };
  // Any word on the matter reads `no` there, even `backup=1`.
  return { included: backup === undefined || on(backup), reason: backup === undefined ? 'backup=yes' : 'backup=no' };
}

function volumesOf(guest: Guest): unknown[] {
  return volumeSettings(kindOf(guest), guest.config.current).flatMap(([option, setting]) => {
    const found = inclusion(guest, option, setting);
    return found === undefined ? [] : [{ id: `${guest.vmid}:${option}`, name: setting.volume, included: found.included ? 1 : 0, reason: found.reason, leaf: 1 }];
  });
}

/** `GET /cluster/backup/{id}/included_volumes`: a tree of guests and volumes; of those the caller may see. */
export function includedVolumes(call: Call): unknown {
  const children = includedGuests(call.cluster, jobOf(call))
    .filter((vmid) => call.may(`/vms/${vmid}`, ['VM.Audit']))
    .map((vmid) => {
      const guest = call.cluster.guests.get(vmid);
      if (guest === undefined) return { id: vmid, type: 'unknown', leaf: 1 };
      const volumes = volumesOf(guest);
      return { id: vmid, type: guest.kind, name: nameOf(guest), children: volumes, leaf: volumes.length === 0 ? 1 : 0 };
    });
  return { children };
}

function notBackedUp(call: Call): unknown[] {
  const included = new Set([...call.cluster.backupJobs.values()].flatMap((job) => includedGuests(call.cluster, job)));
  return [...call.cluster.guests.values()]
    .filter(({ vmid }) => !included.has(vmid) && call.may(`/vms/${vmid}`, ['VM.Audit']))
    .map((guest) => ({ vmid: guest.vmid, type: guest.kind, name: nameOf(guest) }));
}

/** `/cluster/backup-info`. */
export const backupInfoRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/backup-info', parameters: {}, run: () => [{ subdir: 'not-backed-up' }] },
  { method: 'GET', path: '/cluster/backup-info/not-backed-up', permissions: { check: ['perm', '/', ['Sys.Audit']] }, parameters: {}, run: notBackedUp },
];
