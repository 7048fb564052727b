import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { parsePolicy, policyCompletions } from '../../../src/changes/index.ts';

const labels = (text: string): readonly string[] => policyCompletions(text).map(({ label }) => label);

describe('completion in .proxmox/policy.yaml', () => {
  it('offers what may stand at the top, without what stands there', () => {
    assert.deepEqual(labels(''), ['rules', 'readOnly', 'quietHours', 'maximumGuests', 'budget', 'prices']);
    assert.ok(!labels('readOnly:\n  - home\nmaximumGuests: 5\n').some((label) => label === 'readOnly' || label === 'maximumGuests'));
  });

  it('offers the members of an entry, and of each entry anew', () => {
    const first = labels('rules:\n  - operations: [guest.*]\n    ');
    assert.ok(first.includes('demand') && first.includes('risk') && !first.includes('operations'), first.join());
    assert.ok(labels('rules:\n  - demand: refuse\n  - ').includes('demand'));
    assert.deepEqual(labels('# who pays\nbudget:\n  cpus: 4\n  '), ['memoryGiB', 'diskGiB', 'cost']);
  });

  it('offers values where there are only a few', () => {
    assert.deepEqual(labels('rules:\n  - demand: '), ['allow', 'confirm', 'type-the-name', 'refuse']);
    assert.deepEqual(labels('rules:\n  - demand: allow\n    risk: '), ['low', 'medium', 'high', 'critical']);
    assert.deepEqual(labels('quietHours:\n  - from: "22:00"\n    to: "06:00"\n    days:\n      - '), ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']);
    assert.deepEqual(labels('maximumGuests: '), []);
    assert.deepEqual(labels('nonsense:\n  '), []);
  });

  it('makes policies that are taken', () => {
    const [demand] = policyCompletions('rules:\n  - ').filter(({ label }) => label === 'demand');
    const text = `rules:\n  - ${demand?.insert ?? ''}${policyCompletions('rules:\n  - demand: ')[3]?.insert ?? ''}\n`;
    assert.equal(text, 'rules:\n  - demand: refuse\n');
    assert.ok(parsePolicy(text).ok);
  });
});
