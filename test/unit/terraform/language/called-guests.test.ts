import { strict as assert } from 'node:assert';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import { complete, diagnose, type ModuleFolder, type TerraformModule } from '../../../../src/terraform/language/index.ts';
import type { HclDocument } from '../../../../src/terraform/syntax/index.ts';
import { cluster, parser, schemas } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const vm = (body: string, name = 'this'): string => `resource "${VM}" "${name}" {\n${`node_name = "pve1"\n${body}`.replace(/^/gm, '  ')}\n}\n`;
const call = (name: string, body: string, source = './guest'): string => `module "${name}" {\n${`source = "${source}"\n${body}`.replace(/^/gm, '  ')}\n}\n`;
const none: ReadonlySet<number> = new Set();
/** A module that describes one VM and takes its VMID from the call. */
const guest = `variable "id" {}\n${vm('vm_id = var.id')}`;

/** The folder `/p` of these files, with the folders below it. */
function project(files: Readonly<Record<string, string>>, more: Partial<TerraformModule> = {}, before: ReadonlyMap<string, ModuleFolder> = new Map()): TerraformModule & { readonly folders: ReadonlyMap<string, ModuleFolder> } {
  const folders = new Map<string, ModuleFolder & { readonly files: Map<string, HclDocument> }>();
  for (const [name, text] of Object.entries(files)) {
    const [file, folder] = [`/p/${name}`, dirname(`/p/${name}`)];
    const one = folders.get(folder) ?? { folder, files: new Map<string, HclDocument>() };
    one.files.set(file, parser.parse(text, before.get(folder)?.files.get(file)));
    folders.set(folder, one);
  }
  return { module: folders.get('/p')!, modules: { of: (folder) => folders.get(folder), all: () => folders.values() }, folders, schemas, cluster, managed: none, ...more };
}

const toldOf = (terraform: TerraformModule, file = '/p/main.tf'): string[] =>
  diagnose(terraform, file).map(({ range, code, message, fixes }) => `${String(range.start.line + 1)}:${String(range.start.character)} ${code}: ${message}${fixes.map(({ title }) => ` → ${title}`).join('')}`);
const told = (main: string, more: Readonly<Record<string, string>> = { 'guest/main.tf': guest }, other: Partial<TerraformModule> = {}): string[] => toldOf(project({ 'main.tf': main, ...more }, other));
const both = (a: string, b: string, more?: Readonly<Record<string, string>>): string[] => told(`${call('a', a)}${call('b', b)}`, more);

