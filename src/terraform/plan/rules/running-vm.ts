import type { Difference } from '../differences.ts';
import type { Meaning, Resource } from './rule.ts';

/*
 * What Proxmox VE itself does about a changed option of a VM that runs (`vmconfig_hotplug_pending` of qemu-server): takes it on at once, or lets it
 * wait for the next start.
 */

/** What is plugged into a running VM where `hotplug` is not set; the provider takes the same for granted (`dvHotplug`). */
const USUAL_HOTPLUG = 'network,disk,usb';

export type Hotplug = 'network' | 'disk' | 'usb' | 'memory' | 'cpu';

/** `isHotpluggable`; resources without `hotplug` leave the VM's own as it is, which is taken for the usual one. */
export function isHotpluggable({ after }: Resource, feature: Hotplug): boolean {
  const set = after['hotplug'];
  const hotplug = typeof set === 'string' && set !== '' ? set : USUAL_HOTPLUG;
  return hotplug === '1' || hotplug.split(',').some((each) => each.trim() === feature);
}

/** Of something that is plugged in or out: at once where that is possible. */
export const plugged = (possible: boolean, why?: string): Meaning => ({ kind: possible ? 'nothing' : 'pending', ...(why === undefined ? {} : { why }) });

/** Drives on IDE and SATA are there from the start, or not at all. */
export const isPluggableDrive = (resource: Resource, slot: string): boolean => isHotpluggable(resource, 'disk') && !/^(?:ide|sata)/.test(slot);

/** What is plugged in and out where `hotplug` has `cpu` or `memory` is decided at the start. */
export function hotplugItself({ before, after }: Difference): Meaning {
  return plugged(![before, after].some((value) => typeof value === 'string' && /cpu|memory/.test(value)));
}

/** Whether it may balloon at all is decided at the start; how much is not. @param value in MiB; 0 for no ballooning */
export function balloon({ before, after }: Difference): Meaning {
  return plugged((Number(before ?? 1) === 0) === (Number(after ?? 1) === 0));
}
