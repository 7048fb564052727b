import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import { type Asking, openDoor, PolicySource, Refusal, type Wish } from '../../../src/changes/index.ts';
import { verifyAuditLog } from '../../../src/changes/index.ts';
import { type Inventory, openInventory } from '../../../src/inventory/index.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { disposeAll } from '../pve/client/client.ts';
import type { GuestTarget } from '../../../src/changes/proposal/target.ts';
import { connect, guestsThat, quickBackoff } from './support.ts';

const sqlWasm = join(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');

describe('the door', function () {
  this.timeout(60_000);
  let simulator: SpawnedSimulator;
  let folder: string;
  let client: PveClient;
  let inventory: Inventory;
  let policies: PolicySource;
  let door: ReturnType<typeof openDoor>;
  let asking: Asking;
  before(async () => (simulator = await spawnSimulator('--pace', '0.1')));
  after(() => simulator.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'door-'));
    client = connect(simulator);
    inventory = await openInventory({ folder, sqlWasm, logger: silentLogger });
    await inventory.refresh(client.connection, client);
    policies = new PolicySource(silentLogger);
    door = openDoor({
      connection: (id) => (id === client.connection.id ? client.connection : undefined),
      client: () => Promise.resolve(client), inventory: () => Promise.resolve(inventory), policies,
      secrets: { secret: (reference) => Promise.resolve(reference === 'known' ? 'very-secret-1' : undefined) },
      runsFolder: join(folder, 'runs'), auditFolder: join(folder, 'audit'), clock: systemClock, logger: silentLogger, backoff: quickBackoff,
    });
    asking = { connection: client.connection, origin: 'person', surface: 'test' };
  });
  afterEach(async () => {
    door.dispose();
    inventory.dispose();
    disposeAll();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const audited = async (): Promise<string[]> =>
    (await door.audit.entries()).toReversed().map((entry) => ('decision' in entry ? `${entry.decision} by ${entry.by} (${entry.demand})` : 'step' in entry ? `${entry.step} ${entry.state}` : entry.event));

  it('lets a small change through at once and writes down all of it', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const proposal = await door.propose(asking, [{ operation: 'guest.start', target }]);
    assert.equal((await door.decide(proposal)).demand, 'allow');
    assert.equal((await (await door.run(proposal, { safeguards: [] })).ended).state, 'succeeded');
    assert.deepEqual(await audited(), ['proposed', 'approved by policy (allow)', `start-${target.vmid} done`, 'ended']);
    assert.deepEqual(await verifyAuditLog(join(folder, 'audit')), { ok: true, entries: 4, files: 1 });
  });

  it('asks for the name before a guest is destroyed, and takes no other', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const proposal = await door.propose(asking, [{ operation: 'guest.destroy', target }]);
    const { demand, confirmation } = await door.decide(proposal);
    assert.deepEqual([demand, confirmation], ['type-the-name', target.name]);
    for (const typed of [undefined, '', 'something else']) await assert.rejects(door.run(proposal, { safeguards: [], ...(typed === undefined ? {} : { typed }) }), Refusal);
    assert.equal((await (await door.run(proposal, { safeguards: [], typed: target.name ?? '' })).ended).state, 'succeeded');
    assert.deepEqual((await guestsThat(client, 'stopped')).filter(({ vmid }) => vmid === target.vmid), []);
  });

  it('runs nothing that the policy refuses, and says why', async () => {
    const [target] = await guestsThat(client, 'running');
    assert.ok(target);
    policies.takeFile('readOnly: ["*"]');
    const proposal = await door.propose(asking, [{ operation: 'guest.stop', target }]);
    await assert.rejects(door.run(proposal, { safeguards: [] }), /is read-only/);
    assert.deepEqual(await audited(), ['proposed', 'refused by policy (refuse)']);
  });

  it('neither resumes nor undoes what the policy forbids by now, and writes down who did', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const proposal = await door.propose(asking, [{ operation: 'guest.start', target }]);
    await (await door.run(proposal, { safeguards: [] })).ended;
    policies.takeFile('readOnly: ["*"]');
    await assert.rejects(door.rollBack(proposal.id), /is read-only/);
    await assert.rejects(door.resume(proposal.id), /is read-only/);
    policies.takeFile('rules: [{ operations: [guest.shutdown], demand: refuse, reason: Nothing goes down }]');
    await assert.rejects(door.rollBack(proposal.id), /Nothing goes down/);
    policies.takeFile(undefined);
    assert.equal((await (await door.rollBack(proposal.id)).ended).state, 'rolled-back');
    assert.deepEqual((await audited()).slice(4), [
      'refused by policy (refuse)', 'refused by policy (refuse)', 'refused by policy (refuse)', 'rolled-back by person (allow)', `start-${target.vmid}~ done`, 'ended',
    ]);
    await assert.rejects(door.rollBack('b1a7e1d0-1f4c-4c39-9d3f-0c2b7f1d2e3a'), /There is no such run/);
  });

  it('proposes nothing for protected guests, nor what the privileges do not allow', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    await client.put(`/nodes/${target.node}/${target.type}/${target.vmid}/config`, { protection: 1 });
    await assert.rejects(door.propose(asking, [{ operation: 'guest.destroy', target }]), /is protected; unprotect it first/);
    await client.put(`/nodes/${target.node}/${target.type}/${target.vmid}/config`, { protection: 0 });
  });

  it('finds out when a VMID was taken between review and run', async () => {
    const vmid = Number(await client.get('/cluster/nextid'));
    const wish: Wish = { operation: 'guest.create', target: { kind: 'guest', type: 'qemu', vmid, node: 'pve1', name: 'late' }, parameters: { name: 'late', memory: 512 } };
    const proposal = await door.propose(asking, [wish]);
    await client.waitForTask(String(await client.post('/nodes/pve1/qemu', { vmid, name: 'first' })));
    const ended = await (await door.run(proposal, { safeguards: [] })).ended;
    assert.equal(ended.state, 'failed');
    assert.match(Object.values(ended.steps)[0]?.error?.message ?? '', /already exists/);
  });

  it('goes on with nothing that would now happen to another guest that got the VMID meanwhile', async () => {
    const vmid = Number(await client.get('/cluster/nextid'));
    const target: GuestTarget = { kind: 'guest', type: 'qemu', vmid, node: 'pve1', name: 'ours' };
    const made = await door.propose(asking, [{ operation: 'guest.create', target, parameters: { name: 'ours', memory: 512 } }]);
    assert.equal((await (await door.run(made, { safeguards: [] })).ended).state, 'succeeded');
    await inventory.refreshAnew(client.connection, client);
    // Protected after the review, so that destroying it fails and waits to be tried again.
    const doomed = await door.propose(asking, [{ operation: 'guest.destroy', target }]);
    await client.put(`/nodes/pve1/qemu/${vmid}/config`, { protection: 1 });
    assert.equal((await (await door.run(doomed, { safeguards: [], typed: 'ours' })).ended).state, 'failed');

    await client.put(`/nodes/pve1/qemu/${vmid}/config`, { protection: 0, name: 'theirs' });
    for (const goOn of [() => door.resume(doomed.id), () => door.rollBack(made.id)]) {
      await assert.rejects(goOn(), (error: unknown) => error instanceof Refusal && error.reasons[0] === `VM ${vmid} (theirs) on pve1 is not VM ${vmid} (ours), which this was agreed on for.`);
    }
    await client.waitForTask(String(await client.delete(`/nodes/pve1/qemu/${vmid}`)));
    const template = ((await client.get('/nodes/pve1/storage/local/content', { content: 'vztmpl' })) as { volid: string }[])[0]?.volid;
    await client.waitForTask(String(await client.post('/nodes/pve1/lxc', { vmid, hostname: 'ours', ostemplate: template, rootfs: 'local-lvm:1', password: 'secret' })));
    await assert.rejects(door.resume(doomed.id), new RegExp(`Container ${vmid} \\(ours\\) on pve1 is not VM ${vmid} \\(ours\\)`));
    await client.waitForTask(String(await client.delete(`/nodes/pve1/lxc/${vmid}`)));

    await client.waitForTask(String(await client.post('/nodes/pve1/qemu', { vmid, name: 'ours' })));
    assert.equal((await (await door.resume(doomed.id)).ended).state, 'succeeded');
  });

  it('goes on with a guest that it has itself given another name', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const option = target.type === 'qemu' ? 'name' : 'hostname';
    const renamed = await door.propose(asking, [{ operation: 'guest.configure', target, parameters: { [option]: 'called-anew' } }]);
    assert.equal((await (await door.run(renamed, { safeguards: [] })).ended).state, 'succeeded');
    assert.equal((await (await door.rollBack(renamed.id)).ended).state, 'rolled-back');
  });

  it('never writes a secret down', async () => {
    const vmid = Number(await client.get('/cluster/nextid'));
    const template = ((await client.get('/nodes/pve1/storage/local/content', { content: 'vztmpl' })) as { volid: string }[])[0]?.volid;
    assert.ok(template);
    const proposal = await door.propose(asking, [{
      operation: 'guest.create', target: { kind: 'guest', type: 'lxc', vmid, node: 'pve1', name: 'ct' },
      parameters: { hostname: 'ct', ostemplate: template, rootfs: 'local-lvm:1', password: { $secret: 'known' } },
    }]);
    assert.equal((await (await door.run(proposal, { safeguards: [] })).ended).state, 'succeeded');
    const { readdir, readFile } = await import('node:fs/promises');
    for (const below of ['runs', 'audit']) {
      for (const name of await readdir(join(folder, below))) assert.ok(!(await readFile(join(folder, below, name), 'utf8')).includes('very-secret-1'), name);
    }
  });
});
