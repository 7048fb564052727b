import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { checkParameters, checkReturn, loadPveSchema, type Operation, schemaAbsent } from '../../support/pve-schema.ts';

/** The check of the checks: a schema test that lets everything through would be worth nothing. */
describe('the API schema used by the tests', () => {
  if (schemaAbsent !== undefined) {
    it(`is absent: ${schemaAbsent}`, () => console.log(schemaAbsent));
    return;
  }
  const schema = loadPveSchema();
  const operation = (method: string, path: string): Operation => {
    const found = schema.operation(method, path);
    assert.ok(found, `${method} ${path}`);
    return found;
  };

  it('finds every operation it lists, by template and by concrete path', () => {
    assert.equal(schema.operations.length, 675);
    for (const { method, path } of schema.operations) assert.equal(operation(method, path).path, path);
    const start = operation('POST', '/api2/json/nodes/pve1/qemu/100/status/start');
    assert.equal(start.path, '/nodes/{node}/qemu/{vmid}/status/start');
    assert.deepEqual(start.pathParameters, { node: 'pve1', vmid: '100' });
    assert.equal(schema.operation('POST', '/nodes/pve1/qemu/100/status/fly'), undefined);
    assert.equal(schema.operation('DELETE', '/version'), undefined);
  });

  it('prefers a literal segment to a variable', () => {
    assert.equal(operation('GET', '/cluster/backup/x1').path, '/cluster/backup/{id}');
    assert.equal(operation('GET', '/nodes/pve1/storage/local/content/local%3Aiso%2Fdebian.iso').pathParameters['volume'], 'local:iso/debian.iso');
  });

  it('names unknown, missing and wrong parameters', () => {
    const create = operation('POST', '/nodes/pve1/qemu');
    assert.deepEqual(checkParameters(create, { vmid: '100', memory: '2048', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0', onboot: '1' }), []);
    const [unknown] = checkParameters(create, { vmid: '100', memroy: '2048' });
    assert.match(unknown ?? '', /memroy: there is no such parameter/);
    assert.match(checkParameters(create, {}).join('\n'), /vmid: is missing/);
    assert.match(checkParameters(create, { vmid: '7' }).join('\n'), /below 100/);
    assert.match(checkParameters(create, { vmid: '100', bios: 'award' }).join('\n'), /none of seabios, ovmf/);
    assert.match(checkParameters(create, { vmid: '100', onboot: 'maybe' }).join('\n'), /a boolean/);
    assert.match(checkParameters(create, { vmid: '100', net0: 'bridge=vmbr0' }).join('\n'), /model: is missing/);
    assert.match(checkParameters(create, { vmid: '100', tags: 'good;b!d' }).join('\n'), /"b!d"/);
    assert.match(checkParameters(operation('GET', '/nodes/pve 1/status'), {}).join('\n'), /not a pve-node/);
  });

  it('checks answers as Proxmox writes them', () => {
    const resources = operation('GET', '/cluster/resources');
    assert.deepEqual(checkReturn([{ id: 'qemu/100', type: 'qemu', vmid: '100', template: 0, mem: 1024 }], resources), []);
    assert.match(checkReturn([{ id: 'x', type: 'toaster' }], resources).join(), /type: "toaster" is none of/);
    assert.match(checkReturn([{ type: 'node', id: 'node/a', maxmem: 'lots' }], resources).join(), /data\[0\]\.maxmem: an integer/);
    assert.match(checkReturn({}, resources).join(), /an array is expected/);
  });
});
