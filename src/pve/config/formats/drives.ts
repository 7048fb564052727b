import { aliasOf, asDefaultKey, flag, integer, number, oneOf, type PropertyFormat, required, text } from './format.ts';

const IMAGE_FORMATS = ['raw', 'qcow', 'qed', 'qcow2', 'vmdk', 'cloop'];

const volume = {
  file: required(asDefaultKey(text({ format: 'pve-volume-id-or-qm-path' }))),
  volume: aliasOf('file'),
  size: text({ format: 'disk-size' }),
  'import-from': text({ format: 'pve-volume-id-or-absolute-path' }),
};

/** Operations and megabytes per second, how far a burst may exceed them, and for how many seconds. */
const throttle = {
  bps: integer(),
  bps_rd: integer(),
  bps_wr: integer(),
  mbps: number(),
  mbps_rd: number(),
  mbps_wr: number(),
  mbps_max: number(),
  mbps_rd_max: number(),
  mbps_wr_max: number(),
  iops: integer(),
  iops_rd: integer(),
  iops_wr: integer(),
  iops_max: integer(),
  iops_rd_max: integer(),
  iops_wr_max: integer(),
  bps_max_length: integer({ minimum: 1 }),
  bps_rd_max_length: integer({ minimum: 1 }),
  bps_wr_max_length: integer({ minimum: 1 }),
  iops_max_length: integer({ minimum: 1 }),
  iops_rd_max_length: integer({ minimum: 1 }),
  iops_wr_max_length: integer({ minimum: 1 }),
  bps_rd_length: aliasOf('bps_rd_max_length'),
  bps_wr_length: aliasOf('bps_wr_max_length'),
  iops_rd_length: aliasOf('iops_rd_max_length'),
  iops_wr_length: aliasOf('iops_wr_max_length'),
};

const drive = {
  ...volume,
  ...throttle,
  aio: oneOf(['native', 'threads', 'io_uring']),
  backup: flag(),
  cache: oneOf(['none', 'writethrough', 'writeback', 'unsafe', 'directsync']),
  detect_zeroes: flag(),
  discard: oneOf(['ignore', 'on']),
  format: oneOf(IMAGE_FORMATS),
  media: oneOf(['cdrom', 'disk'], { default: 'disk' }),
  replicate: flag({ default: 1 }),
  rerror: oneOf(['ignore', 'report', 'stop']),
  serial: text({ format: 'urlencoded', maxLength: 60 }),
  shared: flag({ default: 0 }),
  snapshot: flag(),
  werror: oneOf(['enospc', 'ignore', 'report', 'stop']),
};

const ssd = { ssd: flag() };
const wwn = { wwn: text({ pattern: /^0x[0-9a-fA-F]{16}$/ }) };
const iothread = { iothread: flag() };
const readonly = { ro: flag() };

/** PVE::QemuServer::Drive, as the API takes them: with `import-from`. */
export const DRIVE_FORMATS = {
  'pve-qm-ide': { keys: { ...drive, ...ssd, ...wwn, model: text({ format: 'urlencoded', maxLength: 120 }) } },
  'pve-qm-sata': { keys: { ...drive, ...ssd, ...wwn } },
  'pve-qm-scsi': {
    keys: {
      ...drive,
      ...iothread,
      ...readonly,
      ...ssd,
      ...wwn,
      product: text({ pattern: /^[A-Za-z0-9\-_\s]{0,16}$/ }),
      queues: integer({ minimum: 2 }),
      scsiblock: flag({ default: 0 }),
      vendor: text({ pattern: /^[A-Za-z0-9\-_\s]{0,8}$/ }),
    },
  },
  'pve-qm-virtio': { keys: { ...drive, ...iothread, ...readonly } },
  'pve-qm-efidisk': {
    keys: {
      ...volume,
      efitype: oneOf(['2m', '4m'], { default: '2m' }),
      format: oneOf(IMAGE_FORMATS),
      'ms-cert': oneOf(['2011', '2023', '2023w', '2023k'], { default: '2011' }),
      'pre-enrolled-keys': flag({ default: 0 }),
    },
  },
  'pve-qm-tpmstate': {
    keys: { ...volume, format: oneOf(['raw', 'qcow2', 'vmdk']), version: oneOf(['v1.2', 'v2.0'], { default: 'v1.2' }) },
  },
  'pve-qm-unused': { keys: { file: required(asDefaultKey(text({ format: 'pve-volume-id' }))), volume: aliasOf('file') } },
} satisfies Record<string, PropertyFormat>;
