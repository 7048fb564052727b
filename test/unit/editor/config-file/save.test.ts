import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { operationByName, type Proposal } from '../../../../src/changes/index.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import { mayConfigure, readConfig, readSnapshots } from '../../../../src/editor/config-file/cluster-config.ts';
import type { ConfigPlace } from '../../../../src/editor/config-file/config-place.ts';
import { type ReviewingDoor, saveConfig, type SaveOutcome } from '../../../../src/editor/config-file/save-config.ts';
import { asking, circumstancesOf, clientOf } from '../../changes/in-process-client.ts';
import { inProcess, type InProcess } from '../../../support/in-process.ts';

const vm: ConfigPlace = { connectionId: 'demo', node: 'pve1', kind: 'qemu', vmid: 100, version: { type: 'configuration' } };
const container: ConfigPlace = { ...vm, kind: 'lxc', vmid: 105 };

/** A door whose proposals are approved and sent at once, or declined. */
function doorOf(at: InProcess, decide: (proposal: Proposal) => boolean = () => true): ReviewingDoor & { readonly seen: Proposal[] } {
  const seen: Proposal[] = [];
  const client = clientOf(at);
  return {
    seen,
    propose: async (_asking, wishes) => propose(asking, wishes, await circumstancesOf(at, wishes)),
    async review(proposal) {
      seen.push(proposal);
      if (!decide(proposal)) return false;
      for (const { operation, target, parameters } of proposal.steps) {
        const request = operationByName(operation)?.request(target, parameters);
        assert.ok(request);
        await client.put(request.path, request.parameters as Parameters<typeof client.put>[1]);
      }
      return true;
    },
  };
}

async function save(at: InProcess, place: ConfigPlace, edit: (text: string) => string, door: ReviewingDoor = doorOf(at), between: () => void = () => undefined): Promise<SaveOutcome> {
  const read = () => readConfig(clientOf(at), place);
  const base = await read();
  between();
  return saveConfig({ place, name: 'gateway', asking, base, text: edit(base.text), door, read });
}

const put = (at: InProcess, parameters: Record<string, string>): unknown => at.call('PUT', '/nodes/pve1/qemu/100/config', parameters);

describe('saving an edited configuration', () => {
  it('makes one proposal with what differs and the digest, and reads what became of it', async () => {
    const at = inProcess();
    const door = doorOf(at);
    const { digest } = await readConfig(clientOf(at), vm);
    const outcome = await save(at, vm, (text) => text.replace('onboot: 1\n', '').replace('tags: critical;network', 'tags: critical;router'), door);
    assert.equal(outcome.type, 'saved');
    assert.deepEqual(door.seen.map(({ steps }) => steps.map(({ operation, parameters }) => ({ operation, parameters }))), [
      [{ operation: 'guest.configure', parameters: { tags: 'critical;router', delete: 'onboot', digest } }],
    ]);
    assert.match(outcome.now.text, /^tags: critical;router$/m);
    assert.doesNotMatch(outcome.now.text, /onboot/);
  });

  it('tells what waits for the next start of a running guest, and reverts it', async () => {
    const at = inProcess();
    const outcome = await save(at, vm, (text) => text.replace('cores: 2', 'cores: 4'));
    assert.equal(outcome.type, 'saved');
    assert.deepEqual(outcome.now.pending, [{ key: 'cores', value: '2', pending: '4', removed: false }]);
    assert.match((await readConfig(clientOf(at), { ...vm, version: { type: 'running' } })).text, /^cores: 2$/m);
    put(at, { revert: 'cores' });
    const { text, pending } = await readConfig(clientOf(at), vm);
    assert.deepEqual([/^cores: (.*)$/m.exec(text)?.[1], pending], ['2', []]);
  });

  it('sends nothing when it is declined, nothing differs, or something cannot be done', async () => {
    const at = inProcess();
    const before = await readConfig(clientOf(at), vm);
    const declined = doorOf(at, () => false);
    assert.deepEqual(await save(at, vm, (text) => text.replace('cores: 2', 'cores: 4'), declined), { type: 'declined' });
    const door = doorOf(at);
    const unchanged = await save(at, vm, (text) => text.replace('cores: 2', 'cores:2'), door);
    assert.equal(unchanged.type, 'unchanged');
    const refused = await save(at, vm, (text) => `${text.replace('size=16G', 'size=32G')}lock: backup\ncipassword: hunter2\n`, door);
    assert.equal(refused.type, 'refused');
    assert.equal(refused.reasons.length, 2);
    const secret = await save(at, vm, (text) => `${text}cipassword: hunter2\n`, door);
    assert.match(secret.type === 'refused' ? secret.reasons.join() : '', /is a secret/);
    assert.deepEqual(await readConfig(clientOf(at), vm), before);
    assert.ok(!JSON.stringify([door.seen, declined.seen]).includes('hunter2'));
  });

  it('keeps a secret out of the proposal when there is somebody to keep it', async () => {
    const at = inProcess();
    const door = { ...doorOf(at, () => false), keepSecret: () => 'secret-1' };
    assert.deepEqual(await save(at, vm, (text) => `${text}cipassword: hunter2\n`, door), { type: 'declined' });
    assert.deepEqual(door.seen[0]?.steps[0]?.parameters['cipassword'], { $secret: 'secret-1' });
  });

  it('is a conflict when somebody else changed it meanwhile, before the review or during it', async () => {
    const at = inProcess();
    const outcome = await save(at, vm, (text) => text.replace('cores: 2', 'cores: 4'), doorOf(at), () => put(at, { description: 'mine' }));
    assert.equal(outcome.type, 'conflict');
    assert.match(outcome.now.text, /^#mine$/m);
    const raced = await save(at, vm, (text) => text.replace('cores: 2', 'cores: 4'), doorOf(at, () => {
      put(at, { description: 'quickest' });
      return true;
    }));
    assert.equal(raced.type, 'conflict');
    assert.match(raced.now.text, /^#quickest$/m);
  });

  it('is no conflict when only a snapshot was made meanwhile', async () => {
    const at = inProcess();
    const outcome = await save(at, vm, (text) => text.replace('tags: critical;network', 'tags: critical'), doorOf(at), () => {
      at.call('POST', '/nodes/pve1/qemu/100/snapshot', { snapname: 'before' });
      at.clock.advance(600_000);
      at.call('GET', '/cluster/tasks');
    });
    assert.equal(outcome.type, 'saved');
    const snapshots = await readSnapshots(clientOf(at), vm);
    assert.ok(snapshots.some(({ name }) => name === 'before'));
    assert.match((await readConfig(clientOf(at), { ...vm, version: { type: 'snapshot', name: 'before' } })).text, /^tags: critical;network$/m);
  });

  it('serves containers too', async () => {
    const at = inProcess();
    const outcome = await save(at, container, (text) => `${text}timezone: host\n`);
    assert.equal(outcome.type, 'saved');
    assert.match(outcome.now.text, /^timezone: host$/m);
  });

  it('is offered to those who hold a privilege for it', async () => {
    const at = inProcess();
    at.call('POST', '/access/users', { userid: 'viewer@pve' });
    at.call('PUT', '/access/acl', { path: '/', users: 'viewer@pve', roles: 'PVEAuditor' });
    assert.equal(await mayConfigure(clientOf(at), vm), true);
    assert.equal(await mayConfigure(clientOf(at, 'viewer@pve'), vm), false);
  });
});
