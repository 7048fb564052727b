import type { Cluster, Guest } from '../../state/cluster.ts';
import type { Call } from '../../api/route.ts';
import { isVolumeKey, QEMU } from '../kind.ts';
import { cleanupPending, pendingDeletes, removePendingDelete } from '../pending.ts';
import { tidy } from '../tidy.ts';
import { isCloudinit, parseVolume } from '../volume-setting.ts';
import { deleteOrDetach, registerUnused } from './detach.ts';

/**
 * Makes all pending changes current: at the next start, after a stop, and at once while the VM is off
 * (`vmconfig_apply_pending`).
 * @param call whose privileges a forced removal needs; absent when the VM's own stop or start applies the changes
 * @returns what could not be applied: option → message
 */
export function applyPending(cluster: Cluster, guest: Guest, call?: Call): Record<string, string> {
  const { config } = guest;
  const errors: Record<string, string> = {};
  const attempt = (option: string, change: () => void, done: () => void): void => {
    try {
      change();
    } catch (error) {
      errors[option] = `unable to apply pending change ${option} : ${error instanceof Error ? error.message : String(error)}`;
      return;
    }
    done();
  };
  for (const [option, force] of pendingDeletes(config)) {
    attempt(
      option,
      () => {
        if (!config.current.has(option) || !isVolumeKey(QEMU, option)) return;
        if (call !== undefined) deleteOrDetach(call, guest, option, force);
        else registerUnused(cluster, guest, parseVolume(QEMU, config.current.get(option) ?? ''));
      },
      () => {
        removePendingDelete(config, option);
        config.current.delete(option);
      },
    );
  }
  cleanupPending(config);
  let regenerate = false;
  for (const [option, value] of [...config.pending]) {
    if (option === 'delete') continue;
    attempt(
      option,
      () => {
        const before = config.current.get(option);
        if (before !== undefined && isVolumeKey(QEMU, option)) registerChanged(cluster, guest, before, value);
      },
      () => {
        regenerate ||= isVolumeKey(QEMU, option) && isCloudinit(parseVolume(QEMU, value));
        config.current.set(option, value);
        config.pending.delete(option);
      },
    );
  }
  if (regenerate) config.cloudinit.clear();
  tidy(guest);
  return errors;
}

/** The drive that was there before is kept as unused; where only its properties change, tidying takes the entry back. */
function registerChanged(cluster: Cluster, guest: Guest, before: string, after: string): void {
  const setting = parseVolume(QEMU, before);
  if (setting.volume !== parseVolume(QEMU, after).volume) registerUnused(cluster, guest, setting);
}
