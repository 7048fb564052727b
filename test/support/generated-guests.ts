import fc from 'fast-check';
import { buildPropertyString, emptyGuestConfig, LXC_OPTIONS, type Option, type OptionTable, printGuestConfig, type PropertyFormatName, type PropertyValue, PROPERTY_FORMATS, QEMU_OPTIONS } from '../../src/pve/config/index.ts';
import { keysOf, values } from '../unit/pve/config/arbitrary-values.ts';

type Kind = 'qemu' | 'lxc';

/** A guest made up of random options. */
interface Generated {
  readonly kind: Kind;
  readonly vmid: number;
  readonly options: ReadonlyMap<string, string>;
}

/** What is no setting of a guest: locks, marks of snapshots and of Proxmox itself, and names that the file never has (`cdrom`, `smp`). */
const NO_SETTINGS = new Set(['lock', 'parent', 'snaptime', 'vmstate', 'meta', 'runningcpu', 'runningmachine', 'running-nets-host-mtu', 'cdrom', 'smp']);

/**
 * What makes the provider fail to read a guest at all, one guest each; none of the others has any of it. The causes are in proxmox/nodes of v0.111.1
 * (`vms_types.go`, `custom_network_device.go`, `custom_storage_device.go`, `custom_virtiofs_share.go`, `containers_types.go`).
 */
export const UNREADABLE: readonly { readonly kind: Kind; readonly cause: string; readonly options: readonly (readonly [name: string, value: string])[] }[] = [
  { kind: 'qemu', cause: 'the option migrate_downtime', options: [['migrate_downtime', '0.1']] },
  { kind: 'qemu', cause: 'a range of VLANs among the trunks of net0', options: [['net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0,trunks=2-5;7']] },
  { kind: 'qemu', cause: 'control characters, quotes or backslashes in scsi0', options: [['scsi0', 'local-lvm:vm-VMID-disk-0,product=a\tb,size=1G']] },
  { kind: 'qemu', cause: 'a part of a megabyte in mbps_rd of scsi0', options: [['scsi0', 'local-lvm:vm-VMID-disk-0,mbps_rd=1.5,size=1G']] },
  { kind: 'qemu', cause: 'virtiofs0 that exposes ACLs and not extended attributes', options: [['virtiofs0', 'share,expose-acl=1,expose-xattr=0']] },
  { kind: 'lxc', cause: 'control characters, quotes or backslashes in mp0', options: [['mp0', 'local-lvm:vm-VMID-disk-1,mp=/mnt/a"b,size=1G']] },
  { kind: 'lxc', cause: 'the line lxc.idmap: b 0 100000 65536', options: [['lxc', 'lxc.idmap: b 0 100000 65536']] },
];
/** Options of which every value is one of these. */
const NEVER_READABLE = new Set(['migrate_downtime']);

/** The first guest's id; VMs and containers take turns. */
const FIRST = 1000;
const NODES = ['pve1', 'pve2'];
const POOLS = ['web', 'data/base'];

/**
 * Guests that together use every option of Proxmox, and every key of every option that is a property string, with random values
 * that Proxmox takes; as the files of `/etc/pve`. Beside those of which the provider can read everything there are as many as
 * {@link UNREADABLE} has, in that order.
 * @param count of guests that the provider can read, half of them VMs
 * @param seed the same seed gives the same guests
 * @returns text by path
 */
