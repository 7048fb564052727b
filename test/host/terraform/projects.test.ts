import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Emitter } from '../../../src/base/index.ts';
import { HclDocuments } from '../../../src/editor/terraform/documents/index.ts';
import { guestBadge } from '../../../src/editor/terraform/drift/guest-badge.ts';
import { ProjectDrift } from '../../../src/editor/terraform/drift/project-drift.ts';
import { ProjectCode } from '../../../src/editor/terraform/import/project-code.ts';
import { TerraformProjects } from '../../../src/editor/terraform/projects/index.ts';
import type { Connection } from '../../../src/pve/index.ts';
import { terraformFolder, until } from '../../support/host/terraform-folder.ts';

const home: Connection = { id: 'home', name: 'Home', endpoints: ['https://pve1:8006'], authentication: { kind: 'token', tokenId: 'root@pam!workbench' }, trust: { kind: 'system' } };
const code = JSON.stringify({ resource: { proxmox_virtual_environment_vm: { web: { vm_id: 100, node_name: 'pve1' } } } });
const stateOf = (name: string, vmid: number): string => JSON.stringify({
  version: 4, serial: 1, lineage: name,
  resources: [{ mode: 'managed', type: 'proxmox_virtual_environment_vm', name, provider: 'provider["registry.terraform.io/bpg/proxmox"]', instances: [{ attributes: { id: String(vmid), vm_id: vmid, node_name: 'pve1' } }] }],
});

describe('Terraform projects whose code is of JSON', () => {
  let storage: string;
  let projects: TerraformProjects;
  before(async () => {
    storage = await mkdtemp(join(tmpdir(), 'projects-of-json-'));
    const changes = new Emitter<void>();
    const clusters = { connections: { all: [home], onDidChange: changes.event } } as unknown as ConstructorParameters<typeof TerraformProjects>[0]['clusters'];
    projects = new TerraformProjects({ clusters, memory: { get: () => undefined, update: () => Promise.resolve() }, storage });
  });
  after(async () => {
    projects.dispose();
    await rm(storage, { recursive: true });
  });

  /** What is shown beside a guest, with the projects as they are on disk. */
  const badge = async (rowId: string, ...folders: readonly string[]): Promise<string | undefined> => {
    const followed = folders.map((folder) => new ProjectDrift(folder, {}));
    await Promise.all(followed.map((project) => project.readState()));
    return guestBadge(vscode.Uri.from({ scheme: 'proxmox-guest', path: `/home/${rowId}` }), followed, projects)?.badge;
  };

  it('are projects as others are, from when they come until they go', async () => {
    const there = await terraformFolder('json-project', { 'main.tf.json': code });
    await until('the folder', async () => (await projects.folders()).includes(there.path));
    const later = await terraformFolder('json-project-later', { 'more.tofu.json': '{}' });
    await until('the other folder', async () => (await projects.folders()).includes(later.path));
    await rm(later.path, { recursive: true });
    await until('the other folder to be gone', async () => !(await projects.folders()).includes(later.path));
  });

  it('have their code in the files for OpenTofu as well', async () => {
    const { extensionUri } = vscode.extensions.all.find(({ packageJSON }) => (packageJSON as { readonly name?: string }).name === 'proxmox-workbench') ?? {};
    assert.ok(extensionUri);
    const documents = new HclDocuments(extensionUri);
    try {
      const { path } = await terraformFolder('of-tofu', { 'main.tofu': 'provider "proxmox" {}\n', 'more.tf': '', 'values.tfvars': '' });
      assert.deepEqual([...(await new ProjectCode(path, documents, projects).documents()).keys()], ['main.tofu', 'more.tf']);
    } finally {
      documents.dispose();
    }
  });

  it('manage what is in their states, whatever the code is written in', async () => {
    const [json, hcl] = await Promise.all([
      terraformFolder('json-badges', { 'main.tf.json': code, 'terraform.tfstate': stateOf('web', 100) }),
      terraformFolder('json-badges-beside', { 'main.tf': '', 'terraform.tfstate': stateOf('db', 101) }),
    ]);
    assert.deepEqual(await Promise.all(['qemu/100', 'qemu/101', 'qemu/102'].map((id) => badge(id, json.path, hcl.path))), ['T', 'T', 'U']);
  });

  it('leave it open who manages a guest while a state has not been read', async () => {
    const backend = JSON.stringify({ version: 3, backend: { type: 's3', config: {} } });
    const [far, near] = await Promise.all([
      terraformFolder('json-far', { 'main.tf.json': code, '.terraform/terraform.tfstate': backend }),
      terraformFolder('json-near', { 'main.tf': '', 'terraform.tfstate': stateOf('db', 101) }),
    ]);
    assert.deepEqual(await Promise.all(['qemu/100', 'qemu/101'].map((id) => badge(id, far.path, near.path))), [undefined, 'T']);
    await writeFile(join(near.path, 'terraform.tfstate'), '{');
    assert.equal(await badge('qemu/100', near.path), undefined);
  });
});
