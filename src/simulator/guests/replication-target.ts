import type { Options } from '../../pve/config/index.ts';
import type { Cluster } from '../state/cluster.ts';

function jobTo(cluster: Cluster, vmid: number, target: string): Options | undefined {
  return [...cluster.replicationJobs].find(([id, job]) => (job.get('guest') ?? id.split('-')[0]) === String(vmid) && job.get('target') === target)?.[1];
}

/** Whether the guest is replicated to that node. */
export function replicatesTo(cluster: Cluster, vmid: number, target: string): boolean {
  return jobTo(cluster, vmid, target) !== undefined;
}

/** After a migration, a job that replicated to the new node replicates back. */
export function switchReplication(cluster: Cluster, vmid: number, source: string, target: string): void {
  jobTo(cluster, vmid, target)?.set('target', source);
}
