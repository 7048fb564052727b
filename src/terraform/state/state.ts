import * as z from 'zod';

/** A resource that Terraform takes care of. */
export interface ManagedResource {
  /** `module.web["a"].proxmox_virtual_environment_vm.gateway[0]` */
  readonly address: string;
  /** `module.web["a"]`; undefined in the root module. */
  readonly module: string | undefined;
  readonly type: string;
  readonly name: string;
  /** Of an instance made by `count` or `for_each`. */
  readonly key: string | number | undefined;
  /** Without what is secret. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Paths of what was marked as secret in it: `description`, `memory[0].dedicated`. */
  readonly secret: readonly string[];
  /** Terraform will replace it with the next apply, for its creation failed half-way or somebody marked it. */
  readonly tainted: boolean;
  /** What of the cluster it is; undefined for what the inventory does not follow. */
  readonly target: ManagedTarget | undefined;
}

export type ManagedTarget =
  | { readonly kind: 'guest'; readonly guest: 'qemu' | 'lxc'; readonly vmid: number; readonly node: string }
  | { readonly kind: 'pool'; readonly pool: string };

/** What a project has made or taken over. Outputs are not read at all. */
export interface ProjectState {
  /** Grows with every change. */
  readonly serial: number;
  readonly lineage: string;
  readonly resources: readonly ManagedResource[];
}

/** The text is no state, is encrypted, or is of a format made after this was written. */
export class UnreadableState extends Error {}

const instance = z.object({
  index_key: z.union([z.string(), z.number()]).optional(),
  status: z.string().optional(),
  deposed: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
  sensitive_attributes: z.array(z.array(z.object({ type: z.string(), value: z.unknown() }))).nullish(),
});
const resource = z.object({
  module: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  instances: z.array(instance),
});
const stateFile = z.object({ version: z.literal(4), serial: z.number().default(0), lineage: z.string().default(''), resources: z.array(resource).nullish() });

/**
 * Reads a state: a local state file, or what `terraform state pull` prints, which is the same for every backend.
 * @throws {UnreadableState} saying what it is instead
 */
export function readState(text: string): ProjectState {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UnreadableState('This is no Terraform state: it is not JSON.');
  }
  if (typeof parsed === 'object' && parsed !== null) {
    if ('encrypted_data' in parsed) throw new UnreadableState('This state is encrypted by OpenTofu; `tofu state pull` reads it.');
    if ('version' in parsed && parsed.version !== 4) throw new UnreadableState(`This state has format ${String(parsed.version)}; format 4, that of Terraform 0.12 and later, is known here.`);
  }
  const read = stateFile.safeParse(parsed);
  if (!read.success) throw new UnreadableState(`This is no Terraform state: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).slice(0, 3).join('; ')}.`);
  const { serial, lineage, resources } = read.data;
  return { serial, lineage, resources: (resources ?? []).flatMap(managedOf) };
}

function managedOf({ module, mode, type, name, instances }: z.infer<typeof resource>): ManagedResource[] {
  if (mode !== 'managed') return [];
  return instances.flatMap((one): ManagedResource[] => {
    // What is left of an object that is being replaced has no address of its own.
    if (one.deposed !== undefined) return [];
    const key = one.index_key;
    const marked = (one.sensitive_attributes ?? []).map(stepsOf);
    const attributes = withoutSecrets(one.attributes ?? {}, marked);
    return [{
      address: `${module === undefined ? '' : `${module}.`}${type}.${name}${key === undefined ? '' : `[${JSON.stringify(key)}]`}`,
      module, type, name, key, attributes,
      secret: marked.map((path) => path.map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : index === 0 ? step : `.${step}`)).join('')),
      tainted: one.status === 'tainted',
      target: targetOf(type, attributes),
    }];
  });
}

/** By type: a VM's and a container's `id` is its VMID, a pool's its name. */
function targetOf(type: string, attributes: Readonly<Record<string, unknown>>): ManagedTarget | undefined {
  const { id, vm_id: vmId, node_name: node } = attributes;
  if (/^proxmox(_virtual_environment)?_pool$/.test(type)) return typeof id === 'string' && id !== '' ? { kind: 'pool', pool: id } : undefined;
  const guest = /^proxmox(_virtual_environment)?_(cloned_)?vm2?$/.test(type) ? 'qemu' : /^proxmox(_virtual_environment)?_container$/.test(type) ? 'lxc' : undefined;
  const vmid = Number(id ?? vmId);
  if (guest === undefined || typeof node !== 'string' || !Number.isSafeInteger(vmid) || vmid <= 0) return undefined;
  return { kind: 'guest', guest, vmid, node };
}

type Steps = readonly (string | number)[];

/** Steps are names of attributes, and places in lists and keys of maps, which are values with a type. */
const stepsOf = (path: readonly { readonly value?: unknown }[]): Steps =>
  path.map(({ value }) => (typeof value === 'object' && value !== null && 'value' in value ? value.value : value)).map((step) => (typeof step === 'number' ? step : String(step)));

/** Names of attributes whose values are secret even where the state does not mark them: what the schema marks it does not repeat. */
const SECRET_NAME = /password|secret|token|private_key|^environment_variables$/i;

function withoutSecrets(attributes: Readonly<Record<string, unknown>>, marked: readonly Steps[]): Readonly<Record<string, unknown>> {
  const secret = new Set(marked.map((path) => JSON.stringify(path)));
  const clean = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (secret.has(JSON.stringify(path))) return undefined;
    if (Array.isArray(value)) return value.map((item, index) => clean(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => {
      const kept = SECRET_NAME.test(name) ? undefined : clean(inner, [...path, name]);
      return kept === undefined ? [] : [[name, kept]];
    }));
  };
  return clean(attributes, []) as Readonly<Record<string, unknown>>;
}
