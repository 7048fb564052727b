import { type Alias, aliasOf, asDefaultKey, flag, integer, number, oneOf, type PropertyFormat, required, text } from './format.ts';

const NET_MODELS = [
  'e1000', 'e1000-82540em', 'e1000-82544gc', 'e1000-82545em', 'e1000e', 'i82551', 'i82557b', 'i82559er',
  'ne2k_isa', 'ne2k_pci', 'pcnet', 'rtl8139', 'virtio', 'vmxnet3',
];

/** `virtio=BC:24:11:…` is short for `model=virtio,macaddr=BC:24:11:…`. */
const netModelAliases: Record<string, Alias> = Object.fromEntries(NET_MODELS.map((model) => [model, { alias: 'macaddr', keyAlias: 'model' }]));

const ranges = /^\d+(?:-\d+)?(?:;\d+(?:-\d+)?)*$/;
const PCI_ADDRESS = '(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?';
const pciId = text({ pattern: /^0x[0-9a-fA-F]{4}$/ });
const base64 = text({ pattern: /^[A-Za-z0-9+/]+={0,2}$/ });
const volumeId = text({ format: 'pve-volume-id' });

/** PVE::QemuServer and its modules; drives are in `drives.ts`. */
export const QEMU_FORMATS = {
  'pve-qm-agent': {
    keys: {
      enabled: required(asDefaultKey(flag({ default: 0 }))),
      'freeze-fs': flag({ default: 1 }),
      'freeze-fs-on-backup': aliasOf('freeze-fs'),
      'guest-fsfreeze': aliasOf('freeze-fs'),
      fstrim_cloned_disks: flag({ default: 0 }),
      type: oneOf(['virtio', 'isa'], { default: 'virtio' }),
    },
  },
  'pve-qm-audio': {
    keys: { device: required(oneOf(['ich9-intel-hda', 'intel-hda', 'AC97'])), driver: oneOf(['spice', 'none'], { default: 'spice' }) },
  },
  'pve-qm-boot': {
    keys: {
      legacy: asDefaultKey(text({ pattern: /^[acdn]{1,4}$/, default: 'cdn' })),
      order: text({ format: 'pve-qm-bootdev-list', separator: ';' }),
    },
  },
  'pve-qm-cicustom': { keys: { meta: volumeId, network: volumeId, user: volumeId, vendor: volumeId } },
  'pve-qm-hostpci': {
    keys: {
      host: asDefaultKey(text({ pattern: new RegExp(`^${PCI_ADDRESS}(?:;${PCI_ADDRESS})*$`), separator: ';' })),
      'device-id': pciId,
      driver: oneOf(['vfio', 'keep'], { default: 'vfio' }),
      'legacy-igd': flag({ default: 0 }),
      mapping: text({ format: 'pve-configid' }),
      mdev: text({ pattern: /^[^/.:]+$/ }),
      pcie: flag({ default: 0 }),
      rombar: flag({ default: 1 }),
      romfile: text({ pattern: /^[^,;]+$/ }),
      'sub-device-id': pciId,
      'sub-vendor-id': pciId,
      'vendor-id': pciId,
      'x-vga': flag({ default: 0 }),
    },
  },
  'pve-qm-ipconfig': {
    keys: {
      gw: text({ format: 'ipv4', requires: 'ip' }),
      gw6: text({ format: 'ipv6', requires: 'ip6' }),
      ip: text({ format: 'pve-ipv4-config', default: 'dhcp' }),
      ip6: text({ format: 'pve-ipv6-config', default: 'dhcp' }),
    },
  },
  'pve-qm-ivshmem': { keys: { name: text({ pattern: /^[a-zA-Z0-9-]+$/ }), size: required(integer({ minimum: 1 })) } },
  'pve-qemu-machine-fmt': {
    keys: {
      type: asDefaultKey(
        text({
          pattern: /^(?:pc|pc(?:-i440fx)?-\d+(?:\.\d+)+(?:\+pve\d+)?(?:\.pxe)?|q35|pc-q35-\d+(?:\.\d+)+(?:\+pve\d+)?(?:\.pxe)?|virt(?:-\d+(?:\.\d+)+)?(?:\+pve\d+)?)$/,
          maxLength: 40,
        }),
      ),
      'aw-bits': number({ minimum: 32, maximum: 64 }),
      'enable-s3': flag(),
      'enable-s4': flag(),
      viommu: oneOf(['intel', 'virtio']),
    },
  },
  'pve-qm-memory': { keys: { current: required(asDefaultKey(integer({ minimum: 16, default: 512 }))) } },
  'pve-qm-meta': { keys: { ctime: integer({ minimum: 0 }), 'creation-qemu': text({ pattern: /^\d+(?:\.\d+)+$/ }) } },
  'pve-qm-net': {
    keys: {
      model: required(asDefaultKey(oneOf(NET_MODELS))),
      macaddr: text({ format: 'mac-addr' }),
      ...netModelAliases,
      bridge: text({ format: 'pve-bridge-id' }),
      firewall: flag(),
      link_down: flag(),
      mtu: integer({ minimum: 1, maximum: 65520 }),
      queues: integer({ minimum: 0, maximum: 64 }),
      rate: number({ minimum: 0 }),
      tag: integer({ minimum: 1, maximum: 4094 }),
      trunks: text({ pattern: ranges, separator: ';' }),
    },
  },
  'pve-qm-numanode': {
    keys: {
      cpus: required(text({ pattern: ranges, separator: ';' })),
      hostnodes: text({ pattern: ranges, separator: ';' }),
      memory: number(),
      policy: oneOf(['preferred', 'bind', 'interleave']),
    },
  },
  'pve-qm-rng': {
    keys: {
      source: required(asDefaultKey(oneOf(['/dev/urandom', '/dev/random', '/dev/hwrng']))),
      max_bytes: integer({ default: 1024 }),
      period: integer({ default: 1000 }),
    },
  },
  'pve-qm-smbios1': {
    keys: {
      base64: flag(),
      family: base64,
      manufacturer: base64,
      product: base64,
      serial: base64,
      sku: base64,
      uuid: text({ pattern: /^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/ }),
      version: base64,
    },
  },
  'pve-qm-spice-enhancements': {
    keys: { foldersharing: flag({ default: 0 }), videostreaming: oneOf(['off', 'all', 'filter'], { default: 'off' }) },
  },
  'pve-qm-usb': {
    keys: {
      host: asDefaultKey(text({ pattern: /^(?:(?:0x)?[0-9A-Fa-f]{4}:(?:0x)?[0-9A-Fa-f]{4}|\d+-\d+(?:\.\d+)*|[Ss][Pp][Ii][Cc][Ee])$/ })),
      mapping: text({ format: 'pve-configid' }),
      usb3: flag({ default: 0 }),
    },
  },
  'pve-qm-vga': {
    keys: {
      type: asDefaultKey(
        oneOf(
          ['cirrus', 'qxl', 'qxl2', 'qxl3', 'qxl4', 'none', 'serial0', 'serial1', 'serial2', 'serial3', 'std', 'virtio', 'virtio-gl', 'vmware'],
          { default: 'std' },
        ),
      ),
      clipboard: oneOf(['vnc']),
      memory: integer({ minimum: 4, maximum: 512 }),
    },
  },
  'pve-qm-virtiofs': {
    keys: {
      dirid: required(asDefaultKey(text({ format: 'pve-configid' }))),
      cache: oneOf(['auto', 'always', 'metadata', 'never'], { default: 'auto' }),
      'direct-io': flag({ default: 0 }),
      'expose-acl': flag({ default: 0 }),
      'expose-xattr': flag({ default: 0 }),
    },
  },
  'pve-qm-watchdog': {
    keys: {
      model: asDefaultKey(oneOf(['i6300esb', 'ib700'], { default: 'i6300esb' })),
      action: oneOf(['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none']),
    },
  },
} satisfies Record<string, PropertyFormat>;
