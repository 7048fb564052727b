import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findTerraform, lockHolder, stateLock, type Terraform, TerraformFailed } from '../../../../src/terraform/index.ts';

/** Works for as long as nobody writes into `go`. */
const code = `
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "until [ -e go ]; do sleep 0.05; done"
  }
}
`;

describe("who holds the lock of a project's state", () => {
  let folder: string;
  let terraform: Terraform;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-lock-'));
    await writeFile(join(folder, 'main.tf'), code);
    const found = await findTerraform(process.env);
    assert(found !== undefined);
    terraform = found;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is told while somebody applies, and nobody is when they are done', async () => {
    const settings = { folder, environment: process.env };
    const applying = spawn(terraform.path, ['apply', '-auto-approve', '-no-color'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(applying, 'close');
    await new Promise<void>((resolve) => applying.stdout.on('data', (text) => {
      if (/Provisioning with/.test(String(text))) resolve();
    }));
    const holder = await stateLock(terraform.path, settings);
    assert.equal(holder?.operation, 'OperationTypeApply');
    assert.match(holder.id, /^[0-9a-f-]{36}$/);
    await writeFile(join(folder, 'go'), '');
    await ended;
    assert.equal(await stateLock(terraform.path, settings), undefined);
  });

  it('is found out with the variables files without which nothing can be planned', async () => {
    const own = await mkdtemp(join(tmpdir(), 'state-lock-'));
    try {
      await writeFile(join(own, 'main.tf'), 'variable "size" {}\nresource "terraform_data" "a" {\n  input = var.size\n}\n');
      await writeFile(join(own, 'small.tfvars'), 'size = 1\n');
      const settings = { folder: own, environment: process.env };
      await assert.rejects(stateLock(terraform.path, settings), /No value for required variable/);
      assert.equal(await stateLock(terraform.path, settings, ['small.tfvars']), undefined);
    } finally {
      await rm(own, { recursive: true });
    }
  });

  it('is not asked about where something else is in the way', async () => {
    await writeFile(join(folder, 'broken.tf'), 'resource "terraform_data" {');
    await assert.rejects(stateLock(terraform.path, { folder, environment: process.env }), (error) => error instanceof TerraformFailed && error.kind === 'other');
  });

  it('is somebody else than who was refused, whatever the backend says', () => {
    const refused = '  ID:        035bef80\n  Path:      \n  Operation: OperationTypePlan\n  Who:       me@here\n  Created:   2026-11-30 08:39:37.045993664 +0000 UTC\n';
    const nobodyKnown = { who: undefined, created: undefined, operation: undefined };
    // With its frame, as Terraform 1.11 breaks the line.
    assert.deepEqual(lockHolder(`│ Error message: HTTP remote state already locked:\n│ ID=cde6f0e8-abd4\n│ Lock Info:\n${refused}`), { id: 'cde6f0e8-abd4', ...nobodyKnown, untilProcessEnds: false });
    assert.deepEqual(lockHolder(`Error message: Already locked for workspace: default\nLock Info:\n${refused}`), { id: '035bef80', ...nobodyKnown, untilProcessEnds: true });
    const file = lockHolder(`Error message: resource temporarily unavailable\nLock Info:\n${refused}`);
    assert.deepEqual([file?.who, file?.untilProcessEnds], ['me@here', true]);
  });
});