export function generatedGuests(count: number, seed: number): Map<string, string> {
  const guests = Array.from({ length: count }, (_, index): Generated => {
    const kind = index % 2 === 0 ? 'qemu' : 'lxc';
    const vmid = FIRST + index;
    return { kind, vmid, options: optionsOf(kind, vmid, Math.floor(index / 2), seed) };
  });
  guests.push(...UNREADABLE.map(({ kind, options }, index): Generated => {
    const vmid = FIRST + count + index;
    return { kind, vmid, options: new Map([...plain(kind, vmid), ...options.map(([name, value]) => [name, value.replace('VMID', String(vmid))] as const)]) };
  }));
  const files = new Map<string, string>([
    ['storage.cfg', STORAGES],
    ['user.cfg', ['user:root@pam:1:0::::::', ...POOLS.map((pool, place) => `pool:${pool}:A pool:${guests.filter(({ vmid }) => vmid % 3 === place).map(({ vmid }) => vmid).join(',')}::`), ''].join('\n')],
  ]);
  for (const [place, { kind, vmid, options }] of guests.entries()) {
    const config = emptyGuestConfig();
    for (const [name, value] of options) config.current.set(name, value);
    files.set(`nodes/${NODES[Math.floor(place / 2) % 2] ?? ''}/${kind === 'qemu' ? 'qemu-server' : 'lxc'}/${String(vmid)}.conf`, printGuestConfig(kind, config));
  }
  return files;
}

const STORAGES = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup,images,rootdir,snippets

lvmthin: local-lvm
	thinpool data
	vgname pve
	content images,rootdir

zfspool: tank
	pool tank
	content images,rootdir
