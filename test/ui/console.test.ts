import type { FrameLocator } from 'playwright-core';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually.ts';
import { type ConsoleBench, consoleBench } from '../support/consoles.ts';
import { ExplorerPage, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';

describe('consoles in the editor', () => {
  let bench: ConsoleBench;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let vm: ReturnType<typeof running>;
  before(async () => {
    bench = await consoleBench();
    const { url, fingerprint, credentials } = bench;
    workbench = await openWorkbench({
      env: { PROXMOX_WORKBENCH_CLUSTER: JSON.stringify({ name: 'Demo cluster', url, fingerprint, tokenId: credentials.tokenId, tokenSecret: credentials.tokenSecret }) },
      settings: { 'terminal.integrated.gpuAcceleration': 'off', 'terminal.integrated.accessibleViewFocusOnCommandExecution': false },
    });
    explorer = new ExplorerPage(workbench);
    await explorer.expand('pve1');
  });
  after(async () => {
    await workbench?.dispose();
    await bench?.close();
  });

  showFailures(() => workbench);

  const webview = (): FrameLocator => webviewIn(workbench.page);
  const running = (kind: 'qemu' | 'lxc') => [...bench.cluster.guests.values()].find((one) => one.kind === kind && one.power === 'running' && one.node === 'pve1' && !one.config.current.get('ostype')?.startsWith('win'))!;

  it('opens a terminal on a container, in which a person logs in and works', async () => {
    const { page } = workbench;
    const container = running('lxc');
    await explorer.menu(`${container.vmid} `, 'Open Terminal');
    const lines = page.locator('.terminal-wrapper.active .xterm-rows');
    const shows = (text: string): Promise<unknown> => lines.filter({ hasText: text }).waitFor();
    await lines.waitFor();
    await shows('login:');
    await page.keyboard.type('root\r');
    await shows('Password:');
    await page.keyboard.type('simulated\r');
    await shows(`root@${container.config.current.get('hostname')}:~#`);
    await page.keyboard.type('hostname\rip a\rstty size\r');
    await shows('scope global eth0');
    await lines.filter({ hasText: /stty size\s*\d+ \d+/ }).waitFor();
    await workbench.screenshot('console-terminal');
    await page.keyboard.type('exit\r');
    await lines.filter({ hasText: /logout[^]*login:/ }).waitFor();
  });

  it('opens a VM’s display, which shows its screen and takes keys', async () => {
    const { page } = workbench;
    vm = running('qemu');
    await explorer.menu(`${vm.vmid} `, 'Open Display');
    const status = webview().locator('#status');
    await status.filter({ hasText: 'Connected to' }).waitFor({ timeout: 30_000 });
    const canvas = webview().locator('#screen canvas');
    await canvas.waitFor();
    const inked = (): Promise<number> => canvas.evaluate((element) => {
      const drawn = element as unknown as { width: number; height: number; getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray } } };
      const { data } = drawn.getContext('2d').getImageData(0, 24, drawn.width, drawn.height - 24);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at]! > 128) count++;
      return count;
    });
    await eventually(async () => (await inked()) > 3000);
    const before = await inked();
    await canvas.click();
    await page.keyboard.type('root');
    await eventually(async () => (await inked()) > before + 20);
    await workbench.screenshot('console-display');
    await webview().locator('#reset').click();
    await eventually(async () => (await inked()) <= before + 5);
    await canvas.click();
    await page.keyboard.press('Control+F6');
    await webview().locator('#reconnect:focus').waitFor();
  });

  it('says when the guest is switched off, and connects again when asked', async () => {
    vm.power = 'stopped';
    await webview().locator('[data-phase="ended"] #status').filter({ hasText: 'is not running' }).waitFor({ timeout: 20_000 });
    await workbench.screenshot('console-display-off');
    vm.power = 'running';
    await webview().locator('#reconnect').click();
    await webview().locator('#status').filter({ hasText: 'Connected to' }).waitFor({ timeout: 20_000 });
  });
});
