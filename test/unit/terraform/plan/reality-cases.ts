import type { ConsequenceKind } from '../../../../src/changes/index.ts';

/** One change of one running guest, and what becomes of the guest. */
export interface Case {
  /** Of the resource: letters, digits and underscores. */
  readonly label: string;
  readonly type: string;
  /** Gravest first. */
  readonly expected: readonly ConsequenceKind[];
  readonly before: Body;
  readonly after: Body;
}

/** What a guest's code says otherwise than the usual one, by the name of block or attribute; an empty text for nothing at all. */
export type Body = Readonly<Record<string, string>>;

const VM = 'proxmox_virtual_environment_vm';
const CONTAINER = 'proxmox_virtual_environment_container';
const PLAIN = 'proxmox_vm';
const CLONED = 'proxmox_cloned_vm';

const disk = (slot: string, size: number, more = ''): string => `disk {\n    datastore_id = "local-lvm"\n    interface = "${slot}"\n    size = ${size}\n    ${more}\n  }`;
const card = (more = ''): string => `network_device {\n    bridge = "vmbr0"\n    mac_address = "BC:24:11:00:00:01"\n    ${more}\n  }`;
const cloudinit = (address: string, storage = 'local-lvm', more = ''): string =>
  `initialization {\n    datastore_id = "${storage}"\n    interface = "ide2"\n    ${more}\n    ip_config {\n      ipv4 {\n        address = "${address}"\n      }\n    }\n  }`;
const agent = (enabled: boolean): Body => ({ agent: `agent {\n    enabled = ${enabled}\n    timeout = "20s"\n    wait_for_ip {\n      disabled = true\n    }\n  }` });
/** Of a template in which an agent is installed. */
const WITH_AGENT: Body = { ...agent(true), clone: 'clone {\n    vm_id = 9000\n  }', disk: disk('scsi0', 60).replace('local-lvm', 'ceph') };
const memory = (amount: number): string => `memory {\n    dedicated = ${amount}\n  }`;
const attribute = (name: string, value: string): Body => ({ [name]: `${name} = ${value}` });

const vm = (label: string, expected: readonly ConsequenceKind[], before: Body, after: Body, both: Body = {}): Case => ({ label, type: VM, expected, before: { ...both, ...before }, after: { ...both, ...after } });

