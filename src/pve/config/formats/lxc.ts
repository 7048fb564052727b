import { asDefaultKey, flag, integer, number, oneOf, type PropertyFormat, required, text } from './format.ts';

const MOUNT_OPTION = '(?:discard|lazytime|noatime|nodev|noexec|nosuid)';

const rootfs = {
  volume: required(asDefaultKey(text({ format: 'pve-lxc-mp-string' }))),
  acl: flag(),
  mountoptions: text({ pattern: new RegExp(`^${MOUNT_OPTION}(?:;${MOUNT_OPTION})*$`), separator: ';' }),
  quota: flag(),
  replicate: flag({ default: 1 }),
  ro: flag(),
  shared: flag({ default: 0 }),
  size: text({ format: 'disk-size' }),
};

/** PVE::LXC::Config; and what both kinds of guests share. */
export const LXC_FORMATS = {
  'pve-ct-rootfs': { keys: rootfs },
  'pve-ct-mountpoint': {
    keys: { ...rootfs, backup: flag(), keepattrs: flag({ default: 0 }), mp: required(text({ format: 'pve-lxc-mp-string' })) },
  },
  'pve-ct-unused': { keys: { volume: required(asDefaultKey(text({ format: 'pve-volume-id' }))) } },
  'pve-ct-device': {
    keys: {
      path: asDefaultKey(text({ format: 'pve-lxc-dev-string' })),
      'deny-write': flag({ default: 0 }),
      gid: integer({ minimum: 0 }),
      mode: text({ pattern: /^0[0-7]{3}$/ }),
      uid: integer({ minimum: 0 }),
    },
  },
  'pve-ct-features': {
    keys: {
      force_rw_sys: flag({ default: 0 }),
      fuse: flag({ default: 0 }),
      keyctl: flag({ default: 0 }),
      mknod: flag({ default: 0 }),
      mount: text({ pattern: /^[a-zA-Z0-9_; ]+$/, separator: ';' }),
      nesting: flag({ default: 0 }),
    },
  },
  'pve-lxc-network': {
    keys: {
      name: required(text({ pattern: /^[-_.\w]+$/ })),
      bridge: text({ pattern: /^[-_.\w]+$/ }),
      firewall: flag(),
      gw: text({ format: 'ipv4' }),
      gw6: text({ format: 'ipv6' }),
      'host-managed': flag(),
      hwaddr: text({ format: 'mac-addr' }),
      ip: text({ format: 'pve-ipv4-config' }),
      ip6: text({ format: 'pve-ipv6-config' }),
      link_down: flag(),
      mtu: integer({ minimum: 64, maximum: 65535 }),
      rate: number(),
      tag: integer({ minimum: 1, maximum: 4094 }),
      trunks: text({ pattern: /^\d+(?:;\d+)*$/, separator: ';' }),
      type: oneOf(['veth']),
    },
  },
  'pve-startup-order': {
    keys: {
      order: asDefaultKey(integer({ pattern: /^\d+$/ })),
      up: integer({ pattern: /^\d+$/ }),
      down: integer({ pattern: /^\d+$/ }),
    },
    complaint: 'unable to parse startup options',
  },
} satisfies Record<string, PropertyFormat>;
