import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { Decision, Proposal } from '../../../../src/changes/index.ts';
import { requestViews } from '../../../../src/editor/review/requests.ts';
import { GROUP_ABOVE, reviewView } from '../../../../src/editor/review/review-view.ts';
import { surfaceFor, wordsOf } from '../../../../src/editor/review/surface.ts';
import { proposalOf } from '../../changes/support.ts';

const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1', name: 'web' } as const;
const other = { kind: 'guest', type: 'lxc', vmid: 101, node: 'pve1', name: 'db' } as const;
const confirm: Decision = { demand: 'confirm', reasons: ['A change of medium risk is to be confirmed.'], required: [] };

function destroying(): Proposal {
  return {
    ...proposalOf([{ operation: 'guest.stop', target, inverse: 'guest.start' }, { operation: 'guest.destroy', target, parameters: { purge: true }, after: [0] }]),
    summary: 'Destroy web\u202egnp', origin: 'assistant', surface: 'chat',
    risk: { level: 'critical', reasons: [{ level: 'critical', text: 'VM 100 (web) is running.' }] },
    safeguards: [
      { id: 'backup', label: 'Back up VM 100 (web) first', recommended: true, before: ['s1'], action: { driver: 'api', operation: 'guest.backup', target, parameters: { storage: 'backup' }, description: 'Back up VM 100 (web)' } },
    ],
    effect: {
      interruptions: [], losses: ['VM 100 (web) is lost for good.'],
      nodes: [{ node: 'pve1', cpus: { before: 8, after: 4 }, memory: { before: 4 * 1024 ** 3, after: 4 * 1024 ** 3 } }],
      storages: [{ storage: 'local', node: 'pve1', bytes: { before: 1024 ** 3, after: 95 * 1024 ** 3 }, total: 100 * 1024 ** 3 }],
      cost: { currency: 'EUR', before: 12, after: 18.5 },
    },
  };
}

describe('what the review shows', () => {
  it('tells of risk, policy, safeguards and effect, with nothing invisible in it', () => {
    const decision: Decision = { demand: 'type-the-name', reasons: ['Destroying a guest asks for its name.'], required: ['backup'], confirmation: 'web' };
    assert.deepEqual(reviewView(destroying(), decision, { connection: 'Home', canRehearse: true, wholes: { node: () => ({ cpus: 16 }) } }), {
      summary: 'Destroy web‹U+202E›gnp',
      context: 'Home · asked for by an assistant (chat)',
      risk: { level: 'critical', reasons: [{ level: 'critical', text: 'VM 100 (web) is running.' }] },
      policy: { demand: 'type-the-name', reasons: ['Destroying a guest asks for its name.'] },
      confirmation: 'web',
      groups: [{ steps: [
        { id: 's0', description: 'guest.stop 100', reversible: true, safeguard: false },
        { id: 's1', description: 'guest.destroy 100', reversible: false, safeguard: false },
      ] }],
      safeguards: [{ id: 'backup', label: 'Back up VM 100 (web) first', recommended: true, required: true }],
      interruptions: [],
      losses: ['VM 100 (web) is lost for good.'],
      capacity: [
        { label: 'CPUs on pve1', text: '8 → 4 of 16', before: 0.5, after: 0.25, tight: false },
        { label: 'local on pve1', text: '1 GiB → 95 GiB of 100 GiB, nearly full', before: 0.01, after: 0.95, tight: true },
      ],
      cost: '12.00 → 18.50 EUR a month (+6.50)',
      canRehearse: true,
    });
  });

  it('points out memory that is not there, and takes more CPUs than there are for usual', () => {
    const twice = { before: 32, after: 64 };
    const proposal: Proposal = { ...destroying(), effect: { interruptions: [], losses: [], nodes: [{ node: 'pve1', cpus: twice, memory: { before: 1024 ** 3, after: 9 * 1024 ** 3 } }], storages: [] } };
    const { capacity } = reviewView(proposal, confirm, { connection: '', canRehearse: false, wholes: { node: () => ({ cpus: 32, memory: 8 * 1024 ** 3 }) } });
    assert.deepEqual(capacity.map(({ text, tight }) => [text, tight]), [['32 → 64 of 32', false], ['1 GiB → 9 GiB of 8 GiB, more than there is', true]]);
  });

  it('puts many steps together by operation', () => {
    const many = proposalOf(Array.from({ length: 1_000 }, (_, index) => ({ operation: index % 2 === 0 ? 'guest.stop' : 'guest.start', target })));
    const { groups } = reviewView(many, confirm, { connection: '', canRehearse: false });
    assert.deepEqual(groups.map(({ title, steps }) => [title, steps.length]), [['Stop (500 steps)', 500], ['Start (500 steps)', 500]]);
    const few = proposalOf(Array.from({ length: GROUP_ABOVE }, () => ({ operation: 'guest.stop', target })));
    assert.equal(reviewView(few, confirm, { connection: '', canRehearse: false }).groups[0]?.title, undefined);
  });

  it('shows the very requests of a dry run, ticked safeguards included, and no secret', () => {
    const proposal = destroying();
    const create = proposalOf([{ operation: 'guest.configure', target: other, parameters: { cipassword: { $secret: 'password-1' }, cores: 2 } }]);
    assert.deepEqual(requestViews(proposal, ['backup']), [
      { step: 'Back up VM 100 (web)', line: 'POST /api2/json/nodes/pve1/vzdump', parameters: ['storage: backup', 'vmid: 100'] },
      { step: 'guest.stop 100', line: 'POST /api2/json/nodes/pve1/qemu/100/status/stop', parameters: [] },
      { step: 'guest.destroy 100', line: 'DELETE /api2/json/nodes/pve1/qemu/100', parameters: ['purge: 1'] },
    ]);
    assert.equal(requestViews(proposal, []).length, 2);
    assert.doesNotMatch(JSON.stringify(requestViews(create, [])), /password-1/);
  });
});

describe('how a proposal is put to a person', () => {
  const one = (level: Proposal['risk']['level']): Proposal => ({ ...proposalOf([{ operation: 'guest.reboot', target }]), risk: { level, reasons: [] } });

  it('follows the policy and the risk', () => {
    const seen = (['allow', 'confirm', 'type-the-name', 'refuse'] as const).map((demand) => (['low', 'medium', 'high', 'critical'] as const).map((level) => surfaceFor(one(level), { ...confirm, demand })));
    assert.deepEqual(seen, [
      ['nothing', 'nothing', 'nothing', 'nothing'],
      ['modal', 'modal', 'review', 'review'],
      ['review', 'review', 'review', 'review'],
      ['refusal', 'refusal', 'refusal', 'refusal'],
    ]);
    assert.equal(surfaceFor(proposalOf([{ operation: 'guest.stop', target }, { operation: 'guest.stop', target: other }]), confirm), 'review', 'several steps');
    assert.equal(surfaceFor(one('low'), { ...confirm, demand: 'allow', required: ['backup'] }), 'review', 'a safeguard that must be seen');
  });

  it('says a small one in words', () => {
    const { steps: [stop], ...rest } = destroying();
    assert.equal(wordsOf({ ...rest, steps: [{ ...stop!, description: 'Stop VM 100 (web) on pve1' }] }, confirm), [
      'Stop VM 100 (web) on pve1.', '', 'VM 100 (web) is lost for good.', 'VM 100 (web) is running.', '', 'Back up VM 100 (web) first.', '', 'A change of medium risk is to be confirmed.',
    ].join('\n'));
  });
});
