import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import { eventually } from '../eventually.ts';
import type { SpawnedSimulator } from '../spawned-simulator.ts';
import type { Workbench } from './workbench.ts';

/** VS Code's colour themes by the setting, and what the window and its webviews then say that they are. */
const themes = {
  light: { setting: 'Default Light Modern', window: 'vs', webview: 'vscode-light' },
  'high-contrast': { setting: 'Default High Contrast', window: 'hc-black', webview: 'vscode-high-contrast' },
  dark: { setting: 'Default Dark Modern', window: 'vs-dark', webview: 'vscode-dark' },
};

/** The content of the webview in sight: two frames deep, as VS Code nests them. */
export function webviewIn(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready:visible').last().frameLocator('iframe#active-frame');
}

/** What a person sees and does in the Proxmox view. */
export class ExplorerPage {
  readonly workbench: Workbench;
  readonly page: Page;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
    this.page = workbench.page;
  }

  get view(): Locator {
    return this.page.locator('.pane', { has: this.page.locator('.pane-header', { hasText: 'Explorer' }) }).first();
  }

  /** Shows the view. */
  async open(): Promise<void> {
    if (await this.page.locator('.sidebar .composite.title', { hasText: 'Proxmox' }).isVisible()) return;
    await this.page.locator('.activitybar .action-label[aria-label^="Proxmox"]').click();
    await this.view.waitFor();
  }

  /** The row whose label begins like this; waits for it. */
  async row(label: string): Promise<Locator> {
    const row = this.rows().filter({ has: this.page.locator('.label-name', { hasText: new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) }) }).first();
    await row.waitFor();
    return row;
  }

  rows(): Locator {
    return this.view.locator('.monaco-list-row');
  }

  async expand(label: string): Promise<void> {
    await this.#toggle(label, 'true');
  }

  async collapse(label: string): Promise<void> {
    await this.#toggle(label, 'false');
  }

  async #toggle(label: string, wanted: 'true' | 'false'): Promise<void> {
    const isWanted = async (): Promise<boolean> => (await (await this.row(label)).getAttribute('aria-expanded')) === wanted;
    for (let tries = 0; !(await isWanted()); tries++) {
      if (tries > 300) throw new Error(`“${label}” does not become ${wanted === 'true' ? 'expanded' : 'collapsed'}.`);
      // A click on a row that is being drawn anew is lost; one that is too early again would undo the first.
      if (tries % 60 === 0) await (await this.row(label)).click();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Labels and descriptions of the rows in sight. */
  async texts(): Promise<string[]> {
    return (await this.rows().allTextContents()).map((text) => text.trim());
  }

  /** Waits until some row reads like this. */
  async shows(pattern: RegExp): Promise<void> {
    await this.rows().filter({ hasText: pattern }).first().waitFor();
  }

  /** Waits until no row reads like this. */
  async hides(pattern: RegExp): Promise<void> {
    await this.rows().filter({ hasText: pattern }).first().waitFor({ state: 'detached' });
  }

  /** Runs an entry of a row's context menu, or of the submenu of that name. */
  async menu(label: string, entry: string, submenu?: string): Promise<void> {
    const item = this.#menuItem(entry);
    const opened = this.page.locator('.monaco-menu').first();
    // A menu takes no click in the moment it opens, and none opens on a row that is being drawn anew.
    for (let clicked = false, tries = 0; tries < 20; tries++) {
      if (!(await opened.isVisible())) {
        if (clicked) return;
        await (await this.row(label)).click({ button: 'right' });
        if (!(await opened.waitFor({ timeout: 2_000 }).then(() => true, () => false))) continue;
      }
      if (submenu !== undefined && !(await item.isVisible())) {
        await this.#menuItem(submenu).click({ timeout: 5_000 }).catch(() => undefined);
        if (!(await item.waitFor({ timeout: 1_000 }).then(() => true, () => false))) continue;
      }
      clicked = await item.click({ timeout: 5_000 }).then(() => true, () => clicked);
      if (await item.waitFor({ state: 'hidden', timeout: 500 }).then(() => true, () => false)) return;
    }
    throw new Error(`The menu entry “${entry}” does not take a click.`);
  }

  #menuItem(entry: string): Locator {
    return this.page.locator('.monaco-menu .action-label', { hasText: new RegExp(`^${entry}(…|$)`) }).first();
  }

  /** Drops one row on another until that has an effect: what is dragged is lost when its row is drawn anew. */
  async drag(label: string, onto: string, holds: () => Promise<boolean>): Promise<void> {
    await eventually(async () => {
      await (await this.row(label)).dragTo(await this.row(onto), { timeout: 5_000 }).catch(() => undefined);
      return await eventually(holds, 6).then(() => true, () => false);
    });
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Waits for a step of a wizard by its title. */
  async step(title: string | RegExp): Promise<void> {
    await this.quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** Types into the quick input and sends it off. */
  async answer(text: string): Promise<void> {
    const input = this.quickInput.locator('input').first();
    await input.fill(text);
    // Not to whatever has the keyboard: it may wander while the window is busy.
    await input.press('Enter');
  }

  /** As {@link answer}, once the quick input asks for it: the one before may still be in sight. */
  async answerTo(prompt: string, text: string): Promise<void> {
    await this.quickInput.locator('.quick-input-message', { hasText: prompt }).waitFor();
    await this.answer(text);
  }

  /** Chooses the row of the list in sight that reads like this. */
  async choose(label: string | RegExp): Promise<void> {
    const row = this.quickInput.locator('.monaco-list-row', { hasText: label }).first();
    await row.waitFor();
    const asked = await this.#asked();
    await eventually(async () => {
      // What VS Code tells of the row under the pointer may cover the next one, but not its beginning.
      await row.click({ timeout: 2_000, position: { x: 12, y: 8 } }).catch(() => this.page.mouse.move(1, 1));
      // A click on a row that is being drawn anew is lost.
      for (let looks = 0; looks < 30; looks++) {
        if ((await this.#asked()) !== asked) return true;
        await this.page.waitForTimeout(100);
      }
      return false;
    });
  }

  /** Which list the quick input shows, and how many of it are ticked; empty when it shows none. */
  async #asked(): Promise<string> {
    const input = this.quickInput;
    if (!(await input.isVisible())) return '';
    const parts = [input.locator('.quick-input-title'), input.locator('.quick-input-message'), input.locator('.quick-input-count'), input.locator('.monaco-list-row').first()];
    const texts = await Promise.all(parts.map((part) => part.first().textContent({ timeout: 500 }).catch(() => '')));
    return [...texts, await input.locator('input[type="text"]').first().getAttribute('placeholder', { timeout: 500 }).catch(() => '')].join('\n');
  }

  /** Waits for a notification, in the notification centre: the driver keeps toasts from showing. */
  async told(text: string | RegExp): Promise<Locator> {
    const item = this.page.locator('.notifications-center .notification-list-item', { hasText: text }).first();
    // While there is nothing to show, and after a reload, the centre closes again.
    await eventually(async () => {
      await this.workbench.driver.command('notifications.showList');
      return await appears(item, 2_000);
    }, 120);
    return item;
  }

  /** Takes what a notification offers. */
  async take(text: string | RegExp, action: string): Promise<void> {
    const item = await this.told(text);
    const button = item.locator('.monaco-button', { hasText: action });
    await button.waitFor();
    await eventually(async () => {
      await button.click({ timeout: 2_000 }).catch(() => undefined);
      return !(await button.isVisible());
    });
  }

  async forgetTold(): Promise<void> {
    await this.workbench.driver.command('notifications.clearAll');
  }

  /** The text of the active editor, as far as it is in sight. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-line').allTextContents();
    return lines.map((line) => line.replaceAll('\u00a0', ' ')).join('\n');
  }

  /** Pictures of the whole window in each theme, dark last: `<name>-light.png`, … */
  async inThemes(name: string): Promise<void> {
    for (const [suffix, theme] of Object.entries(themes)) {
      await this.workbench.driver.theme(theme.setting);
      await this.page.locator(`.monaco-workbench.${theme.window}`).waitFor();
      if (await this.page.locator('iframe.webview.ready:visible').count() > 0) await webviewIn(this.page).locator(`body.${theme.webview}`).waitFor();
      await this.workbench.screenshot(`${name}-${suffix}`);
    }
  }

  /** Also into the documentation when that is wanted: `PROXMOX_WORKBENCH_PICTURES=1 npm test -- ui`. */
  async picture(name: string): Promise<void> {
    await this.workbench.screenshot(name);
    if (process.env['PROXMOX_WORKBENCH_PICTURES'] !== '1') return;
    await mkdir(join(root, 'docs/images'), { recursive: true });
    await this.page.screenshot({ path: join(root, 'docs/images', `${name}.png`) });
  }
}

/** Whether something comes into sight in time. @param timeout milliseconds */
export async function appears(locator: Locator, timeout: number): Promise<boolean> {
  return await locator.first().waitFor({ timeout }).then(() => true, () => false);
}

/** What `npm start` hands over to the extension. */
export function startedWith({ url, fingerprint, tokenId, tokenSecret, sshNodes, sshFingerprint, password }: SpawnedSimulator): Record<string, string> {
  return { PROXMOX_WORKBENCH_CLUSTER: JSON.stringify({ name: 'Demo cluster', url, fingerprint, tokenId, tokenSecret, sshNodes, sshFingerprint, sshPassword: password }) };
}