const vms: readonly Case[] = [
  vm('memory_more', ['restart'], { memory: memory(128) }, { memory: memory(256) }),
  vm('memory_plugged', ['nothing'], { memory: memory(1024) }, { memory: memory(2048) }, { ...attribute('hotplug', '"network,disk,usb,memory"'), cpu: 'cpu {\n    numa = true\n  }' }),
  vm('memory_less', ['restart'], { memory: memory(2048) }, { memory: memory(1024) }, { ...attribute('hotplug', '"network,disk,usb,memory"'), cpu: 'cpu {\n    numa = true\n  }' }),
  vm('cores', ['restart'], { cpu: 'cpu {\n    cores = 1\n  }' }, { cpu: 'cpu {\n    cores = 2\n  }' }),
  vm('vcpus_plugged', ['nothing'], { cpu: 'cpu {\n    cores = 4\n    hotplugged = 1\n  }' }, { cpu: 'cpu {\n    cores = 4\n    hotplugged = 2\n  }' }, attribute('hotplug', '"network,disk,usb,cpu"')),
  vm('vcpus', ['restart'], { cpu: 'cpu {\n    cores = 4\n    hotplugged = 1\n  }' }, { cpu: 'cpu {\n    cores = 4\n    hotplugged = 2\n  }' }),
  vm('cpu_type', ['restart'], { cpu: 'cpu {\n    type = "kvm64"\n  }' }, { cpu: 'cpu {\n    type = "x86-64-v2-AES"\n  }' }),
  vm('cpu_units', ['restart'], { cpu: 'cpu {\n    units = 100\n  }' }, { cpu: 'cpu {\n    units = 200\n  }' }),
  vm('disk_grows', ['nothing'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 2) }),
  vm('disk_grows_unplugged', ['restart'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 2) }, attribute('hotplug', '"0"')),
  vm('disk_grows_agent', ['reboot'], {}, { disk: disk('scsi0', 61).replace('local-lvm', 'ceph') }, { ...attribute('hotplug', '"0"'), ...WITH_AGENT }),
  vm('disk_shrinks', ['fails'], { disk: disk('scsi0', 2) }, { disk: disk('scsi0', 1) }),
  vm('disk_moves', ['restart'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 1).replace('local-lvm', 'ceph') }),
  vm('disk_added', ['nothing'], { more: '' }, { more: disk('scsi1', 1) }),
  vm('disk_added_sata', ['pending'], { more: '' }, { more: disk('sata1', 1) }),
  vm('disk_taken', ['disk-lost'], { more: disk('scsi1', 1) }, { more: '' }, attribute('boot_order', '["scsi0"]')),
  vm('disk_taken_sata', ['disk-lost'], { more: disk('sata1', 1) }, { more: '' }, attribute('boot_order', '["scsi0"]')),
  vm('disk_taken_boot', ['fails'], { more: disk('scsi1', 1) }, { more: '' }, attribute('boot_order', '["scsi0", "scsi1"]')),
  vm('disk_cache', ['pending'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 1, 'cache = "writeback"') }),
  vm('disk_discard', ['pending'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 1, 'discard = "on"') }),
  vm('disk_aio', ['restart'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 1, 'aio = "threads"') }),
  vm('disk_backup_speed', ['nothing'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 1, 'backup = false\n    speed {\n      read = 50\n    }') }),
  vm('card_model', ['nothing'], { network_device: card() }, { network_device: card('model = "e1000"') }),
  vm('card_model_unplugged', ['pending'], { network_device: card() }, { network_device: card('model = "e1000"') }, attribute('hotplug', '"disk,usb"')),
  vm('card_vlan', ['nothing'], { network_device: card() }, { network_device: card('vlan_id = 20\n    rate_limit = 5\n    firewall = true') }, attribute('hotplug', '"disk,usb"')),
  vm('card_added', ['nothing'], { more: '' }, { more: card().replace(':01', ':02') }),
  vm('card_taken', ['pending'], { more: card().replace(':01', ':02') }, { more: '' }, { ...attribute('hotplug', '"disk,usb"'), network_device: card() }),
  vm('labels', ['nothing'], { name: 'name = "labels"', ...attribute('tags', '["one"]'), ...attribute('description', '"before"') }, { name: 'name = "labelled"', ...attribute('tags', '["one", "two"]'), ...attribute('description', '"after"') }),
  vm('onboot', ['nothing'], attribute('on_boot', 'false'), { ...attribute('on_boot', 'true'), startup: 'startup {\n    order = "3"\n  }', ...attribute('protection', 'false') }),
  vm('hotplug', ['nothing'], attribute('hotplug', '"network,disk,usb"'), attribute('hotplug', '"network,disk"')),
  vm('hotplug_memory', ['pending'], attribute('hotplug', '"network,disk,usb"'), attribute('hotplug', '"network,disk,usb,memory"'), { cpu: 'cpu {\n    numa = true\n  }' }),
  vm('machine', ['restart'], attribute('machine', '"pc"'), attribute('machine', '"q35"')),
  vm('bios', ['restart'], attribute('bios', '"seabios"'), attribute('bios', '"ovmf"')),
  vm('bios_no_reboot', ['pending'], attribute('bios', '"seabios"'), attribute('bios', '"ovmf"'), attribute('reboot_after_update', 'false')),
  vm('moves_no_reboot', ['fails'], { disk: disk('scsi0', 1) }, { disk: disk('scsi0', 1).replace('local-lvm', 'ceph') }, attribute('reboot_after_update', 'false')),
  vm('grows_no_reboot', ['fails', 'pending'], { ...attribute('bios', '"seabios"'), disk: disk('scsi0', 1) }, { ...attribute('bios', '"ovmf"'), disk: disk('scsi0', 2) }, attribute('reboot_after_update', 'false')),
  vm('agent', ['restart'], agent(false), agent(true)),
  vm('agent_memory', ['restart'], { memory: memory(128) }, { memory: memory(256) }, WITH_AGENT),
  vm('boot_order', ['restart'], attribute('boot_order', '["scsi0"]'), attribute('boot_order', '["scsi0", "net0"]'), { network_device: card() }),
  vm('vga', ['restart'], { vga: 'vga {\n    type = "std"\n  }' }, { vga: 'vga {\n    type = "virtio"\n  }' }),
  vm('smbios', ['pending'], { smbios: 'smbios {\n    serial = "one"\n  }' }, { smbios: 'smbios {\n    serial = "two"\n  }' }),
  vm('cdrom_medium', ['nothing'], { cdrom: 'cdrom {\n    file_id = "none"\n    interface = "ide3"\n  }' }, { cdrom: 'cdrom {\n    file_id = "cdrom"\n    interface = "ide3"\n  }' }),
  vm('cdrom_slot', ['pending'], { cdrom: 'cdrom {\n    file_id = "none"\n    interface = "ide3"\n  }' }, { cdrom: 'cdrom {\n    file_id = "none"\n    interface = "ide0"\n  }' }),
  vm('cloudinit_address', ['restart'], { initialization: cloudinit('10.0.0.5/24') }, { initialization: cloudinit('10.0.0.6/24') }),
  vm('cloudinit_moves', ['restart'], { initialization: cloudinit('10.0.0.5/24') }, { initialization: cloudinit('10.0.0.5/24', 'ceph') }),
  vm('cloudinit_type', ['recreated'], { initialization: cloudinit('10.0.0.5/24') }, { initialization: cloudinit('10.0.0.5/24', 'local-lvm', 'type = "nocloud"') }),
  vm('efi_keys', ['disk-lost'], { efi_disk: 'efi_disk {\n    datastore_id = "local-lvm"\n    type = "4m"\n  }' }, { efi_disk: 'efi_disk {\n    datastore_id = "local-lvm"\n    type = "4m"\n    pre_enrolled_keys = true\n  }' }, attribute('bios', '"ovmf"')),
  vm('tpm_moves', ['restart'], { tpm_state: 'tpm_state {\n    datastore_id = "local-lvm"\n    version = "v2.0"\n  }' }, { tpm_state: 'tpm_state {\n    datastore_id = "ceph"\n    version = "v2.0"\n  }' }),
  vm('tpm_taken', ['disk-lost'], { tpm_state: 'tpm_state {\n    datastore_id = "local-lvm"\n    version = "v2.0"\n  }' }, { tpm_state: '' }),
  vm('switched_off', ['restart'], attribute('started', 'true'), attribute('started', 'false')),
  vm('template', ['restart'], attribute('template', 'false'), { ...attribute('template', 'true') }),
];

