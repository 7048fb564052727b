import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { ProjectDrift } from '../../../../src/editor/terraform/drift/project-drift.ts';
import { standingsIn } from '../../../../src/editor/terraform/drift/standings.ts';
import { managedIn } from '../../../../src/editor/terraform/import/managed.ts';
import type { Row } from '../../../../src/inventory/index.ts';
import { type ClusterView, findTerraform, type HclParser, init } from '../../../../src/terraform/index.ts';
import { testHclParser } from '../../../support/hcl.ts';

const CODE = `resource "proxmox_virtual_environment_vm" "web" {
  memory {
    dedicated = 2048
  }
}

resource "proxmox_virtual_environment_vm" "many" {
  count = 2
}

resource "proxmox_virtual_environment_vm" "new" {}

resource "random_pet" "name" {}

module "site" {
  source = "./site"
}
`;

const instance = (vmid: number, name: string, memory: number, key?: number): unknown =>
  ({ ...(key !== undefined && { index_key: key }), attributes: { id: String(vmid), vm_id: vmid, node_name: 'pve1', name, started: false, on_boot: false, memory: [{ dedicated: memory, floating: 0, shared: 0 }] } });
const resource = (name: string, instances: readonly unknown[], module?: string): unknown => ({ ...(module !== undefined && { module }), mode: 'managed', type: 'proxmox_virtual_environment_vm', name, instances });
const state = JSON.stringify({
  version: 4, serial: 1, lineage: 'x',
  resources: [resource('web', [instance(101, 'web', 2048)]), resource('many', [instance(102, 'a', 512, 0), instance(103, 'b', 512, 1)]), resource('db', [instance(104, 'db', 512)], 'module.site')],
});

/** A state with one resource of that name. */
const pets = (name: string): string => JSON.stringify({ version: 4, serial: 1, lineage: 'x', resources: [{ mode: 'managed', type: 'terraform_data', name, provider: 'provider["terraform.io/builtin/terraform"]', instances: [{ schema_version: 0, attributes: { id: name } }] }] });

