import { ApiError, failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import type { Options } from '../../pve/config/index.ts';
import { findVolume } from '../state/volumes.ts';
import { ownerOf } from './volume-name.ts';
import { storageOf } from './volume-setting.ts';
import { splitTags, tagAccess } from './allowed-tags.ts';

/** The superuser himself; a token of root@pam is somebody else, as it is to Proxmox. */
export function isRoot(call: Call): boolean {
  return call.caller.userid === 'root@pam' && call.caller.tokenid === undefined;
}

/** 403 `Permission check failed (<what>)`. */
export function forbidden(what?: string): ApiError {
  return new ApiError(403, what === undefined ? 'Permission check failed' : `Permission check failed (${what})`);
}

/** The privilege on the guest, or on the pool that a guest to be created goes to. */
export function demandOnGuest(call: Call, vmid: number, pool: string | undefined, privileges: readonly string[], any = false): void {
  if (pool !== undefined && call.may(`/pool/${pool}`, privileges, any)) return;
  call.demand(`/vms/${vmid}`, privileges, any);
}

/** 403 unless the pool exists. */
export function checkPoolExists(call: Call, pool: string | undefined): void {
  if (pool !== undefined && !call.cluster.pools.has(pool)) throw forbidden(`pool '${pool}' does not exist`);
}

/** Use of a bridge or VNet, by VLAN where the network option names some (PVE::GuestHelpers::check_vnet_access). */
export function demandBridge(call: Call, properties: ReadonlyMap<string, string>): void {
  const bridge = properties.get('bridge');
  if (isRoot(call) || bridge === undefined) return;
  const path = `/sdn/zones/localnetwork/${bridge}`;
  const tag = properties.get('tag');
  const trunks = properties.get('trunks');
  for (const vlan of [...(tag === undefined ? [] : [Number(tag)]), ...vlans(trunks)]) call.demand(`${path}/${vlan}`, ['SDN.Use']);
  if (tag === undefined && trunks === undefined) call.demand(path, ['SDN.Use']);
}

function vlans(trunks: string | undefined): number[] {
  return (trunks ?? '').split(';').filter((part) => part !== '').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: Math.max(1, to - from + 1) }, (_, i) => from + i);
  });
}

/** What a volume is, read off its id as the storage plugins do. */
export function volumeType(volid: string): 'iso' | 'vztmpl' | 'backup' | 'snippets' | 'import' | 'images' {
  const path = volid.slice(volid.indexOf(':') + 1);
  const directory = /^(iso|vztmpl|backup|snippets|import)\//.exec(path)?.[1];
  return (directory as 'iso' | undefined) ?? 'images';
}

/**
 * Whether the caller may use an existing volume (PVE::Storage::check_volume_access).
 * @param type the content the volume must have
 */
export function demandVolume(call: Call, vmid: number, volid: string, type?: string): void {
  const storage = storageOf(volid);
  if (storage === undefined) {
    if (!isRoot(call)) throw failure('Only root can pass arbitrary filesystem paths.');
    return;
  }
  const found = volumeType(volid);
  if (type !== undefined && found !== type && !(type === 'rootdir' && found === 'images')) {
    throw failure(`unable to use volume ${volid} - content type needs to be '${type}'`);
  }
  const path = `/storage/${storage}`;
  if (call.may(path, ['Datastore.Allocate'])) return;
  const owner = found === 'backup' ? findVolume(call.cluster, volid)?.vmid : ownerOf(volid);
  if (found === 'iso' || found === 'vztmpl' || found === 'import') {
    call.demand(path, ['Datastore.AllocateSpace', 'Datastore.Audit'], true);
  } else if (owner === vmid) {
    // The guest's own.
  } else if (found === 'backup' && owner !== undefined) {
    call.demand(path, ['Datastore.AllocateSpace']);
    call.demand(`/vms/${owner}`, ['VM.Backup']);
  } else if (found === 'images' && owner !== undefined) {
    call.demand(path, ['Datastore.Audit']);
    call.demand(`/vms/${owner}`, ['VM.Config.Disk']);
  } else {
    throw failure(`missing privileges to access ${volid}`);
  }
}

/** `registered-tags`, `user-tag-access` and `tag-style` of datacenter.cfg decide who may use which tag. */
export function demandTags(call: Call, vmid: number, before: string | undefined, after: string | undefined): void {
  demandOnGuest(call, vmid, undefined, ['VM.Config.Options']);
  if (call.may('/', ['Sys.Modify'])) return;
  const old = new Set(splitTags(before));
  const now = new Set(splitTags(after));
  const registered = new Set(splitTags(call.cluster.options.get('registered-tags')));
  const { allow, ...access } = tagAccess(call.cluster);
  const listed = new Set(access.listed);
  const exists = (tag: string): boolean => allow !== 'list' && allow !== 'none' && [...call.cluster.guests.values()].some((guest) => splitTags(guest.config.current.get('tags')).includes(tag) && call.may(`/vms/${guest.vmid}`, ['VM.Audit']));
  for (const tag of old.symmetricDifference(now)) {
    const allowed = allow === 'free' || listed.has(tag) || exists(tag);
    if (!allowed || registered.has(tag)) throw forbidden(`/, Sys.Modify for modifying tag '${tag}'`);
  }
}

/** Tags as a configuration keeps them: each once, lower case and sorted unless `tag-style` says otherwise. */
export function uniqueTags(datacenter: Options, tags: string): string {
  const style = datacenter.get('tag-style') ?? '';
  const sensitive = /(?:^|,)case-sensitive=1/.test(style);
  const list = splitTags(tags).map((tag) => (sensitive ? tag : tag.toLowerCase()));
  if (!/(?:^|,)ordering=config/.test(style)) list.sort();
  return [...new Set(list)].join(';');
}
