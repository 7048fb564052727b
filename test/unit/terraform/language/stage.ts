import { type ClusterFacts, type TerraformModule } from '../../../../src/terraform/language/index.ts';
import { loadSnapshot, schemaSource } from '../../../../src/terraform/schema/index.ts';
import type { HclPosition } from '../../../../src/terraform/syntax/index.ts';
import { testHclParser } from '../../../support/hcl.ts';

const GiB = 1024 ** 3;

/** Two nodes of which only the first has `vmdata` and `vmbr1`, a template, two guests, and the content of `local`. */
export const cluster: ClusterFacts = {
  nodes: new Map([
    ['pve1', { online: true, memoryBytes: 64 * GiB, freeMemoryBytes: 40 * GiB, cores: 16, bridges: [{ name: 'vmbr0', vlanAware: true, vlans: [10, 20] }, { name: 'vmbr1', vlanAware: false, vlans: [] }] }],
    ['pve2', { online: true, memoryBytes: 32 * GiB, freeMemoryBytes: undefined, cores: 8, bridges: [{ name: 'vmbr0', vlanAware: true, vlans: [10] }] }],
  ]),
  storages: [
    { name: 'local', node: 'pve1', content: new Set(['iso', 'vztmpl', 'snippets', 'import']), freeBytes: 10 * GiB, totalBytes: 100 * GiB, shared: false },
    { name: 'local', node: 'pve2', content: new Set(['iso', 'vztmpl', 'snippets', 'import']), freeBytes: 20 * GiB, totalBytes: 100 * GiB, shared: false },
    { name: 'vmdata', node: 'pve1', content: new Set(['images', 'rootdir']), freeBytes: 500 * GiB, totalBytes: 900 * GiB, shared: false },
    { name: 'ceph', node: 'pve1', content: new Set(['images']), freeBytes: 2000 * GiB, totalBytes: 9000 * GiB, shared: true },
    { name: 'ceph', node: 'pve2', content: new Set(['images']), freeBytes: 2000 * GiB, totalBytes: 9000 * GiB, shared: true },
  ],
  guests: new Map([
    [100, { vmid: 100, kind: 'qemu', name: 'web', node: 'pve1', template: false, status: 'running', memoryBytes: 4 * GiB, cores: 2, pool: 'live' }],
    [101, { vmid: 101, kind: 'lxc', name: 'dns', node: 'pve2', template: false, status: 'stopped', memoryBytes: GiB, cores: 1, pool: undefined }],
    [9000, { vmid: 9000, kind: 'qemu', name: 'debian-13', node: 'pve1', template: true, status: 'stopped', memoryBytes: 2 * GiB, cores: 2, pool: undefined }],
  ]),
  pools: new Set(['live', 'test']),
  nextFreeVmid: 102,
  files: (storage) => (storage === 'local' ? [
    { id: 'local:iso/debian-13.iso', content: 'iso', bytes: 700 * 1024 ** 2 },
    { id: 'local:vztmpl/debian-13-standard_13.0-1_amd64.tar.zst', content: 'vztmpl', bytes: 120 * 1024 ** 2 },
    { id: 'local:snippets/user.yaml', content: 'snippets', bytes: 900 },
    { id: 'local:import/noble.qcow2', content: 'import', bytes: 600 * 1024 ** 2 },
  ] : undefined),
};

export const parser = await testHclParser();
export const schemas = schemaSource([await loadSnapshot()]);

/** A module of these files, by their names, bound to the cluster above. */
export function moduleOf(files: Readonly<Record<string, string>>, more: Partial<TerraformModule> = {}): TerraformModule {
  const documents = new Map(Object.entries(files).map(([name, text]) => [`/p/${name}`, parser.parse(text)]));
  return { module: { folder: '/p', files: documents }, schemas, cluster, managed: new Set(), ...more };
}

/** A module, and the place of the `‸` in one of its files. */
export function markedModule(files: Readonly<Record<string, string>>, more: Partial<TerraformModule> = {}): { readonly terraform: TerraformModule; readonly file: string; readonly position: HclPosition } {
  const found = Object.entries(files).find(([, text]) => text.includes('‸'));
  if (found === undefined) throw new Error('No file holds a ‸.');
  const [name, text] = found;
  const before = text.split('‸')[0] ?? '';
  const terraform = moduleOf({ ...files, [name]: text.replace('‸', '') }, more);
  return { terraform, file: `/p/${name}`, position: { line: before.split('\n').length - 1, character: before.length - (before.lastIndexOf('\n') + 1) } };
}
