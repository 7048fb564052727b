import { createHash } from 'node:crypto';
import { printGuestConfig } from '../../pve/config/index.ts';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import type { Guest } from '../state/cluster.ts';
import { text } from './parameters.ts';

/** The `digest` of a guest's configuration: the SHA-1 of its file, snapshots included. */
export function configDigest(guest: Guest): string {
  return createHash('sha1').update(printGuestConfig(guest.kind, guest.config)).digest('hex');
}

/** Throws `detected modified configuration - file changed by other user? Try again.` when the call's `digest` is another one. */
export function checkDigest(call: Call, guest: Guest): void {
  const expected = text(call, 'digest');
  if (expected !== undefined && expected !== configDigest(guest)) throw failure('detected modified configuration - file changed by other user? Try again.');
}
