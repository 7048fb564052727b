import type { ClusterFacts, NodeFact, NodeFacts, StorageFact } from './facts.ts';
import { type GuestType, TO_DOWNLOAD, type Values } from './values.ts';

/** What a guest's volumes lie on. */
export const diskContent = (type: GuestType): string => (type === 'lxc' ? 'rootdir' : 'images');

/** A node's storages that take a kind of content, the ones with most room first. */
export function storagesFor(facts: NodeFacts | undefined, content: string): readonly StorageFact[] {
  return (facts?.storages ?? []).filter((storage) => storage.content.includes(content)).sort((a, b) => (b.free ?? 0) - (a.free ?? 0) || (a.storage < b.storage ? -1 : 1));
}

/** Nodes that answer, the one with most free memory first. */
export function onlineNodes({ nodes }: ClusterFacts): readonly NodeFact[] {
  return nodes.filter(({ online }) => online).sort((a, b) => (b.memoryFree ?? 0) - (a.memoryFree ?? 0) || (a.node < b.node ? -1 : 1));
}

const fileName = (volid: string): string => volid.slice(volid.lastIndexOf('/') + 1);

/** Entries of the index that no storage of the node has yet. */
export function missingAppliances(facts: NodeFacts | undefined): NodeFacts['appliances'] {
  const there = new Set((facts?.volumes ?? []).filter(({ content }) => content === 'vztmpl').map(({ volid }) => fileName(volid)));
  return storagesFor(facts, 'vztmpl').length === 0 ? [] : (facts?.appliances ?? []).filter(({ template }) => !there.has(template));
}

export const ostypes = ['l26', 'win11', 'win10', 'l24', 'solaris', 'other'] as const;
export const firmwares = ['seabios', 'ovmf'] as const;
export const machines = ['i440fx', 'q35'] as const;
export const cpus = ['x86-64-v2-AES', 'x86-64-v3', 'x86-64-v4', 'host', 'kvm64'] as const;
export const addressModes = { ip: ['dhcp', 'static', 'none'], ip6: ['none', 'auto', 'dhcp', 'static'] } as const;

type ChoiceField = 'node' | 'template' | 'templateStorage' | 'source' | 'storage' | 'bridge' | 'ipMode' | 'ip6Mode' | 'cloudInitStorage' | 'ostype' | 'bios' | 'machine' | 'cpu' | 'pool';
export type Choices = Readonly<Record<ChoiceField, readonly string[]>>;

/** The values that each field with a list can take, the most sensible one first where one is. */
export function choicesOf(type: GuestType, cluster: ClusterFacts, facts: NodeFacts | undefined): Choices {
  const volumes = facts?.volumes ?? [];
  const of = (content: string): readonly string[] => volumes.filter((volume) => volume.content === content).map(({ volid }) => volid);
  const names = (content: string): readonly string[] => storagesFor(facts, content).map(({ storage }) => storage);
  return {
    node: onlineNodes(cluster).map(({ node }) => node),
    template: [...of('vztmpl'), ...missingAppliances(facts).map(({ template }) => `${TO_DOWNLOAD}${template}`)],
    templateStorage: names('vztmpl'),
    source: ['', ...of('iso'), ...of('import')],
    storage: names(diskContent(type)),
    bridge: [...(facts?.bridges ?? []).map(({ bridge }) => bridge), ''],
    ipMode: addressModes.ip,
    ip6Mode: addressModes.ip6,
    cloudInitStorage: names('images'),
    ostype: ostypes,
    bios: firmwares,
    machine: machines,
    cpu: cpus,
    pool: ['', ...cluster.pools],
  };
}

/** What a VM's source is. */
export function sourceKind(facts: NodeFacts | undefined, { source }: Pick<Values, 'source'>): 'none' | 'iso' | 'image' {
  const content = facts?.volumes.find(({ volid }) => volid === source)?.content;
  return content === 'iso' ? 'iso' : content === 'import' ? 'image' : 'none';
}
