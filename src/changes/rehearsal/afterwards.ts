import * as z from 'zod';
import type { PveClient } from '../../pve/index.ts';
import { type ClusterResource, clusterResource, storageContentRow } from '../../pve/wire/index.ts';
import type { Place } from './live-facts.ts';
import type { FieldChange, GuestChange, RehearsalReport } from './report.ts';

type Value = string | number | boolean;
type GuestResource = ClusterResource & { readonly type: 'qemu' | 'lxc'; readonly vmid: number };

/** A copy of a cluster at one moment. */
export interface Sight {
  readonly resources: readonly ClusterResource[];
  /** By VMID: what guests are like whose configurations matter, by field. */
  readonly configs: ReadonlyMap<number, ReadonlyMap<string, Value>>;
  /** By place, as far as it could be asked. */
  readonly volumes: ReadonlyMap<string, readonly SeenVolume[]>;
}

type SeenVolume = Omit<RehearsalReport['volumes'][number], 'change'>;

const config = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown()).transform((value) => JSON.stringify(value))]));

/** @param vmids guests whose configurations matter, whether there or not */
export async function lookAt(client: PveClient, vmids: ReadonlySet<number>, places: readonly Place[]): Promise<Sight> {
  const resources = z.array(clusterResource).parse(await client.get('/cluster/resources'));
  const online = new Set(resources.filter(({ type, status }) => type === 'node' && status === 'online').map(({ node }) => node));
  const [configs, volumes] = await Promise.all([
    Promise.all(resources.filter(isGuest).filter(({ vmid, node }) => vmids.has(vmid) && online.has(node)).map(async (row) => [row.vmid, await fieldsOf(client, row)] as const)),
    Promise.all(places.filter(({ node }) => online.has(node)).map((place) => volumesIn(client, place))),
  ]);
  return { resources, configs: new Map(configs), volumes: new Map(volumes) };
}

/** Options that the row tells already, that are no property of the guest, or that are drawn anew. */
const TOLD = new Set(['digest', 'name', 'hostname', 'tags', 'lock', 'template', 'parent', 'vmgenid']);

async function fieldsOf(client: PveClient, { type, node = '', vmid }: GuestResource): Promise<ReadonlyMap<string, Value>> {
  const path = `/nodes/${encodeURIComponent(node)}/${type}/${vmid}`;
  const [options, snapshots] = await Promise.all([
    client.get(`${path}/config`).then((data) => config.parse(data)),
    client.get(`${path}/snapshot`).then((data) => z.array(z.object({ name: z.string() })).parse(data).map(({ name }) => name).filter((name) => name !== 'current').sort()),
  ]);
  const fields = new Map<string, Value>(Object.entries(options).filter(([name]) => !TOLD.has(name)).map(([name, value]) => [`config.${name}`, value]));
  if (snapshots.length > 0) fields.set('snapshots', snapshots.join(', '));
  return fields;
}

async function volumesIn(client: PveClient, { storage, node, shared }: Place): Promise<readonly [place: string, volumes: readonly SeenVolume[]]> {
  const rows = z.array(storageContentRow).parse(await client.get(`/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage)}/content`));
  return [`${node}/${storage}`, rows.map(({ volid, size }) => ({ volid, ...(shared ? {} : { node }), bytes: size ?? 0 }))];
}

/** What is different between the two. */
export function differences(before: Sight, after: Sight): Pick<RehearsalReport, 'guests' | 'nodes' | 'storages' | 'volumes'> {
  return { guests: guestChanges(before, after), nodes: nodeChanges(before, after), storages: storageChanges(before, after), volumes: volumeChanges(before, after) };
}

function isGuest(row: ClusterResource): row is GuestResource {
  return (row.type === 'qemu' || row.type === 'lxc') && row.vmid !== undefined;
}

