import { family, flag, integer, KEYBOARDS, oneOf, type OptionTable, properties, text } from './option.ts';

/** `datacenter.cfg` (PVE::DataCenterConfig). */
export const DATACENTER_OPTIONS: OptionTable = {
  bwlimit: properties('bwlimit'),
  'consent-text': text({ maxLength: 65_536 }),
  console: oneOf(['applet', 'vv', 'html5', 'xtermjs']),
  crs: properties('crs'),
  description: text({ maxLength: 65_536 }),
  email_from: text({ format: 'email-opt' }),
  fencing: oneOf(['watchdog', 'hardware', 'both'], { default: 'watchdog' }),
  ha: properties('ha'),
  http_proxy: text({ pattern: /^http:\/\/.*$/ }),
  keyboard: oneOf(KEYBOARDS),
  language: oneOf([
    'ar', 'ca', 'da', 'de', 'en', 'es', 'eu', 'fa', 'fr', 'hr', 'he', 'it', 'ja', 'ka', 'kr', 'nb', 'nl', 'nn', 'pl', 'pt_BR', 'ru', 'sl', 'sv',
    'tr', 'ukr', 'zh_CN', 'zh_TW',
  ]),
  location: properties('pve-node-location'),
  mac_prefix: text({ format: 'mac-prefix', default: 'BC:24:11' }),
  max_workers: integer({ minimum: 1 }),
  migration: properties('migration'),
  migration_unsecure: flag(),
  'next-id': properties('next-id'),
  notify: properties('notify'),
  'registered-tags': text({ pattern: /^(?:[a-z0-9_][a-z0-9_\-+.]*;)*[a-z0-9_][a-z0-9_\-+.]*$/i }),
  replication: properties('replication'),
  'tag-style': properties('tag-style'),
  u2f: properties('u2f'),
  'user-tag-access': properties('user-tag-access'),
  webauthn: properties('webauthn'),
};

/** `nodes/<node>/config` (PVE::NodeConfig). */
export const NODE_OPTIONS: OptionTable = {
  acme: properties('acme'),
  'acmedomain[n]': family(6, properties('acmedomain')),
  'ballooning-target': integer({ minimum: 0, maximum: 100, default: 80 }),
  description: text({ maxLength: 65_536 }),
  location: properties('pve-node-location'),
  'startall-onboot-delay': integer({ minimum: 0, maximum: 300, default: 0 }),
  wakeonlan: properties('wakeonlan'),
};
