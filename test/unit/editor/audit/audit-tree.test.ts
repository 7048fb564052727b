import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { silentLogger } from '../../../../src/base/index.ts';
import { type AuditEntry, AuditLog } from '../../../../src/changes/index.ts';
import { auditTree, entryLabel } from '../../../../src/editor/audit/audit-tree.ts';
import { entryText, storyText } from '../../../../src/editor/audit/entry-text.ts';

const who = { user: 'root@pam', connection: 'home' };
const [first, second] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

describe('the audit view', () => {
  let folder: string;
  let entries: readonly AuditEntry[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-view-'));
    let now = new Date(2026, 10, 20, 23, 59, 50).getTime();
    const log = new AuditLog({ folder, clock: { now: () => now }, logger: silentLogger });
    const step = { id: 's0', driver: 'api', operation: 'guest.destroy', target: 'VM 100', parameters: { purge: true }, description: 'Destroy VM 100 (web)' };
    await log.append({ event: 'proposed', ...who, proposal: first, origin: 'person', surface: 'explorer', summary: 'Destroy web', risk: 'critical', steps: [step] });
    await log.append({ event: 'decided', ...who, proposal: first, decision: 'approved', by: 'person', demand: 'type-the-name', reasons: ['Destroying a guest asks for its name.'], safeguards: [] });
    now += 60_000;
    await log.append({ event: 'step', ...who, proposal: first, step: 's0', state: 'failed', error: 'no\nspace' });
    await log.append({ event: 'ended', ...who, proposal: first, state: 'failed' });
    now += 60_000;
    await log.append({ event: 'proposed', ...who, user: 'eve@pve', proposal: second, origin: 'assistant', surface: 'chat', summary: 'Start 3 guests', risk: 'low', steps: [] });
    await log.append({ event: 'decided', ...who, user: 'eve@pve', proposal: second, decision: 'cancelled', by: 'person', demand: 'confirm', reasons: [], safeguards: [] });
    entries = await log.entries();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const seen = (filter: string): unknown => auditTree(entries, filter).map(({ day, stories }) => [day, stories.map(({ summary, outcome, user, entries: its }) => `${summary}: ${outcome} (${user}, ${its.length})`)]);

  it('lists proposals by the day of their last entry, newest first', () => {
    assert.deepEqual(seen(''), [['2026-11-21', ['Start 3 guests: cancelled (eve@pve, 2)', 'Destroy web: failed (root@pam, 4)']]]);
    assert.deepEqual(auditTree(entries.slice(-2), '').map(({ day }) => day), ['2026-11-20']);
  });

  it('finds by every word, wherever it stands', () => {
    assert.deepEqual(seen('EVE cancelled'), [['2026-11-21', ['Start 3 guests: cancelled (eve@pve, 2)']]]);
    assert.deepEqual(seen('guest.destroy failed'), [['2026-11-21', ['Destroy web: failed (root@pam, 4)']]]);
    assert.deepEqual(seen('eve destroy'), []);
  });

  it('tells how a run ended, and not that the policy did not let it be undone', () => {
    const decided = { ...entries[0]!, event: 'decided', ...who, proposal: first, osUser: 'bob', by: 'person', demand: 'allow', reasons: [], safeguards: [] } as const;
    const outcome = (decision: 'refused' | 'rolled-back'): unknown => auditTree([{ ...decided, decision }, ...entries], 'destroy')[0]?.stories[0]?.outcome;
    assert.deepEqual([outcome('refused'), outcome('rolled-back')], ['failed', 'rolled-back']);
    assert.deepEqual(entryLabel({ ...decided, decision: 'rolled-back' }), { label: 'Rolled back by bob', icon: 'pass' });
  });

  it('tells an entry and a whole story as text', () => {
    const story = auditTree(entries, 'destroy')[0]?.stories[0];
    assert(story !== undefined);
    assert.equal(entryLabel(story.entries[2]!).label, 'Step s0: failed: no␊space');
    assert.match(entryText(story.entries[0]!), /^2026-11-\d\d 23:59:50 {2}Proposed by .* \(explorer\), critical risk\n/);
    assert.match(entryText(story.entries[0]!), /\n {4}steps:\n {6}-\n {8}id: s0\n/);
    assert.match(storyText(story), /^Destroy web\nProposal 11111111-1111-4111-8111-111111111111: failed\n/);
    assert.doesNotMatch(storyText(story), /previous/);
  });
});
