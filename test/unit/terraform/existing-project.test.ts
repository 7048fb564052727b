import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import { existingProject, generateProject, type GuestSource, readState } from '../../../src/terraform/index.ts';
import { type HclParser, jsonBlocks } from '../../../src/terraform/syntax/index.ts';
import { testHclParser } from '../../support/hcl.ts';

describe('Adding guests to a project that is there already', () => {
  let parser: HclParser;
  before(async () => (parser = await testHclParser()));
  const guest = (vmid: number, name: string, pool?: string): GuestSource => ({ kind: 'qemu', vmid, node: 'pve1', running: true, pool, config: { name, memory: '512' } });

  const project = {
    'main.tf': `terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}
provider "proxmox" {}
variable "size" {}
`,
    'guests.tf': `resource "proxmox_virtual_environment_vm" "web" {
  vm_id = 100
  name = "\${var.size}"
}
resource "proxmox_virtual_environment_pool" "team" {
  pool_id = "team/web"
}
resource "broken" {
`,
  };
  const read = (files: Readonly<Record<string, string>>, json = ''): ReturnType<typeof existingProject> => existingProject(new Map(Object.entries(files).map(([name, text]) => [name, parser.parse(text)])), jsonBlocks(json) ?? []);

  it('is told what it has, around a fault in a file', () => {
    const existing = read(project);
    assert.deepEqual([...existing.files], ['main.tf', 'guests.tf']);
    assert.deepEqual([...existing.addresses], ['proxmox_virtual_environment_vm.web', 'proxmox_virtual_environment_pool.team']);
    assert.deepEqual([[...existing.variables], [...existing.pools], [...existing.guests]], [['size'], [['team/web', 'proxmox_virtual_environment_pool.team']], [[100, 'proxmox_virtual_environment_vm.web']]]);
    assert.deepEqual(existing.has, { requirements: true, provider: true });
  });

  it('is told what it has in JSON, in whichever of its forms', () => {
    const json = JSON.stringify({
      '//': 'a comment', 'terraform': [{ required_version: '> 1' }, { required_providers: { proxmox: { source: 'bpg/proxmox' } } }], 'provider': { proxmox: [{ endpoint: 'a' }, { alias: 'b' }] }, 'variable': { size: {} },
      'resource': [{ proxmox_virtual_environment_vm: { web: { vm_id: 100 }, db: [{ vm_id: '101' }], other: { vm_id: '${var.size}' } } }, { proxmox_virtual_environment_pool: [{ team: { pool_id: 'team/web' } }] }],
    });
    assert.deepEqual(read({}, json), { ...read({
      'main.tf': `${project['main.tf']}provider "proxmox" {}\n`,
      'guests.tf': ['web" {\n  vm_id = 100\n}', 'db" {\n  vm_id = "101"\n}', 'other" {\n  vm_id = var.size\n}'].map((rest) => `resource "proxmox_virtual_environment_vm" "${rest}\n`).join('') + 'resource "proxmox_virtual_environment_pool" "team" {\n  pool_id = "team/web"\n}\n',
    }), files: new Set() });
    const { files, addresses } = generateProject({ guests: [guest(102, 'web')], pools: [] }, { fileFor: 'all', existing: read({}, json) });
    assert.deepEqual([[...files.keys()], [...addresses.values()]], [['imports.tf', 'guests.tf'], ['proxmox_virtual_environment_vm.web_vm102']]);
    for (const text of ['', '{', '[1, "a", null]', '{"resource":[[],5,{"a":7}],"provider":"x","variable":null}', '"resource"']) assert.deepEqual(read({}, text), read({}), text);
  });

  it('gives no file the name of one for OpenTofu, which then would not read it', () => {
    const existing = read({ 'guests.tofu': project['guests.tf'] });
    assert.deepEqual([...generateProject({ guests: [guest(102, 'db')], pools: [] }, { fileFor: 'all', existing }).files.keys()].filter((name) => name.startsWith('guests')), ['guests_more.tf']);
  });

  it('is told by the state of the guests whose VMID does not stand in the code', () => {
    const vm = (name: string, instance: unknown, module?: string): unknown => ({ ...(module !== undefined && { module }), mode: 'managed', type: 'proxmox_virtual_environment_vm', name, instances: [instance] });
    const { resources } = readState(JSON.stringify({ version: 4, resources: [
      vm('web', { attributes: { id: '100', node_name: 'pve1' } }), vm('auto', { index_key: 'a', attributes: { id: '104', node_name: 'pve1' } }), vm('db', { attributes: { id: '105', node_name: 'pve1' } }, 'module.site'),
      vm('gone', { attributes: { id: '106', node_name: 'pve1' } }), vm('gone', { attributes: { id: '107', node_name: 'pve1' } }, 'module.gone'),
    ] }));
    const code = ['web', 'auto'].map((name) => `resource "proxmox_virtual_environment_vm" "${name}" {}\n`).join('') + 'module "site" {\n  source = "./site"\n}\n';
    assert.deepEqual([...existingProject(new Map([['guests.tf', parser.parse(code)]]), [], resources).guests], [
      [100, 'proxmox_virtual_environment_vm.web'], [104, 'proxmox_virtual_environment_vm.auto["a"]'], [105, 'module.site.proxmox_virtual_environment_vm.db'],
    ], 'what the code does not have any more can be imported anew');
  });

  it('is told which templates are downloaded where, as far as that stands in the code', () => {
    const download = (label: string, file: string): string => `resource "proxmox_download_file" "${label}" {\n  node_name = "pve1"\n  datastore_id = "local"\n  content_type = "vztmpl"\n  file_name = ${file}\n}\n`;
    assert.deepEqual([...read({ 'a.tf': download('one', '"debian.tar.zst"') + download('two', 'var.file') }).downloads], [['pve1 local:vztmpl/debian.tar.zst', 'proxmox_download_file.one']]);
  });

  it('gives no file and no resource a name that is taken, and writes nothing twice', () => {
    const { files, addresses } = generateProject({ guests: [guest(101, 'web', 'team/web')], pools: [{ poolid: 'team/web' }] }, { fileFor: 'all', existing: read(project) });
    assert.deepEqual([...files.keys()], ['imports.tf', 'guests_more.tf']);
    assert.deepEqual([...addresses.values()], ['proxmox_virtual_environment_vm.web_vm101']);
    assert.match(files.get('guests_more.tf') ?? '', /pool_id\s+= proxmox_virtual_environment_pool\.team\.pool_id/);
  });

  it('brings along what is missing, and declares no variable twice', () => {
    const { files } = generateProject({ guests: [guest(101, 'web')], pools: [] }, { fileFor: 'all', existing: read({ 'variables.tf': 'variable "endpoint" {}\n' }) });
    assert.deepEqual([...files.keys()], ['versions.tf', 'provider.tf', 'imports.tf', 'guests.tf']);
    assert.doesNotMatch(files.get('provider.tf') ?? '', /variable "endpoint"/);
  });
});
