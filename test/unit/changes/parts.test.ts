import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import type { Part, PartAction, PartRecord, Proposal, RiskReason } from '../../../src/changes/index.ts';
import { decide, parsePolicy } from '../../../src/changes/policy/index.ts';
import { proposal as proposalSchema } from '../../../src/changes/proposal/proposal.ts';
import { type Driver, journal, type Journal, Runs, StepFailed } from '../../../src/changes/run/index.ts';
import type { GuestRow } from '../../../src/inventory/index.ts';

const guest = (vmid: number): GuestRow => ({ kind: 'qemu', id: `qemu/${vmid}`, vmid, name: `vm-${vmid}`, node: 'pve1', status: 'running', template: false, tags: vmid === 100 ? ['prod'] : [], pool: 'shop' });
const part = (vmid: number, action: PartAction, ...operations: string[]): Part => ({
  id: `vm.v${vmid}`, action, description: `${action} VM ${vmid}`, target: { kind: 'guest', type: 'qemu', vmid, node: 'pve1', name: `vm-${vmid}` }, needs: [], operations,
  attributes: [{ path: 'memory[0].dedicated', before: 512, after: 1024, consequence: 'reboot' }], consequences: [], nodes: [], storages: [],
});
const change = (vmid: number): Part => part(vmid, 'update', 'guest.configure', 'guest.reboot');

const rows: ReadonlyMap<string, GuestRow> = new Map();

const proposalOf = (parts: Part[], reasons: RiskReason[] = []): Proposal => ({
  version: 1, id: randomUUID(), created: '2026-11-21T10:00:00Z', connection: 'home', origin: 'person', surface: 'test', summary: 'Apply',
  steps: [{ id: 'apply', driver: 'many', operation: 'terraform.apply', target: { kind: 'project', folder: '/code/infra', workspace: 'default' }, parameters: {}, description: 'Apply', after: [], parts }],
  risk: { level: 'low', reasons }, safeguards: [], effect: { interruptions: [], losses: [], nodes: [], storages: [] },
});

const says = (proposal: Proposal, text = '{}') => {
  const policy = parsePolicy(text);
  assert.ok(policy.ok);
  return decide(proposal, { user: policy.policy, folder: undefined }, { connection: { id: 'home', name: 'Home' }, rows, guest, now: new Date(2026, 10, 21, 12) });
};

describe('policy on a step of many parts', () => {
  it('asks for the name of the guest that is destroyed, or for the number of them', () => {
    assert.equal(says(proposalOf([change(100)])).demand, 'allow');
    const one = says(proposalOf([change(100), part(101, 'destroy', 'guest.destroy')]));
    assert.deepEqual([one.demand, one.confirmation], ['type-the-name', 'vm-101']);
    assert.equal(says(proposalOf([part(101, 'destroy', 'guest.destroy'), part(102, 'replace', 'guest.destroy', 'guest.create')])).confirmation, '2');
    const critical = says(proposalOf([change(100)], [{ level: 'critical', text: 'because', step: 'apply', part: 'vm.v100' }]));
    assert.deepEqual([critical.demand, critical.confirmation], ['type-the-name', 'infra']);
  });

  it('looks at each part: its operations, its tags and pools, its risk', () => {
    const both = proposalOf([change(100), change(101)], [{ level: 'high', text: 'because', step: 'apply', part: 'vm.v101' }]);
    assert.equal(says(both, 'rules: [{ tags: [prod], demand: refuse }]').demand, 'refuse');
    assert.equal(says(proposalOf([change(101)]), 'rules: [{ tags: [prod], demand: refuse }]').demand, 'allow');
    assert.equal(says(proposalOf([change(101)]), 'rules: [{ pools: [shop], operations: [guest.reboot], demand: refuse }]').demand, 'refuse');
    assert.equal(says(both, 'rules: [{ tags: [prod], risk: high, demand: refuse }]').demand, 'confirm');
    assert.equal(says(both, 'rules: [{ operations: [terraform.*], demand: refuse }]').demand, 'refuse');
  });

  it('counts the guests that are touched, and no others', () => {
    const made: Part = { ...part(103, 'create', 'guest.create'), id: 'vm.later' };
    delete made.target;
    const many = proposalOf([change(100), change(101), made, part(104, 'read'), part(105, 'import')]);
    assert.deepEqual(says(many, 'maximumGuests: 2').reasons, ['It touches 3 guests; one proposal may touch 2.']);
    assert.equal(says(many, 'maximumGuests: 3').demand, 'allow');
    assert.deepEqual(says(many, 'readOnly: ["*"]').reasons, ['The connection Home is read-only.']);
  });
});

describe('a step of many parts', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'parts-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = async (proposal: Proposal, follow: Driver['follow']): Promise<{ readonly ended: Journal; readonly seen: string[] }> => {
    const driver: Driver = { send: () => Promise.resolve({ upid: 'one' }), follow, stop: () => Promise.resolve(), outcome: () => Promise.resolve('not-done') };
    const runs = new Runs({ folder, driversOf: () => Promise.resolve({ many: driver }), secrets: { secret: () => Promise.resolve(undefined) }, audit: () => Promise.resolve(), clock: systemClock, logger: silentLogger });
    const running = await runs.start(proposal);
    const seen: string[] = [];
    running.onDidChange(({ steps }) => seen.push(Object.values(steps['apply']?.parts ?? {}).map(({ state }) => state).join()));
    return { ended: await running.ended, seen: [...new Set(seen)] };
  };
  const state = (name: PartRecord['state']): PartRecord => ({ state: name });

  it('is plain data, and old journals without parts can still be read', () => {
    const proposal = proposalOf([change(100), part(101, 'destroy', 'guest.destroy')]);
    assert.deepEqual(proposalSchema.parse(JSON.parse(JSON.stringify(proposal))), proposal);
    assert.throws(() => proposalSchema.parse(proposalOf([change(100), change(100)])), /two parts have the same id/);
    const old = proposalOf([]);
    for (const step of old.steps) delete step.parts;
    assert.ok(journal.safeParse({ version: 1, id: old.id, state: 'failed', started: old.created, proposal: old, steps: { apply: { state: 'failed', attempts: 1 } } }).success);
  });

  it('tells how each part stands while it runs', async () => {
    const { ended, seen } = await run(proposalOf([change(100), change(101)]), (_upid, _signal, { onParts }) => {
      onParts({ 'vm.v100': state('running') });
      onParts({ 'vm.v100': state('done'), 'vm.v101': state('running') });
      onParts({ 'vm.v101': state('done') });
      return Promise.resolve();
    });
    assert.equal(ended.state, 'succeeded');
    assert.deepEqual(seen, ['waiting,waiting', 'running,waiting', 'done,running', 'done,done']);
  });

  it('says of each part whether it was done when it fails', async () => {
    const { ended } = await run(proposalOf([change(100), change(101), change(102), change(103)]), (_upid, _signal, { onParts }) => {
      onParts({ 'vm.v100': state('done'), 'vm.v101': { state: 'failed', error: 'full' }, 'vm.v102': state('running') });
      return Promise.reject(new StepFailed('apply-failed', 'It broke off.', ['the last words']));
    });
    const record = ended.steps['apply'];
    assert.deepEqual(Object.values(record?.parts ?? {}).map((each) => each.state), ['done', 'failed', 'unknown', 'skipped']);
    assert.deepEqual([ended.state, record?.error, record?.log], ['failed', { kind: 'apply-failed', message: 'It broke off.' }, ['the last words']]);
  });
});
