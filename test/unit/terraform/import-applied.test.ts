import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { currentRows, type GuestRow } from '../../../src/inventory/index.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { collect, generateProject, isEmpty, plan, type ProjectFiles, prove, runTerraform, writeProject } from '../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../support/terraform-project.ts';

/** What tells whether a guest went on running: its process, since when, and what it runs with. */
interface Running {
  readonly pid: number;
  /** Seconds since the epoch, rounded as the cluster does. */
  readonly since: number;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * https://github.com/bpg/terraform-provider-proxmox/issues/2902 and its like (#2295, #932): VMs that somebody made without Terraform, imported while they
 * run; their options leave out what the provider has defaults for (the keyboard, the agent's type), the first plan wants to set those, and applying it stops
 * and starts the VMs. Here nothing of that may happen.
 */
describe('The first apply after an import (#2295, #2902)', function () {
  this.timeout(300_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let folder: string;
  let project: ProjectFiles;
  let guests: readonly GuestRow[];
  before(async () => {
    real = await realTerraform();
    simulator = await spawnSimulator('--seed', '7', '--nodes', '2', '--guests', '24', '--pace', '0.05');
    client = simulatorClient(simulator);
    guests = [...(await currentRows(client)).values()].filter((row): row is GuestRow => row.kind === 'qemu' || row.kind === 'lxc');
    // The provider would wait for the agents of these.
    for (const { vmid, node, status, kind } of guests) if (kind === 'qemu' && status === 'paused') await client.waitForTask((await client.post(`/nodes/${node}/qemu/${vmid}/status/resume`)) as string);
    folder = await real.projectFolder('applied');
  });
  after(async () => {
    client.dispose();
    await simulator.stop();
    await real.dispose();
  });

  const pathOf = ({ node, kind, vmid }: GuestRow): string => `/nodes/${node}/${kind}/${vmid}`;
  const running = async (): Promise<ReadonlyMap<number, Running>> => {
    const found = new Map<number, Running>();
    for (const guest of guests) {
      const now = Date.now() / 1000;
      const { status, pid, uptime } = (await client.get(`${pathOf(guest)}/status/current`)) as { status: string; pid?: number; uptime: number };
      const config = (await client.get(`${pathOf(guest)}/config`)) as Record<string, unknown>;
      found.set(guest.vmid, { pid: status === 'running' ? (pid ?? 0) : 0, since: status === 'running' ? now - uptime : 0, config });
    }
    return found;
  };
  const tasks = async (): Promise<ReadonlySet<string>> => new Set(((await client.get('/cluster/tasks')) as { upid: string }[]).map(({ upid }) => upid));
  const apply = async (): Promise<void> => {
    const settings = { folder, environment: await real.environmentFor(simulator) };
    await plan(real.terraform.path, join(folder, 'plan.bin'), settings);
    const { exitCode, output } = await runTerraform(real.terraform.path, ['apply', '-json', join(folder, 'plan.bin')], settings);
    assert.equal(exitCode, 0, output.slice(-2000));
  };
  const assertUntouched = (vmids: readonly number[], then: ReadonlyMap<number, Running>, now: ReadonlyMap<number, Running>): void => {
    for (const vmid of vmids) {
      const [old, fresh] = [then.get(vmid), now.get(vmid)];
      assert.equal(fresh?.pid, old?.pid, `${vmid} has another process`);
      assert.ok(Math.abs((fresh?.since ?? 0) - (old?.since ?? 0)) < 5, `${vmid} runs since another time`);
      assert.deepEqual(fresh?.config, old?.config, `${vmid} has another configuration`);
    }
  };

  it('changes no guest: the same processes run on, since the same time and with the same options, and the cluster has no new task', async () => {
    const reported = guests.filter(({ kind, status }) => kind === 'qemu' && status === 'running');
    const then = await running();
    const likeTheReport = reported.filter(({ vmid }) => {
      const { keyboard, agent } = then.get(vmid)!.config;
      return keyboard === undefined && typeof agent === 'string' && agent.startsWith('1') && !agent.includes('type=');
    });
    assert.ok(likeTheReport.length >= 2, 'VMs like that of the report run');
    const before = await tasks();

    const { source } = await collect(await currentRows(client), client, { kind: 'cluster' });
    project = generateProject(source, { fileFor: 'all' });
    assert.deepEqual(await writeProject(project, folder), []);
    const report = await prove(project, { terraform: real.terraform, folder, environment: await real.environmentFor(simulator) });
    assert.deepEqual(report.residue, []);
    assert.ok(isEmpty(report));
    await apply();

    assertUntouched(guests.map(({ vmid }) => vmid), then, await running());
    assert.deepEqual([...(await tasks()).difference(before)], []);
    const again = await prove(project, { terraform: real.terraform, folder, environment: await real.environmentFor(simulator) });
    assert.deepEqual([again.summary, again.residue], [{ import: 0, add: 0, change: 0, remove: 0 }, []]);
  });

  it('would be seen to stop a VM if it did: setting the keyboard does, as the report before the apply says', async () => {
    const vm = guests.find(({ kind, status, vmid }) => kind === 'qemu' && status === 'running' && project.addresses.has(`qemu/${vmid}`));
    assert.ok(vm);
    const address = project.addresses.get(vm.id) ?? '';
    const file = join(folder, 'guests.tf');
    const head = `resource "proxmox_virtual_environment_vm" "${address.split('.')[1] ?? ''}" {\n`;
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(head));
    await writeFile(file, text.replace(head, `${head}  keyboard_layout = "de"\n`));
    const then = await running();

    const report = await prove(project, { terraform: real.terraform, folder, environment: await real.environmentFor(simulator) });
    assert.deepEqual(report.residue.map((residue) => [residue.address, residue.attributes.map(({ path, consequence }) => [path, consequence])]), [[address, [['keyboard_layout', 'restart']]]]);
    await apply();

    const now = await running();
    assert.notEqual(now.get(vm.vmid)?.pid, then.get(vm.vmid)?.pid, 'it was stopped and started');
    assertUntouched(guests.map(({ vmid }) => vmid).filter((vmid) => vmid !== vm.vmid), then, now);
  });
});
