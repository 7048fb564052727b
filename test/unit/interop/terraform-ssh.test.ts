import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type InteropProject, interopProject } from '../../support/interop-project.ts';

/** What the real provider does over SSH, which the API cannot: disks from images, snippets, and lines with id maps. */
describe('Terraform with the bpg/proxmox provider, over SSH', function () {
  this.timeout(180_000);
  let project: InteropProject;
  before(async () => (project = await interopProject(join(import.meta.dirname, 'terraform-ssh'), [])));
  after(() => project.dispose());

  const idMaps = async (): Promise<unknown> => ((await project.client.get('/nodes/pve1/lxc/4332/config')) as { lxc?: unknown }).lxc;

  it('makes a disk from an image, uploads snippets and maps ids, and then finds nothing to change', async () => {
    assert.match(await project.ends(0, 'apply', '-auto-approve'), /Resources: 5 added, 0 changed, 0 destroyed\./);
    assert.match(await project.ends(0, 'plan', '-detailed-exitcode'), /No changes\./);
    const { scsi0, cicustom } = (await project.client.get('/nodes/pve1/qemu/4331/config')) as { scsi0: string; cicustom: string };
    assert.match(scsi0, /^local-lvm:vm-4331-disk-\d,.*discard=on.*size=20G/);
    assert.equal(cicustom, 'user=local:snippets/user-data.yaml,vendor=local:snippets/vendor-data.yaml');
    assert.deepEqual(await idMaps(), [['lxc.idmap', 'u 0 100000 65536'], ['lxc.idmap', 'g 0 100000 65536']]);
  });

  it('replaces a snippet with the VM that reads it, and changes id maps in place', async () => {
    const changed = ['-var', 'hostname=second', '-var', 'ids=1000'];
    assert.match(await project.ends(0, 'apply', '-auto-approve', ...changed), /Resources: 2 added, 1 changed, 2 destroyed\./);
    assert.match(await project.ends(0, 'plan', '-detailed-exitcode', ...changed), /No changes\./);
    assert.deepEqual(await idMaps(), [['lxc.idmap', 'u 0 100000 1000'], ['lxc.idmap', 'g 0 100000 1000']]);
  });

  it('leaves nothing behind', async () => {
    assert.match(await project.ends(0, 'destroy', '-auto-approve'), /Destroy complete! Resources: 5 destroyed\./);
    const left = [...(await project.volumes('local')), ...(await project.volumes('local-lvm'))];
    assert.deepEqual(left.filter((volume) => /433[12]|user-data|vendor-data|debian-13-ssh/.test(volume)), []);
  });
});
