import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { check, type Given, type GuestType, valuesOf, wishesOf } from '../../../../src/changes/create/index.ts';
import { openInventory } from '../../../../src/inventory/index.ts';
import { operationByName } from '../../../../src/changes/index.ts';
import { silentLogger } from '../../../../src/base/index.ts';
import { FactsSource } from '../../../../src/editor/create/facts-source.ts';
import type { Parameters, PveClient } from '../../../../src/pve/index.ts';
import { generateProject, init, plan, residueOf, runTerraform, show, writeGuest } from '../../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../../support/terraform-project.ts';
import { key } from '../../changes/create/facts.ts';

type Config = Readonly<Record<string, unknown>>;

/**
 * What the provider writes down although it is the default, by option: with it the guest is no other. Everything else has to be the
 * same as what the API made.
 */
const DEFAULTS: Readonly<Record<GuestType, Config>> = {
  qemu: { acpi: 1, agent: 'enabled=0,fstrim_cloned_disks=0,type=virtio', bios: 'seabios', keyboard: 'en-us', numa: 0, onboot: 0, protection: 0, tablet: 1, template: 0, sockets: 1 },
  lxc: { arch: 'amd64', cmode: 'tty', console: 1, cpulimit: 0, onboot: 0, protection: 0, template: 0, tty: 2 },
};
/** As much inside one option: `aio=io_uring` of a disk. */
const WITHIN = /^(aio=io_uring|backup=1|cache=none|replicate=1|ssd=0|format=raw|fstrim_cloned_disks=0|type=virtio|host-managed=0|link_down=0)$/;
/** What no two guests share. */
const OWN = /^(digest|meta|vmgenid|smbios1)$/;

