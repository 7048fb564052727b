import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { Journal, Part, PartRecord, Proposal } from '../../../../src/changes/index.ts';
import { attributesOf, changedParts, partView } from '../../../../src/editor/review/part-view.ts';
import { changedSteps, runView } from '../../../../src/editor/runs/run-view.ts';
import { proposalOf } from '../../changes/support.ts';

const guest = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1', name: 'web' } as const;
const web: Part = {
  id: 'proxmox_virtual_environment_vm.web["a\u202eb"]', action: 'update', description: 'Change VM 100 (web) on pve1', target: guest, needs: [], operations: ['guest.configure'],
  attributes: [
    { path: 'description', before: 'one\ntwo', after: '' },
    { path: 'memory[0].dedicated', before: 2048, after: 4096, consequence: 'restart' },
    { path: 'initialization[0].user_account[0].password', sensitive: true },
    { path: 'ipv4_addresses', before: [['127.0.0.1']], unknown: true },
    { path: 'node_name', before: 'pve1', after: 'pve2', replaces: true },
  ],
  consequences: [{ kind: 'restart', text: 'VM 100 (web) is shut down and started.', attributes: ['memory[0].dedicated'] }, { kind: 'nothing', text: 'Nothing.', attributes: [] }],
  nodes: [], storages: [],
};
const pool: Part = { ...web, id: 'proxmox_virtual_environment_pool.dev', action: 'create', description: 'Create pool dev', target: { kind: 'pool', pool: 'dev' }, attributes: [], consequences: [] };
const [step] = proposalOf([{ operation: 'terraform.apply', target: guest }]).steps;
const proposal: Proposal = { ...proposalOf([]), steps: [{ ...step!, parts: [web, pool] }] };

function journal(state: Journal['state'], record: Journal['steps'][string]): Journal {
  return { version: 1, id: proposal.id, state, started: '2026-11-21T08:00:00.000Z', proposal, steps: { s0: record } };
}

describe('what the review shows of a resource', () => {
  it('is what is done and what it means, with nothing invisible in it; attributes come when they are asked for', () => {
    assert.deepEqual(partView(web), {
      id: 'proxmox_virtual_environment_vm.web["a‹U+202E›b"]', action: 'update', description: 'Change VM 100 (web) on pve1', attributes: 5,
      consequences: [{ grave: false, tag: 'shut down and started', text: 'VM 100 (web) is shut down and started.' }],
    });
  });

  it('is each attribute before and after, the weighty ones first, and no secret', () => {
    assert.deepEqual(attributesOf(proposal, 's0', partView(web).id), [
      { path: 'node_name', before: { text: 'pve1' }, after: { text: 'pve2' }, tag: 'replaces the resource' },
      { path: 'memory[0].dedicated', before: { text: '2048' }, after: { text: '4096' }, tag: 'shut down and started' },
      { path: 'description', before: { text: 'one\ntwo' }, after: { text: 'empty', note: true } },
      { path: 'initialization[0].user_account[0].password', before: { text: 'secret', note: true }, after: { text: 'secret', note: true } },
      { path: 'ipv4_addresses', before: { text: '[["127.0.0.1"]]' }, after: { text: 'known afterwards', note: true } },
    ]);
    assert.deepEqual(attributesOf(proposal, 's0', 'nowhere'), []);
  });
});

describe('how the resources of a plan fare', () => {
  const running: Record<string, PartRecord> = { [web.id]: { state: 'running', startedAt: 1_000 }, [pool.id]: { state: 'waiting' } };

  it('is told for those alone that changed', () => {
    const all = changedParts([web, pool], undefined, running, 13_000);
    assert.deepEqual(all.map(({ state, text }) => [state, text]), [['running', 'changing, 12 s'], ['waiting', '']]);
    const later = { ...running, [web.id]: { state: 'failed', startedAt: 1_000, endedAt: 2_000, error: 'no room\u0007' } as const };
    assert.deepEqual(changedParts([web, pool], running, later, 13_000), [{ id: partView(web).id, state: 'failed', text: 'failed', error: 'no room␇' }]);
    const [status] = changedSteps(journal('running', { state: 'running', attempts: 1, parts: running }), journal('running', { state: 'running', attempts: 1, parts: later }));
    assert.deepEqual(status?.parts?.map(({ id }) => id), [partView(web).id]);
  });

  it('is counted in resources, and says what was and was not done', () => {
    const at = (state: Journal['state'], parts: Readonly<Record<string, PartRecord>>): string => runView(journal(state, { state: state === 'running' ? 'running' : 'failed', attempts: 1, parts })).text;
    assert.equal(at('running', { ...running, [pool.id]: { state: 'done' } }), 'Running: 1 of 2 changes done');
    assert.equal(at('failed', { [web.id]: { state: 'failed' }, [pool.id]: { state: 'skipped' } }), 'Failed: 0 of 2 changes done, 1 failed, 1 not begun');
    assert.equal(at('cancelled', { [web.id]: { state: 'unknown' }, [pool.id]: { state: 'done' } }), 'Cancelled: 1 of 2 changes done, 1 with an unknown outcome');
  });
});
