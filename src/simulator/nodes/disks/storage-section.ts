import { failure } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Cluster } from '../../state/cluster.ts';

/** A section of `storage.cfg` for what has been made of disks; its `nodes` is the one node. */
export interface NewSection {
  readonly id: string;
  readonly type: string;
  readonly node: string;
  /** Without `nodes`; those named in `same` must not differ where the section exists for other nodes. */
  readonly options: Readonly<Record<string, string>>;
  readonly same: readonly string[];
}

/** With `add_storage`: whether the caller may, and whether the id is free on the node or of the same making on others. */
export function checkSection(call: Call, { id, type, node, options, same }: NewSection): void {
  call.demand('/storage', ['Datastore.Allocate']);
  const there = call.cluster.storages.get(id);
  if (there === undefined) return;
  const nodes = there.options.get('nodes');
  if (nodes === undefined || nodes.split(',').includes(node)) throw failure(`Storage ID '${id}' already exists on node ${node}`);
  if (there.type !== type) throw failure(`Option 'type' (${type}) does not match existing storage configuration '${there.type}'`);
  for (const key of same) {
    const value = there.options.get(key);
    if (value === undefined) throw failure(`Option '${key}' is not configured for storage '${id}', expected it to be '${options[key] ?? ''}'`);
    if (value !== options[key]) throw failure(`Option '${key}' (${options[key] ?? ''}) does not match existing storage configuration '${value}'`);
  }
}

/** @param capacity bytes @returns what the worker says */
export function putSection(cluster: Cluster, { id, type, node, options }: NewSection, capacity: number): string[] {
  const there = cluster.storages.get(id);
  if (there !== undefined) {
    there.options.set('nodes', [...(there.options.get('nodes') ?? '').split(',').filter((name) => name !== ''), node].sort().join(','));
    return [`Added '${node}' to nodes for storage '${id}'`];
  }
  cluster.storages.set(id, { id, type, options: new Map(Object.entries({ ...options, nodes: node })), capacity, foreignUse: 0 });
  cluster.volumes.set(id, new Map());
  return [];
}

/** With `cleanup-config`: the storages that match go from the node, and altogether when no node is left. */
export function dropSections(cluster: Cluster, node: string, matches: (type: string, option: (name: string) => string | undefined) => boolean): void {
  for (const [id, storage] of cluster.storages) {
    if (!matches(storage.type, (name) => storage.options.get(name))) continue;
    const nodes = storage.options.get('nodes')?.split(',') ?? [...cluster.nodes.keys()];
    if (!nodes.includes(node)) continue;
    const left = nodes.filter((name) => name !== node);
    if (left.length > 0) storage.options.set('nodes', left.sort().join(','));
    else {
      cluster.storages.delete(id);
      cluster.volumes.delete(id);
    }
  }
}

/** The volumes that a pool holds on the node: those of the storages that match. */
export function volumesIn(cluster: Cluster, node: string, matches: (type: string, option: (name: string) => string | undefined) => boolean): { volid: string; storage: string; used: number; size: number; vmid?: number }[] {
  return [...cluster.storages.values()]
    .filter((storage) => matches(storage.type, (name) => storage.options.get(name)))
    .flatMap((storage) => [...(cluster.volumes.get(storage.id)?.values() ?? [])].filter((volume) => volume.node === node));
}

/** Removes a pool's volumes with it. Throws what the command says when a running guest has one of them open. */
export function destroyVolumes(cluster: Cluster, volumes: readonly { readonly volid: string; readonly storage: string; readonly vmid?: number }[], refusal: string): void {
  const open = volumes.some(({ vmid }) => vmid !== undefined && (cluster.guests.get(vmid)?.power ?? 'stopped') !== 'stopped');
  if (open) throw new Error(refusal);
  for (const { volid, storage } of volumes) cluster.volumes.get(storage)?.delete(volid);
}
