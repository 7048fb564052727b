import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { allOperations, operationByName } from '../../../../src/changes/operations/index.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import { inProcess } from '../../../support/in-process.ts';
import { checkParameters, loadPveSchema, schemaAbsent } from '../../../support/pve-schema.ts';
import { asking, circumstancesOf } from '../in-process-client.ts';
import { examples } from './examples.ts';

describe('the catalogue of operations', () => {
  it('has an example of each, by names that say what they are about', () => {
    const tried = new Set(examples.map(({ wish }) => (typeof wish === 'function' ? wish(inProcess()) : wish).operation));
    // The restore over itself needs a backup first, but its name stands all the same. What brings a file along is tried in upload.test.ts.
    assert.deepEqual(allOperations.filter(({ driver = 'api' }) => driver === 'api').map(({ name }) => name).filter((name) => !tried.has(name)), []);
    for (const { name, targets } of allOperations) assert.ok(targets.length === 1 && name.startsWith(`${targets[0] ?? ''}.`), name);
    assert.equal(operationByName('guest.explode'), undefined);
  });

  it('asks only what the API describes, forwards and backwards', async () => {
    if (schemaAbsent !== undefined) return void console.log(`      ${schemaAbsent}`);
    const schema = loadPveSchema();
    const at = inProcess();
    for (const { title, wish: wished, before } of examples) {
      const cluster = before === undefined ? at : inProcess();
      before?.(cluster);
      const wish = typeof wished === 'function' ? wished(cluster) : wished;
      const [step] = propose(asking, [wish], await circumstancesOf(cluster, [wish])).steps;
      assert.ok(step);
      for (const action of [step, ...(step.inverse === undefined ? [] : [step.inverse])]) {
        const request = operationByName(action.operation)?.request(action.target, action.parameters);
        assert.ok(request);
        const described = schema.operation(request.method, request.path);
        assert.ok(described, `${request.method} ${request.path}`);
        assert.deepEqual(checkParameters(described, request.parameters), [], title);
        const promised = described.returns?.['type'];
        // Containers become templates in a worker of which the API tells nothing.
        if (!(action.operation === 'guest.template' && request.path.includes('/lxc/'))) assert.equal(request.answer, promised === 'string' && action.operation !== 'node.wake' ? 'task' : 'done', title);
      }
    }
  });

  it('asks for no more and no other privileges than Proxmox does', async () => {
    // Whoever has exactly what an operation names can do it; without one of them, Proxmox refuses.
    for (const { title, wish: wished, before } of examples.filter(({ wish }) => typeof wish !== 'function' && wish.target.kind === 'guest')) {
      const at = inProcess();
      before?.(at);
      const wish = typeof wished === 'function' ? wished(at) : wished;
      const circumstances = await circumstancesOf(at, [wish]);
      const [step] = propose(asking, [wish], circumstances).steps;
      assert.ok(step);
      const operation = operationByName(step.operation);
      assert.ok(operation);
      const needed = operation.privileges(step.target, step.parameters, circumstances);
      for (const [i, { path, privileges, any }] of needed.entries()) {
        const role = `Needed${i}`;
        at.call('POST', '/access/roles', { roleid: role, privs: (any === true ? privileges.slice(0, 1) : privileges).join(',') });
        at.call('PUT', '/access/acl', { path, users: 'mallory@pve', roles: role });
      }
      const request = operation.request(step.target, step.parameters);
      const ask = (): string => {
        try {
          at.call(request.method, decodeURIComponent(request.path), request.parameters as never, 'mallory@pve');
          return 'granted';
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        }
      };
      // Of a backup and of a VM's disk, only the worker finds out.
      for (const [i, { path }] of ['guest.backup', 'guest.resize-disk'].includes(operation.name) ? [] : needed.entries()) {
        at.call('PUT', '/access/acl', { path, users: 'mallory@pve', roles: `Needed${i}`, delete: true });
        assert.match(ask(), /Permission check failed/, `${title}, without ${path}`);
        at.call('PUT', '/access/acl', { path, users: 'mallory@pve', roles: `Needed${i}` });
      }
      assert.equal(ask(), 'granted', title);
    }
  });
});
