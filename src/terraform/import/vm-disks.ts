import type { PropertyFormatName } from '../../pve/config/index.ts';
import { block } from '../hcl/index.ts';
import { gigabytes } from './common.ts';
import type { RawOptions, RawProperties } from './raw-options.ts';
import { type Field, fields, type ResourceDraft } from './resource-draft.ts';

const BUSES = ['ide', 'sata', 'scsi', 'virtio'] as const;
const FORMATS: Readonly<Record<(typeof BUSES)[number], PropertyFormatName>> = { ide: 'pve-qm-ide', sata: 'pve-qm-sata', scsi: 'pve-qm-scsi', virtio: 'pve-qm-virtio' };

/** The provider looks for the CD drive here, and only here, when it imports (`dvCDROMInterface`); others it leaves alone. */
const CDROM_INTERFACE = 'ide3';

/** As many `disk` blocks as the provider takes; Proxmox has names for 57. */
const MOST_DISKS = 31;

/** The one drive that cloud-init writes to has this name (qemu-server, `drive_is_cloudinit`; the provider's `IsCloudInitDrive`). */
export const isCloudInit = (drive: string, vmid: number): boolean => drive.includes(`vm-${String(vmid)}-cloudinit`);

export function disks(draft: ResourceDraft, options: RawOptions, vmid: number): void {
  for (const bus of BUSES) {
    for (const { name } of options.family(bus)) {
      const text = options.peek(name) ?? '';
      if (isCloudInit(text, vmid)) {
        if (name === CDROM_INTERFACE) draft.ignore('cdrom', 'the provider takes the cloud-init drive for a CD drive');
        continue;
      }
      const drive = options.properties(name, FORMATS[bus]);
      if (drive !== undefined) storageDrive(draft, name, drive);
    }
  }
  firmware(draft, options);
}

function storageDrive(draft: ResourceDraft, name: string, drive: RawProperties): void {
  const volume = drive.text('file') ?? 'none';
  if (drive.text('media') === 'cdrom' || volume === 'none') {
    drive.number('size');
    const rows: Field[] = [['file_id', volume], ['interface', name]];
    if (name === CDROM_INTERFACE) draft.block('cdrom', rows);
    else {
      draft.leave(name);
      draft.unwritten('cdrom', rows);
    }
    return;
  }
  if (draft.isFull('disk', MOST_DISKS, name)) return void drive.take();
  if (name === CDROM_INTERFACE) draft.ignore('cdrom', 'the provider takes the disk on ide3 for a CD drive');
  const colon = volume.indexOf(':');
  const speed = fields([
    ['iops_read', drive.number('iops_rd') ?? 0, 0],
    ['iops_read_burstable', drive.number('iops_rd_max') ?? 0, 0],
    ['iops_write', drive.number('iops_wr') ?? 0, 0],
    ['iops_write_burstable', drive.number('iops_wr_max') ?? 0, 0],
    ['read', drive.number('mbps_rd') ?? 0, 0],
    ['read_burstable', drive.number('mbps_rd_max') ?? 0, 0],
    ['write', drive.number('mbps_wr') ?? 0, 0],
    ['write_burstable', drive.number('mbps_wr_max') ?? 0, 0],
  ]);
  // The provider finds the format out by itself, from the name or the storage.
  drive.text('format');
  const rows: Field[] = [
    ['interface', name],
    ['datastore_id', colon < 0 ? '' : volume.slice(0, colon)],
    ...(colon < 0 ? ([['path_in_datastore', volume]] satisfies Field[]) : []),
    ['size', gigabytes(drive.number('size'))],
    ['aio', drive.text('aio') ?? 'io_uring', 'io_uring'],
    ['backup', drive.flag('backup') ?? true, true],
    ['cache', drive.text('cache') ?? 'none', 'none'],
    ['discard', drive.text('discard') ?? 'ignore', 'ignore'],
    ['iothread', drive.flag('iothread') ?? false, false],
    ['queues', drive.number('queues') ?? 0, 0],
    ['replicate', drive.flag('replicate') ?? true, true],
    ['serial', drive.text('serial') ?? '', ''],
    ['ssd', drive.flag('ssd') ?? false, false],
  ];
  draft.block('disk', rows, ...(speed.length === 0 ? [] : [block('speed', [], speed)]));
}

/** What is at its defaults the provider does not see in a VM new to it, and would want to add. */
function firmware(draft: ResourceDraft, options: RawOptions): void {
  const efi = options.properties('efidisk0', 'pve-qm-efidisk');
  if (efi !== undefined) {
    const volume = efi.text('file') ?? '';
    efi.number('size');
    const format = efi.text('format') ?? /\.(raw|qcow2|vmdk)$/.exec(volume)?.[1];
    const keys = efi.flag('pre-enrolled-keys');
    const rows: Field[] = [
      ['datastore_id', volume.split(':')[0] ?? '', 'local-lvm'],
      ['type', efi.text('efitype') ?? '2m', '2m'],
      ['pre_enrolled_keys', keys ?? false, false],
    ];
    // A flag that is set never equals the provider's default, nor does a format that it asks the storage for: it compares values of two types.
    if (format === 'raw' && keys === undefined) draft.blockUnlessPreset('efi_disk', rows);
    else draft.block('efi_disk', rows);
  }
  const tpm = options.properties('tpmstate0', 'pve-qm-tpmstate');
  if (tpm !== undefined) {
    tpm.number('size');
    draft.blockUnlessPreset('tpm_state', [
      ['datastore_id', (tpm.text('file') ?? '').split(':')[0] ?? '', 'local-lvm'],
      ['version', tpm.text('version') ?? 'v2.0', 'v2.0'],
    ]);
  }
}
