import { asDefaultKey, flag, integer, oneOf, type PropertyFormat, type PropertyValues, required, text } from './format.ts';

const keep = integer({ minimum: 0 });

function checkPruning(values: PropertyValues): string | undefined {
  const others = Object.entries(values).some(([key, value]) => key !== 'keep-all' && Number(value) > 0);
  return others && values['keep-all'] === true ? 'keep-all cannot be set together with other options.' : undefined;
}

const USB_OR_PCI_ID = /^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$/;
const PCI_PATH = '[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(?:.[a-f0-9])?';
const node = required(text({ format: 'pve-node' }));
const description = text({ maxLength: 4096 });

/** Backups, storages, realms, resource mappings, disks and remotes. */
export const SERVICE_FORMATS = {
  'backup-fleecing': {
    keys: { enabled: asDefaultKey(flag({ default: 0 })), storage: text({ format: 'pve-storage-id' }) },
    check: ({ enabled, storage }) => (enabled === true && storage === undefined ? "'storage' parameter is required when 'enabled' is set" : undefined),
  },
  'backup-performance': {
    keys: { 'max-workers': integer({ minimum: 1, maximum: 256, default: 16 }), 'pbs-entries-max': integer({ minimum: 1, default: 1_048_576 }) },
  },
  'prune-backups': {
    keys: {
      'keep-all': flag(),
      'keep-last': keep,
      'keep-hourly': keep,
      'keep-daily': keep,
      'keep-weekly': keep,
      'keep-monthly': keep,
      'keep-yearly': keep,
    },
    check: checkPruning,
  },
  'realm-sync-options': {
    keys: {
      'enable-new': flag({ default: 1 }),
      full: flag(),
      purge: flag(),
      'remove-vanished': text({ pattern: /^(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry)|none)$/, default: 'none', separator: ';' }),
      scope: oneOf(['users', 'groups', 'both']),
    },
  },
  'pve-tfa-config': {
    keys: {
      type: required(oneOf(['yubico', 'oath'])),
      digits: integer({ minimum: 6, maximum: 8, default: 6 }),
      id: text(),
      key: text(),
      step: integer({ minimum: 10, default: 30 }),
      url: text(),
    },
  },
  'proxmox-remote': {
    keys: {
      apitoken: required(text()),
      fingerprint: text({ pattern: /^(?:[A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}$/ }),
      host: required(text()),
      port: integer(),
    },
  },
  'mapping-pci': {
    keys: {
      node,
      path: required(text({ pattern: new RegExp(`^(?:${PCI_PATH};)*${PCI_PATH}$`), separator: ';' })),
      id: required(text({ pattern: USB_OR_PCI_ID })),
      'subsystem-id': text({ pattern: USB_OR_PCI_ID }),
      iommugroup: integer(),
      description,
    },
  },
  'mapping-usb': { keys: { node, path: text({ pattern: /^\d+-\d+(?:\.\d+)*$/ }), id: required(text({ pattern: USB_OR_PCI_ID })), description } },
  'mapping-dir': { keys: { node, path: required(text({ format: 'pve-storage-path-in-property-string' })) } },
  'draid-config': { keys: { data: required(integer({ minimum: 1 })), spares: required(integer({ minimum: 0 })) } },
  'erasure-coding': {
    keys: {
      k: required(integer({ minimum: 2 })),
      m: required(integer({ minimum: 1 })),
      'device-class': text(),
      'failure-domain': text({ default: 'host' }),
      profile: text(),
    },
  },
} satisfies Record<string, PropertyFormat>;
