import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { callersOf, definitions, prepareRename, references, rename, targetAt } from '../../../../src/terraform/language/index.ts';
import { after, markedFolders, told } from './marked-folders.ts';

const VM = 'proxmox_virtual_environment_vm';

/** A project of two folders in which everything that has a name is used. */
const project = {
  '/p/main.tf': `locals {\n  tags = ["web", var.stage]\n}\n\nresource "${VM}" "web" {\n  node_name = "pve1"\n  tags      = local.tags\n  vm_id     = var.first_id\n}\n\nmodule "guest" {\n  source = "./guest"\n  memory = 2048\n  clone  = ${VM}.web.vm_id\n}\n`,
  '/p/more.tf': `data "${VM}" "template" {\n  vm_id = 9000\n}\n\noutput "address" {\n  value = "\${module.guest.address}:\${data.${VM}.template.vm_id}"\n}\n\noutput "all" {\n  value = [for web in ${VM}.web[*].name : web.x if var.stage != ""]\n}\n`,
  '/p/variables.tf': 'variable "stage" {\n  default = "test"\n}\n\nvariable "first_id" {\n  type = number\n}\n',
  '/p/live.tfvars': 'stage = "live"\nfirst_id = 100\n',
  '/p/guest/main.tf': 'variable "memory" {}\n\nvariable "clone" {}\n\noutput "address" {\n  value = "10.0.0.1/${var.memory}"\n}\n',
};

/** The project with the mark right behind some text of a file. */
const marked = (file: keyof typeof project, behind: string) => markedFolders({ ...project, [file]: project[file].replace(behind, `${behind}‸`) });

