import type { StepParameters } from '../proposal/step.ts';
import type { StorageTarget, VolumeTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, onStorage, task, text } from './guest.ts';
import type { Operation } from './operation.ts';
import { byTaskAndState } from './outcomes.ts';
import { fileName, holds, storagePath, volumeOf } from './storage-files.ts';

/** What goes with the file; the file itself is read by whoever sends it. */
function fields(parameters: StepParameters): StepParameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'file'));
}

/** `POST …/upload`: `file` (absolute path on this machine), `content` (`iso`, `vztmpl`, `import`), `filename`, `checksum` with `checksum-algorithm`. */
export const upload: Operation<StorageTarget> = define({
  name: 'storage.upload', driver: 'upload', targets: ['storage'] as const, title: 'Upload', taskTypes: ['imgcopy'],
  complete: (_target, parameters) => ({ ...parameters, filename: fileName(parameters) }),
  privileges: (target) => [onStorage(target.storage, 'Datastore.AllocateTemplate')],
  describe: (target, parameters) => `Upload ${fileName(parameters)} to ${target.storage} on ${target.node}`,
  refusal(target, parameters, { storage }) {
    const row = storage(target.storage, target.node);
    const content = text(parameters, 'content') ?? '';
    if (row === undefined) return `There is no storage ${target.storage} on ${target.node}.`;
    if (text(parameters, 'file') === undefined) return 'No file was chosen.';
    if (parameters['checksum'] !== undefined && parameters['checksum-algorithm'] === undefined) return 'A checksum needs its algorithm.';
    return row.content.includes(content) ? undefined : `Storage ${target.storage} does not take content “${content}”.`;
  },
  risk: (target, parameters) => [{ level: 'low', text: `If ${target.storage} holds ${fileName(parameters)} already, it is replaced.` }],
  inverse(target, parameters) {
    const volume: VolumeTarget = { kind: 'volume', volid: volumeOf(target, parameters), storage: target.storage, node: target.node };
    return api('volume.delete', volume, {}, `Delete ${volume.volid}`);
  },
  request: (target, parameters) => task('POST', storagePath(target, '/upload'), fields(parameters)),
  outcome: (target, parameters, client, since) => byTaskAndState(client, { node: target.node, types: ['imgcopy'], id: '', since }, () => holds(client, target, volumeOf(target, parameters))),
});
