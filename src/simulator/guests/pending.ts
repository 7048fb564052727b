import type { GuestConfig, Options } from '../../pve/config/index.ts';

/**
 * The `[PENDING]` section's rules (PVE::AbstractConfig): new values stand there by name, removals as one comma-separated
 * list under `delete`, where `!name` is a forced one.
 */
export function pendingDeletes(config: GuestConfig): Map<string, boolean> {
  const result = new Map<string, boolean>();
  for (const name of (config.pending.get('delete') ?? '').split(/[,;\s]+/)) {
    if (name === '') continue;
    if (name.startsWith('!')) result.set(name.slice(1), true);
    else result.set(name, false);
  }
  return result;
}

function setDeletes(config: GuestConfig, deletes: ReadonlyMap<string, boolean>): void {
  if (deletes.size === 0) config.pending.delete('delete');
  else config.pending.set('delete', [...deletes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, force]) => (force ? `!${name}` : name)).join(','));
}

export function addPendingDelete(config: GuestConfig, option: string, force = false): void {
  setDeletes(config, pendingDeletes(config).set(option, force));
}

export function removePendingDelete(config: GuestConfig, option: string): void {
  const deletes = pendingDeletes(config);
  if (deletes.delete(option)) setDeletes(config, deletes);
}

/** Pending values that equal the current ones, and removals of what is not there, are no changes. */
export function cleanupPending(config: GuestConfig): void {
  for (const [option, value] of [...config.pending]) {
    if (option !== 'delete' && config.current.get(option) === value) config.pending.delete(option);
  }
  const deletes = pendingDeletes(config);
  for (const option of [...deletes.keys()]) {
    if (!config.current.has(option)) deletes.delete(option);
  }
  setDeletes(config, deletes);
}

/** The options as they will be once everything pending has taken effect: what `GET …/config` shows. */
export function withPending(config: GuestConfig): Options {
  const result: Options = new Map(config.current);
  for (const [option, value] of config.pending) {
    if (option !== 'delete') result.set(option, value);
  }
  for (const option of pendingDeletes(config).keys()) result.delete(option);
  return result;
}
