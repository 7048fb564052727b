import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { Journal, Part, StepRecord } from '../../../../src/changes/index.ts';
import { outcomeText, runText, unfinishedText } from '../../../../src/editor/runs/run-text.ts';
import { changedSteps, runView } from '../../../../src/editor/runs/run-view.ts';
import { proposalOf } from '../../changes/support.ts';

const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1', name: 'web' } as const;
const proposal = { ...proposalOf([
  { operation: 'guest.stop', target, inverse: 'guest.start' },
  { operation: 'guest.configure', target, inverse: 'guest.configure' },
  { operation: 'guest.destroy', target },
]), summary: 'Destroy web' };

function journal(state: Journal['state'], states: Readonly<Record<string, StepRecord['state'] | StepRecord>>): Journal {
  const steps = Object.fromEntries(Object.entries(states).map(([id, record]) => [id, typeof record === 'string' ? { state: record, attempts: 1 } : record]));
  return { version: 1, id: proposal.id, state, started: '2026-11-21T08:00:00.000Z', proposal, steps };
}
const failed: StepRecord = { state: 'failed', attempts: 3, error: { kind: 'task-failed', message: 'device is in use' }, log: ['TASK ERROR: device\u001b[31m is in use'] };

describe('how a run is shown', () => {
  it('offers what makes sense in each state', () => {
    const seen = (at: Journal): unknown => [runView(at).text, runView(at).offers.join(' ')];
    assert.deepEqual([
      journal('running', { s0: 'done', s1: 'running', s2: 'waiting' }),
      journal('succeeded', { s0: 'done', s1: 'done', s2: 'done' }),
      journal('failed', { s0: 'done', s1: 'done', s2: failed }),
      journal('failed', { s0: 'failed', s1: 'waiting', s2: 'waiting' }),
      journal('cancelled', { s0: 'done', s1: 'cancelled', s2: 'waiting' }),
      journal('rolling-back', { s0: 'done', s1: 'done', s2: failed, 's1~': 'done', 's0~': 'running' }),
      journal('failed', { s0: 'done', s1: 'done', s2: failed, 's1~': 'done', 's0~': 'failed' }),
      journal('rolled-back', { s0: 'done', s1: 'done', s2: failed, 's1~': 'done', 's0~': 'done' }),
    ].map(seen), [
      ['Running: 1 of 3 steps done', 'cancel show-log'],
      ['Done: all 3 steps', 'show-log'],
      ['Failed: 2 of 3 steps done, 1 failed', 'retry roll-back leave show-log'],
      ['Failed: 0 of 3 steps done, 1 failed', 'retry leave show-log'],
      ['Cancelled: 1 of 3 steps done', 'retry roll-back leave show-log'],
      ['Rolling back: 1 of 2 steps undone', 'cancel show-log'],
      ['Failed: 2 of 3 steps done, 1 failed', 'roll-back leave show-log'],
      ['Rolled back: 2 steps undone', 'show-log'],
    ]);
    const reversible = { ...proposal, steps: proposal.steps.slice(0, 2) };
    assert.deepEqual(runView({ ...journal('succeeded', { s0: 'done', s1: 'done' }), proposal: reversible }).offers, ['roll-back', 'show-log'], 'undo where everything has an inverse');
  });

  it('offers no second try of a plan whose parts have begun, or that is stale', () => {
    const [first] = proposal.steps;
    assert.ok(first);
    const part = (id: string) => ({ id, action: 'create' as const, description: id, operations: [], needs: [], consequences: [], attributes: [], nodes: [], storages: [] }) satisfies Part;
    const planned = { ...proposal, steps: [{ ...first, parts: [part('a'), part('b')] }] };
    const offers = (record: StepRecord): readonly string[] => runView({ ...journal('failed', { [first.id]: record }), proposal: planned }).offers;
    assert.deepEqual(offers({ ...failed, parts: { a: { state: 'done' }, b: { state: 'skipped' } } }), ['leave', 'show-log']);
    assert.deepEqual(offers({ ...failed, error: { kind: 'stale-plan', message: 'Stale.' } }), ['leave', 'show-log']);
    assert.deepEqual(offers({ ...failed, error: { kind: 'state-locked', message: 'Locked.' } }), ['retry', 'leave', 'show-log'], 'nothing has begun');
  });

  it('tells only of steps that changed', () => {
    const before = journal('running', { s0: 'done', s1: 'running', s2: 'waiting' });
    assert.equal(changedSteps(undefined, before).length, 3);
    assert.deepEqual(changedSteps(before, { ...before, steps: { ...before.steps, s2: failed } }), [{ id: 's2', state: 'failed', text: 'failed, third attempt', error: 'device is in use' }]);
    assert.equal(changedSteps(before, { ...before, steps: { ...before.steps, s2: { ...failed, state: 'waiting' } } })[0]?.text, 'waiting to try again');
    assert.deepEqual(changedSteps(before, { ...before, steps: { ...before.steps, 's0~': { state: 'done', attempts: 1 } } }), [{ id: 's0', state: 'rolled-back', text: 'undone' }]);
  });

  it('says how it ended and what waits', () => {
    assert.deepEqual(outcomeText(journal('succeeded', { s0: 'done', s1: 'done', s2: 'done' })), { level: 'information', text: 'Destroy web: done.' });
    assert.deepEqual(outcomeText(journal('failed', { s0: 'done', s1: 'done', s2: failed })), { level: 'error', text: 'Destroy web. Failed: 2 of 3 steps done, 1 failed. device is in use' });
    const lost: StepRecord = { state: 'unknown', attempts: 1, error: { kind: 'unreachable', message: 'Nobody answers.' } };
    assert.deepEqual(outcomeText(journal('failed', { s0: 'done', s1: lost })), { level: 'error', text: 'Destroy web. Failed: 1 of 3 steps done, 1 with an unknown outcome. Nobody answers.' });
    assert.match(unfinishedText(journal('running', { s0: 'done' })), /^A run of .* was interrupted: Destroy web\. Running: 1 of 3 steps done\.$/);
  });

  it('is a document with what each step did, without control characters', () => {
    const lines = runText(journal('failed', { s0: { state: 'done', attempts: 1, upid: 'UPID:pve1:x' }, s1: 'done', s2: failed, 's0~': 'done' }), new Map([['s0', ['one', 'two']]])).split('\n');
    assert.deepEqual(lines.slice(3), [
      '', '[done] guest.stop 100', '    task UPID:pve1:x', '    one', '    two', '[done] Undo: guest.start 100',
      '[done] guest.configure 100', '[failed] guest.destroy 100 (3 attempts)', '    TASK ERROR: device is in use', '    device is in use', '',
    ]);
  });
});
