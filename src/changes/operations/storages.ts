import { isSecretReference, type StepParameters } from '../proposal/step.ts';
import type { StorageTarget, VolumeTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, onStorage, task, text } from './guest.ts';
import type { Operation } from './operation.ts';
import { byTaskAndState } from './outcomes.ts';
import { fileName, holds, storagePath, volumeOf } from './storage-files.ts';

/** `POST …/download-url`: `url`, `content` (`iso`, `vztmpl`, `import`), `filename`, `checksum` with `checksum-algorithm`, `verify-certificates`, `compression`. */
export const downloadUrl: Operation<StorageTarget> = define({
  name: 'storage.download-url', targets: ['storage'] as const, title: 'Download from URL', taskTypes: ['download'],
  complete: (_target, parameters) => ({ ...parameters, filename: fileName(parameters) }),
  // Besides, Sys.AccessNetwork on the node, or Sys.Audit and Sys.Modify on `/`; the first is asked for.
  privileges: (target) => [onStorage(target.storage, 'Datastore.AllocateTemplate'), { path: `/nodes/${target.node}`, privileges: ['Sys.AccessNetwork', 'Sys.Modify'], any: true }],
  describe: (target, parameters) => `Download ${fileName(parameters)} to ${target.storage} on ${target.node}`,
  refusal(target, parameters, { storage }) {
    const row = storage(target.storage, target.node);
    const content = text(parameters, 'content') ?? '';
    if (row === undefined) return `There is no storage ${target.storage} on ${target.node}.`;
    if (isSecretReference(parameters['url']) || !/^https?:\/\//.test(text(parameters, 'url') ?? '')) return `“${text(parameters, 'url') ?? ''}” is no address to download from.`;
    if (parameters['checksum'] !== undefined && parameters['checksum-algorithm'] === undefined) return 'A checksum needs its algorithm.';
    return row.content.includes(content) ? undefined : `Storage ${target.storage} does not take content “${content}”.`;
  },
  risk: (_target, parameters) => [
    ...(parameters['checksum'] === undefined ? [{ level: 'low' as const, text: 'Without a checksum, nobody notices when something else is downloaded.' }] : []),
    ...(parameters['verify-certificates'] === false || parameters['verify-certificates'] === 0 ? [{ level: 'medium' as const, text: 'The server is trusted without looking at its certificate.' }] : []),
  ],
  inverse(target, parameters) {
    const volume: VolumeTarget = { kind: 'volume', volid: volumeOf(target, parameters), storage: target.storage, node: target.node };
    return api('volume.delete', volume, {}, `Delete ${volume.volid}`);
  },
  request: (target, parameters) => task('POST', storagePath(target, '/download-url'), parameters),
  outcome: (target, parameters, client, since) =>
    byTaskAndState(client, { node: target.node, types: ['download'], id: fileName(parameters), since }, () => holds(client, target, volumeOf(target, parameters))),
});

/** The file of a template of the index: `POST /nodes/{node}/aplinfo` keeps its name. */
const templateOf = ({ storage }: StorageTarget, parameters: StepParameters): string => `${storage}:vztmpl/${text(parameters, 'template') ?? ''}`;

/** `POST /nodes/{node}/aplinfo`: `template`, a container template as `GET /nodes/{node}/aplinfo` names it. Proxmox knows its checksum. */
export const downloadTemplate: Operation<StorageTarget> = define({
  name: 'storage.download-template', targets: ['storage'] as const, title: 'Download template', taskTypes: ['download'],
  privileges: (target) => [onStorage(target.storage, 'Datastore.AllocateTemplate')],
  describe: (target, parameters) => `Download template ${text(parameters, 'template') ?? ''} to ${target.storage} on ${target.node}`,
  refusal(target, parameters, { storage }) {
    const row = storage(target.storage, target.node);
    if (row === undefined) return `There is no storage ${target.storage} on ${target.node}.`;
    if (text(parameters, 'template') === undefined) return 'No template was chosen.';
    return row.content.includes('vztmpl') ? undefined : `Storage ${target.storage} does not take container templates.`;
  },
  inverse(target, parameters) {
    const volume: VolumeTarget = { kind: 'volume', volid: templateOf(target, parameters), storage: target.storage, node: target.node };
    return api('volume.delete', volume, {}, `Delete ${volume.volid}`);
  },
  request: (target, parameters) => task('POST', `/nodes/${encodeURIComponent(target.node)}/aplinfo`, { ...parameters, storage: target.storage }),
  outcome: (target, parameters, client, since) =>
    byTaskAndState(client, { node: target.node, types: ['download'], id: text(parameters, 'template') ?? '', since }, () => holds(client, target, templateOf(target, parameters))),
});

const kindOf = (volid: string): string => /^[^:]+:(iso|vztmpl|backup|snippets|import)\//.exec(volid)?.[1] ?? 'images';
/** The guest a backup is of, read off its name. */
const backedUp = (volid: string): string | undefined => /vzdump-(?:qemu|lxc|openvz)-(\d+)-|\/(?:vm|ct)\/(\d+)\//.exec(volid)?.slice(1).find(Boolean);

/** `DELETE …/content/{volume}`. */
export const deleteVolume: Operation<VolumeTarget> = define({
  name: 'volume.delete', targets: ['volume'] as const, title: 'Delete', taskTypes: ['imgdel'],
  privileges({ volid, storage }) {
    const vmid = kindOf(volid) === 'backup' || volid.includes(':backup/') ? backedUp(volid) : undefined;
    return vmid === undefined ? [onStorage(storage, 'Datastore.Allocate')] : [onStorage(storage, 'Datastore.AllocateSpace'), { path: `/vms/${vmid}`, privileges: ['VM.Backup'] }];
  },
  describe: ({ volid, node }) => `Delete ${volid} on ${node}`,
  refusal: ({ storage: name, node }, _parameters, { storage }) => (storage(name, node) === undefined ? `There is no storage ${name} on ${node}.` : undefined),
  risk({ volid }) {
    const kind = kindOf(volid);
    if (kind === 'backup') return [{ level: 'high', text: `Backup ${volid} is lost for good.` }];
    if (kind === 'images') return [{ level: 'high', text: `Disk ${volid} is lost for good; a guest may still use it.` }];
    return [{ level: 'medium', text: `${volid} is deleted; guests that name it may not start.` }];
  },
  effect: ({ volid }) => ({ losses: [`Volume ${volid} is lost for good.`] }),
  request: (target, parameters) => task('DELETE', storagePath(target, `/content/${encodeURIComponent(target.volid)}`), parameters),
  // The task bears the names of owner and storage, not the volume's, so it tells nothing; deleting once more does no harm.
  outcome: async (target, _parameters, client) => ((await holds(client, target, target.volid)) ? 'not-done' : 'done'),
});

export const storages = [downloadUrl, downloadTemplate, deleteVolume] as const;
