import type { Part } from '../../changes/index.ts';
import { blocks, type Values, valueAt } from './rules/rule.ts';
import { nodeOf, type SubjectKind } from './subjects.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

type Capacity = Pick<Part, 'nodes' | 'storages'>;

/** What a resource takes: CPUs and memory of its node when it is a guest that runs, bytes of storages. Defaults are the provider's. */
function taken(kind: SubjectKind, values: Values | undefined, runs: boolean): Capacity {
  const node = nodeOf(values);
  if (values === undefined || node === undefined) return { nodes: [], storages: [] };
  if (kind === 'download' || kind === 'file') {
    const [storage, size] = [values['datastore_id'], values['size']];
    return { nodes: [], storages: typeof storage === 'string' && typeof size === 'number' && size > 0 ? [{ storage, node, bytes: size }] : [] };
  }
  if (kind !== 'qemu' && kind !== 'lxc') return { nodes: [], storages: [] };
  // Newer resources have one object instead of a list with one block.
  const number = (block: string, name: string, preset: number): number => Number(valueAt(values, block, 0, name) ?? valueAt(values, block, name) ?? preset);
  const cpus = number('cpu', 'cores', 1) * (kind === 'qemu' ? number('cpu', 'sockets', 1) : 1);
  const disks = [...blocks(values, 'disk'), ...bySlot(values, 'disk'), ...blocks(values, 'mount_point')].map((disk) => ({ storage: disk['datastore_id'] ?? disk['volume'], size: sizeOf(disk['size'] ?? disk['size_gb']) }));
  return {
    nodes: runs ? [{ node, cpus, memory: number('memory', 'dedicated', number('memory', 'size', 512)) * MiB }] : [],
    storages: disks.flatMap(({ storage, size }) => (typeof storage === 'string' && /^[\w.-]+$/.test(storage) && size > 0 ? [{ storage, node, bytes: size }] : [])),
  };
}

/** Of a map: `{ scsi0 = { … } }`. */
function bySlot(values: Values, name: string): readonly Values[] {
  const found = values[name];
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.values(found).filter((each): each is Values => typeof each === 'object' && each !== null) : [];
}

/** Disks are sized in GiB; mount points as `10G`. */
function sizeOf(size: unknown): number {
  if (typeof size === 'number') return size * GiB;
  const [, amount, unit = 'G'] = typeof size === 'string' ? (/^(\d+(?:\.\d+)?)([KMGT])?$/.exec(size) ?? []) : [];
  return amount === undefined ? 0 : Number(amount) * 1024 ** ('KMGT'.indexOf(unit) + 1);
}

/** What a change adds to capacity, or, negative, takes from it. */
export function capacityOf(kind: SubjectKind, before: Values | undefined, after: Values | undefined, runs: { readonly before: boolean; readonly after: boolean }): Capacity {
  const [had, has] = [taken(kind, before, runs.before), taken(kind, after, runs.after)];
  const nodes = new Map<string, { node: string; cpus: number; memory: number }>();
  for (const [list, factor] of [[had.nodes, -1], [has.nodes, 1]] as const) {
    for (const { node, cpus, memory } of list) {
      const sum = nodes.get(node) ?? { node, cpus: 0, memory: 0 };
      nodes.set(node, { node, cpus: sum.cpus + factor * cpus, memory: sum.memory + factor * memory });
    }
  }
  const storages = new Map<string, { storage: string; node: string; bytes: number }>();
  for (const [list, factor] of [[had.storages, -1], [has.storages, 1]] as const) {
    for (const { storage, node, bytes } of list) {
      const key = `${node}/${storage}`;
      storages.set(key, { storage, node, bytes: (storages.get(key)?.bytes ?? 0) + factor * bytes });
    }
  }
  return { nodes: [...nodes.values()].filter(({ cpus, memory }) => cpus !== 0 || memory !== 0), storages: [...storages.values()].filter(({ bytes }) => bytes !== 0) };
}
