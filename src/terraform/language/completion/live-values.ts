import { bytesText, type ClusterFacts, type Meaning, nextFreeVmid, type NodeFacts, partText, type ProjectFacts } from '../facts/index.ts';

export interface LiveValue {
  readonly value: string | number;
  readonly detail: string;
}

/** What stands beside the value: the node of the resource, the bridge, the content that is wanted of a storage. */
export interface Beside {
  readonly node: string | undefined;
  readonly bridge: string | undefined;
  readonly content: string | undefined;
}

/** Values of the cluster that fit, the likeliest first. */
export function liveValues(meaning: Meaning, cluster: ClusterFacts, project: () => ProjectFacts, beside: Beside): LiveValue[] {
  switch (meaning.kind) {
    case 'node':
      return [...cluster.nodes].sort(([, a], [, b]) => (b.freeMemoryBytes ?? 0) - (a.freeMemoryBytes ?? 0)).map(([value, node]) => ({ value, detail: nodeText(node) }));
    case 'storage':
      return storages(cluster, meaning.given === true ? beside.content : meaning.content, beside.node);
    case 'volume':
      return storages(cluster, meaning.content, beside.node);
    case 'file':
      return files(cluster, meaning.contents, beside.node);
    case 'bridge':
      return bridges(cluster, beside.node);
    case 'vlan': {
      const there = [...new Set(bridgesOf(cluster, beside.node).filter(({ name }) => beside.bridge === undefined || name === beside.bridge).flatMap(({ vlans }) => vlans))].sort((a, b) => a - b);
      // A bridge that lets all VLANs pass names none: those that are in use here are the likeliest.
      const inCode = project().vlans().filter((vlan) => vlan > 0 && !there.includes(vlan));
      return [...there.map((value) => ({ value, detail: `VLAN${beside.bridge === undefined ? '' : ` on ${beside.bridge}`}` })), ...inCode.map((value) => ({ value, detail: 'VLAN in this code' }))];
    }
    case 'pool':
      return [...(cluster.pools ?? [])].sort().map((value) => ({ value, detail: 'pool' }));
    case 'own-vmid': {
      const value = nextFreeVmid(cluster, project());
      return [{ value, detail: 'next free VMID' }];
    }
    case 'clone-source':
      return [...cluster.guests.values()].filter(({ kind, template }) => kind === meaning.guest && template).map(({ vmid, name, node }) => ({ value: vmid, detail: `template ${name} on ${node}` }));
    case 'guest':
      return [...cluster.guests.values()].map(({ vmid, name, node }) => ({ value: vmid, detail: `${name} on ${node}` }));
    default:
      return [];
  }
}

export function nodeText({ online, memoryBytes, freeMemoryBytes, cores }: NodeFacts): string {
  if (!online) return 'offline';
  const memory = memoryBytes === undefined ? [] : [freeMemoryBytes === undefined ? `${bytesText(memoryBytes)} memory` : `${partText(freeMemoryBytes, memoryBytes)} memory free`];
  return [...memory, ...(cores === undefined ? [] : [`${String(cores)} cores`])].join(', ');
}

function storages({ storages: all }: ClusterFacts, content: string | undefined, node: string | undefined): LiveValue[] {
  const here = all.filter((storage) => (node === undefined || storage.node === node) && (content === undefined || storage.content.has(content)));
  const known = here.length > 0 ? here : all.filter((storage) => content === undefined || storage.content.has(content));
  const byName = new Map(known.map((storage) => [storage.name, storage]));
  return [...byName.values()].sort((a, b) => (b.freeBytes ?? 0) - (a.freeBytes ?? 0)).map(({ name, freeBytes, totalBytes, shared }) => ({
    value: name,
    detail: [...(freeBytes === undefined ? [] : [`${totalBytes === undefined ? bytesText(freeBytes) : partText(freeBytes, totalBytes)} free`]), shared ? 'shared' : 'local'].join(', '),
  }));
}

function files(cluster: ClusterFacts, contents: readonly string[], node: string | undefined): LiveValue[] {
  const names = new Set(cluster.storages.filter((storage) => (node === undefined || storage.node === node) && contents.some((content) => storage.content.has(content))).map(({ name }) => name));
  return [...names].flatMap((name) => cluster.files(name) ?? []).filter(({ content }) => contents.includes(content)).map(({ id, content, bytes }) => ({ value: id, detail: bytes === undefined ? content : `${content}, ${bytesText(bytes)}` }));
}

function bridgesOf({ nodes }: ClusterFacts, node: string | undefined): readonly { readonly name: string; readonly vlanAware: boolean | undefined; readonly vlans: readonly number[] }[] {
  const looked = node === undefined || !nodes.has(node) ? [...nodes.values()] : [...nodes].filter(([name]) => name === node).map(([, facts]) => facts);
  return looked.flatMap(({ bridges: own }) => own ?? []);
}

function bridges(cluster: ClusterFacts, node: string | undefined): LiveValue[] {
  const byName = new Map(bridgesOf(cluster, node).map((bridge) => [bridge.name, bridge]));
  return [...byName.values()].map(({ name, vlanAware }) => ({ value: name, detail: vlanAware === true ? 'bridge, VLAN-aware' : 'bridge' }));
}