describe('VMIDs of guests in modules that are called', () => {
  it('are told where two calls give the same one, and one click gives a free one', () => {
    assert.deepEqual(both('id = 300', 'id = 301'), []);
    assert.deepEqual(both('id = 300', 'id = "300"'), [
      `3:7 duplicate-vmid: module.b.${VM}.this has the VMID 300 too. → Change to 102, the next free VMID`,
      `7:7 duplicate-vmid: module.a.${VM}.this has the VMID 300 too. → Change to 102, the next free VMID`,
    ]);
  });

  it('are followed through what the caller says by names, and what the module makes of them', () => {
    const more = { 'locals.tf': 'locals {\n  first = 290\n  ids = { b = 300 }\n}\n', 'guest/main.tf': `variable "base" {\n  default = 300\n}\nvariable "number" {\n  default = 0\n}\nlocals {\n  id = var.base + var.number\n}\n${vm('vm_id = local.id')}` };
    assert.deepEqual(both('base = local.first\nnumber = 10', 'base = local.ids.b', more), [
      `3:9 duplicate-vmid: module.a.${VM}.this gets the VMID 300, which module.b.${VM}.this has too.`,
      `8:9 duplicate-vmid: module.b.${VM}.this gets the VMID 300, which module.a.${VM}.this has too.`,
    ]);
    assert.deepEqual(both('base = local.first', 'base = local.ids.b', more), []);
    // By default it is the same for both, which is to be seen at the calls alone.
    assert.deepEqual(both('', 'number = 1', more), []);
    assert.deepEqual(both('', '', more), [
      `1:0 duplicate-vmid: module.a.${VM}.this gets the VMID 300, which module.b.${VM}.this has too.`,
      `5:0 duplicate-vmid: module.b.${VM}.this gets the VMID 300, which module.a.${VM}.this has too.`,
    ]);
  });

  it('are told for instances of calls and of resources', () => {
    assert.deepEqual(told(call('a', 'for_each = { x = 300, y = 300 }\nid = each.value')), [`4:7 duplicate-vmid: module.a["x"].${VM}.this gets the VMID 300, which module.a["y"].${VM}.this has too.`]);
    assert.deepEqual(told(call('a', 'count = 2\nid = 300 + count.index')), []);
    assert.deepEqual(told(`${call('a', 'id = 300')}${call('b', 'id = 298')}`, { 'guest/main.tf': `variable "id" {}\n${vm('count = 3\nvm_id = var.id + count.index')}` }), [
      `3:7 duplicate-vmid: module.a.${VM}.this[0] gets the VMID 300, which module.b.${VM}.this[2] has too.`,
      `7:7 duplicate-vmid: module.b.${VM}.this[2] gets the VMID 300, which module.a.${VM}.this[0] has too.`,
    ]);
  });

  it('are told beside resources of the folder itself, and through modules in between', () => {
    const site = `variable "first" {}\n${call('one', 'id = var.first', '../guest')}${call('two', 'id = var.first + 1', '../guest')}`;
    assert.deepEqual(told(`${call('site', 'first = 300', './site')}${vm('vm_id = 301', 'web')}`, { 'guest/main.tf': guest, 'site/main.tf': site }), [
      `3:10 duplicate-vmid: module.site.module.two.${VM}.this gets the VMID 301, which ${VM}.web has too.`,
      `7:10 duplicate-vmid: module.site.module.two.${VM}.this has the VMID 301 too. → Change to 102, the next free VMID`,
    ]);
  });

  it('are held against the cluster, as those of resources are', () => {
    assert.deepEqual(told(call('a', 'id = 100')), ['3:7 vmid-taken: 100 is the VMID of web on pve1, which this project does not manage. Import it, or take another VMID. → Change to 102, the next free VMID']);
    assert.deepEqual(told(call('a', 'id = 100'), undefined, { managed: new Set([100]) }), []);
    assert.deepEqual(told(`${call('a', 'id = 100')}import {\n  to = module.a.${VM}.this\n  id = "pve1/100"\n}\n`), []);
  });

  it('are left alone where anything about them is not certain', () => {
    const silent = (why: string, a: string, b: string, files?: Readonly<Record<string, string>>): void => assert.deepEqual(both(a, b, files), [], why);
    const more = (text: string): Readonly<Record<string, string>> => ({ 'guest/main.tf': text });
    silent('worked out by a function', 'id = max(300, 1)', 'id = max(300, 1)');
    silent('a condition', 'id = true ? 300 : 301', 'id = true ? 300 : 301');
    silent('null may be the default', 'id = null', 'id = null', more(`variable "id" {\n  default = 300\n  nullable = false\n}\n${vm('vm_id = var.id')}`));
    silent('not given', '', '', more(guest));
    silent('a condition in the module', 'id = 300', 'id = 300', more(`variable "id" {}\nvariable "on" {\n  default = true\n}\n${vm('count = var.on ? 1 : 0\nvm_id = var.id')}`));
    silent('none of one', 'id = 300\ncount = 0', 'id = 300');
    silent('as many as others say', 'id = 300\ncount = length([1])', 'id = 300');
    silent('no such module', 'id = 300', 'id = 300', {});
    silent('a module that is not here', 'id = 300', 'id = 300', { 'other/main.tf': guest });
    silent('another cluster', 'id = 300\nproviders = { proxmox = proxmox.other }', 'id = 300');
    silent('a provider of its own', 'id = 300', 'id = 300', more(`provider "proxmox" {}\n${guest}`));
    silent('a provider that is not passed on', 'id = 300', 'id = 300', more(`variable "id" {}\n${vm('provider = proxmox.other\nvm_id = var.id')}`));
    silent('an override in the module', 'id = 300', 'id = 300', { 'guest/main.tf': guest, 'guest/main_override.tf': vm('vm_id = null') });
    assert.deepEqual(told(`${call('a', 'id = 300')}${call('b', 'id = 300')}`, { 'guest/main.tf': guest, 'override.tf': call('b', 'id = 301') }).filter((text) => text.includes('vmid')), [], 'an override of the call');
    assert.deepEqual(told(`${call('a', 'id = var.x')}${call('b', 'id = var.x')}variable "x" {\n  default = 300\n}\n`), [], 'a variable whose value others may give');
    // What every module of a circle says cannot be planned, and must not keep anybody waiting.
    assert.deepEqual(told(call('a', ''), { 'guest/main.tf': call('b', '', '../guest') }), []);
    assert.deepEqual(told(call('a', 'count = 500\nid = 300 + count.index'), { 'guest/main.tf': `variable "id" {}\n${call('b', 'count = 500\nid = var.id', '../deep')}`, 'deep/main.tf': guest }).length, 1);
  });

  it('are told of guests with one configuration of the provider, whichever it is called', () => {
    const passed = 'id = 300\nproviders = { proxmox = proxmox.other }';
    assert.equal(both(passed, passed).length, 2);
    assert.equal(both('id = 300\nproviders = {\n  proxmox.mine = proxmox.other\n}', passed, { 'guest/main.tf': guest.replace('node_name', 'provider = proxmox.mine\n  node_name') }).length, 0);
    assert.equal(told(`${call('a', passed)}${vm('provider = proxmox.other\nvm_id = 300')}`).length, 2);
    assert.equal(told(`${vm('provider = proxmox.other\nvm_id = 300', 'a')}${vm('vm_id = 300', 'b')}`).length, 0);
  });

  it('do not let a resource be wrong that there may be none of', () => {
    assert.deepEqual(told(`variable "n" {}\n${vm('count = var.n\nvm_id = 300', 'a')}${vm('vm_id = 300', 'b')}`), []);
  });

  it('are there for clones, and are not offered as free ones', () => {
    assert.deepEqual(told(`${call('a', 'id = 102')}${vm('vm_id = 300\nclone {\n  vm_id = 102\n}', 'b')}`), []);
    assert.deepEqual(told(vm('vm_id = 300\nclone {\n  vm_id = 102\n}', 'b')).length, 1);
    const files = { 'main.tf': `${call('a', 'id = 102')}${call('b', 'id = 103\ncount = var.n')}${vm('vm_id = ', 'b')}`, 'guest/main.tf': guest };
    const line = files['main.tf'].split('\n').findIndex((text) => text.includes('vm_id'));
    assert.deepEqual(complete(project(files), '/p/main.tf', { line, character: 10 }).filter(({ kind }) => kind === 'live').map(({ label }) => label), ['104']);
  });

  it('are looked at again when the module or a call is another one, and only then', () => {
    const [plain, web, no] = [call('a', 'id = 300'), vm('vm_id = 300', 'web'), guest.replace('var.id', 'null')];
    let asked = 0;
    const counting = { ...schemas, resource: (type: string) => (asked++, schemas.resource(type)) };
    let last = project({ 'main.tf': `${plain}${web}`, 'guest/main.tf': no }, { schemas: counting });
    const then = (main: string, inModule: string): string[] => toldOf((last = project({ 'main.tf': main, 'guest/main.tf': inModule }, { schemas: counting }, last.folders)));
    const lines = (found: readonly string[]): string[] => found.map((text) => text.split(':')[0] ?? '');
    assert.deepEqual(toldOf(last), []);
    assert.deepEqual(lines(then(`${plain}${web}`, guest)), ['3', '7']);
    assert.deepEqual(lines(then(`${plain}${web}`, no)), []);
    assert.deepEqual(lines(then(`${plain}${web}`, guest)), ['3', '7']);
    assert.deepEqual(lines(then(`${plain.replace('300', '301')}${web}`, guest)), []);
    assert.deepEqual(lines(then(`${plain}${web}`, guest)), ['3', '7']);
    assert.deepEqual(lines(then(web, guest)), []);
    asked = 0;
    assert.deepEqual(lines(then(`${web}# c\n`, guest)), []);
    assert.equal(asked, 0);
  });
});