function guestChanges(before: Sight, after: Sight): GuestChange[] {
  const was = new Map(before.resources.filter(isGuest).map((row) => [row.vmid, row]));
  const is = new Map(after.resources.filter(isGuest).map((row) => [row.vmid, row]));
  return [...new Set([...was.keys(), ...is.keys()])].sort((a, b) => a - b).flatMap((vmid): GuestChange[] => {
    const [then, now] = [was.get(vmid), is.get(vmid)];
    const row = now ?? then;
    if (row === undefined) return [];
    const name = row.name ?? then?.name;
    const [had, has] = [before.configs.get(vmid), after.configs.get(vmid)];
    // A configuration on a node that has gone down is there all the same.
    const comparable = then === undefined || (had !== undefined && has !== undefined);
    // Of a guest on a node that is off, the cluster tells neither name nor kind; it keeps them.
    const silent = then !== undefined && now !== undefined && (then.status === 'unknown' || now.status === 'unknown');
    const fields = fieldChanges(fieldsIn(then, comparable ? had : undefined), fieldsIn(now, comparable ? has : undefined)).filter(({ field }) => !silent || !['name', 'template'].includes(field));
    const change = then === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return change === 'changed' && fields.length === 0 ? [] : [{ type: row.type, vmid, ...(name === undefined ? {} : { name }), change, fields: change === 'removed' ? [] : fields }];
  });
}

/** @param told the guest's configuration; absent where it is not compared */
function fieldsIn(row: GuestResource | undefined, told: ReadonlyMap<string, Value> | undefined): ReadonlyMap<string, Value> {
  if (row === undefined) return new Map();
  const { name, node, status, template, tags, pool, lock } = row;
  const fields: Readonly<Record<string, Value | undefined>> = { name, node, status, template: template === true ? true : undefined, tags, pool, lock };
  return new Map([...Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const])), ...(told ?? [])]);
}

function fieldChanges(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): FieldChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field): FieldChange[] => {
    const [then, now] = [before.get(field), after.get(field)];
    return then === now ? [] : [{ field, ...(then === undefined ? {} : { before: then }), ...(now === undefined ? {} : { after: now }) }];
  });
}

/** What running guests are configured with. */
function committed({ resources }: Sight): ReadonlyMap<string, { readonly memory: number; readonly cpus: number }> {
  const sums = new Map<string, { memory: number; cpus: number }>();
  for (const row of resources) {
    if (!isGuest(row) || row.node === undefined || row.status === 'stopped' || row.status === 'unknown') continue;
    const { memory, cpus } = sums.get(row.node) ?? { memory: 0, cpus: 0 };
    sums.set(row.node, { memory: memory + (row.maxmem ?? 0), cpus: cpus + (row.maxcpu ?? 0) });
  }
  return sums;
}

function nodeChanges(before: Sight, after: Sight): RehearsalReport['nodes'] {
  const [was, is] = [committed(before), committed(after)];
  const statuses = ({ resources }: Sight): ReadonlyMap<string, string> => new Map(resources.flatMap(({ type, node, status }) => (type === 'node' && node !== undefined ? [[node, status ?? 'unknown'] as const] : [])));
  const [then, now] = [statuses(before), statuses(after)];
  const nothing = { memory: 0, cpus: 0 };
  return [...then.keys()].sort().flatMap((node) => {
    const [had, has] = [was.get(node) ?? nothing, is.get(node) ?? nothing];
    const [status, later] = [then.get(node) ?? 'unknown', now.get(node) ?? 'unknown'];
    if (had.memory === has.memory && had.cpus === has.cpus && status === later) return [];
    return [{ node, memory: { before: had.memory, after: has.memory }, cpus: { before: had.cpus, after: has.cpus }, ...(status === later ? {} : { status: { before: status, after: later } }) }];
  });
}

function storageChanges(before: Sight, after: Sight): RehearsalReport['storages'] {
  const was = new Map(before.resources.filter(({ type }) => type === 'storage').map((row) => [row.id, row]));
  const seen = new Set<string>();
  return after.resources.flatMap(({ id, type, storage, node, shared, disk, maxdisk }) => {
    const then = was.get(id)?.disk;
    if (type !== 'storage' || storage === undefined || disk === undefined || then === undefined || then === disk) return [];
    if (shared === true && seen.has(storage)) return [];
    seen.add(storage);
    return [{ storage, ...(shared === true || node === undefined ? {} : { node }), used: { before: then, after: disk }, total: maxdisk ?? 0 }];
  });
}

function volumeChanges(before: Sight, after: Sight): RehearsalReport['volumes'] {
  return [...before.volumes].flatMap(([place, had]) => {
    const has = after.volumes.get(place);
    if (has === undefined) return [];
    const only = (some: readonly SeenVolume[], others: readonly SeenVolume[], change: 'added' | 'removed'): RehearsalReport['volumes'] => {
      const names = new Set(others.map(({ volid }) => volid));
      return some.filter(({ volid }) => !names.has(volid)).map((volume) => ({ ...volume, change }));
    };
    return [...only(had, has, 'removed'), ...only(has, had, 'added')];
  });
}
