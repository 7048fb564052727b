import type { PropertyFormatName } from '../../formats/index.ts';

const DISK = {
  file: 'The volume: `<storage>:<volume>`, a new one as `<storage>:<GiB>`, or `none` for an empty CD drive.',
  aio: 'How input and output reach the storage.',
  backup: 'Whether backups contain the disk.',
  cache: 'How the host caches: `none` is safe and the default, `writeback` fast, `unsafe` loses data when the host fails.',
  detect_zeroes: 'Whether blocks of zeros are written as holes.',
  discard: '`on` passes TRIM on, so that thin storage gets its space back.',
  format: 'The format of the image.',
  'import-from': 'A volume or file whose contents the new disk gets.',
  iops: 'At most so many operations a second.',
  iops_rd: 'At most so many reading operations a second.',
  iops_wr: 'At most so many writing operations a second.',
  iothread: "A thread of its own for the disk's input and output. With SCSI it wants `scsihw: virtio-scsi-single`.",
  mbps: 'At most so many MB/s.',
  mbps_rd: 'Read at most so many MB/s.',
  mbps_wr: 'Write at most so many MB/s.',
  media: 'A disk or a CD drive.',
  queues: 'How many queues the disk has.',
  replicate: 'Whether replication jobs copy the disk.',
  rerror: 'What happens when reading fails.',
  ro: 'Read-only.',
  serial: 'The serial number that the guest sees.',
  shared: 'The volume is reachable on all nodes, though the storage does not say so.',
  size: 'How big the disk is. Only for display: writing another size does not resize it.',
  snapshot: 'QEMU\'s own snapshot mode: what is written is lost when the VM stops.',
  ssd: 'Whether the guest is told that it is an SSD.',
  werror: 'What happens when writing fails.',
  wwn: 'The world wide name that the guest sees.',
};

const MOUNT = {
  volume: 'The volume: `<storage>:<volume>`, a new one as `<storage>:<GiB>`; for `mp[n]` also a path of the host.',
  mp: 'Where it is mounted in the container.',
  acl: 'Whether POSIX ACLs are on.',
  backup: 'Whether backups contain the mount point.',
  mountoptions: 'Options of mount, separated by `;`.',
  quota: 'Whether user quotas work inside. Not for unprivileged containers.',
  replicate: 'Whether replication jobs copy the volume.',
  ro: 'Read-only.',
  shared: 'The same on all nodes, though the storage does not say so.',
  size: 'How big the volume is. Only for display: writing another size does not resize it.',
};

const NETWORK = {
  bridge: 'The bridge or virtual network it is connected to.',
  firewall: 'Whether the firewall watches it.',
  link_down: 'As if the cable were unplugged.',
  mtu: 'The largest packet. `1` on a VirtIO card takes the one of the bridge.',
  queues: 'How many queues the card has (VirtIO); as many as CPUs at most.',
  rate: 'At most so many MB/s.',
  tag: 'The VLAN.',
  trunks: 'VLANs let through, separated by `;`.',
};

const NOTES: Readonly<Partial<Record<PropertyFormatName, Readonly<Record<string, string>>>>> = {
  'pve-qm-ide': DISK,
  'pve-qm-sata': DISK,
  'pve-qm-scsi': DISK,
  'pve-qm-virtio': DISK,
  'pve-qm-efidisk': { ...DISK, efitype: '`4m` is wanted for Secure Boot.', 'pre-enrolled-keys': 'Whether the keys of distributions and Microsoft are there, which Secure Boot needs.' },
  'pve-qm-tpmstate': { ...DISK, version: 'The version of the TPM. Windows 11 wants `v2.0`.' },
  'pve-ct-rootfs': MOUNT,
  'pve-ct-mountpoint': MOUNT,
  'pve-qm-net': { ...NETWORK, model: 'The network card. `virtio` is fastest and needs a driver in Windows.', macaddr: 'The MAC address. Left out, Proxmox VE makes one up.' },
  'pve-lxc-network': {
    ...NETWORK,
    name: 'What the interface is called inside: `eth0`.',
    hwaddr: 'The MAC address. Left out, Proxmox VE makes one up.',
    ip: 'The IPv4 address with its prefix length, or `dhcp`.',
    ip6: 'The IPv6 address with its prefix length, `auto` or `dhcp`.',
    gw: 'The IPv4 gateway.',
    gw6: 'The IPv6 gateway.',
  },
  'pve-qm-ipconfig': {
    ip: 'The IPv4 address with its prefix length, or `dhcp`.',
    ip6: 'The IPv6 address with its prefix length, `auto` or `dhcp`.',
    gw: 'The IPv4 gateway; wants `ip`.',
    gw6: 'The IPv6 gateway; wants `ip6`.',
  },
  'pve-qm-agent': {
    enabled: 'Whether the agent is expected.',
    'freeze-fs': 'Whether file systems are frozen for the moment a backup begins.',
    fstrim_cloned_disks: 'Whether the guest trims its disks after a migration or a move.',
    type: 'How the agent is reached.',
  },
  'pve-qm-boot': { order: 'The devices, first to last, separated by `;`.', legacy: 'The old way: `c` disk, `d` CD, `n` network.' },
  'pve-startup-order': { order: 'Low numbers start first and stop last.', up: 'Seconds until the next guest starts.', down: 'Seconds that a shutdown may take.' },
  'pve-ct-features': {
    nesting: 'Lets containers run inside; newer systemd wants it too.',
    keyctl: 'Allows the `keyctl` call in an unprivileged container, which Docker needs.',
    fuse: 'Allows FUSE file systems. Snapshots and backups of a running container may then hang.',
    mount: 'File systems that may be mounted, separated by `;`.',
    mknod: 'Allows device nodes in an unprivileged container.',
    force_rw_sys: 'Mounts `/sys` writable in an unprivileged container.',
  },
  'pve-vm-cpu-conf': { cputype: 'The model that the guest sees.', flags: 'CPU flags to add (`+aes`) or take away (`-pcid`), separated by `;`.', hidden: 'Whether the guest is kept from seeing that it is virtual.' },
};

/** What a key of a property string is, if it has a note. */
export function propertyNote(format: PropertyFormatName, key: string): string | undefined {
  const notes = NOTES[format];
  return notes !== undefined && Object.hasOwn(notes, key) ? notes[key] : undefined;
}
