import { failure } from '../api/errors.ts';
import type { Options } from '../../pve/config/index.ts';
import type { Cluster } from '../state/cluster.ts';
import type { GuestKind } from './kind.ts';

const words = (list: string | undefined): string[] => (list ?? '').split(/[,;\s]+/).filter((word) => word !== '');

/** Throws while a replication job of the guest exists. */
export function refuseReplicated(cluster: Cluster, vmid: number): void {
  for (const [id, options] of cluster.replicationJobs) {
    if (guestOfJob(id, options) === vmid) throw failure(`There is a replication job '${id}' for guest '${vmid}' - Please remove that first.`);
  }
}

const guestOfJob = (id: string, options: Options): number => Number(options.get('guest') ?? id.split('-')[0]);

/** Permissions and pool membership of a guest that is gone (`remove_vm_access`). */
export function removeAccess({ access, pools }: Cluster, vmid: number): void {
  const path = `/vms/${vmid}`;
  access.acl.splice(0, access.acl.length, ...access.acl.filter((entry) => entry.path !== path && !entry.path.startsWith(`${path}/`)));
  for (const pool of pools.values()) pool.guests.delete(vmid);
}

/** Takes the guest out of replication, backup jobs and HA, as `purge` asks. @returns log lines */
export function purge(cluster: Cluster, kind: GuestKind, vmid: number): string[] {
  for (const [id, options] of [...cluster.replicationJobs]) {
    if (guestOfJob(id, options) === vmid) cluster.replicationJobs.delete(id);
  }
  for (const [id, job] of [...cluster.backupJobs]) {
    if (!removeFromJob(job, String(vmid))) cluster.backupJobs.delete(id);
  }
  const sid = `${kind.haType}:${vmid}`;
  if (!cluster.haResources.delete(sid)) return [];
  for (const [id, rule] of [...cluster.haRules]) {
    const rest = words(rule.get('resources')).filter((resource) => resource !== sid);
    if (rest.length === 0) cluster.haRules.delete(id);
    else rule.set('resources', rest.join(','));
  }
  return [`NOTE: removed ${kind.label} ${vmid} from HA resource configuration.`];
}

/** @returns whether the job still has something to do */
function removeFromJob(job: Options, vmid: string): boolean {
  const key = job.has('vmid') ? 'vmid' : 'exclude';
  if (!job.has(key)) return true;
  const rest = words(job.get(key)).filter((one) => one !== vmid).join(',');
  if (rest !== '') job.set(key, rest);
  else if (key === 'exclude') job.delete(key);
  return rest !== '' || key === 'exclude';
}
