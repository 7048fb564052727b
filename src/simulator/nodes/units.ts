import type { Node } from '../state/cluster.ts';

/** What systemd knows of the units Proxmox lists (PVE::API2::Services), with the states of a fresh installation. */
const UNITS: readonly (readonly [name: string, description: string, unitState?: string])[] = [
  ['chrony', 'chrony, an NTP client/server'],
  ['corosync', 'Corosync Cluster Engine'],
  ['cron', 'Regular background program processing daemon'],
  ['ksmtuned', 'Kernel Samepage Merging (KSM) Tuning Daemon'],
  ['lxcfs', 'FUSE filesystem for LXC'],
  ['postfix', 'Postfix Mail Transport Agent (main/default instance)'],
  ['proxmox-firewall', 'Proxmox nftables firewall'],
  ['pve-cluster', 'The Proxmox VE cluster filesystem'],
  ['pve-firewall', 'Proxmox VE firewall'],
  ['pve-ha-crm', 'PVE Cluster HA Resource Manager Daemon'],
  ['pve-ha-lrm', 'PVE Local HA Resource Manager Daemon'],
  ['pve-lxc-syscalld', 'Proxmox VE LXC Syscall Daemon'],
  ['pvedaemon', 'PVE API Daemon'],
  ['pvefw-logger', 'Proxmox VE firewall logger'],
  ['pveproxy', 'PVE API Proxy Server'],
  ['pvescheduler', 'Proxmox VE scheduler'],
  ['pvestatd', 'PVE Status Daemon'],
  ['qmeventd', 'PVE Qemu Event Daemon'],
  ['spiceproxy', 'PVE SPICE Proxy Server'],
  ['sshd', 'OpenBSD Secure Shell server', 'alias'],
  ['syslog', 'syslog.service', 'not-found'],
  ['systemd-journald', 'Journal Service', 'static'],
  ['systemd-timesyncd', 'systemd-timesyncd.service', 'not-found'],
];

export const SERVICE_NAMES: readonly string[] = UNITS.map(([name]) => name);

/** The services of a node in good order. */
export function defaultServices(): Node['services'] {
  return new Map(UNITS.map(([name, desc, unitState = 'enabled']) => [name, { name, desc, state: unitState === 'not-found' ? 'dead' : 'running', unitState }]));
}
