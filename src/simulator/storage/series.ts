import type { Cluster, Storage } from '../state/cluster.ts';
import { type SeriesPoint, type Timeframe, times } from '../state/counters.ts';
import { volumesOn } from '../state/volumes.ts';

/** Share by which what no volume accounts for grows in a year. */
const GROWTH = 0.15;
const YEAR = 365 * 86_400;

/** `GET …/storage/{storage}/rrddata`: bytes in all and in use. Volumes count from their making on; the rest grows slowly. */
export function storageSeries(cluster: Cluster, storage: Storage, node: string, timeframe: Timeframe): SeriesPoint[] {
  const now = cluster.clock.now();
  const volumes = volumesOn(cluster, storage, node).sort((a, b) => a.ctime - b.ctime);
  let made = 0;
  let held = 0;
  return times(timeframe, now).map((time) => {
    for (let next = volumes[made]; next !== undefined && next.ctime <= time; next = volumes[++made]) held += next.used;
    const foreign = storage.foreignUse * Math.max(0, 1 - (GROWTH * (now / 1000 - time)) / YEAR);
    return { time, total: storage.capacity, used: Math.min(storage.capacity, Math.floor(foreign + held)) };
  });
}
