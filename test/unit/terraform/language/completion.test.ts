import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { complete, type TerraformModule } from '../../../../src/terraform/language/index.ts';
import { markedModule } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';

function offered(text: string, files: Readonly<Record<string, string>> = {}, name = 'main.tf', more: Partial<TerraformModule> = {}) {
  const { terraform, file, position } = markedModule({ ...files, [name]: text }, more);
  return complete(terraform, file, position);
}
/** `text (detail)` of those of a kind. */
const told = (text: string, kind: string, files: Readonly<Record<string, string>> = {}, name = 'main.tf'): string[] =>
  offered(text, files, name).filter((one) => one.kind === kind).map(({ text: put, detail }) => `${put}${detail === undefined ? '' : ` (${detail})`}`);
const labels = (text: string, files: Readonly<Record<string, string>> = {}, name = 'main.tf'): string[] => offered(text, files, name).map(({ label }) => label);
const inVm = (body: string): string => `resource "${VM}" "web" {\n  node_name = "pve1"\n  ${body}\n}\n\nresource "x" "y" {\n}\n`;

describe('completion of Terraform code', () => {
  it('offers blocks, and the types that resources and data sources have', () => {
    assert.deepEqual(labels('‸').slice(0, 4), ['resource', 'data', 'ephemeral', 'provider']);
    assert.deepEqual(offered('re‸\n')[0]?.range, { start: { line: 0, character: 0 }, end: { line: 0, character: 2 } });
    assert.ok(labels('resource "‸"').includes(VM));
    assert.ok(labels('resource "prox‸" "web" {\n}\n').includes(VM));
    assert.ok(labels('data "‸" ""').includes('proxmox_virtual_environment_nodes'));
    assert.ok(labels(`variable "x" {\n}\n\nres‸\n\nlocals {\n}\n`).includes('resource'));
  });

  it('offers what a block may still hold, what it needs first', () => {
    const vm = labels(`resource "${VM}" "web" {\n  ‸\n}\n`);
    assert.equal(vm[0], 'node_name');
    assert.ok(vm.includes('bios') && vm.includes('disk') && vm.includes('count') && !vm.includes('ipv4_addresses'));
    const more = labels(inVm('bi‸\n  name = "x"\n  cpu {\n  }'));
    assert.ok(more.includes('bios') && !more.includes('node_name') && !more.includes('name') && !more.includes('cpu') && more.includes('disk'));
    assert.deepEqual(labels(inVm('cpu {\n    cor‸')).filter((label) => label.startsWith('core')), ['cores']);
    assert.deepEqual(offered(inVm('bi‸ = "ovmf"')).find(({ label }) => label === 'bios')?.text, 'bios');
    assert.ok(labels(inVm('dynamic "disk" {\n    for_each = []\n    content {\n      ‸\n    }\n  }')).includes('datastore_id'));
    assert.ok(labels(inVm('lifecycle {\n    ‸\n  }')).includes('ignore_changes'));
    assert.ok(labels(inVm('lifecycle {\n    ignore_changes = [‸]\n  }')).includes('network_device'));
  });

  it('offers what the cluster has', () => {
    assert.deepEqual(told(`resource "${VM}" "web" {\n  node_name = ‸\n}\n`, 'live'), ['"pve1" (40 of 64 GiB memory free, 16 cores)', '"pve2" (32 GiB memory, 8 cores)']);
    assert.deepEqual(told(inVm('disk {\n    datastore_id = "‸"\n  }'), 'live'), ['ceph (2 of 8.8 TiB free, shared)', 'vmdata (500 of 900 GiB free, local)']);
    assert.deepEqual(told(inVm('clone {\n    vm_id = ‸\n  }'), 'live'), ['9000 (template debian-13 on pve1)']);
    assert.deepEqual(told(inVm('vm_id = ‸'), 'live', { 'more.tf': `resource "${VM}" "other" {\n  node_name = "pve1"\n  vm_id = 102\n}\n` }), ['103 (next free VMID)']);
    assert.deepEqual(told(inVm('network_device {\n    bridge = "‸'), 'live'), ['vmbr0 (bridge, VLAN-aware)', 'vmbr1 (bridge)']);
    assert.deepEqual(told(inVm('network_device {\n    bridge = "vmbr0"\n    vlan_id = ‸\n  }'), 'live'), ['10 (VLAN on vmbr0)', '20 (VLAN on vmbr0)']);
    assert.deepEqual(told(inVm('network_device {\n    bridge = "vmbr1"\n    vlan_id = ‸\n  }'), 'live', { 'more.tf': `resource "${VM}" "b" {\n  node_name = "pve1"\n  network_device {\n    bridge = "vmbr1"\n    vlan_id = 30\n  }\n}\n` }), ['30 (VLAN in this code)']);
    assert.deepEqual(told(inVm('cdrom {\n    file_id = "loc‸"\n  }'), 'live'), ['local:iso/debian-13.iso (iso, 700 MiB)']);
    assert.deepEqual(told(inVm('pool_id = "‸"'), 'live'), ['live (pool)', 'test (pool)']);
  });

  it('offers the values that the provider allows', () => {
    assert.deepEqual(told(inVm('bios = ‸'), 'value'), ['"ovmf"', '"seabios"']);
    assert.deepEqual(told(inVm('bios = "‸"'), 'value'), ['ovmf', 'seabios']);
    assert.deepEqual(told(inVm('on_boot = t‸'), 'value'), ['true', 'false']);
  });

  it('offers what can be referred to', () => {
    const files = {
      'variables.tf': 'variable "stage" {}\n\nlocals {\n  tags = []\n}\n\nmodule "net" {\n  source = "./net"\n}\n\ndata "proxmox_virtual_environment_nodes" "all" {\n}\n',
    };
    const references = (body: string): string[] => told(inVm(body), 'reference', files);
    assert.deepEqual(references('name = var.‸'), ['stage']);
    assert.deepEqual(references('name = "x-${var.st‸}"'), ['stage']);
    assert.deepEqual(references('tags = local.‸'), ['tags']);
    assert.deepEqual(references('name = data.‸'), ['proxmox_virtual_environment_nodes']);
    assert.deepEqual(references('name = data.proxmox_virtual_environment_nodes.‸'), ['all']);
    assert.ok(references('name = data.proxmox_virtual_environment_nodes.all.‸').includes('names'));
    assert.deepEqual(references(`name = ${VM}.‸`), ['web']);
    assert.ok(references(`name = ${VM}.web[0].‸`).includes('ipv4_addresses'));
    assert.deepEqual(references('name = module.‸'), ['net']);
    assert.deepEqual(references('for_each = {}\n  name = each.‸'), ['key', 'value']);
    assert.ok(references('for_each = {}\n  name = ‸').includes('each. (the instance of for_each)'));
    assert.ok(!references('name = ‸').some((one) => one.startsWith('each')));
    assert.ok(told(inVm('name = jo‸'), 'function', files).includes('join($1) ((separator, list))'));
  });

  it('offers variables and their values in a .tfvars file', () => {
    const files = {
      'variables.tf': 'variable "node" {\n  description = "Where"\n}\n\nvariable "boot" {\n  type = bool\n  default = true\n}\n',
      'main.tf': `resource "${VM}" "web" {\n  node_name = var.node\n}\n`,
    };
    assert.deepEqual(offered('‸', files, 'x.tfvars').map(({ text, detail }) => `${text}(${detail ?? ''})`), ['node = (required variable)', 'boot = (variable, bool)']);
    assert.deepEqual(labels('node = "pve1"\n‸', files, 'x.tfvars'), ['boot']);
    assert.deepEqual(labels('node = "‸"\n', files, 'x.tfvars'), ['pve1', 'pve2']);
    assert.deepEqual(labels('boot = ‸\n', files, 'x.tfvars'), ['true', 'false']);
  });

  it('stays silent where nothing can be said', () => {
    assert.deepEqual(labels(inVm('# node‸')), []);
    assert.deepEqual(labels(inVm('description = <<-EOT\n    no‸\n    EOT')), []);
  });
});
