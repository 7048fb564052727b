import type { Cluster, Guest } from '../../state/cluster.ts';
import { isUnusedKey, LXC } from '../kind.ts';
import { cleanupPending, pendingDeletes, removePendingDelete } from '../pending.ts';
import { tidy } from '../tidy.ts';
import { parseVolume, printVolume, withVolume, formatSize } from '../volume-setting.ts';
import { freeUnused, keepUnused, makeVolume, rescanned, wantedVolume } from './mount-points.ts';
import { isNetwork, withMac } from './network.ts';

/** Options a running container need not notice: they take effect at once (`$LXC_FASTPLUG_OPTIONS`). */
const FAST = new Set(['description', 'onboot', 'startup', 'protection', 'hostname', 'hookscript', 'cores', 'tags', 'lock']);
const LIMITS = new Set(['cpulimit', 'cpuunits', 'memory', 'swap']);

const isMountPoint = (option: string): boolean => /^mp\d+$/.test(option);

/** What went wrong by option, collected while the other changes go on. */
class Problems {
  readonly errors: Record<string, string> = {};

  attempt(option: string, prefix: string, change: () => void): void {
    try {
      change();
    } catch (error) {
      this.errors[option] = `${prefix}${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

/** Whether a running container takes the option away at once. */
function unplugs(option: string): boolean {
  return FAST.has(option) || isUnusedKey(option) || option === 'swap' || option === 'cpulimit' || option === 'cpuunits' || /^net\d$/.test(option);
}

/** Whether a running container takes the new value at once; a mount point or device that is there already waits. */
function plugs(guest: Guest, option: string): boolean {
  if (isMountPoint(option) || /^dev\d+$/.test(option)) return !guest.config.current.has(option);
  return FAST.has(option) || LIMITS.has(option) || isNetwork(option);
}

/**
 * Applies to a running container what can be applied (`vmconfig_hotplug_pending`); the rest stays pending until the next start.
 * @param selection the options the call touched
 * @returns option → message of what should have worked and did not
 */
export function hotplugPending(cluster: Cluster, guest: Guest, selection: ReadonlySet<string>): Record<string, string> {
  const { config } = guest;
  const problems = new Problems();
  for (const option of [...pendingDeletes(config).keys()]) {
    if (!selection.has(option) || !unplugs(option)) continue;
    problems.attempt(option, `unable to hotplug ${option}: `, () => {
      if (isUnusedKey(option)) freeUnused(cluster, guest, option);
      config.current.delete(option);
      removePendingDelete(config, option);
    });
  }
  for (const option of [...config.pending.keys()].sort()) {
    if (option === 'delete' || !selection.has(option) || !plugs(guest, option)) continue;
    problems.attempt(option, `unable to hotplug ${option}: `, () => makeCurrent(cluster, guest, option));
  }
  tidy(guest);
  return problems.errors;
}

/**
 * Makes all pending changes current: at the next start, and at once while the container is off (`vmconfig_apply_pending`).
 * @param selection the options the call touched; absent for all
 * @returns option → message of what could not be applied
 */
export function applyPending(cluster: Cluster, guest: Guest, selection?: ReadonlySet<string>): Record<string, string> {
  const { config } = guest;
  const problems = new Problems();
  for (const option of [...pendingDeletes(config).keys()]) {
    if (selection?.has(option) === false) continue;
    problems.attempt(option, `unable to apply pending change ${option} : `, () => {
      const value = config.current.get(option);
      if (isMountPoint(option) && value !== undefined) keepUnused(guest, value);
      else if (isUnusedKey(option)) freeUnused(cluster, guest, option);
      config.current.delete(option);
      removePendingDelete(config, option);
    });
  }
  cleanupPending(config);
  for (const option of [...config.pending.keys()].sort()) {
    if (option === 'delete' || selection?.has(option) === false) continue;
    problems.attempt(option, `unable to apply pending change ${option} : `, () => makeCurrent(cluster, guest, option));
  }
  tidy(guest);
  return problems.errors;
}

/** Moves one option from the pending section to the current one, with what must be made for it. */
function makeCurrent(cluster: Cluster, guest: Guest, option: string): void {
  const { current, pending } = guest.config;
  let value = pending.get(option) ?? '';
  if (isMountPoint(option)) {
    const before = current.get(option);
    value = mounted(cluster, guest, value);
    if (before !== undefined) keepUnused(guest, before);
  } else if (isNetwork(option)) value = withMac(cluster, value, true);
  current.set(option, value);
  pending.delete(option);
}

function mounted(cluster: Cluster, guest: Guest, value: string): string {
  const setting = parseVolume(LXC, value);
  const wanted = wantedVolume(setting);
  if (wanted === undefined) return printVolume(rescanned(cluster, setting));
  return printVolume(withVolume(setting, makeVolume(cluster, guest, wanted.storage, wanted.bytes), { size: formatSize(wanted.bytes) }));
}
