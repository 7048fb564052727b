import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { currentRows, type GuestRow } from '../../../src/inventory/index.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { type ChangeSummary, collect, generateProject, type ImportSource, init, plan, type Residue, residueOf, runTerraform, show, TerraformFailed } from '../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../support/terraform-project.ts';

interface Proof {
  readonly residue: readonly Residue[];
  readonly summary: ChangeSummary;
  /** What of Proxmox's options has no place in the code, as `vmid option`. */
  readonly left: readonly string[];
  /** Applies the plan; what is left to do then. */
  readonly apply: () => Promise<ChangeSummary>;
}

/** The real provider with the real Terraform. */
describe('Importing guests into Terraform', function () {
  this.timeout(180_000);
  let real: RealTerraform;
  const simulators: SpawnedSimulator[] = [];
  const clients: PveClient[] = [];
  before(async () => {
    real = await realTerraform();
  });
  after(async () => {
    for (const client of clients) client.dispose();
    for (const simulator of simulators) await simulator.stop();
    await real.dispose();
  });

  /** With two nodes: of three one is switched off, and what is on it cannot be asked for. */
  const demo = async (seed: number): Promise<SpawnedSimulator> => {
    const simulator = await spawnSimulator('--seed', String(seed), '--nodes', '2');
    simulators.push(simulator);
    return simulator;
  };
  const clientOf = (simulator: SpawnedSimulator): PveClient => {
    const client = simulatorClient(simulator);
    clients.push(client);
    return client;
  };
  /** The provider waits 15 minutes for the agent of a paused VM. */
  const resume = async (client: PveClient): Promise<void> => {
    const paused = [...(await currentRows(client)).values()].filter((row): row is GuestRow => row.kind === 'qemu' && row.status === 'paused');
    for (const { vmid, node } of paused) await client.waitForTask((await client.post(`/nodes/${node}/qemu/${String(vmid)}/status/resume`)) as string);
  };
  const sourceOf = async (client: PveClient): Promise<ImportSource> => {
    const { source, notCollected } = await collect(await currentRows(client), client, { kind: 'cluster' });
    assert.deepEqual(notCollected, []);
    return source;
  };

  const provePlan = async (simulator: SpawnedSimulator, source: ImportSource, fileFor: 'pool' | 'node' | 'all'): Promise<Proof> => {
    const { terraform } = real;
    const project = generateProject(source, { fileFor });
    assert.deepEqual(project.slow, []);
    const at = await real.projectFolder(`project-${String(simulators.length)}-${fileFor}`);
    for (const [name, text] of project.files) await writeFile(join(at, name), text);
    const environment = await real.environmentFor(simulator);
    assert.equal(execFileSync(terraform.path, ['fmt', '-check', '-diff'], { cwd: at, env: environment, encoding: 'utf8' }), '');
    const settings = { folder: at, environment };
    await init(terraform.path, settings);
    const { summary } = await plan(terraform.path, join(at, 'plan.bin'), settings, '-parallelism=20');
    const left = project.notManaged.filter(({ kind }) => kind === 'option').map(({ vmid, what }) => `${String(vmid)} ${what}`);
    const apply = async (): Promise<ChangeSummary> => {
      const { exitCode, output } = await runTerraform(terraform.path, ['apply', '-json', join(at, 'plan.bin')], settings);
      assert.equal(exitCode, 0, output.slice(-4000));
      return (await plan(terraform.path, join(at, 'again.bin'), settings, '-parallelism=20')).summary;
    };
    return { residue: residueOf(await show(terraform.path, join(at, 'plan.bin'), settings)), summary, left, apply };
  };

  for (const [seed, fileFor] of [[1, 'pool'], [2, 'node'], [3, 'all']] as const) {
    it(`plans to import all guests of the demo cluster with seed ${String(seed)} and change nothing, a file for each ${fileFor}`, async () => {
      const simulator = await demo(seed);
      const client = clientOf(simulator);
      await resume(client);
      const source = await sourceOf(client);
      assert.equal(source.guests.length, 40);
      const { residue, summary, left, apply } = await provePlan(simulator, source, fileFor);
      assert.deepEqual(residue, []);
      // The CD drives, where the provider does not look.
      assert.deepEqual(left.filter((one) => !one.endsWith(' ide2')), []);
      assert.deepEqual(summary, { add: 0, change: 0, import: source.guests.length + source.pools.length, remove: 0 });
      if (seed !== 1) return;
      assert.deepEqual(await apply(), { add: 0, change: 0, import: 0, remove: 0 });
      assert.deepEqual(await sourceOf(client), source);
    });
  }

  it('takes over guests that use nearly every option there is, and says what the provider has no words for', async () => {
    const simulator = await spawnSimulator('--load', join(import.meta.dirname, 'cluster'));
    simulators.push(simulator);
    const { residue, summary, left } = await provePlan(simulator, await sourceOf(clientOf(simulator)), 'all');
    assert.deepEqual(residue, []);
    assert.deepEqual(summary, { add: 0, change: 0, import: 13, remove: 0 });
    assert.deepEqual(left, [
      '102 cipassword', '102 migrate_speed', '102 unused0', '103 vga.memory', '105 boot', '105 bootdisk',
      '107 freeze', '107 kvm', '107 localtime', '107 parallel0', '107 shares', '107 spice_enhancements', '107 tdf', '108 net1',
      '201 lxc lxc.apparmor.profile', '201 features.force_rw_sys', '201 net3.link_down', '201 net3.trunks', '201 rootfs.ro', '201 timezone', '201 unused0',
    ]);
  });

  it("passes Terraform's own words on when it cannot plan, with the place in the code", async () => {
    const at = await real.projectFolder('broken');
    for (const [name, text] of generateProject({ guests: [], pools: [] }, { fileFor: 'all' }).files) await writeFile(join(at, name), text);
    await writeFile(join(at, 'main.tf'), 'resource "proxmox_virtual_environment_vm" "a" {\n  nodename = "pve1"\n}\n');
    const settings = { folder: at, environment: real.environment };
    await init(real.terraform.path, settings);
    await assert.rejects(plan(real.terraform.path, join(at, 'plan.bin'), settings), (error: unknown) => {
      assert.ok(error instanceof TerraformFailed);
      assert.match(error.message, /nodename/);
      assert.deepEqual(error.diagnostics.find(({ summary }) => summary === 'Unsupported argument')?.range, { file: 'main.tf', line: 2 });
      return true;
    });
  });
});
