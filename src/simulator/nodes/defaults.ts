import type { Node } from '../state/cluster.ts';
import { defaultAptFiles } from './apt-files.ts';
import { installedPools } from './disks/pools.ts';
import { journalEntry } from './journal-entry.ts';
import { pendingUpdates } from './packages.ts';
import { defaultServices } from './units.ts';

export interface NodeIdentity {
  readonly name: string;
  /** IPv4 address on vmbr0, a /16. */
  readonly ip: string;
  /** 0 ≤ x < 1, seeded. */
  readonly random: () => number;
  /** Seconds since the epoch. */
  readonly now: number;
}

export type NodeDefaults = Pick<Node, 'network' | 'services' | 'disks' | 'pools' | 'updates' | 'aptFiles' | 'certificates' | 'dns' | 'timezone' | 'hosts' | 'journal'>;

const DOMAIN = 'example.net';

/** A node as its installer left it some weeks ago: two network ports in a bond below vmbr0, a system disk, two data disks, one free. */
export function nodeDefaults(identity: NodeIdentity): NodeDefaults {
  const { name, ip, random, now } = identity;
  return {
    network: defaultNetwork(ip),
    services: defaultServices(),
    disks: defaultDisks(random),
    pools: installedPools([{ path: '/dev/sda3', size: systemPartition }, { path: '/dev/nvme0n1', size: DATA_DISK.size }], now - 60 * 86_400),
    updates: pendingUpdates(random),
    aptFiles: defaultAptFiles(),
    certificates: defaultCertificates(name, ip, random, now),
    dns: { search: DOMAIN, dns1: gatewayOf(ip) },
    timezone: 'Europe/Vienna',
    hosts: `127.0.0.1 localhost.localdomain localhost\n${ip} ${name}.${DOMAIN} ${name}\n\n# The following lines are desirable for IPv6 capable hosts\n\n::1     ip6-localhost ip6-loopback\nfe00::0 ip6-localnet\nff00::0 ip6-mcastprefix\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\nff02::3 ip6-allhosts\n`,
    journal: defaultJournal(name, random, now),
  };
}

const gatewayOf = (ip: string): string => ip.replace(/^(\d+\.\d+)\..*$/, '$1.0.1');

function defaultNetwork(ip: string): Node['network'] {
  const common = { exists: 1, active: 1, families: ['inet'], method6: 'manual' };
  const interfaces: Record<string, unknown>[] = [
    { iface: 'eno1', type: 'eth', method: 'manual', ...common, altnames: ['enp65s0f0'], priority: 3 },
    { iface: 'eno2', type: 'eth', method: 'manual', ...common, altnames: ['enp65s0f1'], priority: 4 },
    { iface: 'bond0', type: 'bond', method: 'manual', ...common, autostart: 1, slaves: 'eno1 eno2', bond_mode: '802.3ad', bond_miimon: '100', bond_xmit_hash_policy: 'layer3+4', priority: 5 },
    {
      iface: 'vmbr0', type: 'bridge', method: 'static', ...common, autostart: 1, address: ip, netmask: '16', cidr: `${ip}/16`, gateway: gatewayOf(ip),
      bridge_ports: 'bond0', bridge_stp: 'off', bridge_fd: '0', bridge_vlan_aware: 1, bridge_vids: '2-4094', priority: 6,
    },
    { iface: 'vmbr1', type: 'bridge', method: 'manual', ...common, autostart: 1, bridge_ports: '', bridge_stp: 'off', bridge_fd: '0', comments: 'Internal, no uplink\n', priority: 7 },
    { iface: 'eno3', type: 'eth', method: 'manual', exists: 1, families: ['inet'], method6: 'manual', priority: 8 },
  ];
  return new Map(interfaces.map((one) => [String(one['iface']), one]));
}

