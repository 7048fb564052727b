import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { currentRows, type Row } from '../../../../src/inventory/index.ts';
import type { PveClient } from '../../../../src/pve/index.ts';
import { collect, generateProject, type KnownConfig, needsConfig, type ProjectState, readStateFile, type ResourceDrift, rowIdOf, standingOf, writeProject } from '../../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../../support/terraform-project.ts';

/** What somebody may do to a guest behind a project's back: options of its configuration. */
const changes: Readonly<Record<'qemu' | 'lxc', fc.Arbitrary<Readonly<Record<string, string | number>>>>> = {
  qemu: fc.oneof(
    fc.record({ memory: fc.constantFrom(640, 1280, 3072) }),
    fc.record({ cores: fc.constantFrom(3, 5, 7) }),
    fc.record({ name: fc.constantFrom('renamed', 'other') }),
    fc.record({ tags: fc.constantFrom('blue', 'blue;green') }),
    fc.record({ description: fc.constantFrom('Changed by hand.', 'Two\nlines') }),
    fc.record({ onboot: fc.constantFrom(0, 1) }),
    fc.record({ boot: fc.constantFrom('order=net0', 'order=scsi0;net0') }),
    fc.record({ agent: fc.constantFrom('0', '0,fstrim_cloned_disks=1') }),
    fc.record({ net0: fc.constantFrom('virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=42', 'e1000=BC:24:11:00:00:01,bridge=vmbr0') }),
    fc.record({ balloon: fc.constantFrom(0, 512) }),
    fc.record({ cpu: fc.constantFrom('host', 'x86-64-v2-AES') }),
    fc.record({ protection: fc.constantFrom(0, 1) }),
  ),
  lxc: fc.oneof(
    fc.record({ memory: fc.constantFrom(640, 1280, 3072) }),
    fc.record({ swap: fc.constantFrom(128, 256) }),
    fc.record({ cores: fc.constantFrom(3, 5, 7) }),
    fc.record({ hostname: fc.constantFrom('renamed', 'other') }),
    fc.record({ tags: fc.constantFrom('blue', 'blue;green') }),
    fc.record({ description: fc.constantFrom('Changed by hand.', 'Two\nlines') }),
    fc.record({ onboot: fc.constantFrom(0, 1) }),
    fc.record({ nameserver: fc.constantFrom('192.0.2.1', '192.0.2.1 192.0.2.2') }),
    fc.record({ net0: fc.constant('name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:02,ip=192.0.2.7/24,type=veth') }),
  ),
};

type Attributes = Readonly<Record<string, unknown>>;

/** What the provider tells beside what can be set: which follows from that, or comes from the guest's agent. */
const LISTED = new Set(['ipv4', 'ipv4_addresses', 'ipv6', 'ipv6_addresses', 'mac_addresses', 'network_interface_names']);

describe('Drift as Terraform and as we see it', function () {
  this.timeout(180_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let state: ProjectState;
  before(async () => {
    [real, simulator] = await Promise.all([realTerraform(), spawnSimulator('--nodes', '2')]);
    client = simulatorClient(simulator);
    environment = await real.environmentFor(simulator);
    folder = await real.projectFolder('drift');
    // A paused VM's agent would be waited for.
    const { source } = await collect(new Map([...(await currentRows(client))].filter(([, row]) => !('status' in row) || row.status !== 'paused')), client, { kind: 'cluster' });
    await writeProject(generateProject(source, { fileFor: 'all' }), folder);
    await terraform('init');
    await terraform('apply', '-auto-approve', '-parallelism=20');
    const read = await readStateFile(join(folder, 'terraform.tfstate'));
    assert.ok(read);
    state = read;
  });
  after(async () => {
    client?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });

  const terraform = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(real.terraform.path, [...args, '-no-color'], { cwd: folder, env: environment, maxBuffer: 256 * 1024 * 1024 })).stdout;
  const pathOf = (row: Row): string => (row.kind === 'qemu' || row.kind === 'lxc' ? `/nodes/${row.node}/${row.kind}/${String(row.vmid)}/config` : '');

  const ours = async (): Promise<ReadonlyMap<string, ResourceDrift>> => {
    const rows = await currentRows(client);
    const configs = new Map<string, KnownConfig>();
    for (const rowId of state.resources.filter(needsConfig).flatMap((resource) => rowIdOf(resource) ?? [])) {
      const row = rows.get(rowId);
      if (row !== undefined) configs.set(rowId, { ok: true, config: (await client.get(pathOf(row))) as Record<string, unknown> });
    }
    return new Map(state.resources.map((resource) => [resource.address, standingOf(resource, { fresh: true, rows, config: (rowId) => configs.get(rowId), pools: undefined })]));
  };
  /** By resource, the attributes that a refresh finds to be different. */
  const theirs = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
    await terraform('plan', '-refresh-only', '-out=drift.tfplan', '-parallelism=20');
    const { resource_drift: drift = [] } = JSON.parse(await terraform('show', '-json', 'drift.tfplan')) as { resource_drift?: { address: string; change: { before: Attributes; after: Attributes } }[] };
    return Object.fromEntries(drift.map(({ address, change: { before, after } }) => [
      address, Object.keys(before).filter((name) => !LISTED.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name])).toSorted(),
    ]));
  };
  const drifted = (all: ReadonlyMap<string, ResourceDrift>): Record<string, unknown> => Object.fromEntries([...all].flatMap(([address, { standing }]) => {
    if (standing.kind === 'in-sync') return [];
    return [[address, standing.kind === 'drifted' ? [...new Set(standing.differences.map(({ path }) => path.replace(/[.[].*$/, '')))].toSorted() : standing]];
  }));

  it('is nowhere in a project that was just applied', async () => {
    assert.ok(state.resources.filter(needsConfig).length > 20);
    assert.deepEqual(drifted(await ours()), {});
    assert.deepEqual(await theirs(), {});
  });

  it('is in the same resources after random changes to guests', async () => {
    const guests = state.resources.filter(needsConfig);
    const rows = await currentRows(client);
    const told: Record<string, unknown> = {};
    const picks = fc.sample(fc.tuple(fc.boolean(), changes.qemu, changes.lxc), { numRuns: guests.length, seed: 7 });
    for (const [index, resource] of guests.entries()) {
      const row = rows.get(rowIdOf(resource) ?? '');
      const [touched = false, vm, container] = picks[index] ?? [];
      if (!touched || row === undefined || (row.kind !== 'qemu' && row.kind !== 'lxc')) continue;
      const options = row.kind === 'qemu' ? vm : container;
      await client.put(pathOf(row), options);
      told[resource.address] = options;
    }
    const [seen, real] = [drifted(await ours()), await theirs()];
    assert.deepEqual(seen, real, JSON.stringify({ told, seen, real }, undefined, 1));
    assert.ok(Object.keys(real).length > 5);
  });
});
