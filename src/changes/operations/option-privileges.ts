import type { GuestTarget } from '../proposal/target.ts';
import type { Requirement } from './operation.ts';
import { allocation, isVolumeKey, readVolume } from './volumes.ts';

const QEMU: Readonly<Record<string, readonly string[]>> = {
  'VM.Config.CPU': ['cores', 'cpu', 'cpulimit', 'cpuunits', 'numa', 'sockets', 'vcpus'],
  'VM.Config.Memory': ['memory', 'balloon', 'shares', 'allow-ksm'],
  'VM.Config.HWType': ['acpi', 'hotplug', 'kvm', 'machine', 'scsihw', 'smbios1', 'tablet', 'vga', 'watchdog', 'audio0', 'rng0'],
  'VM.Config.Disk': ['boot', 'bootdisk', 'vmstatestorage', 'efidisk0', 'tpmstate0'],
};
const LXC: Readonly<Record<string, readonly string[]>> = {
  'VM.Config.CPU': ['cores', 'cpulimit', 'cpuunits'],
  'VM.Config.Memory': ['memory', 'swap'],
  'VM.Config.Network': ['nameserver', 'searchdomain', 'hostname'],
  'VM.Config.Disk': ['rootfs'],
};
const PATTERNS = {
  qemu: [[/^(?:ide|scsi|virtio|sata|unused)\d+$/, 'VM.Config.Disk'], [/^net\d+$/, 'VM.Config.Network'], [/^(?:usb|hostpci|serial|parallel|virtiofs)\d+$/, 'VM.Config.HWType']],
  lxc: [[/^(?:mp|unused)\d+$/, 'VM.Config.Disk'], [/^net\d+$/, 'VM.Config.Network']],
} as const;

const listed = (table: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> => new Map(Object.entries(table).flatMap(([privilege, options]) => options.map((option) => [option, privilege] as const)));
const BY_NAME = { qemu: listed(QEMU), lxc: listed(LXC) };

const CLOUDINIT = /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;

function ownPrivilege(path: string, type: GuestTarget['type'], option: string, value: string | undefined): Requirement {
  if (type === 'qemu' && CLOUDINIT.test(option)) return { path, privileges: ['VM.Config.Cloudinit', 'VM.Config.Network'], any: true };
  if (type === 'qemu' && value !== undefined && /,media=cdrom(?:,|$)/.test(value)) return { path, privileges: ['VM.Config.CDROM'] };
  return { path, privileges: [BY_NAME[type].get(option) ?? PATTERNS[type].find(([pattern]) => pattern.test(option))?.[1] ?? 'VM.Config.Options'] };
}

/** `SDN.Use` on the bridge or VNet of a network card, by VLAN where it names one (PVE::GuestHelpers, check_vnet_access). */
export function bridgePrivilege(value: string): readonly Requirement[] {
  const bridge = /(?:^|,)bridge=([^,]+)/.exec(value)?.[1];
  const tag = /(?:^|,)tag=(\d+)/.exec(value)?.[1];
  return bridge === undefined ? [] : [{ path: `/sdn/zones/localnetwork/${bridge}${tag === undefined ? '' : `/${tag}`}`, privileges: ['SDN.Use'] }];
}

/**
 * What changing options needs (PVE::API2::Qemu, check_vm_modify_config_perm; PVE::LXC, check_ct_modify_config_perm). Devices that only
 * root may set are not told apart: Proxmox decides.
 * @param path ACL path of the guest, or of the pool that a new one goes to
 * @param options names and new values; undefined for what is removed
 * @param creating disks of a new VM need space on their storage only
 */
export function optionPrivileges(path: string, type: GuestTarget['type'], options: readonly (readonly [name: string, value: string | undefined])[], creating = false): readonly Requirement[] {
  const found = new Map<string, Requirement>();
  const add = (requirement: Requirement): void => void found.set(`${requirement.path} ${requirement.privileges.join()}`, requirement);
  for (const [option, value] of options) {
    if (!(creating && type === 'qemu' && isVolumeKey(type, option))) add(ownPrivilege(path, type, option, value));
    if (option === 'startup') add({ path: '/', privileges: ['Sys.Modify'] });
    if (value === undefined) continue;
    if (/^net\d+$/.test(option)) bridgePrivilege(value).forEach(add);
    if (!isVolumeKey(type, option)) continue;
    const storage = allocation(value)?.storage;
    if (storage !== undefined) add({ path: `/storage/${storage}`, privileges: ['Datastore.AllocateSpace'] });
    else if (/,media=cdrom(?:,|$)/.test(value) && value.includes(':')) add({ path: `/storage/${value.slice(0, value.indexOf(':')).replace(/^file=/, '')}`, privileges: ['Datastore.AllocateSpace', 'Datastore.Audit'], any: true });
  }
  return [...found.values()];
}

/** What copying a guest needs besides: space for its volumes, its bridges, and its devices' privilege. */
export function copyPrivileges(path: string, type: GuestTarget['type'], config: Readonly<Record<string, string | number>>, onto: string | undefined): readonly Requirement[] {
  const found = new Map<string, Requirement>();
  for (const [option, value] of Object.entries(config)) {
    const storage = isVolumeKey(type, option) && !option.startsWith('unused') ? readVolume(String(value))?.storage : undefined;
    if (storage !== undefined) found.set(storage, { path: `/storage/${onto ?? storage}`, privileges: ['Datastore.AllocateSpace'] });
    if (/^net\d+$/.test(option)) for (const requirement of bridgePrivilege(String(value))) found.set(requirement.path, requirement);
    if (type === 'qemu' && /^(?:serial|usb|hostpci)\d+$/.test(option)) found.set('devices', { path, privileges: ['VM.Config.HWType'] });
  }
  return [...new Map([...found.values()].map((requirement) => [requirement.path + requirement.privileges.join(), requirement])).values()];
}
