import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type InteropProject, interopProject } from '../../support/interop-project.ts';

/** Images by every way in, clones of every kind, and a VM that moves. */
describe('Terraform with the bpg/proxmox provider, cloning and moving', function () {
  this.timeout(180_000);
  let project: InteropProject;
  before(async () => (project = await interopProject(join(import.meta.dirname, 'terraform-guests'), [])));
  after(() => project.dispose());

  const config = async (node: string, vmid: number): Promise<Readonly<Record<string, string>>> => (await project.client.get(`/nodes/${node}/qemu/${vmid}/config`)) as Record<string, string>;

  it('makes images, a template and its clones, sees the cluster, and then finds nothing to change', async () => {
    assert.match(await project.ends(0, 'apply', '-auto-approve'), /Resources: 10 added, 0 changed, 0 destroyed\./);
    assert.match(await project.ends(0, 'plan', '-detailed-exitcode'), /No changes\./);
    const { seen } = JSON.parse(await project.ends(0, 'output', '-json')) as { seen: { value: unknown } };
    assert.deepEqual(seen.value, {
      nodes: ['pve1', 'pve2', 'pve3'], cores: 32, release: '9.2', datastores: ['backup', 'ceph', 'local', 'local-lvm', 'nas'],
      pools: ['interop', 'lab', 'production', 'staging'], templates: [4341, 9000, 9001], vm: 'template', containers: 16, isos: ['interop.img', 'interop.iso'],
    });
    const disks = await Promise.all([config('pve1', 4341), config('pve1', 4342), config('pve1', 4343), config('pve2', 4344)]);
    assert.deepEqual(disks.map(({ scsi0 = '' }) => [scsi0.split(',')[0], /size=\w+/.exec(scsi0)?.[0]]), [
      ['local-lvm:base-4341-disk-0', 'size=12G'], ['local-lvm:vm-4342-disk-0', 'size=12G'], ['local-lvm:vm-4343-disk-0', 'size=12G'], ['local-lvm:vm-4344-disk-0', 'size=12G'],
    ]);
  });

  it('migrates a VM whose node_name changes', async () => {
    assert.match(await project.ends(0, 'apply', '-auto-approve', '-var', 'node=pve2'), /Resources: 0 added, 1 changed, 0 destroyed\./);
    assert.match((await config('pve2', 4342))['scsi0'] ?? '', /^local-lvm:vm-4342-disk-0,.*size=12G/);
    const { members } = (await project.client.get('/pools/interop')) as { members: { id: string; node: string }[] };
    assert.deepEqual(members.map(({ id, node }) => [id, node]), [['qemu/4342', 'pve2']]);
    assert.match(await project.ends(0, 'plan', '-detailed-exitcode', '-var', 'node=pve2'), /No changes\./);
  });

  it('leaves nothing behind', async () => {
    assert.match(await project.ends(0, 'destroy', '-auto-approve', '-var', 'node=pve2'), /Destroy complete! Resources: 10 destroyed\./);
    const left = [...(await project.volumes('local')), ...(await project.volumes('local-lvm'))];
    assert.deepEqual(left.filter((volume) => /434\d|interop/.test(volume)), []);
  });
});
