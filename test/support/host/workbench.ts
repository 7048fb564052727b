import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import * as paths from '../../../scripts/lib/paths.mjs';
import { freePort, installArguments, startServer, workbenchUrl } from '../../../scripts/lib/server.mjs';
import { Driver, installDriver } from './driver/driver.ts';

/** The folder the extension is built into. */
export const extensionFolder = join(paths.root, 'dist/extension');

export interface WorkbenchOptions {
  /** Run the built folder as an extension under development (default), or install this packaged .vsix as a user does. */
  readonly vsix?: string;
  /** Absolute path of a module whose `run()` is executed in the extension host. */
  readonly tests?: string;
  /** Machine settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of the server and so of the extension host. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Files of the opened folder: relative path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** CSS pixels; default 1280 × 800. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A real VS Code in a real browser, alone in its own data folder. */
export interface Workbench {
  readonly page: Page;
  /** Does what a test needs but does not test. Not there beside a packaged extension, which is alone as a user has it. */
  readonly driver: Driver;
  /** The opened folder. */
  readonly folder: string;
  /** The server's own data: settings, logs, the extensions' storage. */
  readonly data: string;
  /** Writes `out/screenshots/<name>.png` and returns its path. */
  screenshot(name: string): Promise<string>;
  /** Runs a command by its title, as a person does with the palette. */
  command(title: string): Promise<void>;
  dispose(): Promise<void>;
}

const browserArguments = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Starts a server, opens the workbench and waits until it is drawn. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const home = await mkdtemp(join(tmpdir(), 'proxmox-workbench-'));
  const cleanUp: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const dispose = async (): Promise<void> => {
    for (const part of cleanUp.splice(0).reverse()) await part();
  };
  try {
    const folder = join(home, 'folder');
    const dataFolder = join(home, 'data');
    const extensionsFolder = join(home, 'extensions');
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text);
    if (options.vsix === undefined) await installDriver(extensionsFolder);
    else await promisify(execFile)(paths.node24, installArguments(dataFolder, extensionsFolder, options.vsix));
    const driverFile = join(home, 'driver');
    const server = await startServer({
      port: await freePort(), dataFolder, extensionsFolder,
      env: { PROXMOX_WORKBENCH_NODE: paths.node24, PROXMOX_WORKBENCH_DRIVER: driverFile, ...options.env },
      // In a browser VS Code saves by itself after a second: an undo meanwhile leaves its editor other than the file, and neither tells.
      settings: { 'workbench.enableExperiments': false, 'files.autoSave': 'off', ...options.settings },
    });
    cleanUp.push(() => server.stop());
    const browser: Browser = await chromium.launch({ executablePath: paths.chromium, args: browserArguments });
    cleanUp.push(() => browser.close());
    const context: BrowserContext = await browser.newContext({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    // Everything takes a multiple of its time on a machine that is busy.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto(workbenchUrl(server.port, {
      folder,
      ...(options.vsix === undefined ? { extension: extensionFolder } : {}),
      ...(options.tests === undefined ? {} : { tests: options.tests }),
    }));
    await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
    return {
      page, driver: new Driver(driverFile), folder, data: dataFolder, dispose,
      async screenshot(name) {
        const path = join(paths.root, 'out/screenshots', `${name}.png`);
        await mkdir(join(paths.root, 'out/screenshots'), { recursive: true });
        await page.screenshot({ path });
        return path;
      },
      async command(title) {
        const input = page.locator('.quick-input-widget:visible input[type="text"]').first();
        const asked = `>${title}`;
        const exactly = new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(…|\\.\\.\\.)?$`);
        const row = page.locator('.quick-input-widget .monaco-list-row', { has: page.locator('.quick-input-list-label .label-name', { hasText: exactly }) }).first();
        // Never waits long for what may be gone the next moment.
        const isAsked = async (): Promise<boolean> => (await input.isVisible()) && (await input.inputValue({ timeout: 500 }).catch(() => '')) === asked;
        // A key is lost while the window is busy with something else, and so is a click on a row that is being drawn anew.
        for (let tries = 0; tries < 20; tries++) {
          if (!(await isAsked())) {
            await page.keyboard.press('F1');
            if (!(await input.waitFor({ timeout: 3_000 }).then(() => true, () => false))) continue;
            await input.fill(asked, { timeout: 3_000 }).catch(() => undefined);
          }
          if (!(await row.waitFor({ timeout: 5_000 }).then(() => true, () => false))) continue;
          if (!(await row.click({ timeout: 3_000 }).then(() => true, () => false))) continue;
          for (let looks = 0; looks < 40; looks++) {
            if (!(await isAsked())) return;
            await page.waitForTimeout(50);
          }
        }
        throw new Error(`The command palette does not take “${title}”.`);
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
