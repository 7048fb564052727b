import type { Call } from '../../api/route.ts';
import type { Options } from '../../../pve/config/index.ts';
import { isVolumeKey, LXC } from '../kind.ts';
import { demandBridge, demandOnGuest, demandTags, demandVolume, forbidden, isRoot } from '../privileges.ts';
import { mountType, parseVolume } from '../volume-setting.ts';
import { wantedVolume } from './mount-points.ts';
import { isNetwork, networkProperties } from './network.ts';

/** Which privilege changing an option needs (`check_ct_modify_config_perm`); everything else needs `VM.Config.Options`. */
const NEEDED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'VM.Config.CPU': ['cores', 'cpuunits', 'cpulimit'],
    'VM.Config.Memory': ['memory', 'swap'],
    'VM.Config.Network': ['nameserver', 'searchdomain', 'hostname'],
  }).flatMap(([privilege, options]) => options.map((option) => [option, privilege])),
);

/** Whose configuration is to be changed. */
export interface Subject {
  readonly vmid: number;
  /** The pool a container to be created goes to. */
  readonly pool?: string | undefined;
  /** The configuration as it is; absent for a new container. */
  readonly current?: Options;
  readonly unprivileged: boolean;
}

/** Throws 403 unless the caller may set these options. */
export function demandChanges(call: Call, subject: Subject, values: Options): void {
  if (isRoot(call)) return;
  for (const [option, value] of values) demandOption(call, subject, option, value);
}

/** Throws 403 unless the caller may remove (or revert) these options. */
export function demandRemoval(call: Call, subject: Subject, options: Iterable<string>): void {
  if (isRoot(call)) return;
  for (const option of options) demandOption(call, subject, option, undefined);
}

function demandOption(call: Call, subject: Subject, option: string, value: string | undefined): void {
  const { vmid, pool, current } = subject;
  if (isVolumeKey(LXC, option)) {
    demandOnGuest(call, vmid, pool, ['VM.Config.Disk']);
    if (value !== undefined) demandMountPoint(call, vmid, value);
  } else if (isNetwork(option)) {
    demandOnGuest(call, vmid, pool, ['VM.Config.Network']);
    demandBridges(call, [current?.get(option), value]);
  } else if (/^dev\d+$/.test(option)) throw forbidden('configuring device passthrough is only allowed for root@pam');
  else if (option === 'features') demandFeatures(call, subject, value);
  else if (option === 'hookscript') throw forbidden('changing the hookscript is only allowed for root@pam');
  else if (option === 'tags') demandTags(call, vmid, current?.get(option), value ?? '');
  else demandOnGuest(call, vmid, pool, [NEEDED[option] ?? 'VM.Config.Options']);
}

function demandMountPoint(call: Call, vmid: number, value: string): void {
  const setting = parseVolume(LXC, value);
  const type = mountType(setting.volume);
  if (type !== 'volume') throw forbidden(`mount point type ${type} is only allowed for root@pam`);
  const wanted = wantedVolume(setting);
  if (wanted === undefined) demandVolume(call, vmid, setting.volume, 'rootdir');
  else call.demand(`/storage/${wanted.storage}`, ['Datastore.AllocateSpace']);
}

/** `SDN.Use` on the bridges that these network options name. */
export function demandBridges(call: Call, values: Iterable<string | undefined>): void {
  for (const value of values) if (value !== undefined) demandBridge(call, networkProperties(value));
}

/** `nesting` may be changed by who may allocate the container, the other feature flags by root alone. */
function demandFeatures(call: Call, { vmid, pool, current, unprivileged }: Subject, value: string | undefined): void {
  if (!unprivileged) throw forbidden('changing feature flags for privileged container is only allowed for root@pam');
  const before = networkProperties(current?.get('features') ?? '');
  const after = networkProperties(value ?? '');
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((feature) => (before.get(feature) ?? '') !== (after.get(feature) ?? ''));
  if (changed.some((feature) => feature !== 'nesting')) throw forbidden('changing feature flags (except nesting) is only allowed for root@pam');
  if (changed.length > 0) demandOnGuest(call, vmid, pool, ['VM.Allocate']);
}
