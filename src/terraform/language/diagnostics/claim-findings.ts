import { closest } from '../../../pve/config/language/index.ts';
import { quote } from '../../hcl/index.ts';
import type { HclExpression } from '../../syntax/index.ts';
import { bytesText, type Claim, type ClusterFacts, type Described, instancesOf, type MadeKind, named, settledClaim } from '../facts/index.ts';
import type { Fix, TerraformDiagnostic } from '../module.ts';
import type { ModuleValues, Scope } from '../values/index.ts';

/** What does not fit the cluster, unless the code itself makes what is missing. */
export interface Suspicion {
  readonly finding: TerraformDiagnostic;
  readonly unless: readonly [kind: MadeKind | 'guest', name: string] | undefined;
}

const known = new WeakMap<Described, { readonly cluster: ClusterFacts; readonly suspicions: readonly Suspicion[] }>();
const nothingNamed: Scope = { named: () => undefined };

/**
 * What of a resource does not fit the cluster; lines count from the section's first. VMIDs of the guests described are looked at elsewhere.
 * @param asked gets the locals and variables that it depends on
 */
export function suspicionsOf(described: Described, cluster: ClusterFacts, values: ModuleValues, asked: Set<string>): readonly Suspicion[] {
  if (!described.plain) return workedOut(described, cluster, values, asked);
  const before = known.get(described);
  if (before?.cluster === cluster) return before.suspicions;
  const suspicions = described.claims.flatMap((claim) => {
    const settled = settledClaim(claim, nothingNamed);
    return settled === undefined ? [] : [...check(settled, cluster)];
  });
  known.set(described, { cluster, suspicions });
  return suspicions;
}

function workedOut({ claims, repeat }: Described, cluster: ClusterFacts, values: ModuleValues, asked: Set<string>): Suspicion[] {
  const scope = values.scope(asked);
  const instances = instancesOf(repeat, scope) ?? [{ suffix: '', scope }];
  return claims.flatMap((claim) => {
    const found = new Map<string, Suspicion>();
    for (const { suffix, scope: inside } of instances) {
      const settled = settledClaim(claim, inside);
      if (settled === undefined) continue;
      // What several instances have alike is told once.
      for (const suspicion of check(settled, cluster)) {
        const { finding } = suspicion;
        if (!found.has(finding.message)) found.set(finding.message, settled.literal ? suspicion : { ...suspicion, finding: { ...finding, message: `${finding.message} ${comesFrom(settled, claim.value, suffix, values)}` } });
      }
    }
    return [...found.values()];
  });
}

/** What of one value does not fit the cluster. */
export function claimSuspicions(claim: Claim, cluster: ClusterFacts): Suspicion[] {
  return [...check(claim, cluster)];
}

/** `pve9 comes from local.node in locals.tf.` */
function comesFrom({ value }: Claim, expression: HclExpression, suffix: string, values: ModuleValues): string {
  const from = [...new Set(named(expression))].flatMap((address) => {
    const origin = values.originOf(address);
    return origin === undefined ? [] : [`${origin.byDefault ? 'the default of ' : ''}${address} in ${origin.file.replace(/^.*[\\/]/, '')}`];
  });
  if (from.length > 0) return `${String(value)} comes from ${from.join(' and ')}.`;
  return suffix === '' ? `It comes to ${String(value)}.` : `It is ${String(value)} in the instance ${suffix}.`;
}

function* check(claim: Claim, cluster: ClusterFacts): Generator<Suspicion> {
  const { meaning, value } = claim;
  const text = String(value);
  switch (meaning.kind) {
    case 'node':
      if (!cluster.nodes.has(text)) yield missing(claim, 'no-such-node', `The cluster has no node ${text}.`, cluster.nodes.keys());
      return;
    case 'storage':
      yield* checkStorage(claim, text, meaning.given === true ? claim.content : meaning.content, cluster);
      return;
    case 'volume':
      if (!text.startsWith('/') && !text.includes(':')) yield* checkStorage(claim, text, meaning.content, cluster);
      return;
    case 'file':
      yield* checkFile(claim, text, meaning.contents, cluster);
      return;
    case 'bridge':
      yield* checkBridge(claim, text, cluster);
      return;
    case 'vlan':
      yield* checkVlan(claim, Number(value), cluster);
      return;
    case 'pool':
      if (cluster.pools !== undefined && !cluster.pools.has(text)) yield missing(claim, 'no-such-pool', `The cluster has no pool ${text}.`, cluster.pools, ['pool', text]);
      return;
    case 'guest':
      if (!cluster.guests.has(Number(value))) yield plain(claim, 'no-such-guest', `The cluster has no guest ${text}.`, [], ['guest', text]);
      return;
    case 'clone-source':
      yield* checkCloneSource(claim, Number(value), meaning.guest, cluster);
      return;
    case 'memory': {
      const bytes = claim.node === undefined ? undefined : cluster.nodes.get(claim.node)?.memoryBytes;
      if (bytes !== undefined && Number(value) * 1024 * 1024 > bytes) yield plain(claim, 'too-much-memory', `${bytesText(Number(value) * 1024 * 1024)} is more than the node ${claim.node ?? ''} has: ${bytesText(bytes)}.`);
      return;
    }
    case 'cores': {
      const cores = claim.node === undefined ? undefined : cluster.nodes.get(claim.node)?.cores;
      if (cores !== undefined && Number(value) > cores) yield plain(claim, 'too-many-cores', `${text} cores are more than the node ${claim.node ?? ''} has: ${String(cores)}.`, [replace(claim, String(cores))]);
      return;
    }
    default:
  }
}

