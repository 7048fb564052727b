import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import { parseVolumeId, volumeId } from './volume-names.ts';

/**
 * Whether the caller may look at a volume and change what is noted of it (PVE::Storage::check_volume_access without a guest).
 * @param type the content it must have
 * @throws ApiError 403 or 500
 */
export function demandVolumeAccess(call: Call, volid: string, type?: string): void {
  const { content, vmid } = parseVolumeId(call.cluster, volid);
  if (type !== undefined && content !== type) throw failure(`unable to use volume ${volid} - content type needs to be '${type}'`);
  const path = `/storage/${volumeId(undefined, volid).storage}`;
  if (call.may(path, ['Datastore.Allocate'])) return;
  if (content === 'iso' || content === 'vztmpl' || content === 'import') {
    call.demand(path, ['Datastore.AllocateSpace', 'Datastore.Audit'], true);
  } else if (content === 'backup' && vmid !== undefined) {
    call.demand(path, ['Datastore.AllocateSpace']);
    call.demand(`/vms/${vmid}`, ['VM.Backup']);
  } else if (content === 'images' && vmid !== undefined) {
    call.demand(path, ['Datastore.Audit']);
    call.demand(`/vms/${vmid}`, ['VM.Config.Disk']);
  } else throw failure(`missing privileges to access ${volid}`);
}

/** As {@link demandVolumeAccess}, for lists. */
export function mayAccessVolume(call: Call, volid: string): boolean {
  try {
    demandVolumeAccess(call, volid);
    return true;
  } catch {
    return false;
  }
}
