import { asDefaultKey, flag, integer, number, oneOf, type PropertyFormat, required, text } from './format.ts';

const TAG = '[A-Za-z0-9_][A-Za-z0-9_\\-+.]*';
const TAG_COLOUR = `${TAG}:[0-9a-fA-F]{6}(?::[0-9a-fA-F]{6})?`;

/** KiB/s. */
const limit = number({ minimum: 0 });
const rebalance = { requires: 'ha-auto-rebalance', minimum: 0 };
const network = {
  keys: {
    type: required(asDefaultKey(oneOf(['secure', 'insecure'], { default: 'secure' }))),
    network: text({ format: 'CIDR' }),
  },
};

/** Datacenter options, the cluster's firewall, corosync links and the nodes' own options (PVE::DataCenterConfig, PVE::NodeConfig). */
export const CLUSTER_FORMATS = {
  bwlimit: { keys: { clone: limit, default: limit, migration: limit, move: limit, restore: limit } },
  crs: {
    keys: {
      ha: oneOf(['basic', 'static', 'dynamic'], { default: 'basic' }),
      'ha-auto-rebalance': flag({ default: 0 }),
      'ha-auto-rebalance-hold-duration': number({ ...rebalance, default: 3 }),
      'ha-auto-rebalance-margin': number({ ...rebalance, default: 0.1 }),
      'ha-auto-rebalance-method': oneOf(['bruteforce', 'topsis'], { requires: 'ha-auto-rebalance', default: 'bruteforce' }),
      'ha-auto-rebalance-threshold': number({ ...rebalance, default: 0.3 }),
      'ha-rebalance-on-start': flag({ default: 0 }),
    },
  },
  ha: { keys: { shutdown_policy: required(oneOf(['freeze', 'failover', 'conditional', 'migrate'], { default: 'conditional' })) } },
  migration: network,
  replication: network,
  'next-id': { keys: { lower: integer({ default: 100 }), upper: integer({ default: 1_000_000 }) } },
  notify: {
    keys: {
      fencing: oneOf(['always', 'never']),
      'package-updates': oneOf(['auto', 'always', 'never'], { default: 'auto' }),
      replication: oneOf(['always', 'never']),
      'target-fencing': text(),
      'target-package-updates': text(),
      'target-replication': text(),
    },
  },
  'tag-style': {
    keys: {
      'case-sensitive': flag({ default: 0 }),
      'color-map': text({ pattern: new RegExp(`^${TAG_COLOUR}(?:;${TAG_COLOUR})*$`), separator: ';' }),
      ordering: oneOf(['config', 'alphabetical'], { default: 'alphabetical' }),
      shape: oneOf(['full', 'circle', 'dense', 'none'], { default: 'circle' }),
    },
  },
  'user-tag-access': {
    keys: {
      'user-allow': oneOf(['none', 'list', 'existing', 'free'], { default: 'free' }),
      'user-allow-list': text({ pattern: new RegExp(`^${TAG}(?:;${TAG})*$`), separator: ';' }),
    },
  },
  u2f: { keys: { appid: text(), origin: text() } },
  webauthn: { keys: { 'allow-subdomains': flag({ default: 1 }), id: text(), origin: text(), rp: text() } },
  'pve-node-location': {
    keys: {
      name: text({ maxLength: 128 }),
      latitude: required(number({ minimum: -90, maximum: 90 })),
      longitude: required(number({ minimum: -180, maximum: 180 })),
    },
  },
  acme: {
    keys: {
      account: text({ format: 'pve-configid', default: 'default' }),
      domains: text({ format: 'pve-acme-domain-list', separator: ';' }),
    },
  },
  acmedomain: {
    keys: {
      domain: required(asDefaultKey(text({ format: 'pve-acme-domain' }))),
      alias: text({ format: 'pve-acme-alias' }),
      plugin: text({ format: 'pve-configid', default: 'standalone' }),
    },
  },
  wakeonlan: {
    keys: {
      mac: required(asDefaultKey(text({ format: 'mac-addr' }))),
      'bind-interface': text({ format: 'pve-iface', default: 'The interface carrying the default route' }),
      'broadcast-address': text({ format: 'ipv4', default: '255.255.255.255' }),
    },
  },
  log_ratelimit: {
    keys: {
      enable: required(asDefaultKey(flag({ default: 1 }))),
      burst: integer({ minimum: 0, default: 5 }),
      rate: text({ pattern: /^[1-9][0-9]*\/(?:second|minute|hour|day)$/, default: '1/second' }),
    },
  },
  'corosync-link': {
    keys: { address: required(asDefaultKey(text({ format: 'address' }))), priority: integer({ minimum: 0, maximum: 255, default: 0 }) },
  },
} satisfies Record<string, PropertyFormat>;
