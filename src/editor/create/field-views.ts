import { type Choices, type ClusterFacts, diskContent, type Field, type FieldMessage, type GuestType, type NodeFacts, TO_DOWNLOAD, type Values } from '../../changes/create/index.ts';
import { formatBytes, formatShare, visible } from '../text/index.ts';
import type { ChoiceView, FieldView } from './messages.ts';

const labels: Readonly<Record<Field, string>> = {
  name: 'Name', vmid: 'VMID', node: 'Node', template: 'Template', templateStorage: 'Download the template to', source: 'Boots from', password: 'Password', sshKeys: 'Public SSH keys', storage: 'Storage', size: 'Disk size', cores: 'CPU cores',
  memory: 'Memory', swap: 'Swap', bridge: 'Network bridge', vlan: 'VLAN tag', ipMode: 'IPv4 address', ip: 'Static IPv4 address', gateway: 'IPv4 gateway', ip6Mode: 'IPv6 address', ip6: 'Static IPv6 address', gateway6: 'IPv6 gateway',
  nameserver: 'DNS servers', searchDomain: 'DNS search domain', user: 'User', cloudInitStorage: 'Storage of the cloud-init drive', ostype: 'Guest operating system', bios: 'Firmware', machine: 'Machine', cpu: 'CPU type', tags: 'Tags', pool: 'Pool', description: 'Notes',
  start: 'Start it once it is created', startAtBoot: 'Start it with its node', firewall: 'Proxmox firewall on the network card', unprivileged: 'Unprivileged: its root is nobody on the node', nesting: 'Nesting: containers and systemd work inside', agent: 'QEMU guest agent is installed', cloudInit: 'Set it up with cloud-init',
};

const hints: Readonly<Partial<Record<Field, string>>> = {
  sshKeys: 'One a line, as in authorized_keys.',
  tags: 'Separated by commas.',
  nameserver: 'Empty: those of the node.',
  searchDomain: 'Empty: that of the node.',
  password: 'Kept in memory until it is sent; it is written nowhere.',
  user: 'Empty: the image’s own.',
};
const units: Readonly<Partial<Record<Field, string>>> = { size: 'GiB', memory: 'MiB', swap: 'MiB' };
const numbers: ReadonlySet<Field> = new Set(['vmid', 'cores', 'memory', 'swap', 'size', 'vlan']);
const required: ReadonlySet<Field> = new Set(['name', 'vmid', 'cores', 'memory', 'size']);

const words: Readonly<Record<string, string>> = {
  dhcp: 'DHCP', static: 'Static', none: 'None', auto: 'SLAAC', seabios: 'SeaBIOS', ovmf: 'OVMF (UEFI)', l26: 'Linux', l24: 'Linux 2.4', win11: 'Windows 11, Server 2022 and newer', win10: 'Windows 10, Server 2016 and 2019', solaris: 'Solaris', other: 'Other',
};

/** Everything a field's view is made of. */
export interface Surroundings {
  readonly type: GuestType;
  readonly values: Values;
  readonly choices: Choices;
  readonly cluster: ClusterFacts;
  readonly facts: NodeFacts | undefined;
  readonly message: (field: Field) => FieldMessage | undefined;
}

/** A field as the page shows it. */
export function fieldView(field: Field, surroundings: Surroundings): FieldView {
  const { values, message } = surroundings;
  const said = message(field);
  const hint = hints[field];
  const described = { id: field, label: labels[field], ...(hint !== undefined && { hint }), ...(said !== undefined && { message: { level: said.level, text: visible(said.text, 500) } }) };
  const value = values[field];
  if (typeof value === 'boolean') return { ...described, kind: 'flag', value };
  if (field === 'password') return { ...described, kind: 'password', present: value !== '' };
  if (isChoice(field, surroundings.choices)) return { ...described, kind: 'choice', value, choices: surroundings.choices[field].map((each) => choiceView(field, each, surroundings)) };
  const unit = units[field];
  return { ...described, kind: field === 'sshKeys' || field === 'description' ? 'lines' : 'text', value, required: required.has(field), numeric: numbers.has(field), ...(unit !== undefined && { unit }) };
}

const isChoice = (field: Field, choices: Choices): field is keyof Choices => Object.hasOwn(choices, field);

function choiceView(field: keyof Choices, value: string, { type, cluster, facts }: Surroundings): ChoiceView {
  switch (field) {
    case 'node': return { value, label: nodeText(value, cluster) };
    case 'storage': return { value, label: storageText(value, facts, diskContent(type)) };
    case 'templateStorage': return { value, label: storageText(value, facts, 'vztmpl') };
    case 'cloudInitStorage': return { value, label: storageText(value, facts, 'images') };
    case 'bridge': {
      const bridge = facts?.bridges.find((each) => each.bridge === value);
      return { value, label: value === '' ? 'No network card' : [value, bridge?.cidr, bridge?.comment].filter((part) => part !== undefined).map((part) => visible(part, 60)).join(' · ') };
    }
    case 'template':
    case 'source': return volumeView(value, facts);
    case 'pool': return { value, label: value === '' ? 'None' : visible(value, 100) };
    default: return { value, label: words[value] ?? visible(value, 100) };
  }
}

function nodeText(value: string, { nodes }: ClusterFacts): string {
  const node = nodes.find((each) => each.node === value);
  const memory = node?.memoryFree === undefined || node.memory === undefined ? undefined : `${formatShare(node.memoryFree, node.memory)} memory free`;
  const cpu = node?.cpus === undefined ? undefined : (node.load === undefined ? `${node.cpus} CPUs` : `CPU ${Math.round(node.load * 100)} % of ${node.cpus}`);
  return [visible(value, 60), memory, cpu].filter((part) => part !== undefined).join(' · ');
}

function storageText(value: string, facts: NodeFacts | undefined, content: string): string {
  const storage = facts?.storages.find((each) => each.storage === value && each.content.includes(content));
  return [visible(value, 60), storage?.free === undefined ? undefined : `${formatBytes(storage.free)} free`, storage === undefined ? undefined : `${visible(storage.type, 20)}${storage.shared ? ', shared' : ''}`].filter((part) => part !== undefined).join(' · ');
}

function volumeView(value: string, facts: NodeFacts | undefined): ChoiceView {
  if (value === '') return { value, label: 'Nothing: an empty disk' };
  if (value.startsWith(TO_DOWNLOAD)) {
    const template = value.slice(TO_DOWNLOAD.length);
    const appliance = facts?.appliances.find((each) => each.template === template);
    return { value, label: visible(template, 120), group: appliance?.section === 'system' || appliance === undefined ? 'To download' : `To download: ${visible(appliance.section, 40)}` };
  }
  const volume = facts?.volumes.find(({ volid }) => volid === value);
  const slash = value.indexOf('/');
  const size = volume === undefined || volume.size === 0 ? '' : ` · ${formatBytes(volume.size)}`;
  const kind = volume?.content === 'iso' ? 'ISO images' : volume?.content === 'import' ? 'Disk images' : 'Templates';
  return { value, label: `${visible(value.slice(slash + 1), 120)}${size}`, group: `${kind} on ${visible(value.slice(0, value.indexOf(':')), 60)}` };
}

