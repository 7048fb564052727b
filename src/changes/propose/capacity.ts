import type { Circumstances, EffectPart } from '../operations/index.ts';
import type { Policy } from '../policy/schema.ts';
import type { Effect, RiskReason } from '../proposal/proposal.ts';

export type Prices = NonNullable<Policy['prices']>;

const GiB = 1024 ** 3;

interface Sum {
  cpus: number;
  memory: number;
}

/** CPUs and memory that the running guests of each node are configured with, and the bytes of all guests' disks. */
function committed({ rows, live }: Circumstances): { readonly nodes: ReadonlyMap<string, Sum>; readonly disks: number } {
  const nodes = new Map<string, Sum>();
  let disks = 0;
  for (const row of rows.values()) {
    if (row.kind !== 'qemu' && row.kind !== 'lxc') continue;
    const counters = live(row.id);
    disks += counters?.maxdisk ?? 0;
    if (row.status === 'stopped' || row.status === 'unknown') continue;
    const sum = nodes.get(row.node) ?? { cpus: 0, memory: 0 };
    sum.cpus += counters?.maxcpu ?? 0;
    sum.memory += counters?.maxmem ?? 0;
    nodes.set(row.node, sum);
  }
  return { nodes, disks };
}

/**
 * The effect of all steps together. CPUs and memory are what running guests are configured with; bytes of a storage are what it has in use,
 * plus and minus the full size of disks that come and go. A shared storage counts once. The cost is that of the whole connection: CPUs and
 * memory of running guests, disks of all.
 */
export function totalEffect(parts: readonly EffectPart[], circumstances: Circumstances, prices?: Prices): Effect {
  const nodes = new Map<string, Sum>();
  const storages = new Map<string, { storage: string; node: string; bytes: number }>();
  for (const part of parts) {
    for (const { node, cpus, memory } of part.nodes ?? []) {
      const sum = nodes.get(node) ?? { cpus: 0, memory: 0 };
      nodes.set(node, { cpus: sum.cpus + cpus, memory: sum.memory + memory });
    }
    for (const { storage, node, bytes } of part.storages ?? []) {
      const key = circumstances.storage(storage, node)?.shared === true ? storage : `${node}/${storage}`;
      const sum = storages.get(key);
      storages.set(key, { storage, node: sum?.node ?? node, bytes: (sum?.bytes ?? 0) + bytes });
    }
  }
  const before = nodes.size > 0 || prices !== undefined ? committed(circumstances) : { nodes: new Map<string, Sum>(), disks: 0 };
  const at = (node: string): Sum => before.nodes.get(node) ?? { cpus: 0, memory: 0 };
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return {
    interruptions: [...new Set(parts.flatMap(({ interruptions }) => interruptions ?? []))],
    losses: [...new Set(parts.flatMap(({ losses }) => losses ?? []))],
    nodes: [...nodes].sort(([a], [b]) => byName(a, b)).map(([node, { cpus, memory }]) => ({
      node,
      cpus: { before: at(node).cpus, after: Math.max(0, at(node).cpus + cpus) },
      memory: { before: at(node).memory, after: Math.max(0, at(node).memory + memory) },
    })),
    storages: [...storages.values()].filter(({ bytes }) => bytes !== 0).sort((a, b) => byName(a.storage, b.storage) || byName(a.node, b.node)).map(({ storage, node, bytes }) => {
      const counters = circumstances.live(`storage/${node}/${storage}`);
      const used = counters?.disk ?? 0;
      return { storage, node, bytes: { before: used, after: Math.max(0, used + bytes) }, total: counters?.maxdisk ?? 0 };
    }),
    ...(prices === undefined ? {} : { cost: cost([...before.nodes.values()], before.disks, [...nodes.values()], [...storages.values()], prices) }),
  };
}

function cost(running: readonly Sum[], disks: number, changes: readonly Sum[], storages: readonly { readonly bytes: number }[], prices: Prices): NonNullable<Effect['cost']> {
  const price = (sums: readonly Sum[], bytes: number): number => sums.reduce((sum, { cpus, memory }) => sum + cpus * prices.cpu + (memory / GiB) * prices.memoryGiB, (bytes / GiB) * prices.diskGiB);
  const cents = (value: number): number => Math.round(value * 100) / 100;
  const before = price(running, disks);
  return { currency: prices.currency, before: cents(before), after: cents(before + price(changes, storages.reduce((sum, { bytes }) => sum + bytes, 0))) };
}

/** What no step sees by itself: nodes and storages that all of them together ask too much of. */
export function capacityRisks({ nodes, storages }: Effect, { live }: Circumstances): RiskReason[] {
  const size = (bytes: number): string => `${Math.round((bytes / GiB) * 10) / 10} GiB`;
  return [
    ...nodes.flatMap(({ node, memory }): RiskReason[] => {
      const total = live(`node/${node}`)?.maxmem;
      return total === undefined || memory.after <= total || memory.after <= memory.before ? [] : [{ level: 'medium', text: `The guests that run on ${node} are then configured with ${size(memory.after)} of memory; it has ${size(total)}.` }];
    }),
    ...storages.flatMap(({ storage, node, bytes, total }): RiskReason[] =>
      total === 0 || bytes.after <= total || bytes.after <= bytes.before ? [] : [{ level: 'high', text: `Storage ${storage} on ${node} may run full: ${size(bytes.after)} are asked of ${size(total)}.` }]),
  ];
}
