import type { GuestConfig } from '../../pve/config/index.ts';
import type { Credentials } from '../demo/index.ts';
import type { EtcPve, GuestFile, Section } from '../files/index.ts';
import { newNode } from '../new-node.ts';
import { type ClusterSettings, newCluster, type SimulatedCluster } from '../state/create-cluster.ts';
import { type Cluster, type Guest, newFirewall, type Volume } from '../state/cluster.ts';
import { randomUuid } from '../state/random.ts';
import { sizeOf } from '../state/sizing.ts';
import { isShared } from '../state/storages.ts';

const TB = 1e12;
const GiB = 1024 ** 3;

/** A running cluster from what its files say; guests with `onboot` and those that had been running nowhere recorded are off. */
export function fromFiles(etc: EtcPve, settings: ClusterSettings): { readonly cluster: SimulatedCluster; readonly credentials: Credentials } {
  const cluster = newCluster(settings);
  cluster.name = 'loaded';
  const large = etc.guests.length / etc.nodes.length > 40;
  etc.nodes.forEach((name, i) => {
    const node = newNode(cluster, name, i + 1, large ? 'large' : 'small');
    for (const [option, value] of etc.nodeOptions.get(name) ?? []) node.config.set(option, value);
    cluster.nodes.set(name, node);
  });
  for (const [option, value] of etc.datacenter) cluster.options.set(option, value);
  for (const { id, type, options } of etc.storages) addStorage(cluster, id, type, options, etc.guests.length);
  for (const file of etc.guests) addGuest(cluster, file);
  addSections(cluster, etc);
  addAccess(cluster, etc);
  return { cluster, credentials: credentialsFor(cluster) };
}

function addStorage(cluster: Cluster, id: string, type: string, options: Section['options'], guests: number): void {
  cluster.storages.set(id, { id, type, options: new Map(options), capacity: Math.max(4, guests / 4) * TB, foreignUse: 0.05 * TB });
  cluster.volumes.set(id, new Map());
}

function addGuest(cluster: Cluster, { vmid, kind, node, config }: GuestFile): void {
  const now = Math.floor(cluster.clock.now() / 1000);
  const level = (): number => 0.05 + 0.5 * cluster.random();
  const running = config.current.get('onboot') === '1' && config.current.get('template') !== '1';
  const guest: Guest = {
    vmid,
    kind,
    node,
    config,
    power: running ? 'running' : 'stopped',
    startedAt: now - Math.floor(cluster.random() * 20 * 86_400),
    pid: 2000 + Math.floor(cluster.random() * 900_000),
    diskUsed: Math.floor((sizeOf(config.current.get('rootfs')) ?? 8 * GiB) * 0.4),
    load: { cpu: level() * 0.5, memory: level(), network: level() * 0.2, disk: level() * 0.1, phase: cluster.random() * 2 * Math.PI },
    agent: undefined,
    firewall: newFirewall(),
  };
  cluster.guests.set(vmid, guest);
  for (const volume of volumesOf(cluster, guest, config)) {
    const volumes = cluster.volumes.get(volume.storage);
    if (volumes !== undefined && !volumes.has(volume.volid)) volumes.set(volume.volid, volume);
  }
}

const DISK = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+$|^rootfs$|^vmstate$/;

/** The volumes a configuration names; those that belong to other guests or to nobody (ISO images) are taken for what they are. */
function* volumesOf(cluster: Cluster, guest: Guest, config: GuestConfig): Generator<Volume> {
  for (const section of [config.current, config.pending, ...config.snapshots.values()]) {
    for (const [option, value] of section) {
      if (!DISK.test(option)) continue;
      const volid = value.split(',')[0]?.replace(/^(?:file|volume)=/, '') ?? '';
      const storage = cluster.storages.get(volid.slice(0, Math.max(0, volid.indexOf(':'))));
      if (storage === undefined) continue;
      const iso = volid.includes(':iso/');
      const size = sizeOf(value) ?? (iso ? GiB : 32 * GiB);
      const vmid = /(?:vm|base|subvol|basevol)-(\d+)-/.exec(volid.split('/').at(-1) ?? '')?.[1];
      yield {
        volid,
        storage: storage.id,
        ...(isShared(storage) ? {} : { node: guest.node }),
        content: iso ? 'iso' : guest.kind === 'qemu' ? 'images' : 'rootdir',
        format: /\.([a-z0-9]+)$/.exec(volid)?.[1] ?? (volid.includes('subvol-') ? 'subvol' : 'raw'),
        size,
        used: Math.floor(size * 0.35),
        ctime: Math.floor(cluster.clock.now() / 1000) - 86_400,
        ...(vmid === undefined || iso ? {} : { vmid: Number(vmid) }),
      };
    }
  }
}

function addSections(cluster: Cluster, etc: EtcPve): void {
  for (const { type, id, options } of etc.jobs) (type === 'vzdump' ? cluster.backupJobs : cluster.realmSyncJobs).set(id, new Map(options));
  for (const { id, options } of etc.replication) cluster.replicationJobs.set(id, new Map(options));
  for (const { type, id, options } of etc.haResources) cluster.haResources.set(`${type}:${id}`, new Map(options));
  for (const { type, id, options } of etc.haRules) cluster.haRules.set(id, new Map([['type', type], ...options]));
}

function addAccess(cluster: Cluster, { access: file, domains, tokenSecrets }: EtcPve): void {
  const { access } = cluster;
  for (const { id, type, options } of domains) access.domains.set(id, { type, options: new Map(options) });
  for (const user of file.users) access.users.set(user.userid, { ...user, tokens: new Map() });
  for (const { tokenid, ...token } of file.tokens) {
    const [userid = '', name = ''] = tokenid.split('!');
    // A token whose secret is not in the folder cannot be used, as on the cluster it came from.
    access.users.get(userid)?.tokens.set(name, { name, secret: tokenSecrets.get(tokenid) ?? randomUuid(cluster), ...token });
  }
  for (const { groupid, users, comment } of file.groups) access.groups.set(groupid, { users: new Set(users), ...(comment === undefined ? {} : { comment }) });
  for (const { roleid, privileges } of file.roles) access.roles.set(roleid, new Set(privileges));
  for (const { poolid, comment, vms, storages } of file.pools) cluster.pools.set(poolid, { poolid, guests: new Set(vms), storages: new Set(storages), ...(comment === undefined ? {} : { comment }) });
  access.acl.push(...file.acl.map((entry) => ({ ...entry })));
}

/** A way in: files hold no passwords. The token exists for this run only. */
function credentialsFor(cluster: Cluster): Credentials {
  const root = cluster.access.users.get('root@pam') ?? { userid: 'root@pam', enable: true, expire: 0, tokens: new Map<string, never>() };
  cluster.access.users.set('root@pam', root);
  const password = randomUuid(cluster).slice(0, 13);
  root.password = password;
  let name = 'workbench';
  while (root.tokens.has(name)) name += '-simulator';
  const secret = randomUuid(cluster);
  root.tokens.set(name, { name, secret, privsep: false, expire: 0, ephemeral: true });
  return { user: 'root@pam', password, tokenId: `root@pam!${name}`, tokenSecret: secret };
}
