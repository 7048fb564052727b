import { printDiskSize } from '../../pve/config/index.ts';
import { block, type Item } from '../hcl/index.ts';
import { descriptionField, gigabytes, isSortedOddly, type PoolAddresses, poolExpression, startupBlock, tagsOf } from './common.ts';
import { CONTAINER_LIMITS } from './provider-limits.ts';
import type { RawOptions, RawProperties } from './raw-options.ts';
import { type Field, fields, ResourceDraft } from './resource-draft.ts';
import type { GuestSource } from './source.ts';

/** A container as `proxmox_virtual_environment_container`; mirrors `containerRead` of proxmoxtf/resource/container/container.go. */
export function container(guest: GuestSource, options: RawOptions, pools: PoolAddresses): ResourceDraft {
  const draft = new ResourceDraft(CONTAINER_LIMITS);
  const template = options.flag('template') ?? false;
  const pool = poolExpression(guest, pools);
  draft.fields([
    ['node_name', guest.node],
    ['vm_id', guest.vmid],
    ['pool_id', pool],
    descriptionField(draft, options, '\n'),
    ['tags', tagsOf(options)],
    ['template', template, false],
    ['started', guest.running, true],
    ['start_on_boot', options.flag('onboot') ?? false, true],
    ['protection', options.flag('protection') ?? false, false],
    ['unprivileged', options.flag('unprivileged') ?? false, false],
    ['hook_script_file_id', options.text('hookscript') ?? '', ''],
  ]);
  for (const name of ['vm_id', ...(pool === undefined ? [] : ['pool_id'])]) draft.ignore(name, 'the provider does not read it from the cluster');
  processor(draft, options);
  memory(draft, options);
  storage(draft, options);
  terminal(draft, options);
  features(draft, options);
  startupBlock(draft, options);
  networkAndInitialization(draft, options);
  passthrough(draft, options);
  idMaps(draft, options);
  if (options.text('env') !== undefined) draft.ignore('environment_variables', 'left as they are: what they hold is often secret');
  options.text('ostype');
  draft.ignore('operating_system', 'Proxmox does not record which template a container was made from');
  for (const name of ['timeout_clone', 'timeout_create', 'timeout_delete', 'timeout_start', 'timeout_update']) draft.ignore(name, "Terraform's own, which an import leaves unset");
  return draft;
}

/** An unset `console` never equals the provider's default (it compares values of two types), so that it always sees the block then. */
function terminal(draft: ResourceDraft, options: RawOptions): void {
  const enabled = options.flag('console');
  const mode = options.text('cmode') ?? 'tty';
  const count = options.number('tty') ?? 2;
  const rows: Field[] = [['enabled', enabled ?? true], ['type', mode, 'tty'], ['tty_count', count, 2]];
  if (enabled === true && mode === 'tty' && count === 2) draft.unwritten('console', rows);
  else draft.block('console', rows);
}

function processor(draft: ResourceDraft, options: RawOptions): void {
  draft.blockUnlessPreset('cpu', [
    ['architecture', options.text('arch') ?? 'amd64', 'amd64'],
    ['cores', options.number('cores') ?? 1, 1],
    ['limit', options.number('cpulimit') ?? 0, 0],
    ['units', options.number('cpuunits') ?? 0, 0],
  ]);
}

function memory(draft: ResourceDraft, options: RawOptions): void {
  const dedicated = options.number('memory');
  const swap = options.number('swap') ?? 0;
  if (dedicated === undefined) {
    draft.unwritten('memory', [['dedicated', 0, 512], ['swap', swap, 0]]);
    draft.ignore('memory', "not set in the guest, where it means Proxmox's default; the provider knows no such value");
  } else draft.blockUnlessPreset('memory', [['dedicated', dedicated, 512], ['swap', swap, 0]]);
}

function storage(draft: ResourceDraft, options: RawOptions): void {
  const root = options.properties('rootfs', 'pve-ct-rootfs');
  if (root !== undefined) {
    draft.block('disk', [
      ['datastore_id', (root.text('volume') ?? '').split(':')[0] ?? ''],
      ['size', gigabytes(root.number('size'))],
      ['acl', root.flag('acl') ?? false, false],
      ['quota', root.flag('quota') ?? false, false],
      ['replicate', root.flag('replicate') ?? false, false],
      ['mount_options', root.list('mountoptions')],
    ]);
  }
  const mounts = options.family('mp');
  if (isSortedOddly(mounts)) draft.ignore('mount_point', ODD_ORDER);
  for (const [place, { name }] of mounts.entries()) {
    if (/(?:^|,)volume=/.test(options.peek(name) ?? '')) draft.ignore(`mount_point[${String(place)}].volume`, 'the provider does not see a volume that is written with its key');
    const mount = options.properties(name, 'pve-ct-mountpoint');
    if (mount === undefined) continue;
    const size = mount.number('size');
    // Proxmox keeps what it cannot read of a container; the provider's code has to say something then.
    draft.block('mount_point', [
      ['path', mount.text('mp') ?? ''],
      ['volume', mount.text('volume') ?? ''],
      ['size', size === undefined ? undefined : printDiskSize(size), ''],
      ['acl', mount.flag('acl') ?? false, false],
      ['backup', mount.flag('backup') ?? false, false],
      ['quota', mount.flag('quota') ?? false, false],
      ['read_only', mount.flag('ro') ?? false, false],
      ['replicate', mount.flag('replicate') ?? true, true],
      ['shared', mount.flag('shared') ?? false, false],
      ['mount_options', mount.list('mountoptions')],
    ]);
  }
}

