import { parseUpid, PveError, type UploadFields } from '../../pve/index.ts';
import type { Operation } from '../operations/index.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { Driver } from './driver.ts';

/** Sends a file of this machine with a request. Resolves with the answer's `data`; rejects with PveError. */
export type SendFile = (path: string, file: string, fields: UploadFields, signal: AbortSignal) => Promise<unknown>;

/** Carries out operations that bring a file along; what comes after the sending is as with other requests. */
export function uploadDriver(api: Driver, send: SendFile, operationOf: (name: string) => Operation | undefined): Driver {
  return {
    ...api,
    async send(action, parameters, signal) {
      const request = operationOf(action.operation)?.request(action.target, parameters);
      const file = parameters['file'];
      if (request === undefined || typeof file !== 'string') throw new PveError({ kind: 'bad-parameter', message: `“${action.description}” names no file.` });
      const data = await send(request.path, file, fieldsOf(request.parameters), signal);
      if (typeof data === 'string' && parseUpid(data) !== undefined) return { upid: data };
      throw new PveError({ kind: 'not-proxmox', message: `The cluster took “${action.description}” and named no task.`, request: `POST ${request.path}` });
    },
  };
}

function fieldsOf(parameters: StepParameters): UploadFields {
  const text = (name: string): string => {
    const value = parameters[name];
    return typeof value === 'string' ? value : '';
  };
  const checksum = text('checksum');
  return { content: text('content'), filename: text('filename'), ...(checksum === '' ? {} : { checksum, 'checksum-algorithm': text('checksum-algorithm') }) };
}
