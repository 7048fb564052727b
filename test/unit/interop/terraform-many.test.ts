import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type InteropProject, interopProject } from '../../support/interop-project.ts';

/** Locks and task queues must hold when twenty workers of the provider ask at once. */
describe('Terraform with the bpg/proxmox provider, twenty at a time', function () {
  this.timeout(180_000);
  let project: InteropProject;
  before(async () => (project = await interopProject(join(import.meta.dirname, 'terraform-many'), [])));
  after(() => project.dispose());

  it('makes 50 guests, finds nothing to change, and destroys them', async () => {
    assert.match(await project.ends(0, 'apply', '-auto-approve', '-parallelism=20'), /Resources: 50 added, 0 changed, 0 destroyed\./);
    assert.match(await project.ends(0, 'plan', '-detailed-exitcode', '-parallelism=20'), /No changes\./);
    assert.match(await project.ends(0, 'destroy', '-auto-approve', '-parallelism=20'), /Destroy complete! Resources: 50 destroyed\./);
    assert.deepEqual((await project.volumes('local-lvm')).filter((volume) => /-5[01]\d\d-/.test(volume)), []);
  });
});