describe('How Terraform code stands to the cluster', () => {
  let parser: HclParser;
  let folder: string;
  before(async () => {
    parser = await testHclParser();
    folder = await mkdtemp(join(tmpdir(), 'drift-'));
  });
  after(async () => {
    parser.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const row = (vmid: number, name: string): [string, Row] => [`qemu/${String(vmid)}`, { id: `qemu/${String(vmid)}`, kind: 'qemu', vmid, node: 'pve1', name, status: 'stopped', template: false, tags: [] } as unknown as Row];
  const view = (memory: Readonly<Record<number, number>>): ClusterView => ({
    fresh: true,
    rows: new Map([row(101, 'web'), row(102, 'a'), row(103, 'b'), row(104, 'db')].filter(([id]) => Number(id.slice(5)) in memory)),
    config: (rowId) => ({ ok: true, config: { name: { 'qemu/101': 'web', 'qemu/102': 'a', 'qemu/103': 'b', 'qemu/104': 'db' }[rowId], memory: String(memory[Number(rowId.slice(5))]) } }),
    pools: undefined,
  });
  const standings = async (code: string, memory: Readonly<Record<number, number>>): Promise<Record<string, string>> => {
    await writeFile(join(folder, 'terraform.tfstate'), state);
    const project = new ProjectDrift(folder, {});
    await project.readState();
    project.compare(view(memory));
    assert.equal(project.hindrance, undefined);
    return Object.fromEntries(standingsIn(parser.parse(code), project.drifts).map(({ address, text }) => [address.replace('proxmox_virtual_environment_vm.', ''), text]));
  };

  it('tells it of each resource, with its instances, and of each module', async () => {
    assert.deepEqual(await standings(CODE, { 101: 2048, 102: 512, 103: 512, 104: 512 }), { 'web': 'In sync', 'many': 'In sync: 2 of 2', 'new': 'Not applied yet', 'module.site': 'In sync' });
    assert.deepEqual(await standings(CODE, { 101: 4096, 102: 512, 103: 1024 }), { 'web': 'Drifted: memory.dedicated 2048 → 4096', 'many': 'Drifted: 1 of 2', 'new': 'Not applied yet', 'module.site': 'Missing in the cluster' });
  });

  it('takes for no drift what the code says already, though the state does not know it yet', async () => {
    assert.equal((await standings(CODE.replace('2048', '4096'), { 101: 4096, 102: 512, 103: 512, 104: 512 }))['web'], 'In sync');
  });

  it('says why it is not known', async () => {
    const project = new ProjectDrift(folder, {});
    await writeFile(join(folder, 'terraform.tfstate'), 'no state');
    await project.readState();
    assert.equal(project.hindrance?.kind, 'unreadable');
    project.compare(undefined);
    assert.equal(project.hindrance.kind, 'not-connected');
    await mkdir(join(folder, '.terraform'), { recursive: true });
    await writeFile(join(folder, '.terraform/terraform.tfstate'), JSON.stringify({ backend: { type: 'pg' } }));
    await project.readState();
    assert.equal(project.hindrance.kind, 'backend');
    assert.match(project.hindrance.message, /pg/);
  });

  it('looks at the state that Terraform works on, whichever workspace and data folder the environment says', async () => {
    const place = join(folder, 'elsewhere');
    const states = { 'terraform.tfstate': 'usual', 'terraform.tfstate.d/staging/terraform.tfstate': 'staging', 'terraform.tfstate.d/test/terraform.tfstate': 'test', 'data/environment': '' };
    for (const [file, name] of Object.entries(states)) {
      await mkdir(dirname(join(place, file)), { recursive: true });
      await writeFile(join(place, file), name === '' ? 'test' : pets(name));
    }
    const managed = async (environment: NodeJS.ProcessEnv): Promise<readonly string[]> => {
      const project = new ProjectDrift(place, environment);
      await project.readState();
      return project.resources.map(({ name }) => name);
    };
    assert.deepEqual(await managed({}), ['usual']);
    assert.deepEqual(await managed({ TF_WORKSPACE: 'staging', TF_DATA_DIR: '' }), ['staging']);
    assert.deepEqual(await managed({ TF_DATA_DIR: 'data' }), ['test']);
  });

  it('finds what a project manages for an import, and nothing where that cannot be read', async () => {
    const place = join(folder, 'import');
    await mkdir(place);
    const names = async (): Promise<readonly string[]> => (await managedIn(place, { environment: () => Promise.reject(new Error('not connected')) })).map(({ name }) => name);
    assert.deepEqual(await names(), []);
    await writeFile(join(place, 'terraform.tfstate'), pets('one'));
    assert.deepEqual(await names(), ['one']);
    await mkdir(join(place, '.terraform'));
    await writeFile(join(place, '.terraform/terraform.tfstate'), JSON.stringify({ backend: { type: 'pg' } }));
    assert.deepEqual(await names(), []);
  });

  it('does not take the state of one backend for that of another', async () => {
    const place = join(folder, 'behind');
    await mkdir(place);
    const server = createServer(({ url }, response) => response.end(pets(url?.slice(1) ?? ''))).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const terraform = await findTerraform(process.env);
      assert.ok(terraform, 'neither terraform nor tofu is on the PATH');
      const use = async (name: string): Promise<void> => {
        await writeFile(join(place, 'main.tf'), `terraform {\n  backend "http" {\n    address = "http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${name}"\n  }\n}\n`);
        await init(terraform.path, { folder: place, environment: process.env }, { reconfigure: true });
      };
      const project = new ProjectDrift(place, process.env);
      const managed = (): readonly string[] => project.resources.map(({ name }) => name);
      await use('one');
      await project.pullState({ terraform, folder: place, environment: process.env });
      await project.readState();
      assert.deepEqual([managed(), project.hindrance], [['one'], undefined]);
      await use('other');
      await project.readState();
      assert.deepEqual([managed(), project.hindrance?.kind], [[], 'backend']);
    } finally {
      server.close();
    }
  });
});