describe('names in Terraform code', () => {
  const definition = async (file: keyof typeof project, behind: string): Promise<string[]> => {
    const folders = await marked(file, behind);
    return definitions(folders.modules, folders.folder, folders.file, folders.position).map((one) => told(folders, one.file, one.nameRange));
  };
  const found = async (file: keyof typeof project, behind: string): Promise<string[]> => {
    const folders = await marked(file, behind);
    const target = targetAt(folders.modules.of(folders.folder)!, folders.file, folders.position);
    assert.ok(target);
    return references(folders.modules, target).map((one) => told(folders, one.file, one.range));
  };
  const renamed = async (file: keyof typeof project, behind: string, name: string, applied = false, files: Readonly<Record<string, string>> = {}) => {
    const folders = await markedFolders({ ...project, ...files, [file]: ({ ...project, ...files })[file].replace(behind, `${behind}‸`) });
    const result = rename(folders.modules, folders.folder, folders.file, folders.position, name, applied);
    return 'refused' in result ? result.refused : after(folders, result.changes);
  };

  it('lead to where they are declared, in whichever file and module', async () => {
    assert.deepEqual(await definition('/p/main.tf', 'local.ta'), ['/p/main.tf:2 tags']);
    assert.deepEqual(await definition('/p/main.tf', '"web", var.'), ['/p/variables.tf:1 stage']);
    assert.deepEqual(await definition('/p/main.tf', `clone  = ${VM}.we`), ['/p/main.tf:5 web']);
    assert.deepEqual(await definition('/p/more.tf', '.temp'), ['/p/more.tf:1 template']);
    assert.deepEqual(await definition('/p/more.tf', 'module.gu'), ['/p/main.tf:11 guest']);
    assert.deepEqual(await definition('/p/more.tf', 'module.guest.addr'), ['/p/guest/main.tf:5 address']);
    assert.deepEqual(await definition('/p/main.tf', 'mem'), ['/p/guest/main.tf:1 memory']);
    assert.deepEqual(await definition('/p/live.tfvars', 'sta'), ['/p/variables.tf:1 stage']);
    // A name that `for` brings along is nothing declared, whatever it is called.
    assert.deepEqual(await definition('/p/more.tf', ': web.x'), []);
  });

  it('are found wherever they are used', async () => {
    assert.deepEqual(await found('/p/variables.tf', '"sta'), ['/p/main.tf:2 stage', '/p/more.tf:10 stage', '/p/live.tfvars:1 stage']);
    assert.deepEqual(await found('/p/guest/main.tf', '"mem'), ['/p/guest/main.tf:6 memory', '/p/main.tf:13 memory']);
    assert.deepEqual(await found('/p/guest/main.tf', 'output "add'), ['/p/more.tf:6 address']);
    assert.deepEqual(await found('/p/main.tf', `"${VM}" "we`), ['/p/main.tf:14 web', '/p/more.tf:10 web']);
  });

  it('are renamed everywhere at once', async () => {
    const variable = (await renamed('/p/guest/main.tf', '"mem', 'ram')) as Record<string, string>;
    assert.equal(variable['/p/guest/main.tf'], project['/p/guest/main.tf'].replaceAll('memory', 'ram'));
    assert.equal(variable['/p/main.tf'], project['/p/main.tf'].replace('memory =', 'ram ='));
    const values = (await renamed('/p/live.tfvars', 'sta', 'phase')) as Record<string, string>;
    assert.deepEqual(Object.values(values).join('').match(/stage/g), null);
    const output = (await renamed('/p/guest/main.tf', 'output "add', 'ip')) as Record<string, string>;
    assert.match(output['/p/more.tf']!, /output "address" \{\n {2}value = "\$\{module\.guest\.ip\}:/);
  });

  it('of what may be in a state are kept in a moved block, as are the ones from before', async () => {
    const past = `moved {\n  from = ${VM}.old\n  to   = ${VM}.web\n}\n`;
    const files = (await renamed('/p/main.tf', `"${VM}" "we`, 'site', true, { '/p/moved.tf': past })) as Record<string, string>;
    assert.match(files['/p/main.tf']!, new RegExp(`"${VM}" "site" \\{[^}]+\\}\n\nmoved \\{\n  from = ${VM}\\.web\n  to   = ${VM}\\.site\n\\}\n\nmodule`));
    assert.match(files['/p/main.tf']!, /clone {2}= proxmox_virtual_environment_vm\.site\.vm_id/);
    assert.equal(files['/p/moved.tf'], past);
    const local = (await renamed('/p/main.tf', 'local.ta', 'labels', true)) as Record<string, string>;
    assert.ok(!local['/p/main.tf']!.includes('moved'));
  });

  it('are refused when they are taken, impossible or nobody’s', async () => {
    assert.equal(await renamed('/p/variables.tf', '"sta', 'first_id'), 'var.first_id is declared already: variables.tf, line 5.');
    assert.match((await renamed('/p/variables.tf', '"sta', '1st')) as string, /is not a name/);
    assert.match((await renamed('/p/variables.tf', '"sta', 'count')) as string, /a meaning of its own/);
    const nothing = await marked('/p/main.tf', 'node_na');
    assert.match((prepareRename(nothing.modules, nothing.folder, nothing.file, nothing.position) as { refused: string }).refused, /Put the cursor on one/);
    const missing = await markedFolders({ '/q/a.tf': 'locals {\n  a = var.mis‸sing\n}\n' });
    assert.match((prepareRename(missing.modules, missing.folder, missing.file, missing.position) as { refused: string }).refused, /var\.missing is not declared/);
  });

  it('go from module to module, however many call one another', async () => {
    const deep = {
      '/d/main.tf': 'variable "size" {}\n\nmodule "app" {\n  source = "./modules/app"\n  size   = var.size\n}\n\noutput "address" {\n  value = module.app.address\n}\n',
      '/d/modules/app/main.tf': 'variable "size" {}\n\nmodule "net" {\n  count  = 2\n  source = "../net"\n  size   = var.size\n}\n\noutput "address" {\n  value = module.net[0].address\n}\n',
      '/d/modules/net/main.tf': 'variable "size" {}\n\nmodule "self" {\n  source = "./inner"\n  bits   = var.size\n}\n\noutput "address" {\n  value = module.self.address\n}\n',
      '/d/modules/net/inner/main.tf': 'variable "bits" {}\n\noutput "address" {\n  value = var.bits\n}\n',
    };
    const at = async (file: keyof typeof deep, behind: string) => await markedFolders({ ...deep, [file]: deep[file].replace(behind, `${behind}‸`) });
    const down = async (file: keyof typeof deep, behind: string): Promise<string[]> => {
      const folders = await at(file, behind);
      return definitions(folders.modules, folders.folder, folders.file, folders.position).map((one) => told(folders, one.file, one.nameRange));
    };
    assert.deepEqual(await down('/d/main.tf', 'module.app.addr'), ['/d/modules/app/main.tf:9 address']);
    assert.deepEqual(await down('/d/modules/app/main.tf', 'module.net[0].addr'), ['/d/modules/net/main.tf:8 address']);
    assert.deepEqual(await down('/d/modules/net/main.tf', 'module.self.addr'), ['/d/modules/net/inner/main.tf:3 address']);
    assert.deepEqual(await down('/d/modules/net/main.tf', '  bi'), ['/d/modules/net/inner/main.tf:1 bits']);
    const inner = await at('/d/modules/net/main.tf', 'variable "si');
    const target = targetAt(inner.modules.of(inner.folder)!, inner.file, inner.position);
    assert.deepEqual(references(inner.modules, target!).map((one) => told(inner, one.file, one.range)), ['/d/modules/net/main.tf:5 size', '/d/modules/app/main.tf:6 size']);
    const result = rename(inner.modules, inner.folder, inner.file, inner.position, 'width', true);
    assert.ok(!('refused' in result));
    const texts = after(inner, result.changes);
    assert.deepEqual([texts['/d/main.tf'], texts['/d/modules/app/main.tf']], [deep['/d/main.tf'], deep['/d/modules/app/main.tf'].replace('  size   =', '  width   =')]);
    assert.deepEqual(callersOf(inner.modules, '/d/modules/net/inner').map(({ folder }) => folder), ['/d/modules/net', '/d/modules/app', '/d']);
  });

  it('are found around broken code', async () => {
    const folders = await markedFolders({
      '/q/a.tf': 'variable "memory" {}\n\nresource "proxmox_virtual_environment_vm" "a" {\n  vm_id =\n  name  = "unclosed\n  memory {\n    dedicated = var.mem‸ory\n',
    });
    assert.deepEqual(definitions(folders.modules, folders.folder, folders.file, folders.position).map((one) => told(folders, one.file, one.nameRange)), ['/q/a.tf:1 memory']);
  });
});
