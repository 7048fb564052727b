import type { Call } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { isVolumeKey, QEMU } from '../kind.ts';
import { pendingDeletes, removePendingDelete } from '../pending.ts';
import { tidy } from '../tidy.ts';
import { isCdrom, isCloudinit, parseVolume } from '../volume-setting.ts';
import { deleteOrDetach, registerUnused } from './detach.ts';
import { networkProperties } from './network.ts';

/** Options whose change a running VM need not notice: they take effect at once. */
const FAST = new Set([
  'description', 'hookscript', 'lock', 'migrate_downtime', 'migrate_speed', 'name', 'onboot', 'protection', 'shares', 'startup', 'tags', 'vmstatestorage',
]);
const CLOUDINIT = /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;
/** Cloud-init options and what else the generated drive tells, recorded for `GET …/cloudinit`. */
const RECORDED = /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+|name|net\d+)$/;

const isFast = (option: string): boolean => FAST.has(option) || CLOUDINIT.test(option);

/** `hotplug` as the set of its features; `network,disk,usb` when not set or 1. */
export function hotplugFeatures(guest: Guest): Set<string> {
  const value = guest.config.current.get('hotplug') ?? '1';
  if (value === '0') return new Set();
  return new Set((value === '1' ? 'network,disk,usb' : value).split(/[,;\s]+/));
}

/** Thrown inside: the option stays pending. */
class Skip extends Error {}

/**
 * Applies to a running VM what can be applied (`vmconfig_hotplug_pending`); the rest stays pending until the next start.
 * @param selection the options the call touched
 * @returns option → message of what should have worked and did not
 */
export function hotplugPending(call: Call, guest: Guest, selection: ReadonlySet<string>): Record<string, string> {
  const { config } = guest;
  const errors: Record<string, string> = {};
  for (const [option, value] of [...config.pending]) {
    if (!isFast(option)) continue;
    recordCloudinit(guest, option, value);
    config.current.set(option, value);
    config.pending.delete(option);
  }
  const features = hotplugFeatures(guest);
  const attempt = (option: string, change: () => void, done: () => void): void => {
    try {
      change();
    } catch (error) {
      if (!(error instanceof Skip)) errors[option] = `hotplug problem - ${error instanceof Error ? error.message : String(error)}`;
      return;
    }
    done();
  };
  for (const [option, force] of pendingDeletes(config)) {
    if (!selection.has(option)) continue;
    attempt(option, () => unplug(call, guest, option, force, features), () => {
      recordCloudinit(guest, option, undefined);
      config.current.delete(option);
      removePendingDelete(config, option);
    });
  }
  for (const [option, value] of [...config.pending]) {
    if (option === 'delete' || !selection.has(option)) continue;
    attempt(option, () => plug(call, guest, option, value, features), () => {
      recordCloudinit(guest, option, value);
      config.current.set(option, value);
      config.pending.delete(option);
    });
  }
  tidy(guest);
  if (features.has('cloudinit')) config.cloudinit.clear();
  return errors;
}

function unplug(call: Call, guest: Guest, option: string, force: boolean, features: ReadonlySet<string>): void {
  const { current } = guest.config;
  if (isFast(option) || option === 'cpuunits' || option === 'cpulimit') return;
  if (option === 'hotplug') skipUnless(!/cpu|memory/.test(current.get('hotplug') ?? ''));
  else if (option === 'tablet') skipUnless(features.has('usb'));
  else if (/^usb\d+$/.test(option)) skipUnless(usbHotplug(guest, features));
  else if (option === 'vcpus') skipUnless(features.has('cpu'));
  else if (option === 'memory') skipUnless(features.has('memory'));
  else if (option === 'balloon') skipUnless(current.get('balloon') !== '0');
  else if (/^net\d+$/.test(option)) skipUnless(features.has('network'));
  else if (isVolumeKey(QEMU, option)) {
    skipUnless(features.has('disk') && !/^(?:efidisk|ide|sata|tpmstate)/.test(option));
    deleteOrDetach(call, guest, option, force);
  } else throw new Skip();
}

