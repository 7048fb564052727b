import { failure, parameterError } from '../api/errors.ts';
import { oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { text } from '../nodes/parameters.ts';
import type { Storage } from '../state/cluster.ts';
import { checkEnabled, isFileBased } from '../state/storages.ts';
import { allocate } from '../state/volumes.ts';
import { pluginOf } from './check-options.ts';
import { NODE_STORAGE, VMID } from './parameters.ts';
import { parseVolumeName } from './volume-names.ts';

/** KiB by suffix. */
const UNIT: Readonly<Record<string, number>> = { '': 1, M: 1024, G: 1024 * 1024 };

function create(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const name = String(parameters['filename']);
  const vmid = Number(parameters['vmid']);
  const [, digits, unit = ''] = /^(\d+)([MG]?)$/.exec(String(parameters['size'])) ?? [];
  const size = Number(digits) * (UNIT[unit] ?? 1) * 1024;
  const given = text(call, 'format');
  const extension = /\.(raw|qcow2|vmdk)$/.exec(name)?.[1];
  if (extension !== undefined && given !== undefined && extension !== given) throw parameterError({ format: `different storage formats (${given} != ${extension})` });
  const storage = checkEnabled(cluster, String(parameters['storage']), node);
  const format = extension ?? given ?? storage.options.get('format') ?? pluginOf(storage.type).formats.default;
  checkName(storage, name, vmid, format, size);
  return allocate(cluster, { storage: storage.id, node, vmid, size, content: cluster.guests.get(vmid)?.kind === 'lxc' ? 'rootdir' : 'images', format, name }).volid;
}

/** What the plugins' `alloc_image` refuses. */
function checkName(storage: Storage, name: string, vmid: number, format: string, size: number): void {
  const { type } = storage;
  if (type === 'iscsi' || type === 'iscsidirect' || type === 'pbs') throw failure(`can't allocate space in ${type === 'pbs' ? 'pbs' : 'iscsi'} storage`);
  if (isFileBased(storage)) {
    const own = parseVolumeName(storage, `${vmid}/${name}`).format;
    if (own !== format) throw failure(`illegal name '${name}' - wrong extension for format ('${own} != '${format}')`);
    if (format === 'subvol' && type !== 'btrfs' && size !== 0) throw failure('storage does not support subvol quotas');
    return;
  }
  const takes = type === 'lvm' && storage.options.get('snapshot-as-volume-chain') !== '1' ? ['raw'] : pluginOf(type).formats.supported;
  if (!takes.includes(format)) throw failure(`unsupported format '${format}'`);
  const prefix = format === 'subvol' ? 'subvol' : 'vm';
  if (!name.startsWith(`${prefix}-${vmid}-`)) throw failure(`illegal name '${name}' - should be '${prefix}-${vmid}-*'`);
}

export const allocationRoute: Route = {
  method: 'POST', path: '/nodes/{node}/storage/{storage}/content', permissions: { check: ['perm', '/storage/{storage}', ['Datastore.AllocateSpace']] }, run: create,
  parameters: { ...NODE_STORAGE, filename: string(), vmid: VMID, size: string({ pattern: /^\d+[MG]?$/ }), format: optional({ ...oneOf('raw', 'qcow2', 'subvol', 'vmdk'), requires: 'size' }) },
};
