import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { ProjectDrift } from '../../../../src/editor/terraform/drift/project-drift.ts';
import { standingsIn } from '../../../../src/editor/terraform/drift/standings.ts';
import type { Row } from '../../../../src/inventory/index.ts';
import type { ClusterView, HclParser } from '../../../../src/terraform/index.ts';
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
    const project = new ProjectDrift(folder);
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
    const project = new ProjectDrift(folder);
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
});
