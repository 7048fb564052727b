import type { Guest } from '../state/cluster.ts';
import { configDigest } from './digest.ts';
import { wireOptions } from './options.ts';
import { pendingDeletes } from './pending.ts';

/** What takes a password's place in answers. */
const MASK = '**********';

/** `GET …/pending`: every option with its current and its coming value (PVE::GuestHelpers::config_with_pending_array). */
export function pendingRows(guest: Guest): Record<string, unknown>[] {
  const { config, kind } = guest;
  const current: Record<string, unknown> = { ...maskPassword(wireOptions(kind, config.current)), digest: configDigest(guest) };
  const pending = new Map<string, unknown>(Object.entries(maskPassword(wireOptions(kind, config.pending))));
  pending.delete('delete');
  const deletes = pendingDeletes(config);
  const rows: Record<string, unknown>[] = [];
  for (const [key, value] of Object.entries(current)) {
    // A container's raw lines are a list, which has no place in this table.
    if (Array.isArray(value)) continue;
    const force = deletes.get(key);
    rows.push({ key, value, ...(pending.has(key) ? { pending: pending.get(key) } : {}), ...(force === undefined ? {} : { delete: force ? 2 : 1 }) });
    pending.delete(key);
    deletes.delete(key);
  }
  for (const [key, value] of pending) rows.push({ key, pending: value });
  for (const [key, force] of deletes) rows.push({ key, delete: force ? 2 : 1 });
  return rows;
}

/** The same options with `cipassword` hidden. */
export function maskPassword<Values extends Record<string, unknown>>(options: Values): Values {
  return options['cipassword'] ? { ...options, cipassword: MASK } : options;
}
