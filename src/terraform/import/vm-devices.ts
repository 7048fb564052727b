import type { RawOptions } from './raw-options.ts';
import type { Field, ResourceDraft } from './resource-draft.ts';

/** Network devices, display, serial ports, passthrough and the other devices of a VM. */
export function devices(draft: ResourceDraft, options: RawOptions): void {
  network(draft, options);
  display(draft, options);
  serial(draft, options);
  passthrough(draft, options);
  others(draft, options);
}

/** What the provider plans to read anew whenever it sees a change of the network devices (`CustomizeDiff` of proxmoxtf/resource/vm/network). */
const FOUND_OUT = ['ipv4_addresses', 'ipv6_addresses', 'network_interface_names'];

/**
 * The provider knows them by their place in the list: net0, net1, … Where numbers are missing in between, it reads an empty device that
 * no code can say: its model would be empty, which is refused. The same it reads of a model that stands there without a MAC address (`virtio,bridge=vmbr0`;
 * `UnmarshalJSON` of `CustomNetworkDevice`). So the list is ignored. It still takes the devices for changed then, and plans to find out `ipv4_addresses`
 * and the like anew, which is ignored as well; a refresh reads them in any case.
 */
function network(draft: ResourceDraft, options: RawOptions): void {
  const found = options.family('net');
  const ignored = (why: string, seen: string): void => {
    draft.ignore('network_device', why);
    for (const name of FOUND_OUT) draft.ignore(name, `the provider would find it out anew, because it takes ${seen} for a change`);
  };
  if (found.some(({ index }, place) => index !== place)) return ignored('the numbers of the network devices have gaps, which a list in Terraform cannot have', 'the gaps between the network devices');
  const bare = found.find(({ name }) => options.peek(name)?.split(',').some((part) => !part.includes('=')));
  if (bare !== undefined) return ignored(`${bare.name} has no MAC address, and the provider does not read its model then`, 'a network device without a model');
  for (const { name } of found) {
    const device = options.properties(name, 'pve-qm-net');
    if (device === undefined) continue;
    draft.block('network_device', [
      ['bridge', device.text('bridge') ?? '', 'vmbr0'],
      ['model', device.text('model'), 'virtio'],
      ['mac_address', device.text('macaddr')],
      ['vlan_id', device.number('tag') ?? 0, 0],
      ['trunks', device.text('trunks')],
      ['firewall', device.flag('firewall') ?? false, false],
      ['disconnected', device.flag('link_down') ?? false, false],
      ['mtu', device.number('mtu') ?? 0, 0],
      ['queues', device.number('queues') ?? 0, 0],
      ['rate_limit', device.number('rate') ?? 0, 0],
    ]);
  }
}

function display(draft: ResourceDraft, options: RawOptions): void {
  const vga = options.properties('vga', 'pve-qm-vga');
  const type = vga?.text('type');
  // Without a type the provider reads none; left out, the block keeps what it reads.
  if (vga === undefined) draft.unwritten('vga', [['type', undefined, 'std'], ['memory', 16, 16], ['clipboard', '', '']]);
  if (vga === undefined || type === undefined) return;
  draft.blockUnlessPreset('vga', [
    ['type', type, 'std'],
    ['memory', vga.number('memory') ?? 16, 16],
    ['clipboard', vga.text('clipboard') ?? '', ''],
  ]);
}

function serial(draft: ResourceDraft, options: RawOptions): void {
  const found = options.family('serial');
  if (found.some(({ index }, place) => index !== place)) {
    draft.ignore('serial_device', 'the numbers of the serial ports have gaps, which a list in Terraform cannot have');
    for (const { name } of found) options.text(name);
    return;
  }
  for (const { name } of found) draft.block('serial_device', [['device', options.text(name), 'socket']]);
}