function* checkStorage(claim: Claim, name: string, content: string | undefined, { storages, nodes }: ClusterFacts): Generator<Suspicion> {
  const named = storages.filter((storage) => storage.name === name);
  const node = claim.node !== undefined && nodes.has(claim.node) ? claim.node : undefined;
  const here = node === undefined ? storages : storages.filter((storage) => storage.node === node);
  const fitting = [...new Set(here.filter((storage) => content === undefined || storage.content.has(content)).map((storage) => storage.name))];
  if (named.length === 0) {
    yield missing(claim, 'no-such-storage', `The cluster has no storage ${name}.`, fitting, ['storage', name]);
    return;
  }
  const there = node === undefined ? named : named.filter((storage) => storage.node === node);
  if (there.length === 0) yield plain(claim, 'storage-not-on-node', `The node ${node ?? ''} has no storage ${name}.`, offers(claim, fitting));
  else if (content !== undefined && !there.some((storage) => storage.content.has(content))) {
    yield plain(claim, 'storage-content', `${name} takes no ${CONTENT[content] ?? content}: its content is ${[...(there[0]?.content ?? [])].join(', ') || 'empty'}.`, offers(claim, fitting));
  }
}

const CONTENT: Readonly<Record<string, string>> = { images: 'disks of VMs', rootdir: 'disks of containers', iso: 'ISO images', vztmpl: 'container templates', snippets: 'snippets', backup: 'backups', import: 'images to import' };

function* checkFile(claim: Claim, id: string, contents: readonly string[], cluster: ClusterFacts): Generator<Suspicion> {
  const match = /^([\w.-]+):(.+)$/.exec(id);
  // `none` and `cdrom`, a path, or something that is not finished.
  if (match === null) return;
  const [, storage = '', volume = ''] = match;
  if (!cluster.storages.some(({ name }) => name === storage)) {
    const near = closest(storage, cluster.storages.map(({ name }) => name));
    yield plain(claim, 'no-such-storage', `The cluster has no storage ${storage}.`, near === undefined ? [] : [replace(claim, `${near}:${volume}`)], ['storage', storage]);
    return;
  }
  const files = cluster.files(storage);
  if (files === undefined || files.some((file) => file.id === id)) return;
  const fitting = files.filter(({ content }) => contents.includes(content)).map((file) => file.id);
  yield missing(claim, 'no-such-file', `The storage ${storage} holds no ${volume}.`, fitting, ['file', volume.split('/').at(-1) ?? volume]);
}

function* checkBridge(claim: Claim, name: string, { nodes }: ClusterFacts): Generator<Suspicion> {
  const node = claim.node === undefined ? undefined : nodes.get(claim.node);
  const looked = node === undefined ? [...nodes.values()] : [node];
  if (looked.some(({ bridges }) => bridges === undefined || bridges.some((bridge) => bridge.name === name))) return;
  const names = new Set(looked.flatMap(({ bridges }) => (bridges ?? []).map((bridge) => bridge.name)));
  yield missing(claim, 'no-such-bridge', node === undefined ? `No node has a bridge ${name}.` : `The node ${claim.node ?? ''} has no bridge ${name}.`, names, ['bridge', name]);
}

function* checkVlan(claim: Claim, vlan: number, { nodes }: ClusterFacts): Generator<Suspicion> {
  const bridge = claim.node === undefined ? undefined : nodes.get(claim.node)?.bridges?.find(({ name }) => name === claim.bridge);
  if (vlan > 0 && bridge?.vlanAware === false) yield plain(claim, 'vlan-on-plain-bridge', `The bridge ${bridge.name} of the node ${claim.node ?? ''} is not VLAN-aware: Proxmox makes a bridge of its own for VLAN ${String(vlan)}.`);
}

function* checkCloneSource(claim: Claim, vmid: number, kind: 'qemu' | 'lxc', { guests }: ClusterFacts): Generator<Suspicion> {
  const guest = guests.get(vmid);
  const templates = [...guests.values()].filter((other) => other.kind === kind && other.template);
  const fixes = templates.slice(0, 3).map((template): Fix => ({ title: `Change to ${String(template.vmid)} (${template.name})`, edits: [{ range: claim.range, text: String(template.vmid) }] }));
  if (guest === undefined) yield plain(claim, 'no-such-template', `The cluster has no guest ${String(vmid)} to clone.`, fixes, ['guest', String(vmid)]);
  else if (guest.kind !== kind) yield plain(claim, 'no-such-template', `${String(vmid)} (${guest.name}) is a ${guest.kind === 'qemu' ? 'VM' : 'container'}, and cannot be cloned here.`, fixes);
}

/** With the name most like it, or the few that there are. */
function missing(claim: Claim, code: string, message: string, names: Iterable<string>, unless?: Suspicion['unless']): Suspicion {
  const all = [...new Set(names)];
  const near = closest(String(claim.value), all);
  return plain(claim, code, near === undefined ? message : `${message} Did you mean ${near}?`, near === undefined ? offers(claim, all) : [replace(claim, near)], unless);
}

/** What is worked out cannot be replaced where it is used. */
function plain({ range, literal }: Claim, code: string, message: string, fixes: readonly Fix[] = [], unless?: Suspicion['unless']): Suspicion {
  return { finding: { range, severity: 'warning', code, message, fixes: literal ? fixes : [] }, unless };
}

const offers = (claim: Claim, names: readonly string[]): Fix[] => names.slice(0, 3).map((name) => replace(claim, name));
const replace = ({ range, value }: Claim, text: string): Fix => ({ title: `Change to ${text}`, edits: [{ range, text: typeof value === 'number' ? text : quote(text) }] });
