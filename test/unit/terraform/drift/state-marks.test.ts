import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { Row } from '../../../../src/inventory/index.ts';
import { readState, type ResourceDrift, standingOf } from '../../../../src/terraform/index.ts';

describe('What a state marks', () => {
  const row = { id: 'qemu/100', kind: 'qemu', vmid: 100, node: 'pve1', name: 'web', status: 'stopped', template: false, tags: [] } as unknown as Row;
  const standing = (more: object, config: Readonly<Record<string, unknown>> = {}): ResourceDrift => {
    const attributes = { id: '100', vm_id: 100, node_name: 'pve1', name: 'web', description: 'of nobody’s business', started: false, on_boot: false, memory: [{ dedicated: 512, floating: 0, shared: 0 }] };
    const [resource] = readState(JSON.stringify({ version: 4, resources: [{ mode: 'managed', type: 'proxmox_virtual_environment_vm', name: 'web', instances: [{ attributes, ...more }] }] })).resources;
    assert.ok(resource);
    return standingOf(resource, { fresh: true, rows: new Map([[row.id, row]]), config: () => ({ ok: true, config: { name: 'web', description: 'of nobody’s business', memory: '512', ...config } }), pools: undefined });
  };
  const marked = { sensitive_attributes: [[{ type: 'get_attr', value: 'description' }], [{ type: 'get_attr', value: 'memory' }, { type: 'index', value: { value: 0, type: 'number' } }, { type: 'get_attr', value: 'dedicated' }]] };

  it('as tainted is not in sync: the next apply makes it anew', () => {
    assert.deepEqual(standing({}).standing, { kind: 'in-sync' });
    const { standing: told } = standing({ status: 'tainted' });
    assert.ok(told.kind === 'unknown' && told.why.includes('destroys it and makes it anew'), JSON.stringify(told));
  });

  it('as sensitive is no drift for not being looked at, and shown nowhere', () => {
    const drift = standing(marked);
    assert.deepEqual(drift.standing, { kind: 'in-sync' });
    assert.deepEqual(drift.undecided, [{ what: 'description', why: 'its value is secret' }, { what: 'memory[0].dedicated', why: 'its value is secret' }]);
    assert.ok(!JSON.stringify(drift).includes('business'));
    assert.deepEqual(standing(marked, { name: 'db' }).standing, { kind: 'drifted', differences: [{ path: 'name', state: 'web', cluster: 'db', kind: 'attribute' }] });
  });
});
