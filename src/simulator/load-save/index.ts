import type { Credentials } from '../demo/index.ts';
import { readEtcPve, writeEtcPve } from '../files/index.ts';
import type { ClusterSettings, SimulatedCluster } from '../state/create-cluster.ts';
import type { Cluster } from '../state/cluster.ts';
import { fromFiles } from './from-files.ts';
import { toFiles } from './to-files.ts';

/**
 * The cluster that an `/etc/pve`-shaped folder describes. What cannot be read is reported with its file and line; the rest loads.
 * @throws Error when the folder cannot be read or has no `nodes/<node>` in it
 */
export async function loadCluster(folder: string, settings: ClusterSettings, report: (message: string) => void): Promise<{ readonly cluster: SimulatedCluster; readonly credentials: Credentials }> {
  const { etc, problems } = await readEtcPve(folder);
  for (const { file, line, message } of problems) report(line === 0 ? `${file}: ${message}` : `${file}:${line}: ${message}`);
  if (etc.nodes.length === 0) throw new Error(`${folder} has no folder nodes/<node>: it is not a copy of /etc/pve.`);
  return fromFiles(etc, settings);
}

/** Writes the cluster's files into the folder; files of guests that are gone are removed. Throws when they cannot be written. */
export async function saveCluster(folder: string, cluster: Cluster): Promise<void> {
  await writeEtcPve(folder, toFiles(cluster));
}
