import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { operationByName } from '../../../../src/changes/operations/index.ts';
import type { Action } from '../../../../src/changes/proposal/step.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import { inProcess, type InProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf, clientOf } from '../in-process-client.ts';
import { examples, settle } from './examples.ts';

const operationOf = (action: Action): NonNullable<ReturnType<typeof operationByName>> => {
  const operation = operationByName(action.operation);
  assert.ok(operation, action.operation);
  return operation;
};
const seconds = (at: InProcess): number => Math.floor(at.clock.now() / 1000);

/** Sends it and lets its task end; tells what the outcome was said to be before, while it ran, and after. */
async function carryOut(at: InProcess, action: Action): Promise<{ before: unknown; during: unknown; after: unknown; upid: string | undefined }> {
  const operation = operationOf(action);
  const client = clientOf(at);
  at.clock.advance(5_000);
  const since = seconds(at);
  const outcome = (): Promise<unknown> => operation.outcome(action.target, action.parameters, client, since);
  const before = await outcome();
  const { method, path, parameters, answer } = operation.request(action.target, action.parameters);
  const data = await client[method === 'POST' ? 'post' : method === 'PUT' ? 'put' : 'delete'](path, parameters as Parameters<typeof client.post>[1]);
  const upid = answer === 'task' && typeof data === 'string' ? data : undefined;
  const during = upid === undefined ? undefined : await outcome();
  settle(at);
  if (upid !== undefined) {
    const { exitstatus } = (await client.get(`/nodes/${upid.split(':')[1] ?? ''}/tasks/${encodeURIComponent(upid)}/status`)) as { exitstatus?: string };
    assert.equal(exitstatus, 'OK', `${action.description}: ${JSON.stringify(await client.get(`/nodes/${upid.split(':')[1] ?? ''}/tasks/${encodeURIComponent(upid)}/log`))}`);
  }
  return { before, during, after: await outcome(), upid };
}

/** What of the cluster an inverse has to restore. */
function state(at: InProcess): unknown {
  const rows = at.call('GET', '/cluster/resources', { type: 'vm' }) as Record<string, unknown>[];
  const guests = rows.map(({ id, node, status, pool, lock }) => {
    const config = node === 'pve3' ? {} : (at.call('GET', `/nodes/${String(node)}/${String(id)}/config`) as Record<string, unknown>);
    // Where a disk lies is told by its storage; a moved disk may get another number.
    const values = Object.fromEntries(Object.entries(config).filter(([option]) => !['digest', 'lock', 'vmstate', 'runningmachine', 'runningcpu', 'meta', 'protection'].includes(option)).map(([option, value]) => [option, String(value).replace(/vm-(\d+)-disk-\d+/, 'vm-$1-disk')]));
    return { id, node, status, pool, lock, protection: Number(config['protection'] ?? 0), ...values };
  });
  return { guests, files: (at.call('GET', '/nodes/pve1/storage/local/content') as { volid: string }[]).map(({ volid }) => volid) };
}

describe('the operations, carried out in the simulator', () => {
  for (const { title, wish: wished, before, undone, repeatable, atOnce } of examples) {
    it(`${title}: the outcome is told truly${undone === true ? ', and its inverse undoes it' : ''}`, async () => {
      const at = inProcess();
      before?.(at);
      const wish = typeof wished === 'function' ? wished(at) : wished;
      const found = state(at);
      const [step] = propose(asking, [wish], await circumstancesOf(at, [wish])).steps;
      assert.ok(step);
      const told = await carryOut(at, step);
      assert.equal(told.before, 'not-done');
      if (told.upid !== undefined) assert.deepEqual(told.during, atOnce === true ? 'done' : repeatable === undefined ? { running: told.upid } : 'not-done');
      assert.equal(told.after, repeatable !== undefined ? 'not-done' : 'done');
      if (undone !== true) return;

      assert.ok(step.inverse, 'there is an inverse');
      assert.notDeepEqual(state(at), found, 'it changed something');
      const back = await carryOut(at, step.inverse);
      assert.equal(back.after, 'done');
      assert.deepEqual(state(at), found);
    });
  }

  it('a failed task is not taken for done', async () => {
    const at = inProcess();
    const wish = { operation: 'guest.resize-disk', target: { kind: 'guest', type: 'qemu', vmid: 130, node: 'pve1' }, parameters: { disk: 'scsi0', size: '1G' } } as const;
    const operation = operationOf({ driver: 'api', description: '-', ...wish });
    const since = seconds(at);
    const request = operation.request(wish.target, wish.parameters);
    at.call(request.method, request.path, request.parameters as never);
    settle(at);
    assert.equal(await operation.outcome(wish.target, wish.parameters, clientOf(at), since), 'not-done');
  });

  it('a guest that another made under the wished VMID is not taken for ours', async () => {
    const at = inProcess();
    const wish = { operation: 'guest.create', target: { kind: 'guest', type: 'qemu', vmid: 130, node: 'pve1' }, parameters: {} } as const;
    assert.equal(await operationOf({ driver: 'api', description: '-', ...wish }).outcome(wish.target, wish.parameters, clientOf(at), seconds(at)), 'not-done');
    assert.equal(await operationByName('guest.clone')?.outcome({ kind: 'guest', type: 'qemu', vmid: 9000, node: 'pve1' }, { newid: 130 }, clientOf(at), seconds(at)), 'not-done');
  });
});
