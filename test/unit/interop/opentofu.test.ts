import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findTerraform, init, plan, runTerraform, show } from '../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../support/terraform-project.ts';

const CODE = `terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

provider "proxmox" {}

import {
  to = proxmox_virtual_environment_pool.lab
  id = "lab"
}

resource "proxmox_virtual_environment_pool" "lab" {
  pool_id = "lab"
  comment = "by OpenTofu"
}

resource "proxmox_virtual_environment_pool" "tofu" {
  pool_id = "tofu"
}
`;

const tofu = await findTerraform(process.env, process.env['PROXMOX_WORKBENCH_TOFU'] ?? 'tofu');

describe('OpenTofu in Terraform’s place', function () {
  this.timeout(120_000);
  if (tofu === undefined) {
    it('is not on this machine: only Terraform was tested', async () => assert.equal((await findTerraform(process.env))?.product, 'terraform'));
    return;
  }
  let simulator: SpawnedSimulator;
  let real: RealTerraform;
  before(async () => {
    real = await realTerraform('tofu');
    simulator = await spawnSimulator('--pace', '0.05');
  });
  after(async () => {
    await simulator.stop();
    await real.dispose();
  });

  it('imports, plans and applies as the editor has it done', async () => {
    const folder = await real.projectFolder('tofu');
    await writeFile(join(folder, 'main.tf'), CODE);
    const settings = { folder, environment: await real.environmentFor(simulator) };
    await init(real.terraform.path, settings);
    const planned = await plan(real.terraform.path, 'plan', settings);
    assert.deepEqual({ ...planned.summary }, { add: 1, change: 1, import: 1, remove: 0 });
    assert.match(await show(real.terraform.path, 'plan', settings), /"format_version"/);
    await runTerraform(real.terraform.path, ['apply', '-json', 'plan'], settings);
    const { comment } = (await simulatorClient(simulator).get('/pools/lab')) as { comment: string };
    assert.equal(comment, 'by OpenTofu');
    await simulatorClient(simulator).get('/pools/tofu');
    assert.deepEqual({ ...(await plan(real.terraform.path, 'plan', settings)).summary }, { add: 0, change: 0, import: 0, remove: 0 });
  });
});
