import type { Expression } from '../hcl/index.ts';
import type { Field, Observation, SeenBlock } from '../import/index.ts';

/** One attribute that is on the cluster otherwise than in the state. */
export interface Difference {
  /** As Terraform writes it: `memory[0].dedicated`, `tags`; a whole block is `disk[1]`. */
  readonly path: string;
  /** What Terraform knows: undefined where it knows of nothing. */
  readonly state: unknown;
  /** What the cluster has; undefined where there is nothing. */
  readonly cluster: unknown;
  readonly kind: 'attribute' | 'block-added' | 'block-removed';
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** What only a plan can tell, with the reason. */
  readonly undecided: readonly { readonly what: string; readonly why: string }[];
}

type Attributes = Readonly<Record<string, unknown>>;

/** What tells blocks of a type apart; others by their place in the list, as the provider does. */
export const KEYS: Readonly<Record<string, string>> = { disk: 'interface', cdrom: 'interface', hostpci: 'device', numa: 'device' };

/** Attributes of the blocks within blocks, which the mapping tells only where they are set. */
const NESTED: Readonly<Record<string, readonly string[]>> = {
  dns: ['domain', 'servers'],
  ip_config: [],
  ipv4: ['address', 'gateway'],
  ipv6: ['address', 'gateway'],
  speed: ['iops_read', 'iops_read_burstable', 'iops_write', 'iops_write_burstable', 'read', 'read_burstable', 'write', 'write_burstable'],
};

/** What the provider keeps as it is in the state when the guest does not have it any more (`vmReadCustom`, `containerRead`). */
const KEPT_WHEN_GONE = new Set(['efi_disk', 'tpm_state', 'rng', 'smbios', 'device_passthrough', 'mount_point', 'operating_system', 'vga']);

/** Blocks that the mapping tells of; what else is in the state is Terraform's own or not compared. */
const KNOWN_BLOCKS = new Set([
  'agent', 'amd_sev', 'audio_device', 'cdrom', 'console', 'cpu', 'device_passthrough', 'disk', 'efi_disk', 'features', 'hostpci', 'idmap', 'initialization', 'memory', 'mount_point',
  'network_device', 'network_interface', 'numa', 'operating_system', 'rng', 'serial_device', 'smbios', 'startup', 'tpm_state', 'usb', 'vga', 'virtiofs', 'watchdog',
]);

/** The provider reads these of a clone as well when they are at their defaults. */
const READ_OF_CLONES = new Set(['node_name', 'pool_id', 'started', 'on_boot', 'boot_order', 'hotplug']);

/** Attributes that stay in the state as they are when the guest does not set them. */
const KEPT_FIELDS = new Set(['hotplug', 'units', 'uuid']);

/** Lists whose order means nothing. */
const SETS = new Set(['tags']);

/**
 * What a refresh of Terraform would find: the state's values against what the provider reads of the guest now.
 * Of a clone the provider reads only what the state already has (`len(clone) == 0 || …` in its source).
 */
export function compare(state: Attributes, { rows, blocks, undecided }: Observation): Comparison {
  const cloned = Array.isArray(state['clone']) && state['clone'].length > 0;
  const differences: Difference[] = [];
  for (const row of rows) {
    const [name, , preset] = row;
    if (cloned && !READ_OF_CLONES.has(name) && isEmpty(state[name], preset)) continue;
    differences.push(...compareField(state, row, name));
  }
  const open = [...undecided].filter(([name]) => !isEmpty(state[name], undefined)).map(([what, why]) => ({ what, why }));
  const types = new Set([...blocks.map(({ type }) => type), ...Object.keys(state).filter((name) => KNOWN_BLOCKS.has(name))]);
  for (const type of types) {
    if (undecided.has(type)) continue;
    const known = listOf(state[type]);
    if (cloned && known.length === 0) continue;
    const seen = blocks.filter((one) => one.type === type);
    if (seen.length === 0 && KEPT_WHEN_GONE.has(type)) {
      if (known.length > 0 && type !== 'operating_system') open.push({ what: type, why: 'what the guest has of it now the provider does not tell' });
      continue;
    }
    const key = KEYS[type];
    const strangers = key === undefined || known.length === 0 ? [] : seen.filter(({ rows, written }) => written && !known.some((block) => block[key] === valueOf(rows, key)));
    for (const { rows } of strangers) open.push({ what: `${type} ${String(valueOf(rows, key ?? ''))}`, why: 'it is on the guest only, and the provider does not look at those that the state does not name' });
    differences.push(...compareBlocks(type, known, seen.filter((one) => !strangers.includes(one)), type));
  }
  return { differences, undecided: open };
}

