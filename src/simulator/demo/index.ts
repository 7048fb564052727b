import { printGuestConfig } from '../../pve/config/index.ts';
import type { Node } from '../state/cluster.ts';
import { type ClusterSettings, newCluster, type SimulatedCluster } from '../state/create-cluster.ts';
import { type Service, SERVICES, TEMPLATES } from './catalogue.ts';
import { addGuest } from './guests.ts';
import { addHistory, startDownload } from './history.ts';
import { addNodes } from './nodes.ts';
import { addPeople, type Credentials } from './people.ts';
import { addBackups, addImages, addStorages } from './storages.ts';

export { type Credentials, DEMO_TOTP_SECRET } from './people.ts';

export interface DemoSettings extends ClusterSettings {
  /** 1 … 100; default 3. */
  readonly nodes?: number;
  /** 0 … 50,000, templates included; default 40. */
  readonly guests?: number;
}

const POOLS = { production: 'What customers see', staging: 'Next release', lab: 'Try things out; emptied every Sunday' };

/** The demo cluster: a small company's, or as many of them side by side as were asked for. The same seed gives the same cluster. */
export function createDemoCluster({ nodes = 3, guests = 40, ...settings }: DemoSettings = {}): { readonly cluster: SimulatedCluster; readonly credentials: Credentials } {
  const cluster = newCluster(settings);
  cluster.name = 'demo';
  cluster.options.set('keyboard', 'en-us');
  cluster.options.set('tag-style', 'color-map=critical:c0392b:ffffff;database:2980b9:ffffff;template:7f8c8d:ffffff,ordering=alphabetical');
  cluster.options.set('description', 'Demo cluster of Proxmox Workbench.');
  addNodes(cluster, nodes, guests / nodes);
  addStorages(cluster, guests);
  for (const [poolid, comment] of Object.entries(POOLS)) cluster.pools.set(poolid, { poolid, comment, guests: new Set(), storages: new Set() });
  cluster.pools.get('staging')?.storages.add('nas');
  const credentials = addPeople(cluster);
  addGuests(cluster, guests);
  addImages(cluster);
  addBackups(cluster, (vmid) => {
    const guest = cluster.guests.get(vmid);
    return guest === undefined ? '' : printGuestConfig(guest.kind, guest.config);
  });
  addPolicies(cluster);
  addHistory(cluster);
  startDownload(cluster);
  return { cluster, credentials };
}

function addGuests(cluster: SimulatedCluster, count: number): void {
  const all = [...cluster.nodes.values()];
  const templates = Math.min(TEMPLATES.length, Math.floor(count / 8));
  // The node that is switched off has a guest in ten of what the others have: who switches it off has moved the rest.
  const places = all.flatMap((node) => Array.from({ length: node.online ? 10 : 1 }, () => node));
  for (let i = 0; i < count - templates; i++) {
    const service = SERVICES[i % SERVICES.length] as Service;
    const round = Math.floor(i / SERVICES.length);
    const node = places[Math.floor(cluster.random() * places.length)] as Node;
    const shared = service.tags.includes('critical') || cluster.random() < 0.3;
    addGuest(cluster, { vmid: 100 + i, name: round === 0 ? service.name : `${service.name}-r${round + 1}`, service, node, storage: shared ? 'ceph' : 'local-lvm' });
  }
  const first = all[0];
  if (first === undefined) return;
  const from = 100 + count - templates > 9000 ? 1_000_000 : 9000;
  TEMPLATES.slice(0, templates).forEach((service, i) => void addGuest(cluster, { vmid: from + i, name: service.name, service, node: first, storage: 'ceph', template: true }));
}

/** High availability, a backup job and a few firewall rules. */
function addPolicies(cluster: SimulatedCluster): void {
  const critical = [...cluster.guests.values()].filter((guest) => guest.config.current.get('tags')?.includes('critical') && guest.config.current.get(guest.kind === 'qemu' ? 'scsi0' : 'rootfs')?.startsWith('ceph:'));
  for (const guest of critical.slice(0, 4)) cluster.haResources.set(`${guest.kind === 'qemu' ? 'vm' : 'ct'}:${guest.vmid}`, new Map([['state', 'started']]));
  cluster.backupJobs.set('backup-production', new Map(Object.entries({ schedule: '02:00', enabled: '1', pool: 'production', storage: 'nas', mode: 'snapshot', compress: 'zstd', 'prune-backups': 'keep-daily=7,keep-weekly=4', 'notes-template': '{{guestname}}', comment: 'Every night' })));
  cluster.backupJobs.set('backup-archive', new Map(Object.entries({ schedule: 'sat 05:00', enabled: '0', all: '1', storage: 'backup', mode: 'snapshot', compress: 'zstd' })));
  cluster.firewall.options.set('enable', '1');
  cluster.firewall.rules.push({ type: 'in', action: 'ACCEPT', enable: 1, macro: 'SSH', source: '10.20.0.0/16', comment: 'Administration' }, { type: 'in', action: 'ACCEPT', enable: 1, macro: 'Ping' });
  cluster.firewall.aliases.set('office', { cidr: '10.20.0.0/16', comment: 'Office network' });
}
