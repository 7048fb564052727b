import { failure, parameterError } from '../api/errors.ts';
import { string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { startWorker } from '../guests/worker.ts';
import { checkEnabled, isFileBased } from '../state/storages.ts';
import { APPLIANCES } from './appliances.ts';
import { downloadWork } from './download-url.ts';
import { checkTakes } from './file-names.ts';
import { ALLOCATE_TEMPLATE, STORAGE_ID } from './parameters.ts';

function download(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const filename = String(parameters['template']);
  const appliance = APPLIANCES.find(({ template }) => template === filename);
  if (appliance === undefined) throw parameterError({ template: 'no such template' });
  const storage = checkEnabled(cluster, String(parameters['storage']), node);
  checkTakes(storage, 'vztmpl', `storage '${storage.id}' does not support templates`);
  if (!isFileBased(storage)) throw failure('storage definition has no path');
  const checksum = { algorithm: 'sha512', expected: appliance.sha512sum } as const;
  return startWorker(call, { node, type: 'download', id: filename }, () => downloadWork(cluster, { url: appliance.location, storage, node, content: 'vztmpl', filename, checksum }));
}

const NODE = string({ format: 'pve-node' });

/** `/nodes/{node}/aplinfo`: the container templates there are to download. */
export const applianceRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/aplinfo', permissions: { user: 'all' }, parameters: { node: NODE }, run: () => APPLIANCES },
  { method: 'POST', path: '/nodes/{node}/aplinfo', permissions: ALLOCATE_TEMPLATE, parameters: { node: NODE, storage: STORAGE_ID, template: string({ maxLength: 255 }) }, run: download },
];
