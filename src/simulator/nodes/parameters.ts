import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import { string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import type { Node } from '../state/cluster.ts';

export const NODE: Parameters = { node: string({ format: 'pve-node' }) };

/** `Sys.<privilege>` on the node. */
export const onNode = (privilege: string): Permissions => ({ check: ['perm', '/nodes/{node}', [privilege]] });
export const AUDIT = onNode('Sys.Audit');
export const MODIFY = onNode('Sys.Modify');
export const ALL: Permissions = { user: 'all' };

/** The node that the path names. The dispatcher has checked that it exists and runs, except for operations any node answers. */
export function nodeOf(call: Call): Node {
  const name = String(call.parameters['node']);
  const node = call.cluster.nodes.get(name);
  if (node === undefined) throw failure(`no such cluster node '${name}'`);
  return node;
}

export function text(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  return value === undefined ? undefined : String(value);
}

export function count(call: Call, name: string): number | undefined {
  const value = call.parameters[name];
  return typeof value === 'number' ? value : undefined;
}

/** `user@realm` or `user@realm!token`: whom a task belongs to. */
export const userOf = (call: Call): string => call.caller.tokenid ?? call.caller.userid;

/** Seconds since the epoch. */
export const secondsOf = (call: Call): number => Math.floor(call.cluster.clock.now() / 1000);

/** A directory below the node: the names of what is in it, under the key that Proxmox uses there. Any node answers it. */
export function index(path: string, key: string, names: readonly string[], permissions: Permissions = ALL, parameters: Parameters = {}): Route {
  return { method: 'GET', path, permissions, anywhere: true, parameters: { ...NODE, ...parameters }, run: () => names.map((name) => ({ [key]: name })) };
}

/** As {@link index}, for the few directories that only the node itself answers. */
export function ownIndex(path: string, key: string, names: readonly string[]): Route {
  return { method: 'GET', path, permissions: ALL, parameters: NODE, run: () => names.map((name) => ({ [key]: name })) };
}

export const sha1 = (content: string): string => createHash('sha1').update(content).digest('hex');

/** Throws when the caller has seen another state than `current` (PVE::Tools::assert_if_modified). */
export function assertUnmodified(current: string, seen: string | undefined): void {
  if (seen && seen !== current) throw failure('detected modified configuration - file changed by other user? Try again.');
}
