import { LXC } from '../kind.ts';
import { snapshotRoutes } from '../snapshots.ts';
import { startWorkerAs } from '../worker.ts';
import { startWork, stop } from './start.ts';

/** Snapshots of containers: file systems only, no memory. */
export const lxcSnapshotRoutes = snapshotRoutes({
  kind: LXC,
  workers: { create: 'vzsnapshot', remove: 'vzdelsnapshot', rollback: 'vzrollback' },
  isReserved: (snapname) => snapname === 'current' || snapname === 'vzdump',
  stop,
  start: (call, guest) => void startWorkerAs(call.cluster, call.caller.tokenid ?? call.caller.userid, { node: guest.node, type: 'vzstart', id: String(guest.vmid) }, () => startWork(call.cluster, guest)),
});