function compareBlocks(type: string, known: readonly Attributes[], seen: readonly SeenBlock[], path: string): Difference[] {
  const key = KEYS[type];
  const left = new Set(seen);
  const differences: Difference[] = [];
  known.forEach((block, index) => {
    const place = `${path}[${String(index)}]`;
    const found = key === undefined ? seen[index] : seen.find(({ rows }) => valueOf(rows, key) === block[key]);
    if (found === undefined) {
      if (!isEmptyBlock(block)) differences.push({ path: place, state: block, cluster: undefined, kind: 'block-removed' });
      return;
    }
    left.delete(found);
    differences.push(...compareBlock(block, found, place));
  });
  [...left].filter(({ written, rows, blocks }) => written && (rows.length > 0 || blocks.length > 0)).forEach((block, index) => {
    differences.push({ path: `${path}[${String(known.length + index)}]`, state: undefined, cluster: valuesOf(block), kind: 'block-added' });
  });
  return differences;
}

function compareBlock(state: Attributes, seen: SeenBlock, path: string): Difference[] {
  const told = new Set(seen.rows.map(([name]) => name));
  const silent = (NESTED[seen.type] ?? []).filter((name) => !told.has(name)).map((name): Field => [name, undefined]);
  const nested = new Set([...seen.blocks.map(({ type }) => type), ...Object.keys(state).filter((name) => name in NESTED)]);
  return [
    ...[...seen.rows, ...silent].flatMap((row) => compareField(state, row, `${path}.${row[0]}`)),
    ...[...nested].flatMap((type) => compareBlocks(type, listOf(state[type]), seen.blocks.filter((one) => one.type === type), `${path}.${type}`)),
  ];
}

function compareField(state: Attributes, [name, value, preset]: Field, path: string): Difference[] {
  // What the guest does not have the provider does not write into the state.
  if (value === undefined && KEPT_FIELDS.has(name)) return [];
  const cluster = plain(value ?? preset);
  const known = state[name] ?? plain(preset);
  if (name === 'description' ? sameText(known, cluster) : same(known, cluster, SETS.has(name))) return [];
  return [{ path, state: known, cluster, kind: 'attribute' }];
}

function same(a: unknown, b: unknown, asSet: boolean): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return isBlank(a) && isBlank(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    const [left, right] = asSet ? [a.map(String).toSorted(), b.map(String).toSorted()] : [a.map(String), b.map(String)];
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  return a === b || (isScalar(a) && isScalar(b) && String(a) === String(b));
}

/** The provider takes the white space around notes away before it compares them. */
const sameText = (a: unknown, b: unknown): boolean => [a, b].map((text) => (typeof text === 'string' ? text.replaceAll('\r\n', '\n').trim() : '')).every((text, _, all) => text === all[0]);

const isScalar = (value: unknown): value is string | number | boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
const isEmpty = (value: unknown, preset: Expression | undefined): boolean => isBlank(value) || same(value, plain(preset), false);
const isEmptyBlock = (block: Attributes): boolean => Object.values(block).every((value) => isBlank(value) || (Array.isArray(value) && value.every((item) => isAttributes(item) && isEmptyBlock(item))));
const isAttributes = (value: unknown): value is Attributes => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly Attributes[] => (Array.isArray(value) ? value.filter(isAttributes) : []);
const valueOf = (rows: readonly Field[], name: string): unknown => rows.find(([each]) => each === name)?.[1];

/** What a guest's mapping gives are literals, for it knows no other resources to point to. */
const plain = (value: Expression | undefined): unknown => (typeof value === 'object' && 'reference' in value ? value.reference : value);

function valuesOf({ rows, blocks }: SeenBlock): Attributes {
  return Object.fromEntries([
    ...rows.flatMap(([name, value, preset]) => (value === undefined || value === preset ? [] : [[name, plain(value)] as const])),
    ...Map.groupBy(blocks, ({ type }) => type).entries().map(([type, list]) => [type, list.map(valuesOf)] as const),
  ]);
}
