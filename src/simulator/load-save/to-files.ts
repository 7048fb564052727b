import type { Options } from '../../pve/config/index.ts';
import type { EtcPve, Section, UserConfig } from '../files/index.ts';
import type { Access } from '../state/access.ts';
import type { Cluster } from '../state/cluster.ts';

/** The cluster as its files would describe it. What only runs (power states, tasks, passwords) is not in them. */
export function toFiles(cluster: Cluster): EtcPve {
  const { access } = cluster;
  const sections = (type: string, entries: ReadonlyMap<string, Options>): Section[] => [...entries].map(([id, options]) => ({ type, id, options }));
  return {
    nodes: [...cluster.nodes.keys()].sort(),
    guests: [...cluster.guests.values()].sort((a, b) => a.vmid - b.vmid).map(({ vmid, kind, node, config }) => ({ vmid, kind, node, config })),
    nodeOptions: new Map([...cluster.nodes].filter(([, node]) => node.config.size > 0).map(([name, node]) => [name, node.config])),
    storages: [...cluster.storages.values()].map(({ id, type, options }) => ({ id, type, options })),
    access: userConfig(cluster),
    domains: [...access.domains].map(([id, { type, options }]) => ({ id, type, options })),
    tokenSecrets: new Map(savedTokens(access).map(({ tokenid, token }) => [tokenid, token.secret])),
    datacenter: cluster.options,
    jobs: [...sections('vzdump', cluster.backupJobs), ...sections('realm-sync', cluster.realmSyncJobs)],
    replication: sections('local', cluster.replicationJobs),
    haResources: [...cluster.haResources].map(([sid, options]) => ({ type: sid.split(':')[0] ?? '', id: sid.split(':')[1] ?? '', options })),
    haRules: [...cluster.haRules].map(([id, options]) => ({ type: options.get('type') ?? 'node-affinity', id, options: new Map([...options].filter(([name]) => name !== 'type')) })),
  };
}

function savedTokens(access: Access): { tokenid: string; token: { secret: string; privsep: boolean; expire: number; comment?: string } }[] {
  return [...access.users.values()].flatMap((user) => [...user.tokens.values()].filter((token) => !token.ephemeral).map((token) => ({ tokenid: `${user.userid}!${token.name}`, token })));
}

function userConfig({ access, pools }: Cluster): UserConfig {
  return {
    users: [...access.users.values()].map(({ userid, enable, expire, firstname, lastname, email, comment, keys }) => ({
      userid,
      enable,
      expire,
      ...(firstname === undefined ? {} : { firstname }),
      ...(lastname === undefined ? {} : { lastname }),
      ...(email === undefined ? {} : { email }),
      ...(comment === undefined ? {} : { comment }),
      ...(keys === undefined ? {} : { keys }),
    })),
    tokens: savedTokens(access).map(({ tokenid, token: { privsep, expire, comment } }) => ({ tokenid, privsep, expire, ...(comment === undefined ? {} : { comment }) })),
    groups: [...access.groups].map(([groupid, { users, comment }]) => ({ groupid, users: [...users], ...(comment === undefined ? {} : { comment }) })),
    pools: [...pools.values()].map(({ poolid, comment, guests, storages }) => ({ poolid, vms: [...guests], storages: [...storages], ...(comment === undefined ? {} : { comment }) })),
    roles: [...access.roles].map(([roleid, privileges]) => ({ roleid, privileges: [...privileges] })),
    acl: access.acl,
  };
}