function features(draft: ResourceDraft, options: RawOptions): void {
  const features = options.properties('features', 'pve-ct-features');
  if (features === undefined) return;
  draft.blockUnlessPreset('features', [
    ['nesting', features.flag('nesting') ?? false, false],
    ['keyctl', features.flag('keyctl') ?? false, false],
    ['fuse', features.flag('fuse') ?? false, false],
    ['mknod', features.flag('mknod') ?? false, false],
    ['mount', features.list('mount')],
  ]);
}

const ODD_ORDER = 'the provider puts those with numbers from 100 on between the others, in no order that the code could follow';

/** As many of each block as the provider takes, where Proxmox has more. */
const MOST_INTERFACES = 10;
const MOST_DEVICES = 128;

function networkAndInitialization(draft: ResourceDraft, options: RawOptions): void {
  const addresses: Item[] = [];
  const interfaces: (readonly [option: string, rows: readonly Field[]])[] = [];
  for (const { name } of options.family('net')) {
    const device = options.properties(name, 'pve-lxc-network');
    if (device === undefined) continue;
    const config = [...address('ipv4', device, 'ip', 'gw'), ...address('ipv6', device, 'ip6', 'gw6')];
    if (config.length > 0 && addresses.length === MOST_INTERFACES) draft.ignore('initialization[0].ip_config', `the provider takes ${String(MOST_INTERFACES)} of them at most, and the guest has more`);
    else if (config.length > 0) addresses.push(block('ip_config', [], config));
    device.text('type');
    interfaces.push([name, [
      ['name', device.text('name') ?? ''],
      ['bridge', device.text('bridge') ?? '', 'vmbr0'],
      ['mac_address', device.text('hwaddr')],
      ['vlan_id', device.number('tag') ?? 0, 0],
      ['firewall', device.flag('firewall') ?? false, false],
      ['host_managed', device.flag('host-managed') ?? false, false],
      ['mtu', device.number('mtu') ?? 0, 0],
      ['rate_limit', device.number('rate') ?? 0, 0],
    ]]);
  }
  const domain = options.text('searchdomain');
  const servers = options.text('nameserver')?.split(' ');
  const dns = domain === undefined && servers === undefined ? [] : [block('dns', [], fields([['domain', domain, ''], ['servers', servers]]))];
  draft.block('initialization', [['hostname', options.text('hostname') ?? '', ''], ['entrypoint', options.text('entrypoint') ?? '', '']], ...dns, ...addresses);
  for (const [option, rows] of interfaces) if (!draft.isFull('network_interface', MOST_INTERFACES, option)) draft.block('network_interface', rows);
}

function address(type: string, device: RawProperties, address: string, gateway: string): Item[] {
  const rows = fields([['address', device.text(address), ''], ['gateway', device.text(gateway), '']]);
  return rows.length === 0 ? [] : [block(type, [], rows)];
}

function passthrough(draft: ResourceDraft, options: RawOptions): void {
  const devices = options.family('dev');
  if (isSortedOddly(devices)) draft.ignore('device_passthrough', ODD_ORDER);
  for (const { name } of devices) {
    const device = options.properties(name, 'pve-ct-device');
    if (draft.isFull('device_passthrough', MOST_DEVICES, name)) {
      device?.take();
      continue;
    }
    draft.block('device_passthrough', [
      ['path', device?.text('path') ?? ''],
      ['deny_write', device?.flag('deny-write'), false],
      ['gid', device?.number('gid'), 0],
      ['mode', device?.text('mode'), '0660'],
      ['uid', device?.number('uid'), 0],
    ]);
  }
}

/** `lxc.idmap: u 0 100000 65536`; the other raw lines the provider neither reads nor touches. */
function idMaps(draft: ResourceDraft, options: RawOptions): void {
  for (const [key, value] of options.lines('lxc')) {
    const match = key === 'lxc.idmap' ? /^([ug])\s+(\d+)\s+(\d+)\s+(\d+)$/.exec(value.trim()) : null;
    if (match === null) draft.leave(`lxc ${key}`);
    else draft.block('idmap', [['type', match[1] === 'u' ? 'uid' : 'gid'], ['container_id', Number(match[2])], ['host_id', Number(match[3])], ['size', Number(match[4])]]);
  }
}
