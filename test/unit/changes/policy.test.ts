import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/base/index.ts';
import { decide, parsePolicy, type Policy, policyJsonSchema, PolicySource } from '../../../src/changes/policy/index.ts';
import type { Proposal, RiskLevel } from '../../../src/changes/proposal/proposal.ts';
import type { GuestRow } from '../../../src/inventory/index.ts';

const guest = (vmid: number): GuestRow => ({ kind: 'qemu', id: `qemu/${vmid}`, vmid, name: `vm-${vmid}`, node: 'pve1', status: 'running', template: false, tags: ['prod'], pool: 'shop' });

const rows = new Map([100, 101, 102, 103].map((vmid) => [`qemu/${vmid}`, guest(vmid)]));

const proposalOf = (operation: string, { risk = 'low', origin = 'person', count = 1 }: { risk?: RiskLevel; origin?: Proposal['origin']; count?: number } = {}): Proposal => ({
  version: 1, id: 'b1a7e1d0-1f4c-4c39-9d3f-0c2b7f1d2e3a', created: '2026-11-21T10:00:00Z', connection: 'home', origin, surface: 'test', summary: operation,
  steps: Array.from({ length: count }, (_, i) => ({
    id: `s${i}`, driver: 'api', operation, target: { kind: 'guest', type: 'qemu', vmid: 100 + i, node: 'pve1', name: `vm-${100 + i}` }, parameters: {}, description: operation, after: [],
  })),
  risk: { level: risk, reasons: [{ level: risk, text: 'because' }] },
  safeguards: [],
  effect: { interruptions: [], losses: [], nodes: [{ node: 'pve1', cpus: { before: 0, after: 8 }, memory: { before: 0, after: 2 ** 34 } }], storages: [], cost: { currency: 'EUR', before: 0, after: 30 } },
});

