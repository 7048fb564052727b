import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { findTerraform, installedModules } from '../../../src/terraform/index.ts';
import { callersOf, definitions, diagnose, isFetched, type ModuleFolder, prepareRename, type TerraformModule } from '../../../src/terraform/language/index.ts';
import { callsFetched, placesOf } from '../../../src/editor/terraform/plan/module-calls.ts';
import { testHclParser } from '../../support/hcl.ts';
import { schemas } from './language/stage.ts';

const run = promisify(execFile);
const VM = 'proxmox_virtual_environment_vm';
const guest = `variable "id" {\n  default = 300\n}\nresource "${VM}" "this" {\n  node_name = "pve1"\n  vm_id = var.id\n}\n`;

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

describe('modules that Terraform has fetched', () => {
  let top: string;
  let project: string;
  let source: string;
  const json = (): string => join(project, '.terraform/modules/modules.json');
  const installed = async (): Promise<string[]> => [...(await installedModules(project, {}))].flatMap(([from, calls]) => [...calls].map(([name, { folder }]) => `${relative(project, from)}: ${name} → ${relative(project, folder)}`)).sort();

  /** The folders of the project and of all that was fetched, as they are on disk. */
  async function folders(): Promise<Map<string, ModuleFolder>> {
    const parser = await testHclParser();
    const fetched = await installedModules(project, {});
    const paths = [project, join(project, 'site'), ...[...fetched.values()].flatMap((calls) => [...calls.values()].map(({ folder }) => folder))];
    return new Map(await Promise.all(paths.map(async (folder) => {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.tf'));
      const files = new Map(await Promise.all(names.map(async (name) => [join(folder, name), parser.parse(await readFile(join(folder, name), 'utf8'))] as const)));
      return [folder, { folder, files, fetched: fetched.get(folder) }] as const;
    })));
  }
  const all = (known: ReadonlyMap<string, ModuleFolder>) => ({ of: (folder: string) => known.get(folder), all: () => known.values() });

  before(async () => {
    top = await mkdtemp(join(tmpdir(), 'installed-modules-'));
    project = join(top, 'project');
    source = `git::file://${join(top, 'repository')}`;
    await write(join(top, 'repository'), { 'main.tf': `${guest}module "inner" {\n  source = "./modules/inner"\n}\n`, 'modules/inner/main.tf': 'variable "x" {\n  default = 1\n}\n\noutput "y" {\n  value = var.x\n}\n' });
    const git = async (...words: readonly string[]): Promise<unknown> => await run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], { cwd: join(top, 'repository') });
    await git('init', '-q');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'a');
    await write(project, {
      'main.tf': `module "web" {\n  source = "${source}"\n}\nmodule "db" {\n  source = "${source}"\n  id = 300\n}\nmodule "sub" {\n  source = "${source}//modules/inner"\n}\nmodule "site" {\n  source = "./site"\n}\noutput "z" {\n  value = module.sub.y\n}\n`,
      'site/main.tf': `module "far" {\n  source = "${source}"\n  id = 301\n}\n`,
    });
    const terraform = await findTerraform(process.env);
    assert.ok(terraform !== undefined, 'There is no terraform and no tofu on the PATH.');
    await run(terraform.path, ['get', '-no-color'], { cwd: project });
  });
  after(async () => await rm(top, { recursive: true }));

  it('are found where they are, by who calls them; those of the project itself are not among them', async () => {
    assert.deepEqual(await installed(), [
      '.terraform/modules/db: inner → .terraform/modules/db/modules/inner',
      '.terraform/modules/site.far: inner → .terraform/modules/site.far/modules/inner',
      '.terraform/modules/web: inner → .terraform/modules/web/modules/inner',
      ': db → .terraform/modules/db',
      ': sub → .terraform/modules/sub/modules/inner',
      ': web → .terraform/modules/web',
      'site: far → .terraform/modules/site.far',
    ]);
  });

  it('are looked through for guests with one VMID', async () => {
    const known = await folders();
    const terraform: TerraformModule = { module: known.get(project)!, modules: all(known), schemas, cluster: undefined, managed: undefined };
    const found = diagnose(terraform, join(project, 'main.tf')).map(({ range, message }) => `${String(range.start.line + 1)} ${message}`);
    assert.deepEqual(found, [
      `1 module.web.${VM}.this gets the VMID 300, which module.db.${VM}.this has too.`,
      `6 module.web.${VM}.this has the VMID 300 too.`,
    ]);
  });

  it('are where names lead to, and whose names nobody changes', async () => {
    const modules = all(await folders());
    const main = join(project, 'main.tf');
    const at = async (text: string) => {
      const before = (await readFile(main, 'utf8')).split(text)[0]! + text;
      return { line: before.split('\n').length - 1, character: before.length - before.lastIndexOf('\n') - 1 };
    };
    const leadsTo = async (text: string) => definitions(modules, project, main, await at(text)).map(({ file, address }) => `${relative(project, file)} ${address}`);
    assert.deepEqual(await leadsTo('  id'), ['.terraform/modules/db/main.tf var.id']);
    assert.deepEqual(await leadsTo('module.sub.y'), ['.terraform/modules/sub/modules/inner/main.tf output.y']);
    assert.deepEqual(prepareRename(modules, project, main, await at('  id')), { refused: 'var.id is a name in a module that was fetched, and is not this project’s to change.' });
    assert.ok(isFetched(modules, join(project, '.terraform/modules/web/modules/inner')) && !isFetched(modules, join(project, 'site')));
    assert.deepEqual(callersOf(modules, join(project, '.terraform/modules/site.far')).map(({ folder }) => relative(project, folder)), ['site', '']);
  });

  it('are planned from the project that they were fetched for', async () => {
    const calls = callsFetched(await installedModules(project, {}));
    assert.deepEqual(placesOf(join(project, '.terraform/modules/web/modules/inner'), calls), [{ root: project, prefix: 'module.web.module.inner' }]);
  });

  it('are followed while the code says the same source, whichever way it is written', async () => {
    const parser = await testHclParser();
    const same = (code: string, written: string): boolean => {
      const module: ModuleFolder = { folder: '/p', files: new Map([['/p/a.tf', parser.parse(`module "a" {\n  source = "${code}"\n}\noutput "b" {\n  value = module.a.c\n}\n`)]]), fetched: new Map([['a', { source: written, folder: '/m' }]]) };
      const called: ModuleFolder = { folder: '/m', files: new Map([['/m/a.tf', parser.parse('output "c" {\n  value = 1\n}\n')]]) };
      return definitions(all(new Map([['/p', module], ['/m', called]])), '/p', '/p/a.tf', { line: 4, character: 19 }).length === 1;
    };
    const pairs = [
      ['acme/vm/proxmox', 'registry.terraform.io/acme/vm/proxmox'], ['acme/vm/proxmox//modules/disk', 'registry.opentofu.org/acme/vm/proxmox//modules/disk'], ['app.example.org/acme/vm/proxmox', 'app.example.org/acme/vm/proxmox'],
      ['github.com/acme/vm', 'git::https://github.com/acme/vm.git'], ['github.com/acme/vm//disk?ref=v1', 'git::https://github.com/acme/vm.git//disk?ref=v1'], ['git@github.com:acme/vm.git', 'git::ssh://git@github.com/acme/vm.git'],
      ['https://example.org/vm.zip', 'https://example.org/vm.zip'],
    ] as const;
    for (const [code, written] of pairs) assert.ok(same(code, written), code);
    for (const [index, [code]] of pairs.entries()) assert.ok(!same(code, pairs[(index + 1) % pairs.length]![1]), code);
    for (const [code, written] of [['acme/vm/proxmox', 'registry.terraform.io/acme/vm/aws'], ['acme/vm/proxmox', 'evil.example.org/acme/vm/proxmox'], ['github.com/acme/vm?ref=v1', 'git::https://github.com/acme/vm.git?ref=v2'], ['acme/vm/proxmox', '']] as const) assert.ok(!same(code, written), `${code} ${written}`);
  });

  it('are none where the list of them is missing, is no list, or leads elsewhere', async () => {
    const good = await readFile(json(), 'utf8');
    const list = (...entries: readonly unknown[]): string => JSON.stringify({ Modules: entries });
    try {
      for (const text of ['', '{', '[]', 'null', '{"Modules":{}}', '{"Modules":[1,"a",null,{"Key":"web"},{"Key":"web","Dir":5}]}']) {
        await writeFile(json(), text);
        assert.deepEqual(await installed(), [], text);
      }
      await writeFile(json(), list(
        { Key: 'up', Source: 'acme/a/b', Dir: '../elsewhere' }, { Key: 'root', Source: 'acme/a/b', Dir: '/etc' }, { Key: 'out', Source: 'acme/a/b', Dir: '.terraform/modules/../../..' },
        { Key: 'beside', Source: 'acme/a/b', Dir: '.terraform/modules-of-others/a' }, { Key: 'all', Source: 'acme/a/b', Dir: '.terraform/modules' }, { Key: 'nobody.child', Source: 'acme/a/b', Dir: '.terraform/modules/a' },
        7, { Key: 'kept', Source: 'acme/a/b', Dir: '.terraform/modules/kept' },
      ));
      assert.deepEqual(await installed(), [': kept → .terraform/modules/kept']);
      await rm(json());
      assert.deepEqual(await installed(), []);
    } finally {
      await writeFile(json(), good);
    }
  });
});