const pick = <T>(random: () => number, ...from: [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];
const digits = (random: () => number, count: number, alphabet: string): string => Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
const hex = (random: () => number, count: number): string => digits(random, count, '0123456789abcdef');

interface DiskModel {
  readonly model: string;
  readonly vendor: string;
  readonly type: 'nvme' | 'ssd' | 'hdd';
  /** Bytes. */
  readonly size: number;
}

const SYSTEM_DISK: DiskModel = { model: 'SAMSUNG MZ7L3480HCHQ-00A07', vendor: 'ATA     ', type: 'ssd', size: 480_103_981_056 };
const DATA_DISK: DiskModel = { model: 'SAMSUNG MZQL21T9HCJR-00A07', vendor: 'unknown', type: 'nvme', size: 1_920_383_410_176 };
/** Bytes of the system disk that the installer gives to LVM: all but the two boot partitions. */
const systemPartition = SYSTEM_DISK.size - 1_074_773_504;
const SPARE_DISK: DiskModel = { model: 'ST4000NM002A-2HZ101', vendor: 'ATA     ', type: 'hdd', size: 4_000_787_030_016 };

function disk(random: () => number, devpath: string, { model, vendor, type, size }: DiskModel, used: string | undefined): Record<string, unknown> {
  const serial = `S${digits(random, 13, '0123456789ABCDEFGHJKLMNPRSTUVWXYZ')}`;
  return {
    devpath, model, vendor, serial, size, type,
    wwn: type === 'nvme' ? `eui.${hex(random, 16)}` : `0x${pick(random, '5002538', '5000c50')}${hex(random, 9)}`,
    by_id_link: `/dev/disk/by-id/${type === 'nvme' ? 'nvme' : 'ata'}-${model.replaceAll(' ', '_')}_${serial}`,
    rpm: type === 'hdd' ? 7200 : 0,
    wearout: type === 'hdd' ? 'N/A' : 100 - Math.floor(random() * 14),
    health: 'PASSED',
    mounted: 0,
    gpt: used === 'BIOS boot' ? 1 : 0,
    osdid: -1,
    'osdid-list': null,
    ...(used === undefined ? {} : { used }),
  };
}

/** `parent` is set on partitions only, as `include-partitions` lists them. */
function defaultDisks(random: () => number): Record<string, unknown>[] {
  const system = disk(random, '/dev/sda', SYSTEM_DISK, 'BIOS boot');
  const partition = (number: number, size: number, used: string): Record<string, unknown> => ({
    devpath: `/dev/sda${number}`, parent: '/dev/sda', type: 'partition', size, used, mounted: used === 'EFI' ? 1 : 0, gpt: 1, osdid: -1, 'osdid-list': null,
  });
  return [
    disk(random, '/dev/nvme0n1', DATA_DISK, 'LVM'),
    system,
    partition(1, 1_031_168, 'BIOS boot'),
    partition(2, 1_073_741_824, 'EFI'),
    partition(3, systemPartition, 'LVM'),
    disk(random, '/dev/sdb', SPARE_DISK, undefined),
  ];
}

const fingerprint = (random: () => number): string => Array.from({ length: 32 }, () => hex(random, 2).toUpperCase()).join(':');

/** The cluster's own authority and the node's certificate from it, without their bytes. */
function defaultCertificates(name: string, ip: string, random: () => number, now: number): Record<string, unknown>[] {
  const authority = '/CN=Proxmox Virtual Environment/OU=5b1c6f0e-2d0a-4b52-9d3e-70a1c8f5e2d4/O=PVE Cluster Manager CA';
  const made = now - 60 * 86_400 - (now % 86_400);
  const key = { 'public-key-type': 'rsaEncryption', 'public-key-bits': 2048 };
  return [
    { filename: 'pve-root-ca.pem', subject: authority, issuer: authority, san: [], fingerprint: fingerprint(random), notbefore: made, notafter: made + 3650 * 86_400, ...key, 'public-key-bits': 4096 },
    {
      filename: 'pve-ssl.pem', subject: `/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN=${name}.${DOMAIN}`, issuer: authority,
      san: ['127.0.0.1', '0000:0000:0000:0000:0000:0000:0000:0001', 'localhost', ip, name, `${name}.${DOMAIN}`],
      fingerprint: fingerprint(random), notbefore: made, notafter: made + 730 * 86_400, ...key,
    },
  ];
}

/** A day of a node's journal: scheduled work, logins and the regular messages of the daemons. */
function defaultJournal(name: string, random: () => number, now: number): string[] {
  const sayings: readonly (readonly [unit: string, text: () => string])[] = [
    ['pvedaemon', () => `<root@pam> successful auth for user '${pick(random, 'root@pam', 'alice@pve', 'bob@pve')}'`],
    ['pveproxy', () => `worker ${1000 + Math.floor(random() * 9000)} finished`],
    ['pmxcfs', () => '[dcdb] notice: data verification successful'],
    ['CRON', () => '(root) CMD (cd / && run-parts --report /etc/cron.hourly)'],
    ['chronyd', () => `Selected source 10.20.0.${1 + Math.floor(random() * 3)}`],
    ['smartd', () => `Device: /dev/sdb [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from ${28 + Math.floor(random() * 4)} to ${32 + Math.floor(random() * 4)}`],
    ['pvestatd', () => `status update time (${(5 + random() * 2).toFixed(3)} seconds)`],
    ['systemd', () => 'Finished sysstat-collect.service - system activity accounting tool.'],
  ];
  const lines: string[] = [];
  for (let at = now - 86_400; at < now; at += 200 + Math.floor(random() * 700)) {
    const [unit, text] = sayings[Math.floor(random() * sayings.length)] ?? ['systemd', () => 'Reached target basic.target - Basic System.'];
    lines.push(journalEntry(name, at + random(), unit === 'systemd' ? 'systemd[1]' : `${unit}[${1000 + Math.floor(random() * 900_000)}]`, text()));
  }
  return lines;
}