function comparable(type: GuestType, config: Config, vmid: number): Config {
  const rows = Object.entries(config).flatMap(([name, value]): [string, unknown][] => {
    if (OWN.test(name) || String(DEFAULTS[type][name]) === String(value)) return [];
    // Of its memory a balloon may have all, which is what it has unless it is told otherwise.
    if (name === 'balloon' && String(value) === String(config['memory'])) return [];
    const text = String(value).replaceAll(String(vmid), 'VMID').replaceAll(/[0-9A-F]{2}(:[0-9A-F]{2}){5}/g, 'MAC');
    return [[name, text.split(',').filter((part) => !WITHIN.test(part)).toSorted().join(',')]];
  });
  return Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe('A guest made by Terraform and one made by the API of the same answers', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let real: RealTerraform;
  let facts: FactsSource;
  let closeInventory: () => void;

  before(async () => {
    real = await realTerraform();
    simulator = await spawnSimulator('--pace', '0.1', '--nodes', '2', '--seed', '1');
    client = simulatorClient(simulator);
    const inventory = await openInventory({ folder: join(real.folder, 'inventory'), sqlWasm: join(import.meta.dirname, '../../../../node_modules/sql.js/dist/sql-wasm.wasm'), logger: silentLogger });
    await inventory.refresh(client.connection, client);
    facts = new FactsSource(() => Promise.resolve(client), inventory);
    closeInventory = () => inventory.dispose();
    await finish(String(await client.post('/nodes/pve1/storage/local/download-url', { content: 'import', filename: 'cloud.qcow2', url: 'https://cloud.example/debian-13-genericcloud-amd64.qcow2' })));
  });
  after(async () => {
    closeInventory?.();
    client?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });

  const finish = async (upid: string): Promise<void> => {
    if (!upid.startsWith('UPID:')) return;
    for (;;) {
      const { status, exitstatus } = (await client.get(`/nodes/${upid.split(':')[1] ?? ''}/tasks/${encodeURIComponent(upid)}/status`)) as { status: string; exitstatus?: string };
      if (status !== 'stopped') continue;
      assert.equal(exitstatus, 'OK', upid);
      return;
    }
  };
  const made = async (type: GuestType, vmid: number): Promise<Config> => {
    const path = `/nodes/pve1/${type}/${vmid}`;
    const { status } = (await client.get(`${path}/status/current`)) as { status: string };
    return { ...comparable(type, (await client.get(`${path}/config`)) as Config, vmid), status };
  };

  /** Twins: one VMID for Terraform, one for the API. */
  const twins = async (type: GuestType, given: Given, vmid: number): Promise<{ readonly byTerraform: Config; readonly byApi: Config }> => {
    const [cluster, node] = await Promise.all([facts.cluster(), facts.node('pve1')]);
    const answersFor = (id: number): NonNullable<ReturnType<typeof check>['answers']> => {
      const { answers, messages } = check(type, valuesOf(type, { node: 'pve1', vmid: String(id), ...given }, cluster, node), cluster, node, { $secret: 'reference' });
      assert.ok(answers, JSON.stringify(messages));
      return answers;
    };
    const at = await real.projectFolder(String(vmid));
    const { terraform } = real;
    const { text: code, variables } = writeGuest(answersFor(vmid), {
      taken: new Set(), variables: new Set(), pools: new Map(), downloads: new Map(),
      appliance: (name) => {
        const { location, sha512 } = node.appliances.find(({ template }) => template === name) ?? {};
        return location === undefined ? undefined : { url: location, sha512 };
      },
    });
    for (const [name, text] of generateProject({ guests: [], pools: [] }, { fileFor: 'all' }).files) await writeFile(join(at, name), text);
    await writeFile(join(at, 'guest.tf'), code);
    const environment = { ...(await real.environmentFor(simulator)), ...Object.fromEntries(variables.map(({ name }) => [`TF_VAR_${name}`, 'quite a secret'])) };
    assert.equal(execFileSync(terraform.path, ['fmt', '-check', '-diff'], { cwd: at, env: environment, encoding: 'utf8' }), '');
    const settings = { folder: at, environment };
    await init(terraform.path, settings);
    await plan(terraform.path, join(at, 'plan.bin'), settings);
    const { exitCode, output } = await runTerraform(terraform.path, ['apply', '-json', join(at, 'plan.bin')], settings);
    assert.equal(exitCode, 0, output.slice(-3000));
    await plan(terraform.path, join(at, 'again.bin'), settings);
    assert.deepEqual(residueOf(await show(terraform.path, join(at, 'again.bin'), settings)), [], 'the next plan changes nothing');
    for (const { operation, target, parameters = {} } of wishesOf(answersFor(vmid + 1))) {
      // Terraform has downloaded it already.
      if (operation === 'storage.download-template') continue;
      const request = operationByName(operation)?.request(target, parameters);
      assert.ok(request, operation);
      const sent = Object.fromEntries(Object.entries(request.parameters).map(([name, value]) => [name, typeof value === 'object' && '$secret' in value ? 'quite a secret' : value])) as Parameters;
      await finish(String(await client[request.method === 'PUT' ? 'put' : 'post'](request.path, sent)));
    }
    while (given.start !== false && ((await client.get(`/nodes/pve1/${type}/${vmid + 1}/status/current`)) as { status: string }).status !== 'running');
    return { byTerraform: await made(type, vmid), byApi: await made(type, vmid + 1) };
  };

  it('are the same container, from a template that is downloaded', async () => {
    const { byTerraform, byApi } = await twins('lxc', {
      name: 'web-1', password: 'secret', sshKeys: key, template: '+alpine-3.23-default_20260116_amd64.tar.xz', templateStorage: 'local', storage: 'local-lvm', ipMode: 'static', ip: '10.20.5.5/16', gateway: '10.20.0.1',
      ip6Mode: 'auto', vlan: '7', tags: 'web', pool: 'lab', description: 'Trying', nameserver: '10.20.0.1, 10.20.0.2', searchDomain: 'example.org', startAtBoot: true,
    }, 8000);
    assert.deepEqual(byTerraform, byApi);
  });

  it('are the same VM, from a disk image set up by cloud-init', async () => {
    const { byTerraform, byApi } = await twins('qemu', {
      name: 'cloud', source: 'local:import/cloud.qcow2', user: 'ops', password: 'secret', sshKeys: key, size: '20', storage: 'local-lvm', ipMode: 'static', ip: '10.20.5.6/16', gateway: '10.20.0.1', agent: false, tags: 'b, a', start: true,
    }, 8010);
    assert.deepEqual(byTerraform, byApi);
  });

  it('are the same VM with the installer of Windows', async () => {
    const { byTerraform, byApi } = await twins('qemu', { name: 'desk', source: 'nas:iso/Win11_25H2_English_x64.iso', start: false, storage: 'local-lvm', vlan: '12' }, 8020);
    assert.deepEqual(byTerraform, byApi);
  });
});
