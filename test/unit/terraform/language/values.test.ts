import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { diagnose, type TerraformModule } from '../../../../src/terraform/language/index.ts';
import { moduleOf } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const vm = (body: string, name = 'web'): string => `resource "${VM}" "${name}" {\n${body.replace(/^/gm, '  ')}\n}\n`;
const provider = 'provider "proxmox" {}\n';
/** `line code: message`, with the number of fixes where there are some. */
const told = (files: Readonly<Record<string, string>>, more: Partial<TerraformModule> = {}): string[] =>
  diagnose(moduleOf(files, more), '/p/main.tf').map(({ range, code, message, fixes }) => `${String(range.start.line + 1)} ${code}: ${message}${fixes.length === 0 ? '' : ` (${String(fixes.length)})`}`);

describe('values that are worked out of Terraform code', () => {
  it('are compared with the cluster as literals are, and told where they come from', () => {
    assert.deepEqual(told({
      'main.tf': `${provider}${vm('node_name = local.node\npool_id = "${var.stage}-pool"\ndisk {\n  interface = "scsi0"\n  datastore_id = local.storages.vm\n}\nnetwork_device {\n  bridge = "vmbr${local.numbers[1]}"\n}\nmemory {\n  dedicated = local.memory\n}')}`,
      'locals.tf': 'locals {\n  prefix = "pve"\n  node = "${local.prefix}9"\n  storages = { vm = "lokal", ct = "ceph" }\n  numbers = [0, 7]\n  memory = 1024 * 1024\n}\n',
      'variables.tf': 'variable "stage" {\n  default = "prod"\n}\n',
    }), [
      '3 no-such-node: The cluster has no node pve9. Did you mean pve1? pve9 comes from local.node in locals.tf.',
      '4 no-such-pool: The cluster has no pool prod-pool. prod-pool comes from the default of var.stage in variables.tf.',
      '7 no-such-storage: The cluster has no storage lokal. lokal comes from local.storages in locals.tf.',
      '10 no-such-bridge: No node has a bridge vmbr7. Did you mean vmbr0? vmbr7 comes from local.numbers in locals.tf.',
    ]);
  });

  it('say which node a literal is compared with', () => {
    assert.deepEqual(told({ 'main.tf': `locals {\n  node = "pve2"\n}\n${vm('node_name = local.node\ndisk {\n  interface = "scsi0"\n  datastore_id = "vmdata"\n}\ncpu {\n  cores = 12\n}')}` }), [
      '8 storage-not-on-node: The node pve2 has no storage vmdata. (1)',
      '11 too-many-cores: 12 cores are more than the node pve2 has: 8. (1)',
    ]);
  });

  it('come from files of values as Terraform takes them', () => {
    const files = { 'main.tf': vm('node_name = var.node'), 'variables.tf': 'variable "node" {\n  default = "pve7"\n}\n' };
    const wrong = (name: string, from: string): string[] => [`2 no-such-node: The cluster has no node ${name}. Did you mean pve1? ${name} comes from ${from}.`];
    assert.deepEqual(told({ ...files, 'terraform.tfvars': 'node = "pve8"\n' }), wrong('pve8', 'var.node in terraform.tfvars'));
    assert.deepEqual(told({ ...files, 'terraform.tfvars': 'node = "pve8"\n', 'a.auto.tfvars': 'node = "pve5"\n', 'b.auto.tfvars': 'node = "pve6"\n' }), wrong('pve6', 'var.node in b.auto.tfvars'));
    assert.deepEqual(told({ ...files, 'terraform.tfvars': 'node = "pve1"\n' }), []);
  });

  it('are not told where they are not certain', () => {
    const use = vm('node_name = var.node');
    const variable = 'variable "node" {\n  default = "pve9"\n}\n';
    const certain = { 'main.tf': use, 'variables.tf': `${variable}${provider}` };
    assert.equal(told(certain).length, 1);
    assert.deepEqual(told({ 'main.tf': use, 'variables.tf': variable }), [], 'a module that others may call');
    assert.deepEqual(told({ ...certain, 'live.tfvars': 'node = "pve1"\n' }), [], 'a file of values that is named when it is planned');
    assert.deepEqual(told(certain, { givenElsewhere: new Set(['node']) }), [], 'TF_VAR_node');
    assert.deepEqual(told(certain, { givenElsewhere: 'all' }), [], 'a module that is called');
    assert.deepEqual(told({ 'main.tf': use, 'variables.tf': `variable "node" {}\n${provider}` }), [], 'no default');
    assert.deepEqual(told({ 'main.tf': `${vm('node_name = local.a')}locals {\n  a = local.b\n  b = local.a\n}\n` }), [], 'a circle');
    assert.deepEqual(told({ 'main.tf': `${vm('node_name = local.a')}locals {\n  a = var.x ? "pve8" : "pve9"\n}\nvariable "x" {}\n` }), [], 'a condition');
    assert.deepEqual(told({ 'main.tf': `${vm('node_name = local.a')}locals {\n  a = lower("PVE9")\n}\n` }), [], 'a function');
    assert.deepEqual(told({ 'main.tf': vm('node_name = "pve1"\npool_id = "fresh"'), 'pools.tf': 'resource "proxmox_virtual_environment_pool" "p" {\n  pool_id = var.pool\n}\nvariable "pool" {}\n' }), [], 'what the code makes under a name that cannot be told');
    assert.deepEqual(told({ 'main.tf': vm('node_name = "pve1"\npool_id = "b"'), 'pools.tf': 'resource "proxmox_virtual_environment_pool" "p" {\n  for_each = toset(["a", "b"])\n  pool_id = each.key\n}\n' }), [], 'what one of several makes');
    assert.equal(told({ 'main.tf': vm('node_name = "pve1"\npool_id = "c"'), 'pools.tf': 'resource "proxmox_virtual_environment_pool" "p" {\n  for_each = toset(["a", "b"])\n  pool_id = each.key\n}\n' }).length, 1);
  });

  it('are those of each instance', () => {
    assert.deepEqual(told({ 'main.tf': `locals {\n  guests = {\n    a = { node = "pve1", vmid = 301 }\n    b = { node = "pve9", vmid = 302 }\n  }\n}\n${vm('for_each = local.guests\nnode_name = each.value.node\nvm_id = each.value.vmid')}` }), [
      '9 no-such-node: The cluster has no node pve9. Did you mean pve1? It is pve9 in the instance ["b"].',
    ]);
  });

  it('change with what they come from', () => {
    const main = vm('node_name = local.node');
    const first = moduleOf({ 'main.tf': main, 'locals.tf': 'locals {\n  node = "pve1"\n}\n' });
    assert.deepEqual(diagnose(first, '/p/main.tf'), []);
    const second = moduleOf({ 'locals.tf': 'locals {\n  node = "pve9"\n}\n' });
    const files = new Map([...first.module.files, ['/p/locals.tf', second.module.files.get('/p/locals.tf')!]]);
    assert.deepEqual(diagnose({ ...first, module: { folder: '/p', files } }, '/p/main.tf').map(({ code }) => code), ['no-such-node']);
  });
});