function passthrough(draft: ResourceDraft, options: RawOptions): void {
  for (const { name } of options.family('hostpci')) {
    const pci = options.properties(name, 'pve-qm-hostpci');
    draft.block('hostpci', [
      ['device', name],
      ['id', pci?.list('host')?.join(';')],
      ['mapping', pci?.text('mapping')],
      ['mdev', pci?.text('mdev')],
      ['pcie', pci?.flag('pcie'), false],
      ['rombar', pci?.flag('rombar') ?? true],
      ['rom_file', pci?.text('romfile')],
      ['xvga', pci?.flag('x-vga'), false],
    ]);
  }
  // The provider knows the first four (`getUSBInfo`).
  for (const { name, index } of options.family('usb')) {
    if (index > 3) continue;
    const usb = options.properties(name, 'pve-qm-usb');
    draft.block('usb', [
      ['host', usb?.text('host')],
      ['mapping', usb?.text('mapping')],
      ['usb3', usb?.flag('usb3'), false],
    ]);
  }
  for (const { name } of options.family('virtiofs')) {
    const share = options.properties(name, 'pve-qm-virtiofs');
    const acl = share?.flag('expose-acl') ?? false;
    draft.block('virtiofs', [
      ['mapping', share?.text('dirid')],
      ['cache', share?.text('cache'), 'auto'],
      ['direct_io', share?.flag('direct-io'), false],
      ['expose_acl', acl, false],
      ['expose_xattr', share?.flag('expose-xattr') ?? acl, false],
    ]);
  }
}

function others(draft: ResourceDraft, options: RawOptions): void {
  const audio = options.properties('audio0', 'pve-qm-audio');
  if (audio !== undefined) {
    const driver = audio.text('driver');
    const device = audio.text('device');
    if (driver !== 'spice') draft.ignore('audio_device', 'the provider knows no driver but spice');
    else draft.block('audio_device', [['device', device, 'intel-hda']]);
  }
  const watchdog = options.properties('watchdog', 'pve-qm-watchdog');
  const watching: Field[] = [
    ['enabled', watchdog !== undefined],
    ['model', watchdog?.text('model') ?? 'i6300esb', 'i6300esb'],
    ['action', watchdog?.text('action') ?? 'none', 'none'],
  ];
  if (watchdog === undefined) draft.unwritten('watchdog', watching);
  else draft.block('watchdog', watching);
  const rng = options.properties('rng0', 'pve-qm-rng');
  if (rng !== undefined) {
    draft.block('rng', [
      ['source', rng.text('source')],
      ['max_bytes', rng.number('max_bytes')],
      ['period', rng.number('period')],
    ]);
  }
  const sev = options.properties('amd-sev', 'pve-qemu-sev-fmt');
  if (sev !== undefined) {
    draft.blockUnlessPreset('amd_sev', [
      ['type', sev.text('type'), 'std'],
      ['allow_smt', sev.flag('allow-smt') ?? false, true],
      ['kernel_hashes', sev.flag('kernel-hashes') ?? false, false],
      ['no_debug', sev.flag('no-debug') ?? false, false],
      ['no_key_sharing', sev.flag('no-key-sharing') ?? false, false],
    ]);
  }
  smbios(draft, options);
}

/** The UUID alone the provider does not see. Texts are in Base64 with `base64=1`, as the web interface writes them. */
function smbios(draft: ResourceDraft, options: RawOptions): void {
  const smbios = options.properties('smbios1', 'pve-qm-smbios1');
  if (smbios === undefined) return;
  const uuid = smbios.text('uuid');
  smbios.flag('base64');
  const text = (key: string): string => Buffer.from(smbios.text(key) ?? '', 'base64').toString('utf8');
  const rows = ['family', 'manufacturer', 'product', 'serial', 'sku', 'version'].map((key) => [key, text(key), ''] as const);
  if (rows.some(([, value]) => value !== '')) draft.block('smbios', [...rows, ['uuid', uuid]]);
  else draft.unwritten('smbios', [...rows, ['uuid', uuid]]);
}
