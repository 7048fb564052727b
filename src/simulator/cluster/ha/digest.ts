import { createHash } from 'node:crypto';
import type { Options } from '../../../pve/config/index.ts';
import { failure } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';

/** Stands for the SHA-1 of the file with these sections. */
export function sectionsDigest(sections: ReadonlyMap<string, Options>): string {
  return createHash('sha1').update(JSON.stringify([...sections].map(([id, options]) => [id, ...options]))).digest('hex');
}

/** @param failed what Proxmox puts before the message */
export function assertUnmodified(call: Call, sections: ReadonlyMap<string, Options>, failed: string): void {
  const { digest } = call.parameters;
  if (digest && digest !== sectionsDigest(sections)) throw failure(`${failed}: detected modified configuration - file changed by other user? Try again.\n`);
}
