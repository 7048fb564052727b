import { strict as assert } from 'node:assert';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import { callersOf, complete, diagnose, type ModuleFolder, rename, type TerraformModule } from '../../../../src/terraform/language/index.ts';
import type { HclDocument } from '../../../../src/terraform/syntax/index.ts';
import { cluster, parser, schemas } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const vm = (body: string, name = 'web'): string => `resource "${VM}" "${name}" {\n${`node_name = "pve1"\n${body}`.replace(/^/gm, '  ')}\n}\n`;

/** The folder `/p` with code in both syntaxes, and the folders below it. */
function project(files: Readonly<Record<string, unknown>>): TerraformModule {
  const folders = new Map<string, ModuleFolder & { readonly files: Map<string, HclDocument>; readonly json: Map<string, string> }>();
  for (const [name, content] of Object.entries(files)) {
    const [file, folder] = [`/p/${name}`, dirname(`/p/${name}`)];
    const one = folders.get(folder) ?? { folder, files: new Map<string, HclDocument>(), json: new Map<string, string>() };
    if (name.endsWith('.json')) one.json.set(file, typeof content === 'string' ? content : JSON.stringify(content));
    else one.files.set(file, parser.parse(String(content)));
    folders.set(folder, one);
  }
  return { module: folders.get('/p')!, modules: { of: (folder) => folders.get(folder), all: () => folders.values() }, schemas, cluster, managed: new Set() };
}
const codes = (files: Readonly<Record<string, unknown>>): string[] => diagnose(project(files), '/p/main.tf').map(({ range, code }) => `${String(range.start.line + 1)} ${code}`);

/** That something is told of the code alone, and not beside what stands in JSON. */
function onlyWithout(code: Readonly<Record<string, unknown>>, json: unknown, found: readonly string[], name = 'more.tf.json'): void {
  assert.deepEqual(codes(code), found);
  assert.deepEqual(codes({ ...code, [name]: json }), [], name);
}

describe('Terraform code beside code in JSON', () => {
  it('may name what stands there', () => {
    const uses = 'output "a" {\n  value = [var.node, local.tags, module.site.a, data.x_y.z.id]\n}\n';
    const json = { variable: { node: {} }, locals: [{ tags: [] }], module: [{ site: { source: './site' } }], data: { x_y: { z: [{}] } } };
    onlyWithout({ 'main.tf': uses }, json, ['2 undeclared', '2 undeclared', '2 undeclared', '2 undeclared']);
    onlyWithout({ 'main.tf': uses }, '{"variable": {', ['2 undeclared', '2 undeclared', '2 undeclared', '2 undeclared']);
    assert.deepEqual(diagnose(project({ 'main.tf': 'output "a" {\n  value = var.nod\n}\n', 'v.tf.json': json }), '/p/main.tf').map(({ message }) => message), ['There is no variable nod in this module. Did you mean node?']);
    assert.deepEqual(diagnose(project({ 'a.tfvars': 'node = "a"\n', 'v.tofu.json': json }), '/p/a.tfvars'), []);
  });

  it('may use what is made there', () => {
    const main = vm('pool_id = "fresh"\nclone {\n  vm_id = 500\n}\nnetwork_device {\n  bridge = "vmbr9"\n}');
    const found = ['3 no-such-pool', '5 no-such-template', '8 no-such-bridge'];
    onlyWithout({ 'main.tf': main }, { resource: { proxmox_virtual_environment_pool: { a: { pool_id: '${local.x}' } } } }, found);
    onlyWithout({ 'main.tf': main }, { module: { a: { source: 'acme/all/proxmox' } } }, found);
    assert.deepEqual(codes({ 'main.tf': main, 'more.tf.json': { resource: { random_pet: { a: {} } } } }), found);
    assert.deepEqual(codes({ 'main.tf': `module "a" {\n  source = "./a"\n}\n${main}`, 'a/main.tf.json': { resource: { proxmox_virtual_environment_pool: { a: { pool_id: 'fresh' } } } } }), []);
  });

  it('may be taken over, called and overridden from there', () => {
    onlyWithout({ 'main.tf': vm('vm_id = 100') }, { import: [{ to: `${VM}.web`, id: 'pve1/100' }] }, ['3 vmid-taken']);
    const twice = { 'main.tf': `${vm('vm_id = 300', 'a')}${vm('vm_id = 300', 'b')}` };
    for (const name of ['override.tf.json', 'b_override.tofu.json']) onlyWithout(twice, { resource: { [VM]: { b: { vm_id: 301 } } } }, ['3 duplicate-vmid', '7 duplicate-vmid'], name);
    assert.deepEqual(codes({ ...twice, 'more.tf.json': { resource: { [VM]: { c: { vm_id: 301 } } } } }), ['3 duplicate-vmid', '7 duplicate-vmid']);
    const calls = 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n';
    onlyWithout({ 'main.tf': calls, 'm/main.tf': vm('vm_id = 300') }, { module: { b: { count: 0 } } }, ['1 duplicate-vmid', '4 duplicate-vmid'], 'override.tf.json');
    onlyWithout({ 'main.tf': calls, 'm/main.tf': vm('vm_id = 300') }, { provider: { proxmox: {} } }, ['1 duplicate-vmid', '4 duplicate-vmid'], 'm/provider.tf.json');
    onlyWithout({ 'main.tf': calls, 'm/main.tf': vm('vm_id = 300') }, { resource: { [VM]: { web: { vm_id: null } } } }, ['1 duplicate-vmid', '4 duplicate-vmid'], 'm/main_override.tf.json');
    const { modules } = project({ 'root/main.tf.json': { module: { m: { source: '../m' } } }, 'm/main.tf': '', 'main.tf': '' });
    assert.deepEqual(callersOf(modules!, '/p/m').map(({ folder }) => folder), ['/p/root']);
  });

  it('is offered no VMID that is given there', () => {
    const files = { 'main.tf': vm('vm_id = '), 'more.tf.json': { resource: [{ [VM]: { b: { vm_id: 102 }, c: { vm_id: '103' } } }] } };
    assert.deepEqual(complete(project(files), '/p/main.tf', { line: 2, character: 10 }).filter(({ kind }) => kind === 'live').map(({ label }) => label), ['104']);
  });

  it('is not renamed behind its back', () => {
    const renamed = (json: unknown, name = 'more.tf.json') => {
      const { modules } = project({ 'main.tf': 'variable "node" {}\n', [name]: json });
      const result = rename(modules!, '/p', '/p/main.tf', { line: 0, character: 11 }, 'host', false);
      return 'refused' in result ? result.refused : result.changes.length;
    };
    assert.equal(renamed({ output: { a: { value: '${var.node}' } } }), 'more.tf.json may name node, and is not changed with the rest. Rename it by hand.');
    assert.equal(renamed({ output: { a: { value: '${var.node_name}' } } }), 1);
    assert.equal(renamed({ module: { m: { source: './..', node: 'pve1' } } }, 'root/main.tf.json'), 'main.tf.json may name node, and is not changed with the rest. Rename it by hand.');
  });

  it('is looked at again when that is other', () => {
    const first = project({ 'main.tf': 'output "a" {\n  value = var.node\n}\n', 'v.tf.json': { variable: { node: {} } } });
    const look = (json: unknown): number => diagnose({ ...first, module: { ...first.module, json: new Map([['/p/v.tf.json', JSON.stringify(json)]]) } }, '/p/main.tf').length;
    assert.deepEqual([look({ variable: { node: {} } }), look({ variable: { nodes: {} } }), look({ variable: { node: {} } })], [0, 1, 0]);
  });
});
