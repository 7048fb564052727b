import { choicesOf, type Choices, sourceKind } from './choices.ts';
import type { ClusterFacts, NodeFacts } from './facts.ts';
import { type Given, type GuestType, TO_DOWNLOAD, type Values } from './values.ts';

/** The node that a guest comes onto when nobody has chosen one: that with most free memory. */
export function nodeOf(given: Given, cluster: ClusterFacts): string {
  const { node: [first] } = choicesOf('lxc', cluster, undefined);
  return given.node ?? first ?? '';
}

/**
 * The whole form: what is given, and sensible values for the rest. A choice that the node does not have falls back to its default.
 * @param facts of the chosen node; undefined while they are asked for
 */
export function valuesOf(type: GuestType, given: Given, cluster: ClusterFacts, facts: NodeFacts | undefined): Values {
  const choices = choicesOf(type, cluster, facts);
  const choice = (field: keyof Choices, preferred?: string): string => {
    const wanted = given[field];
    if (wanted !== undefined && choices[field].includes(wanted)) return wanted;
    return preferred !== undefined && choices[field].includes(preferred) ? preferred : (choices[field][0] ?? '');
  };
  const source = choice('source');
  const kind = sourceKind(facts, { source });
  const windows = kind === 'iso' && /win|virtio-win/i.test(source);
  const ostype = choice('ostype', windows ? 'win11' : 'l26');
  const modern = ostype === 'win11';
  return {
    name: '', password: '', sshKeys: '', vlan: '', ip: '', gateway: '', ip6: '', gateway6: '', nameserver: '', searchDomain: '', user: '', tags: '', description: '',
    vmid: cluster.nextId === undefined ? '' : String(cluster.nextId),
    size: type === 'lxc' ? '8' : ostype.startsWith('win') ? '64' : '32',
    cores: type === 'lxc' ? '1' : '2',
    memory: type === 'lxc' ? '512' : ostype.startsWith('win') ? '4096' : '2048',
    swap: '512',
    firewall: true,
    unprivileged: true,
    nesting: given.unprivileged ?? true,
    agent: type === 'qemu' && kind === 'image',
    cloudInit: kind === 'image',
    startAtBoot: false,
    ...given,
    node: nodeOf(given, cluster),
    template: choice('template', preferredTemplate(choices.template)),
    templateStorage: choice('templateStorage'),
    source,
    storage: choice('storage'),
    bridge: choice('bridge'),
    ipMode: choice('ipMode'),
    ip6Mode: choice('ip6Mode'),
    cloudInitStorage: choice('cloudInitStorage', given.storage),
    ostype,
    bios: choice('bios', modern ? 'ovmf' : 'seabios'),
    machine: choice('machine', modern ? 'q35' : 'i440fx'),
    cpu: choice('cpu'),
    pool: choice('pool'),
    start: given.start ?? (type === 'lxc' || kind !== 'none'),
  };
}

const numeric = new Intl.Collator('en', { numeric: true });

/** The newest Debian that is there already, else whatever is there, else the newest Debian of the index. */
function preferredTemplate(templates: readonly string[]): string | undefined {
  const newest = (those: readonly string[]): string | undefined => those.filter((template) => /[/+]debian-\d+-standard_/.test(template)).sort((a, b) => numeric.compare(nameOf(b), nameOf(a)))[0];
  const there = templates.filter((template) => !template.startsWith(TO_DOWNLOAD));
  return newest(there) ?? there[0] ?? newest(templates);
}

const nameOf = (template: string): string => template.slice(template.lastIndexOf('/') + 1);
