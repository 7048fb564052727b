import type { Cluster, Storage } from '../state/cluster.ts';
import { putVolume } from '../state/volumes.ts';
import { IMAGES } from './catalogue.ts';

const GB = 1e9;
const TB = 1e12;

function add(cluster: Cluster, type: string, id: string, options: Record<string, string>, capacity: number, foreignUse = 0): Storage {
  const storage: Storage = { id, type, options: new Map(Object.entries(options)), capacity, foreignUse };
  cluster.storages.set(id, storage);
  cluster.volumes.set(id, new Map());
  return storage;
}

/**
 * A folder and a thin pool on each node, shared file storage, a shared Ceph pool and a backup share that is almost full.
 * @param guests how many guests must find room
 */
export function addStorages(cluster: Cluster, guests: number): void {
  const share = Math.max(1, Math.ceil(guests / cluster.nodes.size / 20));
  add(cluster, 'dir', 'local', { path: '/var/lib/vz', content: 'backup,import,iso,snippets,vztmpl' }, 94 * GB, 11 * GB);
  add(cluster, 'lvmthin', 'local-lvm', { thinpool: 'data', vgname: 'pve', content: 'images,rootdir' }, share * 1.8 * TB);
  add(cluster, 'nfs', 'nas', { export: '/srv/nas', path: '/mnt/pve/nas', server: '10.20.0.5', content: 'backup,iso,snippets,vztmpl', 'prune-backups': 'keep-daily=7,keep-weekly=4' }, 24 * TB, 9.4 * TB);
  add(cluster, 'rbd', 'ceph', { content: 'images,rootdir', krbd: '0', pool: 'vm', shared: '1' }, share * 12 * TB, share * 1.1 * TB);
  add(cluster, 'nfs', 'backup', { export: '/srv/backup', path: '/mnt/pve/backup', server: '10.20.0.6', content: 'backup', 'prune-backups': 'keep-last=3' }, 16 * TB, 15.1 * TB);
}

/** ISO images, container templates and a snippet on the shared storage; a few on each running node. */
export function addImages(cluster: Cluster): void {
  const now = Math.floor(cluster.clock.now() / 1000);
  for (const { name, content, size } of IMAGES) {
    const volume = { content, format: content === 'iso' ? 'iso' : content === 'vztmpl' ? `t${name.split('.t').at(-1)?.replace('ar.', '') ?? 'gz'}` : 'snippet', size, used: size, ctime: now - Math.floor(cluster.random() * 200 * 86_400) };
    putVolume(cluster, { ...volume, volid: `nas:${content}/${name}`, storage: 'nas' });
    if (content === 'vztmpl') for (const node of cluster.nodes.keys()) putVolume(cluster, { ...volume, volid: `local:${content}/${name}`, storage: 'local', node });
  }
}

const stamp = (seconds: number): string => {
  const [date = '', time = ''] = new Date(seconds * 1000).toISOString().split('T');
  return `${date.replaceAll('-', '_')}-${time.slice(0, 8).replaceAll(':', '_')}`;
};

/** Last nights' backups of the guests in production. */
export function addBackups(cluster: Cluster, printConfig: (vmid: number) => string): void {
  const midnight = Math.floor(cluster.clock.now() / 86_400_000) * 86_400;
  for (const vmid of [...(cluster.pools.get('production')?.guests ?? [])].slice(0, 60)) {
    const guest = cluster.guests.get(vmid);
    if (guest === undefined) continue;
    for (let night = 0; night < 3; night++) {
      const ctime = midnight - night * 86_400 + 7200 + (vmid % 50) * 60;
      if (ctime > cluster.clock.now() / 1000) continue;
      const format = guest.kind === 'qemu' ? 'vma.zst' : 'tar.zst';
      const size = Math.floor((1 + cluster.random()) * 4e9);
      const volid = `nas:backup/vzdump-${guest.kind}-${vmid}-${stamp(ctime)}.${format}`;
      const name = guest.config.current.get('name') ?? guest.config.current.get('hostname') ?? '';
      putVolume(cluster, { volid, storage: 'nas', content: 'backup', format, size, used: size, ctime, vmid, notes: name, subtype: guest.kind, config: printConfig(vmid), ...(night === 2 && vmid % 10 === 3 ? { protected: true } : {}) });
    }
  }
}
