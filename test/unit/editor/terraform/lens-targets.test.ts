import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { lensTargets } from '../../../../src/editor/terraform/plan/lens-targets.ts';
import { addressFrom, callsIn, placesOf } from '../../../../src/editor/terraform/plan/module-calls.ts';
import { type HclParser, jsonBlocks, loadHclParser } from '../../../../src/terraform/index.ts';

const modules = join(import.meta.dirname, '../../../../node_modules');
let parser: HclParser;
before(async () => {
  parser = await loadHclParser({ treeSitterWasm: join(modules, 'web-tree-sitter/web-tree-sitter.wasm'), grammarWasm: join(modules, '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm') });
});

describe('what of a Terraform file can be planned by itself', () => {
  it('is the project, each resource and each module', () => {
    const text = `# Ours
resource "proxmox_virtual_environment_vm" "web" {
  name  = "web"
  vm_id = 100
}
module "site" { source = "./site" }
variable "memory" {}
resource "proxmox_virtual_environment_container" "cache" {
  vm_id = var.base + 1
  initialization { hostname = "cache" }
}
resource "proxmox_virtual_environment_pool" "dev" { pool_id = "dev" }
`;
    assert.deepEqual(lensTargets(parser.parse(text)), [
      { line: 0, address: undefined },
      { line: 1, address: 'proxmox_virtual_environment_vm.web', guest: { kind: 'qemu', vmid: 100, name: 'web' } },
      { line: 5, address: 'module.site' },
      { line: 7, address: 'proxmox_virtual_environment_container.cache', guest: { kind: 'lxc', vmid: undefined, name: 'cache' } },
      { line: 11, address: 'proxmox_virtual_environment_pool.dev' },
    ]);
  });

  it('is found around what is broken or only half written', () => {
    const text = `resource "proxmox_virtual_environment_vm" "a" {
  memory { dedicated =
}
resource "proxmox_virtual_environment_vm"
resource "proxmox_virtual_environment_vm" "b" {
  vm_id = 101
}
`;
    const addresses = lensTargets(parser.parse(text)).map(({ address }) => address);
    assert(addresses.includes('proxmox_virtual_environment_vm.b'), addresses.join(', '));
    assert.deepEqual(lensTargets(parser.parse('# only a word\n')), []);
  });
});

describe('from where a folder is planned', () => {
  const calls = (): ReturnType<typeof callsIn> => [
    ...callsIn('/w/prod', [parser.parse('module "site" {\n  source = "../modules/site"\n}\nmodule "far" {\n  source = "hashicorp/consul/aws"\n}\n')]),
    ...callsIn('/w/test', [parser.parse('module "try" { source = "../modules/site/" }')]),
    ...callsIn('/w/modules/site', [parser.parse('module "disks" { source = "./disks" }')]),
  ];

  it('is itself, or every root that takes it in', () => {
    assert.deepEqual(placesOf('/w/prod', calls()), [{ root: '/w/prod', prefix: '' }]);
    assert.deepEqual(placesOf('/w/modules/site/disks', calls()), [{ root: '/w/prod', prefix: 'module.site.module.disks' }, { root: '/w/test', prefix: 'module.try.module.disks' }]);
  });

  it('is said with the address from there', () => {
    const [place] = placesOf('/w/modules/site', calls());
    assert(place !== undefined);
    assert.equal(addressFrom(place, 'null_resource.a'), 'module.site.null_resource.a');
    assert.equal(addressFrom(place, undefined), 'module.site');
    assert.equal(addressFrom({ root: '/w/prod', prefix: '' }, undefined), undefined);
  });

  it('is told by code in JSON as well', () => {
    const json = jsonBlocks(JSON.stringify({ module: [{ site: { source: '../modules/site' } }, { far: { source: 'acme/vm/proxmox' } }] })) ?? [];
    assert.deepEqual(placesOf('/w/modules/site', callsIn('/w/prod', [], json)), [{ root: '/w/prod', prefix: 'module.site' }]);
  });

  it('is found even where modules call each other in a circle', () => {
    assert.deepEqual(placesOf('/a', [{ from: '/a', name: 'b', to: '/b' }, { from: '/b', name: 'a', to: '/a' }]), [{ root: '/b', prefix: 'module.a' }]);
  });
});
