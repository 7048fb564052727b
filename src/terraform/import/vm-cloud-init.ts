import { block, type Item } from '../hcl/index.ts';
import { isCloudInit } from './vm-disks.ts';
import type { RawOptions } from './raw-options.ts';
import { fields, type ResourceDraft } from './resource-draft.ts';

const OPTIONS = ['cicustom', 'cipassword', 'citype', 'ciupgrade', 'ciuser', 'nameserver', 'searchdomain', 'sshkeys'];

/** `initialization`: the cloud-init drive and what is written to it. The password stays in Proxmox, which does not tell it. */
export function cloudInit(draft: ResourceDraft, options: RawOptions, vmid: number): void {
  const drive = ['ide', 'sata', 'scsi'].flatMap((bus) => options.family(bus)).find(({ name }) => isCloudInit(options.peek(name) ?? '', vmid));
  const networks = options.family('ipconfig');
  if (drive === undefined) {
    const set = [...OPTIONS.filter((name) => options.text(name) !== undefined), ...networks.filter(({ name }) => options.text(name) !== undefined)];
    if (set.length > 0) draft.ignore('initialization', 'the guest has settings for cloud-init but no drive for them; the provider would add one');
    return;
  }
  const volume = (options.text(drive.name) ?? '').split(',')[0] ?? '';
  const custom = options.properties('cicustom', 'pve-qm-cicustom');
  const upgrade = options.flag('ciupgrade');
  draft.block(
    'initialization',
    [
      ['datastore_id', volume.split(':')[0] ?? '', 'local-lvm'],
      ['interface', drive.name],
      ['type', options.text('citype')],
      ['upgrade', upgrade ?? true, true],
      ['user_data_file_id', custom?.text('user')],
      ['vendor_data_file_id', custom?.text('vendor')],
      ['network_data_file_id', custom?.text('network')],
      ['meta_data_file_id', custom?.text('meta')],
    ],
    ...dns(options),
    ...networks.length === 0 ? [] : ipConfigs(draft, options, networks.map(({ index }) => index)),
    ...userAccount(draft, options),
  );
}

function dns(options: RawOptions): Item[] {
  const domain = options.text('searchdomain');
  const servers = options.text('nameserver')?.split(' ');
  return domain === undefined && servers === undefined ? [] : [block('dns', [], fields([['domain', domain, ''], ['servers', servers]]))];
}

/** As many `ip_config` blocks as the provider takes. */
const MOST_CONFIGS = 8;

/**
 * The n-th block belongs to the n-th network device; a device without settings has an empty one. What the provider reads beyond
 * those that it takes has to be ignored as a whole, for a list has one length.
 */
function ipConfigs(draft: ResourceDraft, options: RawOptions, indexes: readonly number[]): Item[] {
  const beyond = indexes.filter((index) => index >= MOST_CONFIGS);
  if (beyond.length > 0) draft.ignore('initialization[0].ip_config', `the provider takes ${String(MOST_CONFIGS)} of them at most, and the guest has more`);
  for (const index of beyond) {
    options.text(`ipconfig${String(index)}`);
    draft.leave(`ipconfig${String(index)}`);
  }
  const last = Math.max(-1, ...indexes.filter((index) => index < MOST_CONFIGS));
  return Array.from({ length: last + 1 }, (_, index) => {
    const config = options.properties(`ipconfig${String(index)}`, 'pve-qm-ipconfig');
    const family = (type: string, address: string | undefined, gateway: string | undefined): Item[] =>
      address === undefined && gateway === undefined ? [] : [block(type, [], fields([['address', address, ''], ['gateway', gateway, '']]))];
    return block('ip_config', [], [...family('ipv4', config?.text('ip'), config?.text('gw')), ...family('ipv6', config?.text('ip6'), config?.text('gw6'))]);
  });
}

function userAccount(draft: ResourceDraft, options: RawOptions): Item[] {
  const password = options.text('cipassword');
  if (password !== undefined) draft.leave('cipassword');
  const username = options.text('ciuser');
  const sshkeys = options.text('sshkeys');
  if (password === undefined && username === undefined && sshkeys === undefined) return [];
  const keys = sshkeys === undefined ? [] : decodeURIComponent(sshkeys).trim().split('\n');
  return [block('user_account', [], fields([['username', username], ['keys', keys]]))];
}