const interfaceOf = (more = ''): string => `network_interface {\n    name = "eth0"\n    bridge = "vmbr0"\n    mac_address = "BC:24:11:00:00:03"\n    ${more}\n  }`;
const mount = (more = ''): string => `mount_point {\n    volume = "local-lvm"\n    size = "1G"\n    path = "/mnt/data"\n    ${more}\n  }`;
const root = (size: number, more = ''): string => `disk {\n    datastore_id = "local-lvm"\n    size = ${size}\n    ${more}\n  }`;
const container = (label: string, expected: readonly ConsequenceKind[], before: Body, after: Body): Case => ({ label, type: CONTAINER, expected, before, after });

const containers: readonly Case[] = [
  container('ct_memory', ['reboot'], { memory: memory(128) }, { memory: memory(256) }),
  container('ct_cores', ['nothing'], { cpu: 'cpu {\n    cores = 1\n  }' }, { cpu: 'cpu {\n    cores = 2\n    units = 200\n  }' }),
  container('ct_hostname', ['reboot'], { hostname: 'one' }, { hostname: 'two' }),
  container('ct_features', ['pending'], { features: 'features {\n    nesting = false\n  }' }, { features: 'features {\n    nesting = true\n  }' }),
  container('ct_mount_options', ['reboot'], { mount_point: mount() }, { mount_point: mount('mount_options = ["noatime"]') }),
  container('ct_mount_added', ['recreated'], { mount_point: '' }, { mount_point: mount() }),
  container('ct_interface', ['reboot'], { network_interface: interfaceOf() }, { network_interface: interfaceOf('vlan_id = 20') }),
  container('ct_labels', ['nothing'], { ...attribute('tags', '["one"]'), ...attribute('description', '"before"') }, { ...attribute('tags', '["two"]'), ...attribute('description', '"after"'), ...attribute('start_on_boot', 'false') }),
  container('ct_root_grows', ['nothing'], { disk: root(1) }, { disk: root(2) }),
  container('ct_root_options', ['reboot'], { disk: root(1) }, { disk: root(1, 'mount_options = ["discard"]') }),
  container('ct_root_acl', ['pending'], { disk: root(1) }, { disk: root(1, 'acl = true') }),
  container('ct_switched_off', ['restart'], attribute('started', 'true'), attribute('started', 'false')),
];

const plain = (label: string, expected: readonly ConsequenceKind[], before: Body, after: Body): Case => ({ label, type: PLAIN, expected, before, after });
const cloned = (label: string, expected: readonly ConsequenceKind[], before: Body, after: Body): Case => ({ label, type: CLONED, expected, before, after });
const slot = ({ storage = 'local-lvm', size = 1, more = '' }: { readonly storage?: string; readonly size?: number; readonly more?: string } = {}): Body =>
  ({ disk: `disk = {\n    scsi1 = {\n      datastore_id = "${storage}"\n      size_gb = ${size}\n      ${more}\n    }\n  }` });
