import { checkOption, type ConfigKind, optionOf } from '../option-check.ts';
import type { Options } from '../options.ts';
import { parseGuestConfig } from '../parse-guest-config.ts';
import { parsePropertyString } from '../property-string.ts';

/** Why one difference of a text cannot be carried out by changing the configuration. */
export interface RefusedChange {
  /** The option, or the header of a section. */
  readonly key: string;
  /** A sentence that says why, and what to do instead. */
  readonly message: string;
}

/** What has to be sent to make one configuration out of another: `PUT /nodes/{node}/{qemu|lxc}/{vmid}/config`. */
export interface ConfigChanges {
  /** Parameters to set, as raw values. */
  readonly set: Readonly<Record<string, string>>;
  /** Options for the parameter `delete`. */
  readonly remove: readonly string[];
  /** When there are any, nothing must be sent. */
  readonly refused: readonly RefusedChange[];
}

/** Options of the file that the API does not take, or takes only to break something: why, and what to do instead. */
const KEPT: Readonly<Record<string, string>> = {
  lock: 'A lock belongs to the operation that set it and goes away with it; `qm unlock` or `pct unlock` on the node removes one that was left behind.',
  parent: 'Which snapshot the guest descends from is kept by Proxmox VE; roll back to another snapshot to change it.',
  snaptime: 'When a snapshot was taken is kept by Proxmox VE.',
  snapstate: 'The state of a snapshot is kept by Proxmox VE.',
  meta: 'How the VM was created is kept by Proxmox VE.',
  vmstate: 'The saved memory is kept by Proxmox VE; resume the VM to use it up.',
  runningmachine: 'What a saved state was made with is kept by Proxmox VE.',
  runningcpu: 'What a saved state was made with is kept by Proxmox VE.',
  'running-nets-host-mtu': 'What a saved state was made with is kept by Proxmox VE.',
  template: 'A template is more than this flag: its disks become base images. Use “Convert to Template”.',
  digest: 'The digest is calculated from the file.',
};
const KEPT_OF: Readonly<Record<ConfigKind, Readonly<Record<string, string>>>> = {
  qemu: {},
  lxc: {
    lxc: 'Raw `lxc.*` settings cannot be changed over the API; edit `/etc/pve/lxc/<vmid>.conf` on the node.',
    unprivileged: 'Whether a container is privileged is settled when it is created: back it up and restore it the other way.',
    arch: 'The architecture is settled when the container is created.',
  },
};
/** PVE::LXC::Config::update_pct_config */
const NEEDED: Readonly<Record<ConfigKind, ReadonlySet<string>>> = { qemu: new Set(), lxc: new Set(['memory', 'rootfs', 'ostype']) };

/** Why an option cannot be changed by editing the configuration; undefined when it can. */
export function keptByProxmox(kind: ConfigKind, key: string): string | undefined {
  const table = KEPT_OF[kind];
  if (Object.hasOwn(table, key)) return table[key];
  return Object.hasOwn(KEPT, key) ? KEPT[key] : undefined;
}

/** What lies between two texts of one guest's configuration. Order, spelling and white space are no differences. */
export function configChanges(kind: ConfigKind, before: string, after: string): ConfigChanges {
  const from = parseGuestConfig(kind, before).config;
  const to = parseGuestConfig(kind, after).config;
  const set: Record<string, string> = {};
  const remove: string[] = [];
  const refused: RefusedChange[] = [];
  const refuse = (key: string, message: string): void => void refused.push({ key, message });

  for (const [key, value] of to.current) {
    const earlier = from.current.get(key);
    if (same(key, earlier, value)) continue;
    const message = keptByProxmox(kind, key) ?? wrongValue(kind, key, value) ?? resized(kind, key, earlier, value);
    if (message === undefined) set[key] = value;
    else refuse(key, message);
  }
  for (const key of from.current.keys()) {
    if (to.current.has(key)) continue;
    const message = keptByProxmox(kind, key) ?? (NEEDED[kind].has(key) ? `A container must have \`${key}\`; it can be changed but not removed.` : undefined);
    if (message === undefined) remove.push(key);
    else refuse(key, message);
  }
  if (!sameSections(from.pending, to.pending)) refuse(kind === 'qemu' ? '[PENDING]' : '[pve:pending]', 'Pending changes are not edited as text: set the option itself, or revert the pending change.');
  for (const name of new Set([...from.snapshots.keys(), ...to.snapshots.keys()])) {
    if (!sameSections(from.snapshots.get(name), to.snapshots.get(name))) refuse(`[${name}]`, 'Snapshots are not made, changed or deleted by editing the configuration; use the snapshot commands.');
  }
  if (!sameSections(from.cloudinit, to.cloudinit) || !sameSections(from.fleecing, to.fleecing)) refuse('[special:…]', 'The special sections are kept by Proxmox VE.');
  const known = new Set(from.unreadable?.map(({ text }) => text));
  for (const { text } of to.unreadable ?? []) {
    if (!known.has(text)) refuse(text, `\`${text.split('\n', 1)[0] ?? ''}\` cannot be sent: it is not an option with a value.`);
  }
  return { set, remove: remove.sort(), refused };
}

export function isUnchanged({ set, remove, refused }: ConfigChanges): boolean {
  return Object.keys(set).length === 0 && remove.length === 0 && refused.length === 0;
}

function same(key: string, a: string | undefined, b: string): boolean {
  // Whether notes end in a line feed depends on who wrote them.
  return a === b || (key === 'description' && a?.trimEnd() === b.trimEnd());
}

function sameSections(a: Options | undefined, b: Options | undefined): boolean {
  if (a === undefined || b === undefined) return (a?.size ?? 0) === (b?.size ?? 0) && (a === undefined) === (b === undefined);
  return a.size === b.size && [...a].every(([key, value]) => same(key, b.get(key), value));
}

function wrongValue(kind: ConfigKind, key: string, value: string): string | undefined {
  if (optionOf(kind, key) === undefined) return `There is no option \`${key}\`.`;
  const problem = checkOption(kind, key, value);
  return problem === undefined ? undefined : `\`${key}\`: ${problem.trim().replaceAll('\n', '; ')}`;
}

/** The size in a disk's property string only tells how big it is; it does not make it so. */
function resized(kind: ConfigKind, key: string, before: string | undefined, after: string): string | undefined {
  const format = optionOf(kind, key)?.properties;
  if (before === undefined || format === undefined) return undefined;
  const [old, now] = [parsePropertyString(format, before).values, parsePropertyString(format, after).values];
  const volume = old['file'] ?? old['volume'];
  if (volume === undefined || volume !== (now['file'] ?? now['volume']) || now['size'] === undefined || now['size'] === old['size']) return undefined;
  return `\`${key}\`: writing another size does not resize the disk. Use “Resize Disk…”.`;
}