const policy = (text: string): Policy => {
  const parsed = parsePolicy(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.policy;
};
const noon = new Date(2026, 10, 21, 12, 0);
const says = (proposal: Proposal, user?: string, folder?: string, now = noon) =>
  decide(proposal, { user: user === undefined ? undefined : policy(user), folder: folder === undefined ? undefined : policy(folder) }, { connection: { id: 'home', name: 'Home' }, rows, guest: (vmid) => rows.get(`qemu/${vmid}`), now });

describe('policy', () => {
  it('is strict about destroying and what is critical when nobody wrote one', () => {
    assert.deepEqual(
      (['low', 'medium', 'high', 'critical'] as const).map((risk) => says(proposalOf('guest.stop', { risk })).demand),
      ['allow', 'confirm', 'confirm', 'type-the-name'],
    );
    assert.deepEqual(says(proposalOf('guest.destroy')), { demand: 'type-the-name', reasons: ['Destroying a guest asks for its name.'], required: [], confirmation: 'vm-100' });
    assert.equal(says(proposalOf('guest.destroy', { count: 3 })).confirmation, '3');
  });

  it('never lets an assistant act unseen, whatever is written', () => {
    for (const origin of ['assistant', 'mcp'] as const) assert.equal(says(proposalOf('guest.start', { origin }), 'rules: [{ operations: ["*"], demand: allow }]').demand, 'confirm');
  });

  it('goes by the first rule that applies', () => {
    const rules = 'rules:\n  - { tags: [prod], operations: [guest.st*], demand: confirm, reason: Production }\n  - { pools: [shop], demand: refuse }\n';
    assert.deepEqual(says(proposalOf('guest.start'), rules).reasons, ['Production']);
    assert.equal(says(proposalOf('guest.reset'), rules).demand, 'refuse');
    assert.equal(says(proposalOf('guest.destroy'), 'rules: [{ operations: [guest.destroy], demand: allow }]').demand, 'allow');
  });

  it('lets a folder be stricter than the user, never milder', () => {
    assert.equal(says(proposalOf('guest.destroy'), undefined, 'rules: [{ demand: allow }]').demand, 'type-the-name');
    assert.equal(says(proposalOf('guest.start'), 'rules: [{ demand: allow }]', 'rules: [{ demand: refuse }]').demand, 'refuse');
  });

  it('refuses on read-only connections, beyond the number of guests and beyond the budget', () => {
    assert.deepEqual(says(proposalOf('guest.start'), 'readOnly: [Home]').reasons, ['The connection Home is read-only.']);
    assert.deepEqual(says(proposalOf('guest.start', { count: 3 }), 'maximumGuests: 2').reasons, ['It touches 3 guests; one proposal may touch 2.']);
    assert.deepEqual(says(proposalOf('guest.create'), 'budget: { cpus: 4, memoryGiB: 8, cost: 10 }').reasons, [
      'It adds 8 CPUs; the budget of one proposal is 4.', 'It adds 16 GiB of memory; the budget of one proposal is 8.', 'It adds 30 EUR a month; the budget of one proposal is 10.',
    ]);
  });

  it('looks at the pool and tags that a guest is to get, and at pools above its own', () => {
    const making = (operation: string, vmid: number, parameters: Proposal['steps'][number]['parameters']): Proposal => {
      const proposal = proposalOf(operation);
      return { ...proposal, steps: [{ ...proposal.steps[0]!, target: { kind: 'guest', type: 'qemu', vmid, node: 'pve1' }, parameters }] };
    };
    const prod = 'rules: [{ pools: [prod], demand: refuse }, { tags: [critical], demand: refuse }]';
    assert.equal(says(making('guest.create', 900, { pool: 'prod' }), prod).demand, 'refuse');
    assert.equal(says(making('guest.create', 900, { pool: 'prod/web' }), prod).demand, 'refuse');
    assert.equal(says(making('guest.create', 900, { pool: 'production', tags: 'a;b' }), prod).demand, 'allow');
    assert.equal(says(making('guest.create', 900, { tags: 'a;critical' }), prod).demand, 'refuse');
    assert.equal(says(making('guest.clone', 100, { newid: 900, pool: 'prod' }), prod).demand, 'refuse');
    assert.equal(says(making('guest.clone', 100, { newid: 900, pool: 'dev' }), 'rules: [{ pools: [shop], demand: refuse }, { pools: [dev], demand: allow }]').demand, 'refuse');
    // What is restored over a guest does away with that one.
    assert.equal(says(making('guest.restore', 100, { force: true, pool: 'dev' }), 'rules: [{ tags: [prod], demand: refuse }]').demand, 'refuse');
  });

  it('looks at and counts the guests that a step about a node or a pool takes along', () => {
    const about = (operation: string, target: Proposal['steps'][number]['target'], parameters: Proposal['steps'][number]['parameters'] = {}): Proposal => {
      const proposal = proposalOf(operation);
      return { ...proposal, steps: [{ ...proposal.steps[0]!, target, parameters }] };
    };
    const node = { kind: 'node', node: 'pve1' } as const;
    const tagged = 'rules: [{ tags: [prod], operations: [guest.shutdown], demand: refuse }]';
    for (const operation of ['node.stop-all', 'node.reboot', 'node.shutdown']) {
      assert.equal(says(about(operation, node), tagged).demand, 'refuse', operation);
      assert.deepEqual(says(about(operation, node), 'maximumGuests: 3').reasons, ['It touches 4 guests; one proposal may touch 3.']);
    }
    // All of them run, so that none is started; and on another node there is none.
    assert.equal(says(about('node.start-all', node, { force: true }), 'rules: [{ tags: [prod], demand: refuse }]').demand, 'allow');
    assert.equal(says(about('node.stop-all', { kind: 'node', node: 'pve2' }), tagged).demand, 'allow');
    assert.equal(says(about('node.stop-all', node, { vms: '101' }), 'maximumGuests: 1').demand, 'allow');
    // One may not get around the rule of a pool by taking a guest out of it.
    const moved = about('pool.add-guest', { kind: 'pool', pool: 'dev' }, { vms: '100,101', 'allow-move': true });
    assert.equal(says(moved, 'rules: [{ pools: [shop], demand: refuse }]').demand, 'refuse');
    assert.equal(says(moved, 'maximumGuests: 1').demand, 'refuse');
    // A rule that allows something of some guests allows it of those only.
    assert.equal(says({ ...about('node.stop-all', node), risk: { level: 'high', reasons: [{ level: 'high', text: 'because' }] } }, 'rules: [{ tags: [prod], demand: allow }]').demand, 'confirm');
  });

  it('takes for added what comes to the cluster, and not what only goes elsewhere on it', () => {
    const effect = (pve1: number, pve2: number): Proposal => ({
      ...proposalOf('guest.migrate'),
      effect: { interruptions: [], losses: [], storages: [], nodes: [{ node: 'pve1', cpus: { before: 16, after: 16 + pve1 }, memory: { before: 0, after: 0 } }, { node: 'pve2', cpus: { before: 16, after: 16 + pve2 }, memory: { before: 0, after: 0 } }] },
    });
    assert.equal(says(effect(-8, 8), 'budget: { cpus: 4 }').demand, 'allow');
    assert.deepEqual(says(effect(-2, 8), 'budget: { cpus: 4 }').reasons, ['It adds 6 CPUs; the budget of one proposal is 4.']);
  });

  it('keeps quiet hours over midnight, on the days they begin', () => {
    const quiet = 'quietHours: [{ from: "22:00", to: "06:00", days: [fri] }]';
    const at = (day: number, hour: number) => says(proposalOf('guest.start'), quiet, undefined, new Date(2026, 10, day, hour)).demand;
    assert.deepEqual([at(20, 21), at(20, 22), at(21, 5), at(21, 6), at(21, 23)], ['allow', 'refuse', 'refuse', 'allow', 'allow']);
  });

  it('says where a file is wrong', () => {
    assert.deepEqual(parsePolicy('rules:\n  - operations: [guest.destroy]\n    demnd: refuse\n'), {
      ok: false,
      problems: [
        { line: 2, column: 5, message: 'Invalid option: expected one of "allow"|"confirm"|"type-the-name"|"refuse"' },
        { line: 3, column: 5, message: "There is no 'demnd' here" },
      ],
    });
    assert.deepEqual(parsePolicy('maximumGuests: many\n'), { ok: false, problems: [{ line: 1, column: 16, message: 'Invalid input: expected number, received string' }] });
    const broken = parsePolicy('rules: [\n');
    assert.ok(!broken.ok && broken.problems[0]?.line === 2);
    assert.deepEqual(parsePolicy(''), { ok: true, policy: { rules: [], quietHours: [] } });
  });

  it('says where a bare * makes an alias of a pattern, and where aliases explode', () => {
    const bare = parsePolicy('rules:\n  - operations: [guest.start, *.destroy]\n    demand: refuse\n');
    assert.ok(!bare.ok);
    assert.deepEqual(bare.problems.map(({ line, column }) => [line, column]), [[2, 31]]);
    assert.match(bare.problems[0]?.message ?? '', /"\*\.destroy"/);
    const tens = (name: string, of: string): string => `${name}: &${name} [${Array.from({ length: 10 }, () => of).join(', ')}]\n`;
    const bomb = parsePolicy(`${tens('a', 'x')}${tens('b', '*a')}${tens('c', '*b')}${tens('d', '*c')}`);
    assert.ok(!bomb.ok && bomb.problems[0]?.line === 1);
    const source = new PolicySource(silentLogger);
    source.takeFile('rules: [{ operations: [*.destroy], demand: refuse }]');
    assert.equal(says(proposalOf('guest.start'), undefined, undefined).demand, 'allow');
    assert.equal(decide(proposalOf('guest.start'), source.policies, { connection: { id: 'home', name: 'Home' }, rows, guest: (vmid) => rows.get(`qemu/${vmid}`), now: noon }).demand, 'type-the-name');
  });

  it('has a schema for completion', () => {
    assert.deepEqual(Object.keys((policyJsonSchema() as { properties: object }).properties), ['rules', 'readOnly', 'quietHours', 'maximumGuests', 'budget', 'prices']);
  });
});

describe('policies that change', () => {
  it('stay in force when the next version cannot be read, and are the strictest when there was none', () => {
    const source = new PolicySource(silentLogger);
    assert.deepEqual(source.policies, { user: undefined, folder: undefined });
    source.takeFile('rules: [{ demand: refuse }]');
    const good = source.policies.folder;
    source.takeFile('rules: [{ demnd: refuse }]');
    assert.equal(source.policies.folder, good);
    assert.deepEqual(source.trouble[0]?.messages.at(-1), ".proxmox/policy.yaml, line 1, column 11: There is no 'demnd' here");
    source.takeFile(undefined);
    assert.deepEqual([source.policies.folder, source.trouble], [undefined, []]);
    source.takeSetting({ maximumGuests: 'many' });
    assert.equal(decide(proposalOf('guest.start'), source.policies, { connection: { id: 'home', name: 'Home' }, rows, guest: (vmid) => rows.get(`qemu/${vmid}`), now: noon }).demand, 'type-the-name');
    assert.match(source.trouble[0]?.messages[0] ?? '', /^proxmox\.policy\.maximumGuests: /);
  });
});
