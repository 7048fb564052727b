import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';

type Entry = Readonly<Record<string, string | number | undefined>>;

function hashOf(entries: readonly Entry[]): string {
  const hash = createHash('sha1');
  for (const entry of entries) {
    for (const key of Object.keys(entry).sort()) if (entry[key] !== undefined) hash.update(`${key}:${entry[key]}\n`);
  }
  return hash.digest('hex');
}

/** Each entry of a list carries the SHA-1 over the fields of them all. */
export function withDigest(entries: readonly Entry[]): Entry[] {
  const digest = hashOf(entries);
  return entries.map((entry) => ({ ...entry, digest }));
}

/** Throws 500 when the call's `digest` is another one than that of the entries. */
export function assertUnmodified(call: Call, entries: readonly Entry[]): void {
  const seen = call.parameters['digest'];
  if (seen && seen !== hashOf(entries)) throw failure('detected modified configuration - file changed by other user? Try again.');
}