function plug(call: Call, guest: Guest, option: string, value: string, features: ReadonlySet<string>): void {
  const { current } = guest.config;
  if (option === 'cpuunits' || option === 'cpulimit') return;
  if (option === 'hotplug') skipUnless(!/cpu|memory/.test(`${value} ${current.get('hotplug') ?? ''}`));
  else if (option === 'tablet') skipUnless(features.has('usb'));
  else if (/^usb\d+$/.test(option)) skipUnless(usbHotplug(guest, features));
  else if (option === 'vcpus') skipUnless(features.has('cpu'));
  else if (option === 'memory') skipUnless(features.has('memory'));
  else if (option === 'balloon') skipUnless((current.get('balloon') !== '0') === (value !== '0'));
  else if (option === 'agent') updateAgent(current.get('agent'), value);
  else if (/^net\d+$/.test(option)) plugNetwork(current.get(option), value, features);
  else if (option === 'efidisk0' || option === 'tpmstate0') throw new Skip();
  else if (isVolumeKey(QEMU, option)) plugDrive(call, guest, option, value, features);
  else throw new Skip();
}

function skipUnless(possible: boolean): void {
  if (!possible) throw new Skip();
}

function usbHotplug(guest: Guest, features: ReadonlySet<string>): boolean {
  return features.has('usb') && /^(?:l26|win8|win10|win11)$/.test(guest.config.current.get('ostype') ?? '');
}

/** Only `fstrim_cloned_disks` may change while the VM runs. */
function updateAgent(before: string | undefined, after: string): void {
  const fixed = (text: string): string => text.split(',').filter((part) => !part.startsWith('fstrim_cloned_disks=')).map((part) => part.replace(/^enabled=/, '')).sort().join();
  skipUnless(before !== undefined && fixed(before) === fixed(after));
}

/** Model, MAC, queues and MTU need the card to be replaced; bridge, VLAN, rate, firewall and link change on the fly. */
function plugNetwork(before: string | undefined, after: string, features: ReadonlySet<string>): void {
  if (before === undefined) return skipUnless(features.has('network'));
  const old = networkProperties(before);
  const now = networkProperties(after);
  const replaced = ['model', 'macaddr', 'queues', 'mtu'].some((name) => old.get(name) !== now.get(name)) || !old.has('bridge') || !now.has('bridge');
  if (replaced) skipUnless(features.has('network'));
}

/** Properties of a disk that only a restart changes; the throttling ones change at once. */
const RESTART = ['aio', 'discard', 'iothread', 'queues', 'product', 'cache', 'ssd', 'vendor', 'ro'];

function plugDrive(call: Call, guest: Guest, option: string, value: string, features: ReadonlySet<string>): void {
  const before = guest.config.current.get(option);
  const now = parseVolume(QEMU, value);
  if (before !== undefined) {
    const old = parseVolume(QEMU, before);
    if (isCdrom(now) !== isCdrom(old)) throw new Error('unable to change media type');
    if (isCdrom(old)) {
      if (isCloudinit(old) && !isCloudinit(now)) registerUnused(call.cluster, guest, old);
      return;
    }
    if (now.volume === old.volume) return skipUnless(RESTART.every((name) => now.properties.get(name) === old.properties.get(name)));
    skipUnless(features.has('disk'));
    registerUnused(call.cluster, guest, old);
  }
  skipUnless(features.has('disk') && !/^(?:ide|sata)/.test(option));
}

/**
 * Keeps in `[special:cloudinit]` what the drive was generated with when a value it depends on changes: the old value, or the
 * option's name in the list `added`.
 */
function recordCloudinit(guest: Guest, option: string, after: string | undefined): void {
  if (!RECORDED.test(option)) return;
  const { cloudinit, current } = guest.config;
  const before = current.get(option);
  const added = new Set((cloudinit.get('added') ?? '').split(',').filter((name) => name !== ''));
  const recorded = cloudinit.get(option);
  if (after !== undefined && recorded !== undefined) {
    if (after === recorded) {
      cloudinit.delete(option);
      added.delete(option);
    }
  } else if (after !== undefined && !added.has(option)) {
    if (before !== undefined) cloudinit.set(option, before);
    else added.add(option);
  } else if (after === undefined && before !== undefined && recorded === undefined) {
    if (!added.delete(option)) cloudinit.set(option, before);
  }
  if (added.size > 0) cloudinit.set('added', [...added].sort().join(','));
  else cloudinit.delete('added');
}
