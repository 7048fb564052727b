import type { Live, Row } from './inventory.ts';

/** A row of an answer, before anyone has looked at it. */
export type Unparsed = Readonly<Record<string, unknown>>;
export type Counters = { -readonly [K in keyof Live]: Live[K] };

/**
 * Whether a guest's row says exactly what is known of it, counters apart; false when that is not certain.
 *
 * Nearly all rows of nearly all refreshes do, and parsing each of ten thousand anew would cost more than everything
 * else the inventory does. A column that equals one that has been parsed before needs no parsing; whatever differs is
 * left to the schema.
 */
export function saysTheSame(item: Unparsed, before: Row): boolean {
  return (
    (before.kind === 'qemu' || before.kind === 'lxc') &&
    item['id'] === before.id &&
    item['type'] === before.kind &&
    item['vmid'] === before.vmid &&
    item['name'] === before.name &&
    item['status'] === before.status &&
    item['node'] === before.node &&
    item['pool'] === before.pool &&
    item['lock'] === before.lock &&
    item['hastate'] === before.hastate &&
    (item['template'] === (before.template ? 1 : 0) || (item['template'] === undefined && !before.template)) &&
    isListOf(item['tags'], before.tags)
  );
}

/** A guest's row as Proxmox VE writes it: every column of the very type the schema ends up with, but for the flag. */
export interface PlainGuest extends Live {
  readonly id: string;
  readonly type: 'qemu' | 'lxc';
  readonly vmid: number;
  readonly node: string;
  readonly name: string | undefined;
  readonly status: string | undefined;
  readonly template: 0 | 1 | undefined;
  readonly tags: string | undefined;
  readonly pool: string | undefined;
  readonly lock: string | undefined;
  readonly hastate: string | undefined;
}

/**
 * Whether the schema would make of a guest's row just what it is; false when that is not certain.
 *
 * The first answer of a big cluster is ten thousand rows nobody has seen before, and the general schema takes several
 * times as long for them as reading the JSON did.
 */
export function isPlainGuest(item: Unparsed): item is Unparsed & PlainGuest {
  const { type, vmid, template } = item;
  return (
    (type === 'qemu' || type === 'lxc') &&
    Number.isSafeInteger(vmid) &&
    typeof item['id'] === 'string' &&
    typeof item['node'] === 'string' &&
    (template === 0 || template === 1 || template === undefined) &&
    isTextIfAny(item['name']) &&
    isTextIfAny(item['status']) &&
    isTextIfAny(item['tags']) &&
    isTextIfAny(item['pool']) &&
    isTextIfAny(item['lock']) &&
    isTextIfAny(item['hastate']) &&
    hasPlainCounters(item)
  );
}

/** Whether all counters of an unparsed row are numbers, or absent. */
export function hasPlainCounters(item: Unparsed): item is Unparsed & Live {
  return (
    isNumberIfAny(item['cpu']) &&
    isNumberIfAny(item['maxcpu']) &&
    isNumberIfAny(item['mem']) &&
    isNumberIfAny(item['maxmem']) &&
    isNumberIfAny(item['disk']) &&
    isNumberIfAny(item['maxdisk']) &&
    isNumberIfAny(item['uptime'])
  );
}

/** Makes `counters` those of `resource`. */
export function takeCounters(counters: Counters, resource: { readonly [K in keyof Live]: Live[K] | undefined }): Counters {
  take(counters, 'cpu', resource.cpu);
  take(counters, 'maxcpu', resource.maxcpu);
  take(counters, 'mem', resource.mem);
  take(counters, 'maxmem', resource.maxmem);
  take(counters, 'disk', resource.disk);
  take(counters, 'maxdisk', resource.maxdisk);
  take(counters, 'uptime', resource.uptime);
  return counters;
}

function take(counters: Counters, name: keyof Live, value: number | undefined): void {
  if (value !== undefined) counters[name] = value;
  else if (counters[name] !== undefined) delete counters[name];
}

function isNumberIfAny(value: unknown): boolean {
  // JSON has no infinity, and `1e999` is read as one.
  return value === undefined || Number.isFinite(value);
}

function isTextIfAny(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** Whether `text` is the list's items joined by `;`. */
function isListOf(text: unknown, list: readonly string[]): boolean {
  if (text === undefined) return list.length === 0;
  if (typeof text !== 'string') return false;
  let at = 0;
  for (const item of list) {
    if (at > 0 && text[at++] !== ';') return false;
    if (!text.startsWith(item, at)) return false;
    at += item.length;
  }
  return at === text.length;
}
