import { attribute, block, type Body, comment, type Item, object, printHcl, reference } from '../hcl/index.ts';
import { OF_PROXMOX, type PoolAddresses } from './common.ts';
import { container } from './container.ts';
import { Labels } from './labels.ts';
import { agentEnabled, RawOptions } from './raw-options.ts';
import type { GuestSource, ImportOptions, ImportSource, NotManaged, PoolSource, ProjectFiles } from './source.ts';
import { virtualMachine } from './vm.ts';

const VM = 'proxmox_virtual_environment_vm';
const CONTAINER = 'proxmox_virtual_environment_container';
const POOL = 'proxmox_virtual_environment_pool';

/**
 * A Terraform project whose plan takes the guests and pools over and changes nothing about them. Knows no secret: where the
 * cluster is and how to get in, variables or the provider's own environment variables say.
 */
export function generateProject(source: ImportSource, options: ImportOptions): ProjectFiles {
  const addresses = new Map<string, string>();
  const imports: Item[] = [];
  const notManaged: NotManaged[] = [];
  const slow: { address: string; vmid: number }[] = [];
  const take = (id: string, address: string, importId: string): void => {
    addresses.set(id, address);
    imports.push(block('import', [], [attribute('to', reference(address)), attribute('id', importId)]));
  };

  const { existing } = options;
  const labelsOf = (type: string): Labels => new Labels([...(existing?.addresses ?? [])].flatMap((address) => (address.startsWith(`${type}.`) ? [address.slice(type.length + 1)] : [])));
  const pools = poolResources(source.pools.filter(({ poolid }) => existing?.pools.has(poolid) !== true), labelsOf(POOL), take);
  const poolAddresses = new Map([...(existing?.pools ?? []), ...pools.addresses]);
  const labels = { qemu: labelsOf(VM), lxc: labelsOf(CONTAINER) };
  const bodies = new Map<string, Item[]>();
  for (const guest of source.guests.toSorted((a, b) => a.vmid - b.vmid)) {
    const type = guest.kind === 'qemu' ? VM : CONTAINER;
    const name = guest.config[guest.kind === 'qemu' ? 'name' : 'hostname'];
    const label = labels[guest.kind].label(typeof name === 'string' ? name : '', `${guest.kind === 'qemu' ? 'vm' : 'ct'}${String(guest.vmid)}`);
    const address = `${type}.${label}`;
    const { body, without } = guestBody(guest, address, poolAddresses);
    notManaged.push(...without);
    if (waitsForAgent(guest)) slow.push({ address, vmid: guest.vmid });
    const file = fileOf(guest, options.fileFor);
    bodies.set(file, [...(bodies.get(file) ?? []), block('resource', [type, label], body)]);
    take(`${guest.kind}/${String(guest.vmid)}`, address, `${guest.node}/${String(guest.vmid)}`);
  }

  for (const guest of (source.leftOut ?? []).toSorted((a, b) => a.vmid - b.vmid)) {
    const file = fileOf(guest, options.fileFor);
    bodies.set(file, [...(bodies.get(file) ?? []), comment(`Not here: ${guest.kind === 'qemu' ? 'VM' : 'container'} ${String(guest.vmid)} (${guest.name}) on ${guest.node}. ${guest.why}`)]);
  }

  const files = new Map<string, string>();
  // Beside `guests.tofu`, OpenTofu does not read `guests.tf`.
  const names = new Labels([...(existing?.files ?? [])].map((file) => file.replace(/\.(?:tf|tofu)$/, '')));
  const write = (name: string, body: Body): void => {
    if (body.length > 0) files.set(`${names.label(name, 'more')}.tf`, printHcl(body));
  };
  if (existing?.has.requirements !== true) write('versions', versions());
  if (existing?.has.provider !== true) write('provider', provider(existing?.variables ?? new Set()));
  write('imports', imports);
  write('pools', pools.body);
  for (const [file, body] of [...bodies].toSorted(([a], [b]) => (a < b ? -1 : 1))) write(file, body);
  return { files, addresses, notManaged, slow };
}

/** An import begins with the provider's default for `agent.timeout`, whatever the code says (`getAgentTimeout`). */
function waitsForAgent({ kind, running, agentSilent, config }: GuestSource): boolean {
  return kind === 'qemu' && running && agentSilent === true && agentEnabled(config);
}

function guestBody(guest: GuestSource, address: string, pools: PoolAddresses): { body: Body; without: NotManaged[] } {
  const options = new RawOptions(guest.config);
  const draft = guest.kind === 'qemu' ? virtualMachine(guest, options, pools) : container(guest, options, pools);
  const left = [...draft.left, ...options.left().filter((name) => !OF_PROXMOX.has(name))];
  const common = { address, vmid: guest.vmid };
  return {
    body: draft.body(left),
    without: [
      ...left.map((what): NotManaged => ({ ...common, what, kind: 'option', why: 'the provider has no words for it, and leaves it as it is' })),
      ...[...draft.ignored].map(([what, why]): NotManaged => ({ ...common, what, kind: 'attribute', why })),
    ],
  };
}

function poolResources(pools: readonly PoolSource[], given: Labels, take: (id: string, address: string, importId: string) => void): { body: Body; addresses: PoolAddresses } {
  const addresses = new Map<string, string>();
  const body = pools
    .toSorted((a, b) => (a.poolid < b.poolid ? -1 : 1))
    .map(({ poolid, comment }, index) => {
      const label = given.label(poolid, `pool${String(index + 1)}`);
      addresses.set(poolid, `${POOL}.${label}`);
      take(`/pool/${poolid}`, `${POOL}.${label}`, poolid);
      return block('resource', [POOL, label], [attribute('pool_id', poolid), ...(comment === undefined || comment === '' ? [] : [attribute('comment', comment)])]);
    });
  return { body, addresses };
}

function fileOf(guest: Pick<GuestSource, 'node' | 'pool'>, fileFor: ImportOptions['fileFor']): string {
  if (fileFor === 'all') return 'guests';
  if (fileFor === 'node') return `node-${guest.node}`;
  return guest.pool === undefined ? 'guests-without-pool' : `pool-${guest.pool}`;
}

/** `import` blocks came with Terraform 1.5, and with the first OpenTofu. */
function versions(): Body {
  return [
    block('terraform', [], [
      attribute('required_version', '>= 1.5.0'),
      block('required_providers', [], [object('proxmox', [['source', 'bpg/proxmox'], ['version', '~> 0.111']])]),
    ]),
  ];
}

/**
 * What the variables leave unset, the provider looks for in its environment; and there alone whether to trust any certificate.
 * @param declared variables that the project has already: they are used as they are
 */
function provider(declared: ReadonlySet<string>): Body {
  const variable = (name: string, description: string, ...more: Item[]): Item[] =>
    declared.has(name) ? [] : [block('variable', [name], [attribute('description', description), attribute('type', reference('string')), attribute('default', reference('null')), ...more])];
  return [
    ...variable('endpoint', 'The address of the cluster, such as https://pve.example:8006; the environment variable PROXMOX_VE_ENDPOINT if not set'),
    ...variable('api_token', 'user@realm!name=secret; the environment variable PROXMOX_VE_API_TOKEN if not set', attribute('sensitive', true)),
    block('provider', ['proxmox'], [attribute('endpoint', reference('var.endpoint')), attribute('api_token', reference('var.api_token'))]),
  ];
}
