import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { check, type Given, type GuestType, valuesOf, wishesOf } from '../../../../src/changes/create/index.ts';
import { operationByName } from '../../../../src/changes/index.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import { FactsSource } from '../../../../src/editor/create/facts-source.ts';
import type { Parameters } from '../../../../src/pve/index.ts';
import { putVolume } from '../../../../src/simulator/state/volumes.ts';
import { inProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf, clientOf, inventoryOf } from '../../changes/in-process-client.ts';
import { settle } from '../../changes/operations/examples.ts';
import { key } from '../../changes/create/facts.ts';

const image = 'local:import/debian-13-genericcloud-amd64.qcow2';

/** Does what is wished in the demo cluster, step by step. @returns the new guest's configuration and state */
async function carryOut(type: GuestType, given: Given): Promise<Readonly<Record<string, unknown>>> {
  const at = inProcess();
  putVolume(at.cluster, { volid: image, storage: 'local', node: 'pve1', content: 'import', format: 'qcow2', size: 3 * 1024 ** 3, used: 400_000_000, ctime: 1_780_000_000 });
  const client = clientOf(at);
  const source = new FactsSource(() => Promise.resolve(client), inventoryOf(at));
  const [cluster, facts] = await Promise.all([source.cluster(), source.node('pve1')]);
  const { answers, messages } = check(type, valuesOf(type, { node: 'pve1', ...given }, cluster, facts), cluster, facts, { $secret: 'reference' });
  assert.ok(answers, JSON.stringify(messages));
  const wishes = wishesOf(answers);
  for (const { operation, target, parameters, description } of propose(asking, wishes, await circumstancesOf(at, wishes)).steps) {
    const request = operationByName(operation)?.request(target, parameters);
    assert.ok(request, operation);
    const sent = Object.fromEntries(Object.entries(request.parameters).map(([name, value]) => [name, typeof value === 'object' && '$secret' in value ? 'the real one' : value])) as Parameters;
    const upid = String(await client[request.method === 'PUT' ? 'put' : 'post'](request.path, sent));
    settle(at);
    if (!upid.startsWith('UPID:')) continue;
    const { exitstatus } = (await client.get(`/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`)) as { exitstatus: string };
    assert.equal(exitstatus, 'OK', `${description}: ${JSON.stringify(await client.get(`/nodes/pve1/tasks/${encodeURIComponent(upid)}/log`))}`);
  }
  const path = `/nodes/pve1/${type}/${answers.vmid}`;
  return { ...((await client.get(`${path}/config`)) as object), ...((await client.get(`${path}/status/current`)) as { status: string }) };
}

describe('what the form wishes, carried out in the simulator', () => {
  it('a container from a template that is downloaded', async () => {
    const made = await carryOut('lxc', { name: 'web-1', password: 'secret', sshKeys: key, template: '+alpine-3.23-default_20260116_amd64.tar.xz', templateStorage: 'local', storage: 'local-lvm', ipMode: 'static', ip: '10.20.5.5/16', gateway: '10.20.0.1', vlan: '7', tags: 'web', pool: 'lab', description: 'Trying' });
    const { hostname, status, tags, description, unprivileged } = made;
    assert.deepEqual({ hostname, status, tags, description: String(description).trim(), unprivileged }, { hostname: 'web-1', status: 'running', tags: 'web', description: 'Trying', unprivileged: 1 });
    assert.match(String(made['rootfs']), /^local-lvm:.*size=8G/);
    assert.match(String(made['net0']), /ip=10\.20\.5\.5\/16/);
  });

  it('a VM with an installer for Windows', async () => {
    const made = await carryOut('qemu', { name: 'desk', source: 'nas:iso/Win11_25H2_English_x64.iso', startAtBoot: true });
    const { name, status, bios, machine, onboot } = made;
    assert.deepEqual({ name, status, bios, onboot }, { name: 'desk', status: 'running', bios: 'ovmf', onboot: 1 });
    assert.match(String(machine), /q35/);
    assert.match(String(made['tpmstate0']), /^ceph:/);
  });

  it('a VM from a disk image, set up by cloud-init', async () => {
    const made = await carryOut('qemu', { name: 'cloud', source: image, user: 'ops', password: 'secret', sshKeys: `${key}\n`, size: '20', storage: 'local-lvm', ipMode: 'static', ip: '10.20.5.6/16', gateway: '10.20.0.1' });
    const { name, status, ciuser, ipconfig0, cipassword } = made;
    assert.deepEqual({ name, status, ciuser, ipconfig0, cipassword }, { name: 'cloud', status: 'running', ciuser: 'ops', ipconfig0: 'ip=10.20.5.6/16,gw=10.20.0.1', cipassword: '**********' });
    assert.match(String(made['scsi0']), /^local-lvm:.*size=20G/);
    assert.equal(decodeURIComponent(String(made['sshkeys'])), key);
  });
});
