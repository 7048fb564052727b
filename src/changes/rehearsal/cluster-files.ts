import * as z from 'zod';
import type { PoolRow, Row, StorageRow } from '../../inventory/index.ts';
import { DATACENTER_OPTIONS, findOption, NODE_OPTIONS } from '../../pve/config/index.ts';
import { isGuest, type Needs } from './needs.ts';
import { printOptions, printPool, printSections, type Section } from './print-files.ts';
import type { Reading } from './reading.ts';

const row = z.record(z.string(), z.unknown());
const storages = z.array(row.and(z.object({ storage: z.string(), type: z.string() })));
const haResources = z.array(row.and(z.object({ sid: z.string().regex(/^(?:vm|ct):\d+$/) })));
const haRules = z.array(row.and(z.object({ rule: z.string(), type: z.string() })));
const replications = z.array(row.and(z.object({ id: z.string(), type: z.string() })));
const pools = z.array(z.object({ poolid: z.string(), comment: z.string().optional(), members: z.array(z.object({ type: z.string(), storage: z.string().optional() })).default([]) }));

/** The files of `/etc/pve` that are about neither one guest nor users, by path in the folder. What cannot be read is made up of the inventory, or left out and told. */
export async function readClusterFiles(reading: Reading, rows: ReadonlyMap<string, Row>, needs: Needs): Promise<Map<string, string>> {
  const files = await Promise.all([
    readStorages(reading, rows), readHaResources(reading, rows), readHaRules(reading), readReplication(reading), readDatacenter(reading),
    ...[...needs.nodes].filter((node) => rows.has(`node/${node}`)).map((node) => readNode(reading, node)),
  ]);
  return new Map(files);
}

/** What the API tells of a section besides its options stays out of the file. */
function without(section: Readonly<Record<string, unknown>>, ...names: readonly string[]): Section['options'] {
  return Object.fromEntries(Object.entries(section).filter(([name]) => !names.includes(name)));
}

type File = readonly [path: string, text: string];

async function readStorages(reading: Reading, rows: ReadonlyMap<string, Row>): Promise<File> {
  const told = await reading.get('/storage', {}, storages, 'How the storages are configured');
  const sections = new Map<string, Section>((told ?? []).map((each) => [each.storage, { type: each.type, id: each.storage, options: without(each, 'storage', 'type', 'digest') }]));
  // Storages that may be seen and not audited.
  const seen = [...rows.values()].filter((each): each is StorageRow => each.kind === 'storage' && !sections.has(each.storage));
  for (const [id, places] of Map.groupBy(seen, ({ storage }) => storage)) {
    const [{ plugintype = 'dir', content, shared }] = places as [StorageRow];
    sections.set(id, { type: plugintype, id, options: { content: content.join(','), nodes: places.map(({ node }) => node).join(','), ...(shared ? { shared: 1 } : {}) } });
  }
  return ['storage.cfg', printSections([...sections.values()], false)];
}

async function readHaResources(reading: Reading, rows: ReadonlyMap<string, Row>): Promise<File> {
  const told = await reading.get('/cluster/ha/resources', {}, haResources, 'How high availability treats its guests');
  const of = (sid: string, options: Section['options']): Section => ({ type: sid.split(':')[0] ?? '', id: sid.split(':')[1] ?? '', options });
  const sections = told?.map((each) => of(each.sid, without(each, 'sid', 'type', 'digest')))
    ?? [...rows.values()].flatMap((each) => (isGuest(each) && each.hastate !== undefined ? [of(`${each.kind === 'qemu' ? 'vm' : 'ct'}:${each.vmid}`, { state: /^(?:stopped|disabled|ignored)$/.test(each.hastate) ? each.hastate : 'started' })] : []));
  return ['ha/resources.cfg', printSections(sections, false)];
}

async function readHaRules(reading: Reading): Promise<File> {
  const told = await reading.get('/cluster/ha/rules', {}, haRules, 'Which rules high availability follows');
  return ['ha/rules.cfg', printSections((told ?? []).map((each) => ({ type: each.type, id: each.rule, options: without(each, 'rule', 'type', 'digest', 'order', 'errors') })), true)];
}

async function readReplication(reading: Reading): Promise<File> {
  const told = await reading.get('/cluster/replication', {}, replications, 'Which guests are replicated');
  return ['replication.cfg', printSections((told ?? []).map((each) => ({ type: each.type, id: each.id, options: without(each, 'id', 'type', 'guest', 'jobnum', 'digest') })), true)];
}

async function readDatacenter(reading: Reading): Promise<File> {
  const told = (await reading.get('/cluster/options', {}, row, 'How the datacenter is configured')) ?? {};
  return ['datacenter.cfg', printOptions(Object.fromEntries(Object.entries(told).filter(([name]) => name !== 'description' && findOption(DATACENTER_OPTIONS, name) !== undefined)))];
}

async function readNode(reading: Reading, node: string): Promise<File> {
  const told = (await reading.get(`/nodes/${encodeURIComponent(node)}/config`, {}, row, `How node ${node} is configured`)) ?? {};
  return [`nodes/${node}/config`, printOptions(Object.fromEntries(Object.entries(told).filter(([name]) => name !== 'description' && findOption(NODE_OPTIONS, name) !== undefined)))];
}

/** Lines for `user.cfg`. Members come from the inventory; the storages of a pool only matter to what is done with it. */
export async function readPools(reading: Reading, rows: ReadonlyMap<string, Row>, needs: Needs): Promise<string> {
  const members = Map.groupBy([...rows.values()].filter(isGuest), ({ pool }) => pool);
  const ids = [...rows.values()].filter((each): each is PoolRow => each.kind === 'pool').map(({ pool }) => pool).sort();
  const details = new Map(await Promise.all(ids.filter((id) => needs.pools.has(id)).map(async (id) => [id, (await reading.get('/pools', { poolid: id }, pools, `What pool ${id} holds`))?.[0]] as const)));
  const lines = ids.map((id) => {
    const detail = details.get(id);
    return printPool({ id, comment: detail?.comment, guests: (members.get(id) ?? []).map(({ vmid }) => vmid), storages: (detail?.members ?? []).flatMap(({ storage }) => storage ?? []) });
  });
  return lines.join('');
}
