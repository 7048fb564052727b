import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { FrameLocator, Locator } from 'playwright-core';
import { bundleForHost } from '../support/host/bundle-for-host.ts';
import { ExplorerPage, webviewIn } from '../support/host/explorer-page.ts';
import type { Orders } from '../support/host/review-in-host.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { extensionFolder, openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect, guestsThat } from '../unit/changes/support.ts';

const faults = `
faults:
  - task: { type: qmdestroy, at: 60, message: "lvremove 'pve/vm-disk-0' error: device is in use" }
`;

describe('the review in the editor', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let folder: string;
  let guest: Pick<Orders, 'vmid' | 'node' | 'name'>;
  const violations: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'review-'));
    await writeFile(join(folder, 'faults.yaml'), faults);
    simulator = await spawnSimulator('--faults', join(folder, 'faults.yaml'), '--seed', '1');
    const client = connect(simulator);
    const found = (await guestsThat(client, 'running')).find(({ type }) => type === 'qemu');
    client.dispose();
    assert(found?.name !== undefined);
    guest = { vmid: found.vmid, node: found.node, name: found.name };
    const { url, fingerprint, tokenId, tokenSecret } = simulator;
    const orders: Orders = { url, fingerprint, tokenId, tokenSecret, ...guest };
    workbench = await openWorkbench({
      tests: await bundleForHost('test/support/host/review-in-host.ts', 'review-in-host'),
      env: { REVIEW_TEST_ORDERS: JSON.stringify(orders), REVIEW_TEST_FOLDER: folder, REVIEW_TEST_EXTENSION: extensionFolder },
    });
    workbench.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text()) && /review/.test(`${message.text()} ${message.location().url}`)) violations.push(message.text());
    });
  });
  after(async () => {
    if (folder !== undefined) await writeFile(join(folder, 'order'), 'end');
    await workbench?.dispose();
    await simulator?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  showFailures(() => workbench);

  const order = async (text: string): Promise<void> => {
    await writeFile(join(folder, 'order'), text);
    const deadline = Date.now() + 30_000;
    while (existsSync(join(folder, 'order'))) {
      assert(Date.now() < deadline, `the host did not carry out “${text}”`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const told = async (): Promise<string[]> => {
    await order('told');
    return JSON.parse(await readFile(join(folder, 'told'), 'utf8')) as string[];
  };
  const review = (): FrameLocator => webviewIn(workbench.page);
  const button = (title: string): Locator => review().locator(`vscode-button[data-action="${title}"]`);
  const pictures = (name: string): Promise<void> => new ExplorerPage(workbench).inThemes(`review-${name}`);

  it('shows three steps, their risk and effect, safeguards, and asks for the name', async () => {
    await order('review');
    await review().locator('h1').waitFor({ timeout: 60_000 });
    assert.equal(await review().locator('.step-rows > li').count(), 3);
    assert.match((await review().locator('.risk').textContent()) ?? '', /critical|high/);
    assert.match((await review().locator('.losses').textContent()) ?? '', /lost for good/);
    assert(await review().locator('vscode-checkbox[data-safeguard]').count() > 0);
    assert.notEqual(await button('Run').getAttribute('disabled'), null, 'nothing runs before the name is typed');
    await pictures('asking');
    await button('Dry run').click();
    const requests = (await review().locator('.preview pre').textContent()) ?? '';
    assert.match(requests, new RegExp(`POST /api2/json/nodes/${guest.node}/qemu/${guest.vmid}/status/stop`));
    assert.match(requests, new RegExp(`DELETE /api2/json/nodes/${guest.node}/qemu/${guest.vmid}\\n    purge: 1`));
    await workbench.screenshot('review-dry-run');
  });

  const close = async (): Promise<void> => {
    await workbench.page.keyboard.press('Escape');
    await workbench.page.locator('.tab', { hasText: 'Review:' }).waitFor({ state: 'detached' });
  };
  const confirm = async (): Promise<void> => {
    await review().locator('vscode-textfield').click();
    await workbench.page.keyboard.type(guest.name);
    await workbench.page.keyboard.press('Enter');
    await review().locator('.run[data-state="running"]').waitFor();
  };
  const press = async (title: string): Promise<void> => {
    await button(title).focus();
    await workbench.page.keyboard.press('Enter');
  };

  it('shows how each step goes, and cancels', async () => {
    await confirm();
    assert.equal(await review().locator('.decision').isVisible(), false);
    assert.equal(await review().locator('.step-rows > li').count(), 4, 'the backup is a step of its own');
    await review().locator('li[data-state="running"]', { hasText: 'Back up' }).waitFor();
    await review().locator('li[data-state="running"] .log-box summary').click();
    await pictures('running');
    await press('Cancel run');
    await review().locator('.run[data-state="cancelled"]').waitFor({ timeout: 60_000 });
    await press('Leave');
    await review().locator('.run[data-state="left"]').waitFor();
    await close();
    assert.deepEqual(await told(), ['cancelled']);
  });

  it('runs by the keyboard alone, shows what fails and offers what can be done', async () => {
    const { page } = workbench;
    await order('review');
    await review().locator('h1').waitFor();
    for (const tick of await review().locator('vscode-checkbox[data-safeguard]').all()) {
      await tick.focus();
      await page.keyboard.press('Space');
    }
    await confirm();
    await review().locator('.run[data-state="failed"]').waitFor({ timeout: 120_000 });
    assert.match((await review().locator('li[data-state="failed"] .error').textContent()) ?? '', /device is in use/);
    const log = review().locator('li[data-state="failed"] .log-box');
    await log.locator('summary').focus();
    await page.keyboard.press('Enter');
    await log.locator('pre').waitFor();
    await pictures('failed');
    assert.deepEqual(await told(), ['cancelled', 'failed']);
    await press('Retry from here');
    await review().locator('.run[data-state="running"]').waitFor();
    await review().locator('.run[data-state="failed"]').waitFor({ timeout: 120_000 });
    await press('Leave');
    await review().locator('.run[data-state="left"]').waitFor();
    await close();
  });

  it('stays usable with a thousand steps, and takes no text for markup', async () => {
    await order('many');
    await review().locator('h1', { hasText: '1,000' }).waitFor();
    assert.equal(await review().locator('.step-rows > li').count(), 0, 'closed groups have no rows');
    await review().locator('details.group > summary').focus();
    const begun = Date.now();
    await workbench.page.keyboard.press('Enter');
    await review().locator('.step-rows > li').nth(999).waitFor({ state: 'attached' });
    assert(Date.now() - begun < 10_000);
    assert.equal(await review().locator('.step-rows b').count(), 0);
    await workbench.screenshot('review-many');
    await close();
  });

  it('shows the resources of a plan, what each change means and how it differs', async () => {
    await order('plan 0');
    await review().locator('h1', { hasText: 'Apply the plan of demo' }).waitFor();
    assert.deepEqual(await review().locator('.part-group > summary .title').allTextContents(), ['Destroy and create anew: 1', 'Change: 1', 'Create: 1', 'Import: 1']);
    const memory = review().locator('li[data-part="proxmox_virtual_environment_vm.web"] tr', { hasText: 'memory[0].dedicated' });
    await memory.waitFor();
    assert.deepEqual(await memory.locator('td').allTextContents(), ['2048', '4096']);
    assert.match((await memory.locator('.tag').textContent()) ?? '', /shut down and started/);
    assert.match((await review().locator('.losses').textContent()) ?? '', /VM 101 \(db\).*lost for good/);
    const headings = await review().locator('h2').allTextContents();
    assert(headings.indexOf('Effect') < headings.indexOf('Step'), `the effect comes before the resources: ${headings.join(', ')}`);
    // By the keyboard: what would be created is shown when it is opened.
    const created = review().locator('li[data-action="create"] details');
    await created.locator('summary').focus();
    await workbench.page.keyboard.press('Enter');
    await created.locator('td', { hasText: 'known afterwards' }).waitFor();
    assert.equal(await review().locator('.part-rows b').count(), 0);
    await pictures('plan');
    await close();
  });

  it('stays usable with five thousand resources', async () => {
    await order('plan 5000');
    await review().locator('h1', { hasText: 'Apply the plan of demo' }).waitFor();
    assert.equal(await review().locator('.part-rows > li').count(), 0, 'closed groups have no rows');
    await review().locator('.part-group > summary').focus();
    const begun = Date.now();
    await workbench.page.keyboard.press('Enter');
    await review().locator('.part-rows > li').nth(4_999).waitFor({ state: 'attached' });
    assert(Date.now() - begun < 15_000);
    const first = review().locator('.part-rows > li').first().locator('details');
    await first.locator('summary').focus();
    await workbench.page.keyboard.press('Enter');
    await first.locator('td', { hasText: '4096' }).waitFor();
    await workbench.screenshot('review-plan-many');
    await close();
  });

  it('breaks no rule of its content security policy', () => assert.deepEqual(violations, []));
});
