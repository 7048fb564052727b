import type { Cluster } from '../../state/cluster.ts';
import { guestCounters } from '../../state/counters.ts';
import { guestMemory } from '../../state/sizing.ts';
import type { MigrationLine } from '../migration-log.ts';
import { copyDuration, humanBytes, mirrorLines } from '../progress.ts';
import type { Journey, TravellingVolume } from './migration-volumes.ts';

/** Bytes per second at which memory goes over the network. */
const MEMORY_SPEED = 900 * 1024 * 1024;
/** Milliseconds until QEMU has come up on the other node. */
const REMOTE_START = 1800;

interface Parts {
  readonly memory: number;
  readonly memoryTime: number;
  readonly disks: readonly TravellingVolume[];
  readonly diskTime: number;
}

function partsOf(cluster: Cluster, { guest }: Journey, volumes: readonly TravellingVolume[]): Parts {
  const memory = guestCounters(guest, cluster.clock.now()).mem;
  const disks = volumes.filter(({ online }) => online);
  return { memory, memoryTime: (memory / MEMORY_SPEED) * 1000, disks, diskTime: disks.reduce((sum, { volume }) => sum + copyDuration(volume.size), 0) };
}

/** Milliseconds a VM's live migration takes once its offline volumes have been copied. */
export function liveDuration(cluster: Cluster, journey: Journey, volumes: readonly TravellingVolume[]): number {
  const { memoryTime, diskTime } = partsOf(cluster, journey, volumes);
  return REMOTE_START + diskTime + memoryTime;
}

/** What a live migration tells, over its own span of time: the disks are mirrored first, then the memory follows. */
export function liveLines(cluster: Cluster, journey: Journey, volumes: readonly TravellingVolume[]): MigrationLine[] {
  const { guest, target } = journey;
  const { memory, memoryTime, disks, diskTime } = partsOf(cluster, journey, volumes);
  const total = REMOTE_START + diskTime + memoryTime;
  const socket = `unix:/run/qemu-server/${guest.vmid}.migrate`;
  const started = REMOTE_START / total;
  const lines: MigrationLine[] = [{ at: 0, text: `starting VM ${guest.vmid} on remote node '${target}'` }, { at: started, text: 'start remote tunnel' }, { at: started, text: 'ssh tunnel ver 1' }];
  if (disks.length > 0) lines.push({ at: started, text: 'starting storage migration' });
  let from = started;
  for (const { drive = '', volume } of disks) {
    const to = from + copyDuration(volume.size) / total;
    lines.push({ at: from, text: `${drive}: start migration to nbd:unix:/run/qemu-server/${guest.vmid}_nbd.migrate:exportname=drive-${drive}` });
    lines.push(...mirrorLines(`drive-${drive}`, volume.size, from, to).slice(0, -2).map(([at, text]) => ({ at, text })));
    from = to;
  }
  if (disks.length > 0) lines.push({ at: from, text: 'switching mirror jobs to actively synced mode' });
  const maximum = guestMemory(guest);
  const cache = 2 ** Math.floor(Math.log2(Math.max(1, maximum / 8)));
  lines.push(
    ...[
      `starting online/live migration on ${socket}`, 'set migration capabilities', 'migration downtime limit: 100 ms', `migration cachesize: ${humanBytes(cache)}`, 'set migration parameters',
      `start migrate command to ${socket}`,
    ].map((text) => ({ at: from, text })),
  );
  const span = memoryTime / total;
  for (let second = 1; second * 1000 < memoryTime; second++) {
    const sent = second * MEMORY_SPEED;
    lines.push({ at: from + (span * second * 1000) / memoryTime, text: `migration active, transferred ${humanBytes(sent)} of ${humanBytes(maximum)} VM-state, ${humanBytes(MEMORY_SPEED)}/s` });
  }
  const average = maximum / Math.max(1, memoryTime / 1000);
  lines.push({ at: 1, text: `average migration speed: ${humanBytes(average)}/s - downtime ${40 + (guest.vmid % 60)} ms` });
  lines.push({ at: 1, text: `migration completed, transferred ${humanBytes(memory)} VM-state` }, { at: 1, text: 'migration status: completed' });
  if (disks.length > 0) lines.push({ at: 1, text: 'stopping NBD storage migration server on target.' });
  return lines;
}
