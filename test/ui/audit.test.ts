import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import type { Journal } from '../../src/changes/index.ts';
import { eventually } from '../support/eventually.ts';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect, guestsThat, proposalOf } from '../unit/changes/support.ts';

describe('audit and unfinished runs in the editor', function () {
  this.timeout(120_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let client: ReturnType<typeof connect>;
  let started: Awaited<ReturnType<typeof guestsThat>>[number];
  let waiting: typeof started;
  before(async () => {
    simulator = await spawnSimulator('--seed', '1');
    client = connect(simulator);
    const stopped = (await guestsThat(client, 'stopped')).filter(({ node }) => node === 'pve1');
    assert(stopped[0] !== undefined && stopped[1] !== undefined);
    [started, waiting] = [stopped[0], stopped[1]];
    workbench = await openWorkbench({ env: startedWith(simulator), viewport: { width: 1280, height: 1100 } });
    explorer = new ExplorerPage(workbench);
    await explorer.expand('pve1');
    await explorer.menu(String(started.vmid), 'Start');
    await explorer.told(new RegExp(`${started.vmid}.*: done`));
  });
  after(async () => {
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  const rows = (): Locator => workbench.page.locator('.pane', { has: workbench.page.locator('.pane-header', { hasText: 'Audit' }) }).locator('.monaco-list-row');
  const log = async (): Promise<string> => {
    for await (const file of glob(join(workbench.folder, '../data/**/audit.jsonl'))) return file;
    return assert.fail('there is no audit log');
  };

  it('lists what was done, opens it and filters it', async () => {
    await workbench.command('Proxmox: Focus on Audit View');
    const story = rows().filter({ hasText: 'succeeded' }).first();
    await story.waitFor();
    await story.click();
    await workbench.page.locator('.tab', { hasText: 'Start' }).waitFor();
    await eventually(async () => new RegExp(`Start.*${started.vmid}[^]*operation: guest\\.start`).test(await explorer.editorText()));
    await workbench.screenshot('audit-view');
    await workbench.command('Proxmox: Filter Audit…');
    await explorer.answer('nothing of that kind');
    await workbench.page.locator('.pane-body .message', { hasText: 'Nothing matches' }).waitFor();
    await workbench.command('Proxmox: Clear Audit Filter');
    await story.waitFor();
  });

  it('says that the log is whole, and opens the first entry that was tampered with', async () => {
    await workbench.command('Proxmox: Verify Audit Log');
    await explorer.told(/audit log is whole: \d+ entries/);
    const file = await log();
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[1] = lines[1]!.replace('"approved"', '"cancelled"');
    await writeFile(file, lines.join('\n'));
    await workbench.command('Proxmox: Verify Audit Log');
    await workbench.page.locator('.tab.active', { hasText: 'audit.jsonl' }).waitFor();
    await explorer.told(/audit log is broken: line 2 of audit\.jsonl was changed/);
  });

  it('finds a run that a former session left, and goes on with it', async () => {
    const proposal = { ...proposalOf([{ operation: 'guest.start', target: waiting, inverse: 'guest.shutdown' }]), id: randomUUID(), connection: '~start', summary: `Start ${waiting.name ?? waiting.vmid}` };
    const journal: Journal = { version: 1, id: proposal.id, state: 'running', started: '2026-11-20T10:00:00.000Z', proposal, steps: { s0: { state: 'waiting', attempts: 0 } } };
    const folder = join(dirname(await log()), '../runs');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${proposal.id}.json`), JSON.stringify(journal));
    await workbench.page.reload();
    await workbench.page.locator('.monaco-workbench .activitybar').waitFor();
    const item = await explorer.told(/A run of .* was interrupted: Start/);
    await workbench.screenshot('unfinished-run');
    await item.locator('.monaco-button', { hasText: 'Resume' }).click();
    await explorer.told(/: done\./);
    const { status } = (await client.get(`/nodes/pve1/${waiting.type}/${waiting.vmid}/status/current`)) as { status: string };
    assert.equal(status, 'running');
  });
});
