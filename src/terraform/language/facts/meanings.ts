/** What an attribute's value names in the cluster. */
export type Meaning =
  | { readonly kind: 'node' }
  /** @see StorageFacts.content; undefined: any storage; with `given`: what the attribute `content_type` beside it says */
  | { readonly kind: 'storage'; readonly content: string | undefined; readonly given?: true }
  /** A storage, a volume on one, or a path. */
  | { readonly kind: 'volume'; readonly content: string }
  | { readonly kind: 'file'; readonly contents: readonly string[] }
  | { readonly kind: 'bridge' }
  | { readonly kind: 'vlan' }
  | { readonly kind: 'pool' }
  /** The guest's own VMID. */
  | { readonly kind: 'own-vmid' }
  /** The VMID of another guest. */
  | { readonly kind: 'guest' }
  | { readonly kind: 'clone-source'; readonly guest: 'qemu' | 'lxc' }
  /** MiB. */
  | { readonly kind: 'memory' }
  | { readonly kind: 'cores' };

const PREFIX = /^proxmox_(?:virtual_environment_)?/;

/** Attributes that mean the same wherever they stand in a resource or data source of the provider. */
const ANYWHERE: Readonly<Record<string, Meaning>> = {
  node_name: { kind: 'node' },
  source_node_name: { kind: 'node' },
  pool_id: { kind: 'pool' },
  bridge: { kind: 'bridge' },
  vlan_id: { kind: 'vlan' },
  vm_id: { kind: 'guest' },
  hook_script_file_id: { kind: 'file', contents: ['snippets'] },
  user_data_file_id: { kind: 'file', contents: ['snippets'] },
  vendor_data_file_id: { kind: 'file', contents: ['snippets'] },
  network_data_file_id: { kind: 'file', contents: ['snippets'] },
  meta_data_file_id: { kind: 'file', contents: ['snippets'] },
  template_file_id: { kind: 'file', contents: ['vztmpl'] },
  import_from: { kind: 'file', contents: ['import', 'images'] },
  datastore_id: { kind: 'storage', content: undefined },
  target_datastore: { kind: 'storage', content: 'images' },
};

/** By the kind of resource, the way through its blocks, and the attribute: where it means more than its name says. */
const PLACES: Readonly<Record<string, Meaning | null>> = {
  'vm/vm_id': { kind: 'own-vmid' },
  'vm/clone/vm_id': { kind: 'clone-source', guest: 'qemu' },
  'vm/clone/datastore_id': { kind: 'storage', content: 'images' },
  'vm/disk/datastore_id': { kind: 'storage', content: 'images' },
  'vm/disk/file_id': { kind: 'file', contents: ['iso', 'import', 'images'] },
  'vm/cdrom/file_id': { kind: 'file', contents: ['iso'] },
  'vm/efi_disk/datastore_id': { kind: 'storage', content: 'images' },
  'vm/tpm_state/datastore_id': { kind: 'storage', content: 'images' },
  'vm/initialization/datastore_id': { kind: 'storage', content: 'images' },
  'vm/memory/dedicated': { kind: 'memory' },
  'vm/cpu/cores': { kind: 'cores' },
  'container/vm_id': { kind: 'own-vmid' },
  'container/clone/vm_id': { kind: 'clone-source', guest: 'lxc' },
  'container/clone/datastore_id': { kind: 'storage', content: 'rootdir' },
  'container/disk/datastore_id': { kind: 'storage', content: 'rootdir' },
  'container/mount_point/volume': { kind: 'volume', content: 'rootdir' },
  'container/memory/dedicated': { kind: 'memory' },
  'container/cpu/cores': { kind: 'cores' },
  'cloned_vm/id': { kind: 'own-vmid' },
  'cloned_vm/clone/source_vm_id': { kind: 'clone-source', guest: 'qemu' },
  'cloned_vm/cdrom/file_id': { kind: 'file', contents: ['iso'] },
  'cloned_vm/disk/datastore_id': { kind: 'storage', content: 'images' },
  'cloned_vm/memory/size': { kind: 'memory' },
  'cloned_vm/cpu/cores': { kind: 'cores' },
  'vm2/id': { kind: 'own-vmid' },
  'vm2/cdrom/file_id': { kind: 'file', contents: ['iso'] },
  'file/datastore_id': { kind: 'storage', content: undefined, given: true },
  'download_file/datastore_id': { kind: 'storage', content: undefined, given: true },
  'oci_image/datastore_id': { kind: 'storage', content: 'vztmpl' },
  // What a resource makes need not be there yet.
  'pool/pool_id': null,
};

/**
 * What an attribute of the bpg/proxmox provider means in the cluster (its documentation, one page per resource).
 * @param type of the resource, or of the data source
 * @param path types of the blocks, or names of the attributes, from the resource's body to the attribute
 */
export function meaningOf(kind: 'resource' | 'data', type: string, path: readonly string[], name: string): Meaning | undefined {
  if (!PREFIX.test(type)) return undefined;
  const general = ANYWHERE[name];
  if (kind === 'data') return name === 'vm_id' || name === 'node_name' || name === 'pool_id' || name === 'datastore_id' ? general : undefined;
  const short = type.replace(PREFIX, '');
  const place = PLACES[[type === 'proxmox_vm' ? 'vm2' : short, ...path, name].join('/')];
  return place === null ? undefined : (place ?? general);
}
