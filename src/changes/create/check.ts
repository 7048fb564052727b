import type { SecretReference } from '../proposal/step.ts';
import type { AddressAnswer, CreateAnswers, TemplateAnswer } from './answers.ts';
import { cidrProblem, type Family, gatewayProblem, inNetwork, isAnyAddress } from './address.ts';
import { sourceKind } from './choices.ts';
import type { ClusterFacts, NodeFacts } from './facts.ts';
import { type Field, type GuestType, TO_DOWNLOAD, type Values } from './values.ts';

/** What is to be said at a field. With an error nothing is created; a warning can be lived with. */
export interface FieldMessage {
  readonly level: 'error' | 'warning';
  readonly text: string;
}
export type Messages = Readonly<Partial<Record<Field, FieldMessage>>>;

export interface Checked {
  readonly messages: Messages;
  /** Present when no message is an error. */
  readonly answers?: CreateAnswers;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
/** Storages that give out room when it is written to, so that a disk may be larger than what is free. */
const THIN = new Set(['lvmthin', 'rbd', 'zfspool', 'zfs', 'dir', 'nfs', 'cifs', 'cephfs', 'btrfs']);
const size = (bytes: number): string => (bytes < 1024 * GiB ? `${Math.round((bytes / GiB) * 10) / 10} GiB` : `${Math.round((bytes / GiB / 1024) * 10) / 10} TiB`);

/**
 * Reads the form: messages for its fields, and the answers once nothing is wrong.
 * @param password the reference under which the password can be had when it is needed
 */
export function check(type: GuestType, values: Values, cluster: ClusterFacts, facts: NodeFacts | undefined, password: SecretReference): Checked {
  const messages: Partial<Record<Field, FieldMessage>> = {};
  const say = (level: FieldMessage['level'], field: Field, text: string | undefined): void => {
    if (text !== undefined && messages[field]?.level !== 'error') messages[field] = { level, text };
  };
  const error = (field: Field, text: string | undefined): void => say('error', field, text);
  const warn = (field: Field, text: string | undefined): void => say('warning', field, text);

  error('name', nameProblem(values.name, type));
  error('vmid', vmidProblem(values.vmid, cluster));
  const node = cluster.nodes.find((each) => each.node === values.node);
  if (node?.online !== true) error('node', values.node === '' ? 'No node of the cluster answers.' : `${values.node} is offline.`);

  const cores = whole(values.cores, 1, type === 'lxc' ? 8192 : 128);
  error('cores', typeof cores === 'string' ? cores : undefined);
  if (typeof cores === 'number' && node?.cpus !== undefined && cores > node.cpus) say(type === 'qemu' && values.start ? 'error' : 'warning', 'cores', `${node.node} has ${node.cpus} CPUs${type === 'qemu' ? '; a VM with more does not start there' : ''}.`);
  const memory = whole(values.memory, 16, 4 * 1024 ** 2);
  error('memory', typeof memory === 'string' ? memory : undefined);
  if (typeof memory === 'number' && node?.memory !== undefined && memory * MiB > node.memory) error('memory', `${node.node} has ${size(node.memory)} in all.`);
  if (typeof memory === 'number' && node?.memoryFree !== undefined && memory * MiB > node.memoryFree) warn('memory', `${node.node} has only ${size(node.memoryFree)} free.`);
  const swap = whole(values.swap, 0, 4 * 1024 ** 2);
  if (type === 'lxc') error('swap', typeof swap === 'string' ? swap : undefined);

  const gibibytes = /^\d{1,7}(\.\d{1,3})?$/.test(values.size) && Number(values.size) > 0 ? Number(values.size) : undefined;
  if (gibibytes === undefined) error('size', 'A size in GiB is wanted, such as 8.');
  const storage = facts?.storages.find((each) => each.storage === values.storage);
  if (facts !== undefined && storage === undefined) error('storage', `${values.node} has no storage for ${type === 'lxc' ? 'volumes of containers' : 'disks of VMs'}, or none that you may use.`);
  if (gibibytes !== undefined && storage !== undefined) {
    if (storage.total !== undefined && gibibytes * GiB > storage.total) error('size', `${storage.storage} has ${size(storage.total)} in all.`);
    else if (storage.free !== undefined && gibibytes * GiB > storage.free) say(THIN.has(storage.type) ? 'warning' : 'error', 'size', `${storage.storage} has only ${size(storage.free)} free.`);
  }

  const vlan = values.bridge === '' || values.vlan === '' ? undefined : whole(values.vlan, 1, 4094);
  error('vlan', typeof vlan === 'string' ? vlan : undefined);
  const addressed = values.bridge !== '' && (type === 'lxc' || values.cloudInit);
  for (const [mode, field, gateway, family] of [['ipMode', 'ip', 'gateway', 'ipv4'], ['ip6Mode', 'ip6', 'gateway6', 'ipv6']] as const satisfies readonly (readonly [Field, Field, Field, Family])[]) {
    if (!addressed || values[mode] !== 'static') continue;
    const wrong = cidrProblem(values[field].trim(), family);
    error(field, wrong);
    error(gateway, gatewayProblem(values[gateway].trim(), family));
    if (messages[gateway] === undefined && wrong === undefined && values[gateway] !== '' && !inNetwork(values[gateway].trim(), values[field].trim(), family)) warn(gateway, `It is not in the network of ${values[field].trim()}.`);
  }
  const tags = listOf(values.tags);
  const [wrongTag] = tags.filter((tag) => !/^[a-z0-9_][a-z0-9_\-+.]*$/i.test(tag));
  if (wrongTag !== undefined) error('tags', `“${wrongTag}” is no tag: letters, digits, and after the first “_”, “-”, “+”, “.” as well.`);
  if (addressed) {
    const [wrongServer] = listOf(values.nameserver).filter((server) => !isAnyAddress(server));
    if (wrongServer !== undefined) error('nameserver', `“${wrongServer}” is no IP address.`);
    const [wrongDomain] = listOf(values.searchDomain).filter((domain) => !DNS_NAME.test(domain));
    if (wrongDomain !== undefined) error('searchDomain', `“${wrongDomain}” is no domain.`);
  }
  const keys = values.sshKeys.trim();
  if (type === 'lxc' || values.cloudInit) error('sshKeys', keysProblem(keys));
  if (type === 'lxc') {
    if (facts !== undefined && values.template === '') error('template', `No storage of ${values.node} has a template, and none takes one.`);
    if (values.template.startsWith(TO_DOWNLOAD) && values.templateStorage === '') error('templateStorage', `${values.node} has no storage for templates.`);
    if (values.password === '' && keys === '') error('password', 'A password or an SSH key is needed to log in.');
    // At least five characters (API, POST /nodes/{node}/lxc).
    else if (values.password !== '' && values.password.length < 5) error('password', 'At least five characters.');
  } else if (values.cloudInit) {
    if (!/^([a-z_][a-z0-9_-]{0,31})?$/i.test(values.user)) error('user', 'Letters, digits, “_” and “-”, and a letter first.');
    if (facts !== undefined && values.cloudInitStorage === '') error('cloudInitStorage', `${values.node} has no storage for the cloud-init drive.`);
    if (values.password === '' && keys === '') warn('password', 'Without a password or an SSH key, nobody may be able to log in.');
  }

  if (Object.values(messages).some(({ level }) => level === 'error') || facts === undefined || typeof cores === 'string' || typeof memory === 'string' || typeof swap === 'string' || typeof vlan === 'string' || gibibytes === undefined) return { messages };
  const common = {
    vmid: Number(values.vmid), node: values.node, name: values.name, cores, memory,
    disk: { storage: values.storage, size: gibibytes },
    ...(values.bridge === '' ? {} : { network: { bridge: values.bridge, firewall: values.firewall, ...(vlan === undefined ? {} : { vlan }) } }),
    start: values.start, startAtBoot: values.startAtBoot, tags,
    ...present({ pool: values.pool, description: values.description.trim() }),
    ...(addressed ? present({ nameserver: listOf(values.nameserver).join(' '), searchDomain: listOf(values.searchDomain).join(' ') }) : {}),
  };
  const secret = values.password === '' ? {} : { password };
  const addresses = { ip: addressAnswer(values.ipMode, values.ip, values.gateway), ip6: addressAnswer(values.ip6Mode, values.ip6, values.gateway6) };
  if (type === 'lxc') return { messages, answers: { type, ...common, template: templateAnswer(values), swap, unprivileged: values.unprivileged, nesting: values.nesting, ...secret, ...present({ sshKeys: keys }), ...addresses } };
  const kind = sourceKind(facts, values);
  const cloudInit = { storage: values.cloudInitStorage, ...present({ user: values.user, sshKeys: keys }), ...secret, ...addresses };
  return {
    messages,
    answers: {
      type, ...common, source: kind === 'none' ? { kind } : { kind, volid: values.source }, ostype: values.ostype,
      bios: values.bios === 'ovmf' ? 'ovmf' : 'seabios', machine: values.machine === 'q35' ? 'q35' : 'i440fx', cpu: values.cpu, agent: values.agent,
      ...(values.cloudInit ? { cloudInit } : {}),
    },
  };
}

/** A whole number within bounds, or what is wrong with it. */
function whole(text: string, least: number, most: number): number | string {
  const value = Number(text);
  return /^\d{1,9}$/.test(text) && value >= least && value <= most ? value : `A whole number from ${least.toLocaleString('en-GB')} to ${most.toLocaleString('en-GB')} is wanted.`;
}

/** PVE::JSONSchema, dns-name; a label of at most 63 characters (RFC 1035, 2.3.4). */
const DNS_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

function nameProblem(name: string, type: GuestType): string | undefined {
  if (name === '') return `${type === 'lxc' ? 'A container needs a host name' : 'A VM needs a name'}, such as web-1.`;
  return DNS_NAME.test(name) ? undefined : 'Letters, digits and “-”, in parts joined by “.”; no part begins or ends with “-”.';
}

function vmidProblem(vmid: string, { taken }: ClusterFacts): string | undefined {
  if (!/^\d{3,9}$/.test(vmid) || Number(vmid) < 100) return 'A number from 100 to 999999999 is wanted.';
  const by = taken.get(Number(vmid));
  return by === undefined ? undefined : `${vmid} is taken by ${by}.`;
}

function keysProblem(keys: string): string | undefined {
  if (keys.includes('PRIVATE KEY')) return 'That is a private key. Only public ones belong here, from a file that ends in .pub.';
  const wrong = keys.split('\n').findIndex((line) => line.trim() !== '' && !/^(?:[^ #]+ )?(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}={0,3}(?: .*)?$/.test(line.trim()));
  return wrong === -1 ? undefined : `Line ${wrong + 1} is no public SSH key.`;
}

const listOf = (text: string): readonly string[] => text.split(/[\s,;]+/).filter(Boolean);

function addressAnswer(mode: string, cidr: string, gateway: string): AddressAnswer {
  if (mode === 'static') return { cidr: cidr.trim(), ...present({ gateway: gateway.trim() }) };
  return mode === 'dhcp' || mode === 'auto' ? mode : 'none';
}

function templateAnswer({ template, templateStorage }: Values): TemplateAnswer {
  return template.startsWith(TO_DOWNLOAD) ? { download: template.slice(TO_DOWNLOAD.length), storage: templateStorage } : { volid: template };
}

/** Without the empty ones. */
function present<K extends string>(texts: Readonly<Record<K, string>>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries<string>(texts).filter(([, text]) => text !== '')) as Partial<Record<K, string>>;
}
