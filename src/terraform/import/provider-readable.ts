import { RawOptions, type RawProperties } from './raw-options.ts';

/** The text of these goes through JSON a second time without being escaped (`GetResponseData.UnmarshalJSON` of vms and of containers). */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const BREAKS_JSON = /[\u0000-\u001f"\\]/u;

/** Read as whole numbers (`CustomStorageDevice.UnmarshalJSON`), where Proxmox takes parts. */
const WHOLE = ['mbps_rd', 'mbps_rd_max', 'mbps_wr', 'mbps_wr_max'] as const;
const DRIVES = { ide: 'pve-qm-ide', sata: 'pve-qm-sata', scsi: 'pve-qm-scsi', virtio: 'pve-qm-virtio' } as const;

/**
 * What of a guest keeps the provider from reading it at all; Terraform then plans nothing, not even for the other guests. The reasons are
 * in proxmox/nodes of v0.111.1.
 * @param config as `GET …/config` answers it
 * @returns in words that go on from “a VM with …”; undefined when it can be read
 */
export function unreadable(kind: 'qemu' | 'lxc', config: Readonly<Record<string, unknown>>): string | undefined {
  return kind === 'qemu' ? unreadableVm(config) : unreadableContainer(new RawOptions(config));
}

function unreadableVm(config: Readonly<Record<string, unknown>>): string | undefined {
  // Proxmox answers a text for an option of the type number: it only checks what the file has (PVE::QemuServer, `check_type`). The provider
  // expects a number here; for cpulimit, of the same type, it has a type of its own that takes both (`types.CustomFloat64`).
  if (typeof config['migrate_downtime'] === 'string') return 'the option migrate_downtime';
  const options = new RawOptions(config);
  const device = breaking(options, ['ide', 'sata', 'scsi', 'virtio', 'hostpci', 'virtiofs', 'net', 'ipconfig']);
  if (device !== undefined) return device;
  const net = first(options, 'net', (name) => options.properties(name, 'pve-qm-net')?.list('trunks')?.some((vlan) => !/^\d+$/.test(vlan)) === true);
  if (net !== undefined) return `a range of VLANs among the trunks of ${net}`;
  for (const [bus, format] of Object.entries(DRIVES)) {
    for (const { name } of options.family(bus)) {
      const drive = options.properties(name, format);
      const part = WHOLE.find((key) => !Number.isInteger(drive?.number(key) ?? 0));
      if (part !== undefined) return `a part of a megabyte in ${part} of ${name}`;
    }
  }
  const contradicts = (share: RawProperties | undefined): boolean => share?.flag('expose-acl') === true && share.flag('expose-xattr') === false;
  const share = first(options, 'virtiofs', (name) => contradicts(options.properties(name, 'pve-qm-virtiofs')));
  return share === undefined ? undefined : `${share} that exposes ACLs and not extended attributes`;
}

function unreadableContainer(options: RawOptions): string | undefined {
  const device = breaking(options, ['mp', 'net', 'dev']);
  if (device !== undefined) return device;
  const map = options.lines('lxc').find(([key, value]) => key === 'lxc.idmap' && !/^[ug]\s+\d+\s+\d+\s+\d+$/.test(value.trim()));
  return map && `the line lxc.idmap: ${map[1].trim()}`;
}

function breaking(options: RawOptions, families: readonly string[]): string | undefined {
  for (const family of families) {
    const device = first(options, family, (name) => BREAKS_JSON.test(options.peek(name) ?? ''));
    if (device !== undefined) return `control characters, quotes or backslashes in ${device}`;
  }
  return undefined;
}

const first = (options: RawOptions, family: string, isUnreadable: (name: string) => boolean): string | undefined => options.family(family).find(({ name }) => isUnreadable(name))?.name;
