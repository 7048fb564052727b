import type { Wish } from '../door.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import type { AddressAnswer, ContainerAnswers, CreateAnswers, NetworkAnswer, VmAnswers } from './answers.ts';

type Wanted = Readonly<Record<string, StepParameters[string] | undefined>>;

/** What is to be done, in order: the download of what is missing, the creation, what follows it. */
export function wishesOf(answers: CreateAnswers): readonly Wish[] {
  return answers.type === 'lxc' ? containerWishes(answers) : vmWishes(answers);
}

function containerWishes(answers: ContainerAnswers): readonly Wish[] {
  const { template, node, name, disk, swap, unprivileged, nesting, password, sshKeys, network, ip, ip6 } = answers;
  const volid = 'volid' in template ? template.volid : `${template.storage}:vztmpl/${template.download}`;
  const download: Wish[] = 'volid' in template ? [] : [{ operation: 'storage.download-template', target: { kind: 'storage', storage: template.storage, node }, parameters: { template: template.download } }];
  return [...download, create(answers, {
    hostname: name,
    ostemplate: volid,
    rootfs: `${disk.storage}:${disk.size}`,
    swap,
    unprivileged,
    features: nesting ? 'nesting=1' : undefined,
    password,
    'ssh-public-keys': sshKeys,
    net0: network === undefined ? undefined : ['name=eth0', ...card(network), ...address('ip', 'gw', ip), ...address('ip6', 'gw6', ip6)].join(','),
    start: answers.start || undefined,
  })];
}

function vmWishes(answers: VmAnswers): readonly Wish[] {
  const { source, disk, network, ostype, bios, machine, cpu, agent, cloudInit, start } = answers;
  const windows = ostype.startsWith('w');
  // A copy is as large as its image; it grows, and the VM starts, once it is there.
  const grows = source.kind === 'image';
  const wish = create(answers, {
    name: answers.name,
    sockets: 1,
    cpu,
    ostype,
    bios: bios === 'ovmf' ? bios : undefined,
    machine: machine === 'q35' ? machine : undefined,
    efidisk0: bios === 'ovmf' ? `${disk.storage}:1,efitype=4m,pre-enrolled-keys=1` : undefined,
    tpmstate0: ostype === 'win11' ? `${disk.storage}:1,version=v2.0` : undefined,
    agent: agent ? 'enabled=1' : undefined,
    scsihw: 'virtio-scsi-single',
    scsi0: grows ? `${disk.storage}:0,import-from=${source.volid},discard=on,iothread=1` : `${disk.storage}:${disk.size},discard=on,iothread=1`,
    ide2: source.kind === 'iso' ? `${source.volid},media=cdrom` : undefined,
    ide0: cloudInit === undefined ? undefined : `${cloudInit.storage}:cloudinit`,
    boot: source.kind === 'iso' ? 'order=scsi0;ide2' : 'order=scsi0',
    // A cloud image writes its console to the serial port and may come without a driver for another display.
    serial0: grows && !windows ? 'socket' : undefined,
    net0: network === undefined ? undefined : ['virtio', ...card(network)].join(','),
    ciuser: cloudInit?.user,
    cipassword: cloudInit?.password,
    // The API takes this one percent-encoded (format `urlencoded`).
    sshkeys: cloudInit?.sshKeys === undefined ? undefined : encodeURIComponent(cloudInit.sshKeys),
    ipconfig0: cloudInit === undefined || network === undefined ? undefined : [...address('ip', 'gw', cloudInit.ip), ...address('ip6', 'gw6', cloudInit.ip6)].join(',') || undefined,
    start: (start && !grows) || undefined,
  });
  const { target } = wish;
  return [
    wish,
    ...(grows ? [{ operation: 'guest.resize-disk', target, parameters: { disk: 'scsi0', size: `${disk.size}G` } }] : []),
    ...(grows && start ? [{ operation: 'guest.start', target }] : []),
  ];
}

function create(answers: CreateAnswers, options: Wanted): Wish {
  const { type, vmid, node, name, cores, memory, startAtBoot, tags, pool, description, nameserver, searchDomain } = answers;
  const target: GuestTarget = { kind: 'guest', type, vmid, node, name };
  const all: Wanted = { ...options, cores, memory, onboot: startAtBoot || undefined, tags: tags.length === 0 ? undefined : tags.join(';'), pool, description, nameserver, searchdomain: searchDomain };
  const parameters: StepParameters = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, StepParameters[string]] => entry[1] !== undefined));
  return { operation: 'guest.create', target, parameters };
}

function card({ bridge, vlan, firewall }: NetworkAnswer): readonly string[] {
  return [`bridge=${bridge}`, ...(vlan === undefined ? [] : [`tag=${vlan}`]), ...(firewall ? ['firewall=1'] : [])];
}

function address(key: string, gateway: string, answer: AddressAnswer): readonly string[] {
  if (answer === 'none') return [];
  if (typeof answer === 'string') return [`${key}=${answer}`];
  return [`${key}=${answer.cidr}`, ...(answer.gateway === undefined ? [] : [`${gateway}=${answer.gateway}`])];
}
