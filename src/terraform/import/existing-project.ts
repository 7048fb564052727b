import type { HclBlock, HclDocument, HclExpression } from '../syntax/index.ts';
import type { ExistingProject } from './source.ts';

const POOL = 'proxmox_virtual_environment_pool';
const DOWNLOAD = /^proxmox_(virtual_environment_)?download_file$/;
const GUEST = /^proxmox_virtual_environment_(vm|container)$/;

/** What a folder's `*.tf` files have already. @param files by file name; those in other folders are not of the project */
export function existingProject(files: ReadonlyMap<string, HclDocument>): ExistingProject {
  const blocks = [...files.values()].flatMap((document) => document.blocks);
  const resources = blocks.filter(({ type, labels }) => type === 'resource' && labels.length === 2);
  const addressOf = ({ labels }: HclBlock): string => labels.join('.');
  return {
    files: new Set(files.keys()),
    addresses: new Set(resources.map(addressOf)),
    variables: new Set(blocks.flatMap(({ type, labels }) => (type === 'variable' ? labels.slice(0, 1) : []))),
    pools: new Map(resources.flatMap((block) => {
      const id = block.labels[0] === POOL ? literal(block, 'pool_id') : undefined;
      return id === undefined ? [] : [[id, addressOf(block)] as const];
    })),
    downloads: new Map(resources.flatMap((block) => {
      if (!DOWNLOAD.test(block.labels[0] ?? '') || literal(block, 'content_type') !== 'vztmpl') return [];
      const [node, storage, name] = ['node_name', 'datastore_id', 'file_name'].map((attribute) => literal(block, attribute));
      return node === undefined || storage === undefined || name === undefined ? [] : [[`${node} ${storage}:vztmpl/${name}`, addressOf(block)] as const];
    })),
    guests: new Map(resources.flatMap((block) => {
      const vmid = GUEST.test(block.labels[0] ?? '') ? literal(block, 'vm_id') : undefined;
      return vmid === undefined ? [] : [[Number(vmid), addressOf(block)] as const];
    })),
    has: {
      requirements: blocks.some(({ type, body }) => type === 'terraform' && body.blocks.some((inner) => inner.type === 'required_providers' && inner.body.attributes.some(({ name }) => name === 'proxmox'))),
      provider: blocks.some(({ type, labels }) => type === 'provider' && labels[0] === 'proxmox'),
    },
  };
}

function literal({ body }: HclBlock, name: string): string | undefined {
  const value: HclExpression | undefined = body.attributes.find((attribute) => attribute.name === name)?.value;
  return value?.kind === 'string' || value?.kind === 'number' ? String(value.value) : undefined;
}
