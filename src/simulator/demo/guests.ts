import { emptyGuestConfig, type GuestConfig } from '../../pve/config/index.ts';
import { randomMac, randomUuid } from '../state/random.ts';
import { type Cluster, type Guest, type GuestAgent, newFirewall, type Node } from '../state/cluster.ts';
import type { Service } from './catalogue.ts';

const GiB = 1024 ** 3;
const OSTYPE = { qemu: { debian: 'l26', ubuntu: 'l26', alpine: 'l26', rocky: 'l26', windows: 'win11' }, lxc: { debian: 'debian', ubuntu: 'ubuntu', alpine: 'alpine', rocky: 'centos', windows: 'unmanaged' } } as const;
const PRETTY = { debian: ['Debian GNU/Linux 13 (trixie)', 'debian', '13'], ubuntu: ['Ubuntu 24.04.3 LTS', 'ubuntu', '24.04'], alpine: ['Alpine Linux v3.22', 'alpine', '3.22'], rocky: ['Rocky Linux 10.0 (Red Quartz)', 'rocky', '10.0'], windows: ['Microsoft Windows 11', 'mswindows', '11'] } as const;

/** What a guest of the demo is made from. */
export interface GuestPlan {
  readonly vmid: number;
  /** Its name where it differs from the service's. */
  readonly name: string;
  readonly service: Service;
  readonly node: Node;
  readonly storage: string;
  readonly template?: boolean;
}

const address = (vmid: number): string => `10.${20 + Math.floor(vmid / 60_000)}.${Math.floor(vmid / 250) % 250}.${(vmid % 250) + 2}`;

function volume(cluster: Cluster, { vmid, node, storage, service, template }: GuestPlan, name: string, bytes: number): string {
  const volid = `${storage}:${name}`;
  const shared = cluster.storages.get(storage)?.options.get('shared') === '1';
  cluster.volumes.get(storage)?.set(volid, {
    volid,
    storage,
    ...(shared ? {} : { node: node.name }),
    content: service.kind === 'qemu' ? 'images' : 'rootdir',
    format: 'raw',
    size: bytes,
    used: Math.floor(bytes * (template ? 0.2 : 0.25 + 0.4 * cluster.random())),
    ctime: Math.floor(cluster.clock.now() / 1000) - Math.floor(cluster.random() * 300 * 86_400),
    vmid,
  });
  return volid;
}

function vmConfig(cluster: Cluster, plan: GuestPlan): GuestConfig {
  const { vmid, service, name, template } = plan;
  const config = emptyGuestConfig();
  const created = Math.floor(cluster.clock.now() / 1000) - Math.floor((0.1 + cluster.random()) * 400 * 86_400);
  const windows = service.os === 'windows';
  const disk = volume(cluster, plan, `${template ? 'base' : 'vm'}-${vmid}-disk-0`, service.disk * GiB);
  const entries: Record<string, string | undefined> = {
    agent: '1',
    bios: windows ? 'ovmf' : undefined,
    boot: 'order=scsi0;ide2;net0',
    cores: String(service.cores),
    cpu: 'x86-64-v2-AES',
    description: service.notes,
    efidisk0: windows ? `${volume(cluster, plan, `vm-${vmid}-disk-1`, 4 * 1024 * 1024)},efitype=4m,pre-enrolled-keys=1,size=4M` : undefined,
    ide2: template ? `${volume(cluster, plan, `vm-${vmid}-cloudinit`, 4 * 1024 * 1024)},media=cdrom` : 'none,media=cdrom',
    ipconfig0: template ? 'ip=dhcp' : undefined,
    machine: windows ? 'pc-q35-10.1' : undefined,
    memory: String(service.memory),
    meta: `creation-qemu=10.1.2,ctime=${created}`,
    name,
    net0: `virtio=${randomMac(cluster)},bridge=vmbr0,firewall=1${service.pool === 'production' ? ',tag=20' : ''}`,
    numa: '0',
    onboot: service.tags.includes('critical') ? '1' : undefined,
    ostype: OSTYPE.qemu[service.os],
    protection: service.tags.includes('critical') && service.tags.includes('database') ? '1' : undefined,
    scsi0: `${disk},discard=on,iothread=1,size=${service.disk}G,ssd=1`,
    scsihw: 'virtio-scsi-single',
    serial0: template ? 'socket' : undefined,
    smbios1: `uuid=${randomUuid(cluster)}`,
    sockets: '1',
    startup: service.tags.includes('network') ? 'order=1' : undefined,
    tags: service.tags.length > 0 ? service.tags.join(';') : undefined,
    template: template ? '1' : undefined,
    vga: windows ? 'virtio' : undefined,
    vmgenid: randomUuid(cluster),
  };
  for (const [option, value] of Object.entries(entries)) if (value !== undefined) config.current.set(option, value);
  return config;
}

