import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { wasCutShort, wentStale } from '../../../../src/editor/terraform/plan/outcome.ts';
import type { Journal } from '../../../../src/changes/index.ts';

const journal = (steps: Journal['steps']): Journal => ({ steps }) as Journal;

describe('what became of a plan', () => {
  it('is stale when the step that was to apply it says so, and only then', () => {
    assert.equal(wentStale(undefined), false, 'nobody wanted it');
    assert.equal(wentStale(journal({ a: { state: 'done', attempts: 1 } })), false);
    assert.equal(wentStale(journal({ a: { state: 'failed', attempts: 1, error: { kind: 'state-locked', message: 'Locked.' } } })), false);
    assert.equal(wentStale(journal({ snapshot: { state: 'done', attempts: 1 }, a: { state: 'failed', attempts: 1, error: { kind: 'stale-plan', message: 'Stale.' } } })), true);
  });

  it('is cut short when some of it has begun and not all of it was done', () => {
    const ended = (state: Journal['state'], parts: NonNullable<Journal['steps'][string]['parts']>): Journal => ({ ...journal({ a: { state: state === 'succeeded' ? 'done' : 'failed', attempts: 1, parts } }), state });
    assert.equal(wasCutShort(undefined), false, 'nobody wanted it');
    assert.equal(wasCutShort(ended('succeeded', { one: { state: 'done' } })), false);
    assert.equal(wasCutShort(ended('failed', { one: { state: 'skipped' } })), false, 'nothing has begun: the same plan can be tried again');
    assert.equal(wasCutShort(ended('failed', { one: { state: 'done' }, two: { state: 'failed' } })), true);
    assert.equal(wasCutShort(ended('cancelled', { one: { state: 'done' }, two: { state: 'skipped' } })), true);
  });
});