`;

/** The settings there are, in the order of their names. */
const settings = (table: OptionTable): [name: string, option: Option][] => Object.entries(table).filter(([name, { internal }]) => internal !== true && !NO_SETTINGS.has(name)).toSorted();

/** What a guest has at least. */
const plain = (kind: Kind, vmid: number): [name: string, value: string][] =>
  kind === 'qemu'
    ? [['name', `vm${String(vmid)}`], ['memory', '512'], ['ostype', 'l26'], ['scsihw', 'virtio-scsi-pci']]
    : [['arch', 'amd64'], ['hostname', `ct${String(vmid)}`], ['memory', '512'], ['ostype', 'debian'], ['rootfs', `local-lvm:vm-${String(vmid)}-disk-0,size=2G`]];

/** @param place of the guest among those of its kind: the n-th guest is sure to have every setting whose number is n modulo their count */
function optionsOf(kind: Kind, vmid: number, place: number, seed: number): ReadonlyMap<string, string> {
  const all = settings(kind === 'qemu' ? QEMU_OPTIONS : LXC_OPTIONS);
  const draw = drawing(seed * 100_003 + vmid);
  const options = new Map<string, string>();
  for (const [number, [name, option]] of all.entries()) {
    if (NEVER_READABLE.has(name)) continue;
    const isSure = number % 25 === place % 25;
    if (!isSure && draw(fc.integer({ min: 0, max: 99 })) >= 35) continue;
    if (option.count === undefined) set(options, name, draw(valueOf(kind, name, option, vmid, 0)));
    else {
      const prefix = name.replace('[n]', '');
      for (const index of draw(indices(prefix, option.count))) set(options, `${prefix}${String(index)}`, draw(valueOf(kind, name, option, vmid, index)));
    }
  }
  complete(kind, vmid, options, draw);
  return options;
}

type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

function drawing(seed: number): Draw {
  let count = 0;
  return <T>(arbitrary: fc.Arbitrary<T>): T => {
    count += 1;
    const [value] = fc.sample(arbitrary, { seed: seed * 1009 + count, numRuns: 1 });
    return value as T;
  };
}

const set = (options: Map<string, string>, name: string, value: string | undefined): void => void (value !== undefined && options.set(name, value));

/** Any members of a family, without those that something else needs. */
function indices(prefix: string, count: number): fc.Arbitrary<number[]> {
  const most = Math.min(count, prefix === 'unused' ? 3 : count);
  return fc.uniqueArray(fc.integer({ min: 0, max: most - 1 }), { minLength: 1, maxLength: 4 }).map((found) => found.toSorted((a, b) => a - b));
}

/** A valid value of an option; undefined where none fits the guest. */
function valueOf(kind: Kind, name: string, option: Option, vmid: number, index: number): fc.Arbitrary<string | undefined> {
  const own = OWN_VALUES[`${kind} ${name}`]?.(vmid, index);
  if (own !== undefined) return own;
  if (option.properties === undefined) return values(name, option).map(asText).filter(isOneLine);
  return propertyString(option.properties, {}).filter(isReadable);
}

/** What the provider can read of devices; see {@link UNREADABLE}. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const isReadable = (text: string): boolean => !/[\u0000-\u001f"\\]/u.test(text) && !/trunks=[^,]*-/.test(text) && !(text.includes('expose-acl=1') && text.includes('expose-xattr=0'));

/** A line feed would become another line of the file. */
const isOneLine = (text: string): boolean => !/[\n\r]/.test(text);

const asText = (value: PropertyValue): string => (typeof value === 'object' ? value.join(';') : typeof value === 'boolean' ? (value ? '1' : '0') : String(value));

/**
 * A property string with some of its keys.
 * @param fixed keys with these values; undefined: without the key
 */
function propertyString(name: PropertyFormatName, fixed: Readonly<Record<string, fc.Arbitrary<PropertyValue> | undefined>>): fc.Arbitrary<string> {
  const format = PROPERTY_FORMATS[name];
  const keys = keysOf(format).filter(([key]) => !(key in fixed) || fixed[key] !== undefined);
  const record = fc.record(Object.fromEntries(keys.map(([key, property]) => {
    const arbitrary = fixed[key] ?? values(key, property.type === 'integer' || property.type === 'number' ? { ...property, minimum: property.minimum ?? 0, maximum: property.maximum ?? 4000 } : property);
    return [key, property.required === true || key in fixed ? arbitrary : fc.option(arbitrary, { nil: undefined, freq: 2 })];
  })));
  return record
    .map((found) => {
      const given = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Record<string, PropertyValue>;
      for (const [key, { requires }] of keys) if (key in given && requires !== undefined && !(requires in given)) delete given[key];
      return given;
    })
    .filter((given) => Object.keys(given).length > 0 && format.check?.(given) === undefined)
    .map((given) => buildPropertyString(format, given))
    .filter(isOneLine);
}

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const size = fc.oneof({ weight: 4, arbitrary: whole(1, 200).map((count) => count * GiB) }, { weight: 1, arbitrary: whole(5, 20_000).map((count) => count * MiB) });

/** An unused volume name on one of the storages. */
const volume = (vmid: number, disk: string, formats: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...formats).map((format) => `local:${String(vmid)}/vm-${String(vmid)}-disk-${disk}.${format}`), fc.constantFrom('local-lvm', 'tank').map((storage) => `${storage}:vm-${String(vmid)}-disk-${disk}`));

const BUSES = ['ide', 'sata', 'scsi', 'virtio'] as const;

const drive = (bus: (typeof BUSES)[number]) => (vmid: number, index: number): fc.Arbitrary<string> => {
  const fixed = { file: volume(vmid, String(BUSES.indexOf(bus) * 100 + index), ['raw', 'qcow2', 'vmdk']), size, format: undefined, 'import-from': undefined, ...integers(THROTTLES) };
  const disk = fc.oneof({ weight: 4, arbitrary: propertyString(`pve-qm-${bus}`, { ...fixed, media: undefined }) }, { weight: 1, arbitrary: propertyString(`pve-qm-${bus}`, { ...fixed, media: fc.constant('disk') }) }).filter(isReadable);
  const disc = fc.constantFrom('none', 'cdrom', 'local:iso/debian-13.iso').map((file) => `${file},media=cdrom${file.startsWith('local') ? ',size=700M' : ''}`);
  return fc.oneof({ weight: 6, arbitrary: disk }, { weight: 1, arbitrary: disc });
};

/** The provider fails at parts of megabytes; see `vm-disks.ts`. */
const THROTTLES = ['mbps', 'mbps_rd', 'mbps_wr', 'mbps_max', 'mbps_rd_max', 'mbps_wr_max'];
const integers = (keys: readonly string[]): Record<string, fc.Arbitrary<PropertyValue>> => Object.fromEntries(keys.map((key) => [key, whole(1, 500)]));

const NOTES = ['plain', 'two\nlines\n', 'a ${name} and %{ if x } in "quotes" \\ back\n', '  around  ', 'unicode: žluťoučký 🦄 “kůň”', 'tab\tand\ttrailing \nEOT\nend', 'ends with break\n', '# looks like a comment', 'colon: value, comma; percent 100%\n\n\nempty lines'];
const NAMES = ['web', 'web', 'db-01', '7-days', 'a.b.example.org', 'UPPER', '0', 'x--y'];
const TAGS = ['prod', 'b', 'a', 'web-2', '_x', 'x.y', 'plus+'];
const SNIPPET = fc.constantFrom('local:snippets/a.yaml', 'local:snippets/b.sh');

/** Values that have to fit the guest, or each other, or what a storage holds; the rest the tables tell. */
const OWN_VALUES: Readonly<Record<string, (vmid: number, index: number) => fc.Arbitrary<string | undefined>>> = {
  'qemu name': () => fc.constantFrom(...NAMES),
  'lxc hostname': () => fc.constantFrom(...NAMES),
  'qemu description': () => fc.constantFrom(...NOTES),
  'lxc description': () => fc.constantFrom(...NOTES),
  'qemu tags': () => fc.subarray(TAGS, { minLength: 1 }).map((tags) => tags.join(';')),
  'lxc tags': () => fc.shuffledSubarray(TAGS, { minLength: 1 }).map((tags) => tags.join(';')),
  'qemu hookscript': () => SNIPPET,
  'lxc hookscript': () => SNIPPET,
  'qemu cicustom': () => propertyString('pve-qm-cicustom', { meta: SNIPPET, network: SNIPPET, user: SNIPPET, vendor: SNIPPET }),
  'qemu ciuser': () => fc.constantFrom('admin', 'žofie', 'a b'),
  'qemu cipassword': () => fc.constantFrom('$5$salt$hash', 'secret'),
  'qemu searchdomain': () => fc.constantFrom('example.org', 'a.example'),
  'lxc searchdomain': () => fc.constantFrom('example.org', 'a.example b.example'),
  'qemu nameserver': () => fc.constantFrom('1.1.1.1', '1.1.1.1 2606:4700::1111', '9.9.9.9 8.8.8.8'),
  'lxc nameserver': () => fc.constantFrom('1.1.1.1', '1.1.1.1 2606:4700::1111', '9.9.9.9 8.8.8.8'),
  'qemu sshkeys': () => fc.constantFrom('ssh-ed25519 AAAA me@x', 'ssh-rsa BBBB you\nssh-ed25519 CCCC ěšč', 'ssh-ed25519 DDDD\n').map((keys) => encodeURIComponent(keys)),
  'qemu affinity': () => fc.constantFrom('0', '0-1', '0,2,4-5'),
  'qemu args': () => fc.constantFrom('-device x', '-fw_cfg name=opt/x,string=${y}', '-s "a b"'),
  'qemu hotplug': () => fc.constantFrom('0', '1', 'disk,network', 'network,disk,usb,memory,cpu', 'cloudinit'),
  'qemu memory': () => fc.constantFrom('512', '2048', '4096', '1025'),
  'qemu balloon': () => fc.constantFrom('0', '256', '512'),
  'qemu cores': () => whole(1, 8).map(String),
  'qemu sockets': () => whole(1, 4).map(String),
  'qemu startdate': () => fc.constantFrom('now', '2006-06-17T16:01:21', '2006-06-17'),
  'qemu vmstatestorage': () => fc.constantFrom('local-lvm', 'tank'),
  'qemu vcpus': () => fc.constant('1'),
  'qemu cpulimit': () => fc.constantFrom('0', '1', '2.5', '64'),
  'lxc cpulimit': () => fc.constantFrom('0', '1', '2.5', '64'),
  'lxc cores': () => whole(1, 16).map(String),
  'lxc memory': () => fc.constantFrom('16', '512', '2048', '777'),
  'lxc swap': () => fc.constantFrom('0', '512', '100'),
  'qemu cpu': () => fc.constantFrom('host', 'kvm64,flags=+aes;-pcid', 'x86-64-v2-AES', 'cputype=EPYC-Rome,hidden=1', 'custom-mine,phys-bits=host', 'host,hv-vendor-id=abc,guest-phys-bits=40', 'qemu64'),
  'qemu bootdisk': () => fc.constantFrom('scsi0', 'ide0', 'virtio1'),
  'qemu boot': () => fc.constantFrom('order=scsi0;net0', 'order=ide2', 'cdn', 'order=virtio0;scsi3;net1', 'legacy=c'),
  'qemu machine': () => fc.constantFrom('q35', 'pc-i440fx-9.0', 'pc-q35-9.2+pve1', 'q35,viommu=intel', 'type=pc,enable-s3=1,enable-s4=1', 'q35,viommu=intel,aw-bits=48', 'virt', 'pc'),
  'qemu ide[n]': drive('ide'),
  'qemu sata[n]': drive('sata'),
  'qemu scsi[n]': drive('scsi'),
  'qemu virtio[n]': drive('virtio'),
  'qemu efidisk0': (vmid) => propertyString('pve-qm-efidisk', { file: volume(vmid, '900', ['raw', 'qcow2']), size: fc.constantFrom(4 * MiB, 528 * 1024), format: undefined, 'import-from': undefined }),
  'qemu tpmstate0': (vmid) => propertyString('pve-qm-tpmstate', { file: volume(vmid, '901', ['raw']), size: fc.constant(4 * MiB), format: undefined, 'import-from': undefined }),
  'qemu unused[n]': (vmid, index) => fc.constant(`local-lvm:vm-${String(vmid)}-disk-${String(800 + index)}`),
  'lxc unused[n]': (vmid, index) => fc.constant(`local-lvm:vm-${String(vmid)}-disk-${String(800 + index)}`),
  'qemu net[n]': () => propertyString('pve-qm-net', { bridge: fc.constantFrom('vmbr0', 'vmbr1', 'vmbr12'), macaddr: mac, mtu: whole(1, 9000), queues: whole(0, 8), rate: fc.constantFrom(1, 12.5, 100) }).filter(isReadable),
  'lxc net[n]': (_, index) => propertyString('pve-lxc-network', { name: fc.constant(`eth${String(index)}`), bridge: fc.constantFrom('vmbr0', 'vmbr1'), hwaddr: mac, type: fc.constant('veth'), rate: fc.constantFrom(1, 12.5, 100) }),
  'qemu serial[n]': () => fc.constantFrom('socket', '/dev/ttyS0'),
  'qemu hostpci[n]': () => fc.oneof(propertyString('pve-qm-hostpci', { mapping: undefined, host: fc.constantFrom(['0000:01:00.0'], ['01:00'], ['0000:01:00.0', '0000:01:00.1']), mdev: fc.constant('nvidia-63'), romfile: fc.constant('vbios.bin') }), propertyString('pve-qm-hostpci', { host: undefined, mapping: fc.constant('gpu'), romfile: fc.constant('vbios.bin'), mdev: fc.constant('nvidia-63') })),
  'qemu usb[n]': () => fc.oneof(propertyString('pve-qm-usb', { mapping: undefined, host: fc.constantFrom('1234:5678', '1-2.3', 'spice') }), propertyString('pve-qm-usb', { host: undefined, mapping: fc.constant('stick') })),
  'qemu ipconfig[n]': () => propertyString('pve-qm-ipconfig', {}),
  'qemu numa[n]': () => propertyString('pve-qm-numanode', { cpus: fc.constantFrom(['0-1'], ['0', '2-3']), hostnodes: fc.constantFrom(['0'], ['0-1']), memory: whole(1, 2048) }),
  'qemu smbios1': () => fc.record({ text: fc.constantFrom('ACME', 'Žluť "1"', '${x}'), keys: fc.subarray(['family', 'manufacturer', 'product', 'serial', 'sku', 'version'], { minLength: 2 }), isAlone: fc.boolean() })
    .map(({ text, keys, isAlone }) => `uuid=4d2bf9b4-4a14-4aba-aa54-ca5c15d3d958${isAlone ? '' : `,${keys.map((key) => `${key}=${Buffer.from(text).toString('base64')}`).join(',')},base64=1`}`),
  'qemu startup': () => STARTUP,
  'lxc startup': () => STARTUP,
  'lxc rootfs': (vmid) => propertyString('pve-ct-rootfs', { volume: volume(vmid, '0', ['raw']), size }),
  'lxc mp[n]': (vmid, index) => fc.oneof(
    propertyString('pve-ct-mountpoint', { volume: volume(vmid, String(index + 1), ['raw']), size, mp: fc.constant(`/mnt/${String(index)}`) }),
    propertyString('pve-ct-mountpoint', { volume: fc.constant('/srv/shared'), size: undefined, mp: fc.constantFrom('/srv/a b', '/srv') }),
  ),
  'lxc dev[n]': (_, index) => propertyString('pve-ct-device', { path: fc.constant(`/dev/tty${String(index)}`), gid: whole(0, 65_535), uid: whole(0, 65_535) }),
  'lxc features': () => propertyString('pve-ct-features', { mount: fc.constantFrom(['nfs'], ['nfs', 'cifs']) }),
  'lxc env': () => fc.constantFrom('A=1', 'A=1\0TOKEN=secret'),
  'lxc entrypoint': () => fc.constantFrom('/sbin/init', '/bin/sh -c "sleep 1"'),
  'lxc timezone': () => fc.constantFrom('host', 'Europe/Prague'),
};

const mac = fc.array(whole(0, 255), { minLength: 3, maxLength: 3 }).map((bytes) => `BC:24:11:${bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')}`);
const STARTUP = fc.constantFrom('order=1', '3', 'order=2,up=10,down=60', 'up=5', 'order=0,down=0');

/** What Proxmox never leaves out, and what options need of others. */
function complete(kind: Kind, vmid: number, options: Map<string, string>, draw: Draw): void {
  if (kind === 'lxc') {
    if (!options.has('rootfs')) options.set('rootfs', draw(OWN_VALUES['lxc rootfs']!(vmid, 0))!);
    if (!options.has('arch')) options.set('arch', 'amd64');
    options.set('lxc', draw(fc.constantFrom('lxc.apparmor.profile: unconfined', 'lxc.idmap: u 0 100000 1000\nlxc.idmap: g 0 100000 65536', 'lxc.cgroup2.devices.allow: c 10:200 rwm', '')));
    if (options.get('lxc') === '') options.delete('lxc');
    return;
  }
  // The drive that cloud-init is written to, which most of its options need; sometimes without.
  if ([...options.keys()].some((name) => /^(?:ci|ipconfig|sshkeys)/.test(name)) && vmid % 6 !== 0) options.set(vmid % 4 === 0 ? 'scsi30' : 'ide0', `local-lvm:vm-${String(vmid)}-cloudinit,media=cdrom,size=4M`);
}

/** Which settings, and which keys of settings that are property strings, some of the guests have: `net[n]`, `net[n].bridge`. */
export const everySetting = (kind: Kind): string[] =>
  settings(kind === 'qemu' ? QEMU_OPTIONS : LXC_OPTIONS).flatMap(([name, { properties }]) => [name, ...(properties === undefined ? [] : keysOf(PROPERTY_FORMATS[properties]).map(([key]) => `${name}.${key}`))]);
