/** A package as `GET /nodes/{node}/apt/versions` and `…/apt/update` tell it, without its long texts' origin. */
export interface Package {
  readonly Package: string;
  readonly Title: string;
  readonly Description: string;
  readonly Version: string;
  readonly OldVersion?: string;
  readonly Origin: string;
  readonly Arch: string;
  readonly Section: string;
  readonly Priority: string;
}

/** name, version, title, whether built for all architectures */
const INSTALLED: readonly (readonly [name: string, version: string, title: string, all?: true])[] = [
  ['proxmox-ve', '9.2.0', 'Proxmox Virtual Environment', true],
  ['pve-manager', '9.2.2', 'Virtualization management tools of Proxmox VE', true],
  ['proxmox-kernel-helper', '9.0.4', 'Function for various kernel maintenance tasks', true],
  ['proxmox-kernel-6.17', '6.17.4-1', 'Latest Proxmox kernel image of the 6.17 series', true],
  ['ceph-fuse', '19.2.3-pve1', 'FUSE-based client for the Ceph distributed file system'],
  ['corosync', '3.1.9-pve2', 'Cluster engine daemon and utilities'],
  ['criu', '4.1.1-1', 'Checkpoint and restore in user space'],
  ['ifupdown2', '3.3.0-1+pmx11', 'Network interface management tool', true],
  ['ksm-control-daemon', '1.5-1', 'Control daemon for kernel samepage merging', true],
  ['libjs-extjs', '7.0.0-5', 'Cross-browser JavaScript library', true],
  ['libknet1', '1.30-pve2', 'Kronosnet core switching implementation'],
  ['libproxmox-acme-perl', '1.7.0', 'Proxmox ACME integration perl library', true],
  ['libproxmox-backup-qemu0', '2.0.1', 'Proxmox Backup Server client library for QEMU'],
  ['libproxmox-rs-perl', '0.4.1', 'Proxmox common rust library for perl'],
  ['libpve-access-control', '9.0.4', 'Proxmox VE access control library', true],
  ['libpve-apiclient-perl', '3.4.2', 'Proxmox VE API client library', true],
  ['libpve-cluster-api-perl', '9.0.7', 'Proxmox VE cluster API library', true],
  ['libpve-common-perl', '9.1.2', 'Proxmox VE base library', true],
  ['libpve-guest-common-perl', '6.0.2', 'Proxmox VE common guest-related modules', true],
  ['libpve-http-server-perl', '6.0.5', 'Proxmox asynchronous HTTP server implementation', true],
  ['libpve-network-perl', '1.2.4', 'Proxmox VE network and SDN modules', true],
  ['libpve-rs-perl', '0.11.3', 'Proxmox VE parts ported to Rust'],
  ['libpve-storage-perl', '9.1.0', 'Proxmox VE storage management library', true],
  ['libspice-server1', '0.15.2-1+b1', 'SPICE server library'],
  ['lvm2', '2.03.31-2+pmx1', 'Linux Logical Volume Manager'],
  ['lxc-pve', '6.0.5-3', 'Linux containers user space tools'],
  ['lxcfs', '6.0.4-pve1', 'LXC user space file system'],
  ['novnc-pve', '1.6.0-3', 'HTML5 VNC client', true],
  ['proxmox-backup-client', '4.1.0-1', 'Proxmox Backup client tools'],
  ['proxmox-firewall', '1.2.1', 'Proxmox nftables firewall'],
  ['proxmox-mail-forward', '1.0.2', 'Mail forwarding for Proxmox products'],
  ['proxmox-mini-journalreader', '1.6', 'Small reader for the systemd journal'],
  ['proxmox-widget-toolkit', '5.1.2', 'Proxmox ExtJS widget toolkit', true],
  ['pve-cluster', '9.0.7', 'Proxmox VE cluster file system and infrastructure'],
  ['pve-container', '6.0.18', 'Proxmox VE container management tool', true],
  ['pve-docs', '9.1.1', 'Proxmox VE documentation', true],
  ['pve-edk2-firmware', '4.2025.05-2', 'UEFI firmware for virtual machines', true],
  ['pve-firewall', '6.0.4', 'Proxmox VE firewall'],
  ['pve-firmware', '3.17-2', 'Binary firmware for the Proxmox kernel', true],
  ['pve-ha-manager', '5.0.8', 'Proxmox VE HA manager'],
  ['pve-i18n', '3.6.4', 'Translations for Proxmox products', true],
  ['pve-qemu-kvm', '10.1.2-4', 'Full virtualization on x86 hardware'],
  ['pve-xtermjs', '5.5.0-3', 'Terminal in the browser for Proxmox products', true],
  ['qemu-server', '9.1.1', 'QEMU server tools'],
  ['smartmontools', '7.4-pve1', 'Control and monitor storage systems using SMART'],
  ['spiceterm', '3.4.1', 'Simple SPICE terminal emulator'],
  ['swtpm', '0.8.0+pve3', 'Software TPM emulator'],
  ['vncterm', '1.9.1', 'VNC terminal emulator'],
  ['zfsutils-linux', '2.3.4-pve1', 'Command-line tools to manage OpenZFS file systems'],
];

/** What a package repository has that the node does not; Debian's packages among them. */
const CANDIDATES: readonly (readonly [name: string, from: string, to: string, title: string, origin: 'Debian' | 'Proxmox', section: string, arch: string])[] = [
  ['libc6', '2.41-12', '2.41-12+deb13u1', 'GNU C Library: Shared libraries', 'Debian', 'libs', 'amd64'],
  ['openssh-server', '1:10.0p1-7', '1:10.0p1-7+deb13u1', 'secure shell (SSH) server, for secure access from remote machines', 'Debian', 'net', 'amd64'],
  ['openssl', '3.5.1-1', '3.5.4-1~deb13u1', 'Secure Sockets Layer toolkit - cryptographic utility', 'Debian', 'utils', 'amd64'],
  ['tzdata', '2025b-4+deb13u1', '2025c-0+deb13u1', 'time zone and daylight-saving time data', 'Debian', 'localization', 'all'],
  ['libpve-storage-perl', '9.1.0', '9.1.1', 'Proxmox VE storage management library', 'Proxmox', 'perl', 'all'],
  ['pve-container', '6.0.18', '6.0.19', 'Proxmox VE container management tool', 'Proxmox', 'perl', 'all'],
  ['pve-qemu-kvm', '10.1.2-4', '10.1.2-5', 'Full virtualization on x86 hardware', 'Proxmox', 'admin', 'amd64'],
  ['qemu-server', '9.1.1', '9.1.2', 'QEMU server tools', 'Proxmox', 'admin', 'amd64'],
];

const describe = (title: string): string => `${title}.`;

/** The packages that `pveversion -v` lists. */
export function installedPackages(): Package[] {
  return INSTALLED.map(([name, version, title, all]) => ({
    Package: name, Title: title, Description: describe(title), Version: version, OldVersion: version, Origin: 'Proxmox', Arch: all ? 'all' : 'amd64', Section: 'admin', Priority: 'optional',
  }));
}

/**
 * Updates that wait for a node.
 * @param random 0 ≤ x < 1; decides how far behind the node is
 */
export function pendingUpdates(random: () => number): Record<string, unknown>[] {
  const share = random();
  return CANDIDATES.filter(() => random() < 0.35 + share).map(([name, from, to, title, origin, section, arch]) => ({
    Package: name, Title: title, Description: describe(title), Version: to, OldVersion: from, Origin: origin, Arch: arch, Section: section, Priority: origin === 'Debian' ? 'important' : 'optional',
  }));
}
