import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { TOTP } from 'otpauth';
import { ExplorerPage } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';

describe('a newcomer', () => {
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  before(async () => {
    simulator = await spawnSimulator('--guests', '12', '--seed', '4');
    workbench = await openWorkbench({ settings: { 'proxmox.explorer.refreshInterval': 2 } });
    explorer = new ExplorerPage(workbench);
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  it('is welcomed, and gets the demo cluster with one click', async () => {
    await explorer.open();
    await explorer.view.getByText('Try the demo cluster').waitFor();
    await workbench.screenshot('welcome');
    await explorer.view.getByText('Try the demo cluster').click();
    await explorer.shows(/^Demo cluster3 nodes · 40 guests$/);
  });

  it('adds a cluster, led around every mistake', async () => {
    await workbench.command('Proxmox: Add Connection');
    await explorer.step('Add Connection');
    await explorer.answerTo('The address of a node', 'not an address');
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'is not a URL or host name' }).waitFor();
    await explorer.answerTo('is not a URL or host name', '127.0.0.1:9');
    await explorer.step('Cannot be reached');
    await workbench.screenshot('wizard-unreachable');
    await explorer.choose('Change the address');
    await explorer.answerTo('The address of a node', simulator.url);
    await explorer.step(/^Add Connection: Certificate of/);
    const shown = (await explorer.quickInput.locator('.monaco-list-row').first().textContent()) ?? '';
    assert.ok(shown.includes(simulator.fingerprint.slice(0, 47)) && shown.includes(simulator.fingerprint.slice(48)), shown);
    await workbench.screenshot('wizard-certificate');
    await explorer.choose('Trust this certificate');
    await explorer.choose('API token');
    await explorer.answerTo('The id of the API token', 'root@pam');
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'user@realm!name' }).waitFor();
    await explorer.answerTo('user@realm!name', simulator.tokenId);
    await explorer.quickInput.locator('input[type="password"]').waitFor();
    await explorer.answerTo('The secret of the API token', '00000000-0000-0000-0000-000000000000');
    await explorer.step('Not signed in');
    await workbench.screenshot('wizard-refused');
    await explorer.choose('Change how to sign in');
    await explorer.answerTo('The id of the API token', simulator.tokenId);
    await explorer.quickInput.locator('input[type="password"]').waitFor();
    await explorer.answerTo('The secret of the API token', simulator.tokenSecret);
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'What the explorer calls the connection' }).waitFor();
    await explorer.answerTo('What the explorer calls the connection', 'Second');
    await explorer.shows(/^Second3 nodes · 12 guests$/);
    await explorer.shows(/^Demo cluster3 nodes · 40 guests$/);
    await workbench.page.locator('.statusbar-item', { hasText: '2 connections' }).waitFor();
    await workbench.screenshot('two-connections');
  });

  it('signs in with a password and a one-time code', async () => {
    await workbench.command('Proxmox: Add Connection');
    await explorer.answerTo('The address of a node', simulator.url);
    await explorer.choose('Trust this certificate');
    await explorer.choose('User and password');
    await explorer.answerTo('The user and its realm', 'alice@pve');
    await explorer.quickInput.locator('input[type="password"]').waitFor();
    await explorer.answerTo('The password of alice@pve', simulator.password);
    await explorer.step(/^Sign in to/);
    await explorer.answerTo('authenticator app', new TOTP({ secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }).generate());
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'What the explorer calls the connection' }).waitFor();
    await explorer.answerTo('What the explorer calls the connection', 'With code');
    await explorer.shows(/^With code3 nodes · 12 guests$/);
  });

  it('leaves no secret in the settings', async () => {
    const files = await readdir(workbench.data, { recursive: true, withFileTypes: true });
    let seen = 0;
    for (const file of files.filter((each) => each.isFile())) {
      const text = await readFile(join(file.parentPath, file.name), 'latin1');
      if (text.includes('Second')) seen++;
      assert.ok(!text.includes(simulator.tokenSecret), `${file.name} holds the token’s secret`);
      assert.ok(!text.includes(simulator.password), `${file.name} holds the password`);
    }
    assert.ok(seen > 0, 'the connection is nowhere');
  });

  it('removes a connection, after being asked', async () => {
    await explorer.menu('With code', 'Remove Connection');
    await workbench.page.locator('.monaco-dialog-box', { hasText: 'Remove the connection “With code”?' }).waitFor();
    await workbench.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
    await explorer.hides(/^With code/);
    await explorer.shows(/^Second/);
  });
});