describe('VMIDs of guests that there are several of', () => {
  const ids = (body: string, more: Readonly<Record<string, string>> = {}, other: Partial<TerraformModule> = {}): string[] => told({ 'main.tf': vm(`node_name = "pve1"\n${body}`), ...more }, other);

  it('are held against those of others and of the cluster', () => {
    assert.deepEqual(ids('count = 3\nvm_id = 99 + count.index'), [`4 vmid-taken: ${VM}.web[1] gets 100, the VMID of web on pve1, which this project does not manage. Import it, or take another VMID.`]);
    assert.deepEqual(ids('count = 2\nvm_id = 300 + count.index', { 'b.tf': vm('node_name = "pve1"\nvm_id = 301', 'other') }), [`4 duplicate-vmid: ${VM}.web[1] gets the VMID 301, which ${VM}.other has too.`]);
    assert.deepEqual(ids('for_each = { a = 301, b = 301 }\nvm_id = each.value'), [`4 duplicate-vmid: ${VM}.web["a"] gets the VMID 301, which ${VM}.web["b"] has too.`]);
    assert.deepEqual(ids('count = 2\nvm_id = 300'), [`4 duplicate-vmid: ${VM}.web[0] gets the VMID 300, which ${VM}.web[1] has too.`]);
    assert.deepEqual(ids('vm_id = local.id', { 'l.tf': 'locals {\n  id = 101\n}\n' }), [`3 vmid-taken: ${VM}.web gets 101, the VMID of dns on pve2, which this project does not manage. Import it, or take another VMID.`]);
  });

  it('are left alone where it is not known how many there are, or they are this project’s', () => {
    assert.deepEqual(ids('count = var.n\nvm_id = 100', { 'v.tf': 'variable "n" {}\n' }), []);
    assert.deepEqual(ids('count = 0\nvm_id = 100'), []);
    assert.deepEqual(ids('vm_id = local.none', { 'b.tf': `locals {\n  none = ""\n}\n${vm('node_name = "pve1"\nvm_id = local.none', 'b')}` }), []);
    assert.deepEqual(ids('for_each = toset(["100", "101"])\nvm_id = each.key', {}, { managed: new Set([100, 101]) }), []);
    assert.deepEqual(ids('for_each = toset(["100", "101"])\nvm_id = each.key', { 'imports.tf': `import {\n  for_each = toset(["100", "101"])\n  to = ${VM}.web[each.key]\n  id = "pve1/\${each.key}"\n}\n` }), []);
    assert.deepEqual(ids('vm_id = 100', { 'imports.tf': `variable "id" {}\nimport {\n  to = ${VM}.web\n  id = var.id\n}\n` }), []);
  });

  it('do not take a VMID that code gives for a free one', () => {
    const fixes = diagnose(moduleOf({ 'main.tf': vm('node_name = "pve1"\nvm_id = 100'), 'b.tf': vm('node_name = "pve1"\ncount = 2\nvm_id = 102 + count.index', 'b') }), '/p/main.tf').flatMap((one) => one.fixes.map(({ title }) => title));
    assert.deepEqual(fixes, ['Change to 104, the next free VMID']);
  });
});
