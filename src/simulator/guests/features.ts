import { failure } from '../api/errors.ts';
import { oneOf, optional } from '../api/parameters.ts';
import type { Route } from '../api/route.ts';
import type { Options } from '../../pve/config/index.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import type { GuestKind } from './kind.ts';
import { guestOf } from './lookup.ts';
import { NODE_AND_VMID, SNAPNAME, text } from './parameters.ts';
import { volumeSettings } from './references.ts';
import { availableOn, isShared, volumeHasFeature } from './storages.ts';
import type { Feature } from './storages.ts';
import { isCdrom, storageOf } from './volume-setting.ts';
import { isDisabled } from '../state/storages.ts';

/** Whether all of a section's volumes can do that (`has_feature`); a VM's CD drives do not count, a container's bind mounts do. */
export function hasFeature(cluster: Cluster, kind: GuestKind, options: Options, feature: Feature, snapname?: string): boolean {
  return volumeSettings(kind, options)
    .filter(([, setting]) => kind.kind === 'lxc' || !isCdrom(setting))
    .every(([, setting]) => volumeHasFeature(cluster, setting.volume, feature, { snapshot: snapname !== undefined, container: kind.kind === 'lxc' }));
}

/** The nodes on which all of a section's volumes can be reached (`shared_nodes`). */
export function sharedNodes(cluster: Cluster, kind: GuestKind, node: string, options: Options): string[] {
  let nodes = [...cluster.nodes.keys()];
  for (const [, { volume }] of volumeSettings(kind, options)) {
    const storage = cluster.storages.get(storageOf(volume) ?? '');
    if (storage === undefined) continue;
    if (isDisabled(storage)) nodes = [];
    else if (storage.options.has('nodes')) nodes = nodes.filter((name) => availableOn(storage, name));
    else if (!isShared(storage)) nodes = nodes.filter((name) => name === node);
  }
  return nodes;
}

/** The options of one of the guest's snapshots. Throws `snapshot '…' does not exist`. */
export function snapshotOf(guest: Guest, snapname: string): Options {
  const section = guest.config.snapshots.get(snapname);
  if (section === undefined) throw failure(`snapshot '${snapname}' does not exist`);
  return section;
}

/** `GET …/{vmid}/feature`; containers are not told which nodes. */
export function featureRoute(kind: GuestKind): Route {
  return {
    method: 'GET',
    path: `/nodes/{node}/${kind.kind}/{vmid}/feature`,
    permissions: { check: ['perm', '/vms/{vmid}', ['VM.Audit']] },
    parameters: { ...NODE_AND_VMID, feature: oneOf('snapshot', 'clone', 'copy'), snapname: optional(SNAPNAME) },
    run: (call) => {
      const guest = guestOf(call, kind);
      const snapname = text(call, 'snapname') || undefined;
      const options = snapname === undefined ? guest.config.current : snapshotOf(guest, snapname);
      const available = hasFeature(call.cluster, kind, options, text(call, 'feature') as Feature, snapname) ? 1 : 0;
      return kind.kind === 'lxc' ? { hasFeature: available } : { hasFeature: available, nodes: sharedNodes(call.cluster, kind, guest.node, options) };
    },
  };
}
