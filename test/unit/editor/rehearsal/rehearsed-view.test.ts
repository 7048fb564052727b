import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { RehearsalReport } from '../../../../src/changes/index.ts';
import { rehearsedView } from '../../../../src/editor/rehearsal/rehearsed-view.ts';

const GiB = 1024 ** 3;
const nothing: RehearsalReport = { version: 1, proposal: '7e08aebf-951d-4c50-bf87-d95d30bfbe05', succeeded: true, steps: [], guests: [], nodes: [], storages: [], volumes: [], unknown: [], duration: 1234 };

describe('What a rehearsal shows', () => {
  it('says what would fail and why, and what would be different, in words', () => {
    const view = rehearsedView({
      ...nothing, succeeded: false,
      steps: [
        { step: 's0', description: 'Start VM 100', result: 'would-succeed', log: [] },
        { step: 's1', description: 'Back up VM 100', result: 'would-fail', message: 'The task vzdump of 100 on pve1 failed: job errors.', log: ['INFO: 99%', 'ERROR: Backup of VM 100 failed - no space', 'TASK ERROR: job errors'] },
        { step: 's2', description: 'Destroy VM 101', result: 'not-reached', log: [] },
      ],
      guests: [
        { type: 'qemu', vmid: 100, name: 'web', change: 'changed', fields: [{ field: 'status', before: 'stopped', after: 'running' }, { field: 'config.onboot', after: 1 }] },
        { type: 'lxc', vmid: 102, change: 'removed', fields: [] },
        { type: 'qemu', vmid: 300, name: 'a\u202eb', change: 'added', fields: [{ field: 'name', after: 'a\u202eb' }, { field: 'node', after: 'pve1' }, { field: 'status', after: 'stopped' }] },
      ],
      nodes: [{ node: 'pve1', memory: { before: 2 * GiB, after: 4 * GiB }, cpus: { before: 2, after: 4 } }],
      storages: [{ storage: 'nas', used: { before: 2 * GiB, after: 3 * GiB }, total: 10 * GiB }],
      volumes: [{ volid: 'nas:backup/x.vma', change: 'added', bytes: GiB }],
      unknown: ['What storage iso on pve1 holds is not known: no.'],
    });
    assert.deepEqual(view, {
      succeeded: false,
      summary: '1 of 3 steps would succeed, 1 step would fail, 1 step would not be reached. Rehearsed in 1.2 s.',
      steps: [
        { step: 'Start VM 100', ok: true, text: 'would succeed' },
        { step: 'Back up VM 100', ok: false, text: 'would fail: The task vzdump of 100 on pve1 failed: job errors. ERROR: Backup of VM 100 failed - no space' },
        { step: 'Destroy VM 101', ok: false, text: 'would not be reached' },
      ],
      afterwards: [
        'VM 100 (web): status stopped → running, onboot nothing → 1',
        'Container 102 would be gone.',
        'VM 300 (a‹U+202E›b) would be new: pve1, stopped.',
        'nas:backup/x.vma would be new (1 GiB).',
        'Running guests on pve1: 2 GiB → 4 GiB of memory, 2 → 4 CPUs',
        'Storage nas: 2 GiB → 3 GiB used of 10 GiB',
        'What storage iso on pve1 holds is not known: no.',
      ],
    });
  });

  it('counts what is too much to show, and says what was taken for done', () => {
    const view = rehearsedView({
      ...nothing,
      steps: [{ step: 's0', description: 'Upload a.iso', result: 'not-rehearsed', log: [] }],
      guests: Array.from({ length: 150 }, (_, index) => ({ type: 'qemu', vmid: 100 + index, change: 'removed', fields: [] })),
    });
    assert.equal(view.summary, 'It would succeed, except 1 step that cannot be rehearsed. Rehearsed in 1.2 s.');
    assert.equal(view.afterwards.length, 101);
    assert.equal(view.afterwards.at(-1), 'and 50 more differences');
  });
});