function containerConfig(cluster: Cluster, plan: GuestPlan): GuestConfig {
  const { vmid, service, name, template } = plan;
  const config = emptyGuestConfig();
  const disk = volume(cluster, plan, `${template ? 'base' : 'vm'}-${vmid}-disk-0`, service.disk * GiB);
  const entries: Record<string, string | undefined> = {
    arch: 'amd64',
    cores: String(service.cores),
    description: service.notes,
    features: service.os === 'alpine' ? undefined : 'nesting=1',
    hostname: name,
    memory: String(service.memory),
    net0: `name=eth0,bridge=vmbr0,firewall=1,${service.pool === 'production' ? `gw=${address(vmid).replace(/\d+$/, '1')},` : ''}hwaddr=${randomMac(cluster)},ip=${service.pool === 'production' ? `${address(vmid)}/24` : 'dhcp'}${service.pool === 'production' ? ',tag=20' : ''},type=veth`,
    onboot: service.tags.includes('critical') ? '1' : undefined,
    ostype: OSTYPE.lxc[service.os],
    rootfs: `${disk},size=${service.disk}G`,
    startup: service.tags.includes('network') ? 'order=1,up=10' : undefined,
    swap: '512',
    tags: service.tags.length > 0 ? service.tags.join(';') : undefined,
    template: template ? '1' : undefined,
    unprivileged: '1',
  };
  for (const [option, value] of Object.entries(entries)) if (value !== undefined) config.current.set(option, value);
  return config;
}

function agentOf({ vmid, name, service }: GuestPlan, config: GuestConfig): GuestAgent {
  const [pretty, id, version] = PRETTY[service.os];
  const mac = /virtio=([0-9A-F:]+)/.exec(config.current.get('net0') ?? '')?.[1]?.toLowerCase() ?? '';
  const total = service.disk * GiB;
  const windows = service.os === 'windows';
  return {
    hostname: name,
    osInfo: { id, name: pretty.split(' ')[0] ?? id, 'pretty-name': pretty, version: pretty.replace(/^\S+ /, ''), 'version-id': version, machine: 'x86_64', 'kernel-release': windows ? '26200' : '6.12.48+deb13-amd64', 'kernel-version': windows ? '' : '#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1' },
    interfaces: [
      ...(windows ? [] : [{ name: 'lo', mac: '00:00:00:00:00:00', addresses: [{ address: '127.0.0.1', prefix: 8, type: 'ipv4' as const }, { address: '::1', prefix: 128, type: 'ipv6' as const }] }]),
      { name: windows ? 'Ethernet' : 'ens18', mac, addresses: [{ address: address(vmid), prefix: 24, type: 'ipv4' as const }] },
    ],
    filesystems: [{ name: windows ? '\\\\?\\Volume{c}\\' : 'sda1', mountpoint: windows ? 'C:\\' : '/', type: windows ? 'NTFS' : 'ext4', total, used: Math.floor(total * 0.42) }],
    files: new Map([['/etc/hostname', `${name}\n`]]),
    commands: new Map(),
    frozen: false,
  };
}

/** Makes the guest with its volumes and puts it into the cluster. */
export function addGuest(cluster: Cluster, plan: GuestPlan): Guest {
  const { vmid, service, node, template = false } = plan;
  const config = service.kind === 'qemu' ? vmConfig(cluster, plan) : containerConfig(cluster, plan);
  const stopped = template || service.stopped === true || !node.online;
  const [cpu, memory, network, disk] = service.load;
  const vary = (level: number): number => level * (0.8 + 0.4 * cluster.random());
  const guest: Guest = {
    vmid,
    kind: service.kind,
    node: node.name,
    config,
    power: stopped ? 'stopped' : service.paused ? 'paused' : 'running',
    startedAt: Math.floor(node.bootedAt + 60 + cluster.random() * Math.max(60, cluster.clock.now() / 1000 - node.bootedAt - 120) * 0.9),
    pid: 2000 + Math.floor(cluster.random() * 900_000),
    diskUsed: Math.floor(service.disk * GiB * (0.2 + 0.45 * cluster.random())),
    load: { cpu: vary(cpu), memory: Math.min(0.95, vary(memory)), network: vary(network), disk: vary(disk), phase: cluster.random() * 2 * Math.PI },
    agent: service.kind === 'qemu' ? agentOf(plan, config) : undefined,
    firewall: newFirewall(),
  };
  cluster.guests.set(vmid, guest);
  if (service.pool !== undefined) cluster.pools.get(service.pool)?.guests.add(vmid);
  return guest;
}