const net = (more: string): Body => ({ network: `network = {\n    net1 = {\n      bridge = "vmbr0"\n      mac_address = "BC:24:11:00:00:04"\n      ${more}\n    }\n  }` });

const successors: readonly Case[] = [
  plain('plain_cores', ['pending'], { cpu: 'cpu = {\n    cores = 1\n  }' }, { cpu: 'cpu = {\n    cores = 2\n  }' }),
  plain('plain_units', ['nothing'], { cpu: 'cpu = {\n    units = 100\n  }' }, { cpu: 'cpu = {\n    units = 200\n  }' }),
  plain('plain_vga', ['pending'], { vga: 'vga = {\n    type = "std"\n  }' }, { vga: 'vga = {\n    type = "virtio"\n  }' }),
  plain('plain_labels', ['nothing'], { ...attribute('tags', '["one"]'), ...attribute('description', '"before"') }, { ...attribute('tags', '["two"]'), ...attribute('description', '"after"') }),
  plain('plain_medium', ['nothing'], { cdrom: 'cdrom = {\n    ide2 = {\n      file_id = "none"\n    }\n  }' }, { cdrom: 'cdrom = {\n    ide2 = {\n      file_id = "cdrom"\n    }\n  }' }),
  plain('plain_drive', ['pending'], { cdrom: '' }, { cdrom: 'cdrom = {\n    ide2 = {\n      file_id = "none"\n    }\n  }' }),
  plain('plain_node', ['fails'], { node: 'pve1' }, { node: 'pve2' }),
  cloned('cloned_cores', ['pending'], { cpu: 'cpu = {\n    cores = 1\n  }' }, { cpu: 'cpu = {\n    cores = 3\n  }' }),
  cloned('cloned_memory', ['pending'], { memory: 'memory = {\n    size = 1024\n  }' }, { memory: 'memory = {\n    size = 2048\n  }' }),
  cloned('cloned_shares', ['nothing'], { memory: 'memory = {\n    size = 1024\n    shares = 1000\n  }' }, { memory: 'memory = {\n    size = 1024\n    shares = 2000\n  }' }),
  cloned('cloned_disk_grows', ['nothing'], slot(), slot({ size: 2 })),
  cloned('cloned_disk_cache', ['pending'], slot(), slot({ more: 'cache = "writeback"' })),
  cloned('cloned_disk_moves', ['fails'], slot(), slot({ storage: 'ceph' })),
  cloned('cloned_disk_added', ['nothing'], { disk: '' }, slot()),
  cloned('cloned_disk_left', ['nothing'], slot(), { disk: '' }),
  cloned('cloned_card', ['nothing'], net(''), net('model = "e1000"')),
  cloned('cloned_tag', ['nothing'], net(''), net('tag = 20')),
  cloned('cloned_taken', ['disk-lost'], slot(), { disk: '', delete: 'delete = {\n    disk = ["scsi1"]\n  }' }),
  cloned('cloned_off', ['restart'], attribute('started', 'true'), attribute('started', 'false')),
  cloned('cloned_node', ['recreated'], { node: 'pve1' }, { node: 'pve2' }),
];

export const cases: readonly Case[] = [...vms, ...containers, ...successors];

/** The code of a guest. @param template volume id of a container's template */
export function codeOf({ label, type }: Case, body: Body, vmid: number, template: string): string {
  const { node = 'pve1', hostname = 'reality', ...own } = body;
  const usual: Readonly<Record<string, Body>> = {
    [VM]: { vm_id: `vm_id = ${vmid}`, name: `name = "${label.replaceAll('_', '-')}"`, memory: memory(128), disk: disk('scsi0', 1), stop: 'stop_on_destroy = true' },
    [CONTAINER]: {
      vm_id: `vm_id = ${vmid}`, memory: memory(128), disk: root(1), unprivileged: 'unprivileged = true', initialization: `initialization {\n    hostname = "${hostname}"\n  }`,
      operating_system: `operating_system {\n    template_file_id = "${template}"\n    type = "debian"\n  }`,
    },
    [PLAIN]: { id: `id = ${vmid}`, name: `name = "${label.replaceAll('_', '-')}"`, stop: 'stop_on_destroy = true' },
    [CLONED]: { id: `id = ${vmid}`, name: `name = "${label.replaceAll('_', '-')}"`, stop: 'stop_on_destroy = true', clone: 'clone = {\n    source_vm_id = 9000\n    source_node_name = "pve1"\n  }' },
  };
  const all = Object.values({ ...usual[type], ...own }).filter((text) => text !== '');
  return `resource "${type}" "${label}" {\n  node_name = "${node}"\n${all.map((text) => `  ${text}\n`).join('')}}\n`;
}
