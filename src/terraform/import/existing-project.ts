import type { HclBlock, HclDocument, JsonBlock } from '../syntax/index.ts';
import type { ManagedResource } from '../state/index.ts';
import type { ExistingProject } from './source.ts';

const POOL = 'proxmox_virtual_environment_pool';
const DOWNLOAD = /^proxmox_(virtual_environment_)?download_file$/;
const GUEST = /^proxmox_virtual_environment_(vm|container)$/;

/** A block at the top of a file, whichever of the two syntaxes it is written in. */
interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  /** An attribute that stands there as it is. */
  readonly literal: (name: string) => string | undefined;
  readonly requires: (provider: string) => boolean;
}

/**
 * What a folder's files have already.
 * @param files `*.tf` and `*.tofu`, by file name; those in other folders are not of the project
 * @param json what stands in its `*.tf.json`
 * @param managed what its state has: of a guest that a module made, or whose VMID Terraform chose, the code does not say which it is
 */
export function existingProject(files: ReadonlyMap<string, HclDocument>, json: readonly JsonBlock[], managed: readonly ManagedResource[] = []): ExistingProject {
  const blocks = [...[...files.values()].flatMap((document) => document.blocks.map(inHcl)), ...json.map(inJson)];
  const resources = blocks.filter(({ type, labels }) => type === 'resource' && labels.length === 2);
  const addressOf = ({ labels }: Block): string => labels.join('.');
  const addresses = new Set(resources.map(addressOf));
  const modules = new Set(blocks.flatMap(({ type, labels }) => (type === 'module' ? labels.slice(0, 1) : [])));
  // What the code does not have any more it can have anew.
  const isInCode = ({ type, name, module }: ManagedResource): boolean => (module === undefined ? addresses.has(`${type}.${name}`) : modules.has(/^module\.([\w-]+)/.exec(module)?.[1] ?? ''));
  return {
    files: new Set(files.keys()),
    addresses,
    variables: new Set(blocks.flatMap(({ type, labels }) => (type === 'variable' ? labels.slice(0, 1) : []))),
    pools: new Map(resources.flatMap((block) => {
      const id = block.labels[0] === POOL ? block.literal('pool_id') : undefined;
      return id === undefined ? [] : [[id, addressOf(block)] as const];
    })),
    downloads: new Map(resources.flatMap((block) => {
      if (!DOWNLOAD.test(block.labels[0] ?? '') || block.literal('content_type') !== 'vztmpl') return [];
      const [node, storage, name] = ['node_name', 'datastore_id', 'file_name'].map(block.literal);
      return node === undefined || storage === undefined || name === undefined ? [] : [[`${node} ${storage}:vztmpl/${name}`, addressOf(block)] as const];
    })),
    guests: new Map([
      ...managed.filter(isInCode).flatMap(({ target, address }) => (target?.kind === 'guest' ? [[target.vmid, address] as const] : [])),
      ...resources.flatMap((block) => {
        const vmid = GUEST.test(block.labels[0] ?? '') ? block.literal('vm_id') : undefined;
        return vmid === undefined ? [] : [[Number(vmid), addressOf(block)] as const];
      }),
    ]),
    has: {
      requirements: blocks.some(({ type, requires }) => type === 'terraform' && requires('proxmox')),
      provider: blocks.some(({ type, labels }) => type === 'provider' && labels[0] === 'proxmox'),
    },
  };
}

const inHcl = ({ type, labels, body }: HclBlock): Block => ({
  type, labels,
  literal: (name) => {
    const value = body.attributes.find((attribute) => attribute.name === name)?.value;
    return value?.kind === 'string' || value?.kind === 'number' ? String(value.value) : undefined;
  },
  requires: (provider) => body.blocks.some((inner) => inner.type === 'required_providers' && inner.body.attributes.some(({ name }) => name === provider)),
});

const inJson = ({ type, labels, body }: JsonBlock): Block => ({
  type, labels,
  literal: (name) => {
    const value = body[name];
    return (typeof value === 'string' && !/[$%]\{/.test(value)) || typeof value === 'number' ? String(value) : undefined;
  },
  requires: (provider) => [body['required_providers']].flat().some((inner) => typeof inner === 'object' && inner !== null && provider in inner),
});
