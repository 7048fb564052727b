import type { Target } from '../../changes/index.ts';
import { blocks, type Values, valueAt } from './rules/rule.ts';

/** What a resource is on the cluster. */
export type SubjectKind = 'qemu' | 'lxc' | 'pool' | 'download' | 'file' | 'other';

/** By the provider's type without its prefix; most of its newer types come under a long name and a short one. */
const KINDS: Readonly<Record<string, SubjectKind>> = { vm: 'qemu', vm2: 'qemu', cloned_vm: 'qemu', container: 'lxc', pool: 'pool', download_file: 'download', oci_image: 'download', file: 'file' };

export function kindOf(type: string): SubjectKind {
  return KINDS[type.replace(/^proxmox_(?:virtual_environment_)?/, '')] ?? 'other';
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) : undefined);

/** The VMID of a guest's resource; undefined while it is not given yet. */
export function vmidOf(values: Values | undefined): number | undefined {
  const vmid = number(values?.['vm_id']) ?? number(values?.['id']);
  return vmid !== undefined && vmid >= 100 ? vmid : undefined;
}

export function nodeOf(values: Values | undefined): string | undefined {
  return text(values?.['node_name']);
}

/** A guest's name: a container's is the host name it is initialised with. */
export function nameIn(values: Values | undefined): string | undefined {
  return text(values?.['name']) ?? text(valueAt(values, 'initialization', 0, 'hostname'));
}

/** A resource as something on the cluster; undefined when it is nothing that is known here, or not known yet. */
export function subjectOf(kind: SubjectKind, values: Values | undefined): Target | undefined {
  const node = nodeOf(values);
  switch (kind) {
    case 'qemu':
    case 'lxc': {
      const vmid = vmidOf(values);
      const name = nameIn(values);
      return vmid === undefined || node === undefined ? undefined : { kind: 'guest', type: kind, vmid, node, ...(name === undefined ? {} : { name }) };
    }
    case 'pool': {
      const pool = text(values?.['pool_id']);
      return pool === undefined ? undefined : { kind: 'pool', pool };
    }
    case 'download':
    case 'file': {
      const storage = text(values?.['datastore_id']);
      const volid = text(values?.['id']);
      if (storage === undefined || node === undefined) return undefined;
      return volid?.startsWith(`${storage}:`) === true ? { kind: 'volume', volid, storage, node } : { kind: 'storage', storage, node };
    }
    case 'other': return undefined;
  }
}

/** What else of the cluster a resource is made from or put on. */
export function needsIn(kind: SubjectKind, values: Values | undefined): readonly Target[] {
  const node = nodeOf(values);
  const found: Target[] = node === undefined ? [] : [{ kind: 'node', node }];
  const pool = text(values?.['pool_id']);
  if (pool !== undefined && kind !== 'pool') found.push({ kind: 'pool', pool });
  for (const clone of kind === 'qemu' || kind === 'lxc' ? blocks(values ?? {}, 'clone') : []) {
    const [vmid, at] = [number(clone['vm_id']), text(clone['node_name']) ?? node];
    if (vmid !== undefined && vmid >= 100 && at !== undefined && (kind === 'qemu' || kind === 'lxc')) found.push({ kind: 'guest', type: kind, vmid, node: at });
  }
  if (node !== undefined) walk(values, node, found);
  return found;
}

/** Storages and volumes wherever they are named. */
function walk(value: unknown, node: string, found: Target[]): void {
  if (Array.isArray(value)) value.forEach((each) => walk(each, node, found));
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      const told = text(each);
      if (told === undefined) walk(each, node, found);
      else if (name === 'datastore_id') found.push({ kind: 'storage', storage: told, node });
      else if (/(?:^|_)file_id$|^import_from$/.test(name) && /^[\w.-]+:./.test(told)) found.push({ kind: 'volume', volid: told, storage: told.slice(0, told.indexOf(':')), node });
    }
  }
}
