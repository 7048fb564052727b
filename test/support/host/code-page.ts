import { strict as assert } from 'node:assert';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { eventually } from '../eventually.ts';
import { type ExplorerPage, webviewIn } from './explorer-page.ts';

const patient = 90_000;

/** What a person does with Terraform's code, its lenses and reviews. Whatever may come late is waited for, and clicks that may be lost are tried again. */
export class CodePage {
  readonly #explorer: ExplorerPage;

  constructor(explorer: ExplorerPage) {
    this.#explorer = explorer;
  }

  get #page(): Page {
    return this.#explorer.page;
  }

  get review(): FrameLocator {
    return webviewIn(this.#page);
  }

  /** Opens a file of the folder by a part of its path, and waits until it has the keyboard. */
  async open(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const active = this.#page.locator('.tab.active', { hasText: name });
    await eventually(async () => {
      await this.#page.keyboard.press('Control+P');
      await this.#explorer.quickInput.locator('input[type="text"]').first().fill(path, { timeout: 5_000 }).catch(() => undefined);
      const row = this.#explorer.quickInput.locator('.monaco-list-row', { hasText: name }).first();
      if (await appears(row, 5_000)) await this.#page.keyboard.press('Enter');
      return await appears(active, 5_000);
    });
    await this.focus();
  }

  /** Gives the keyboard to the editor in sight. */
  async focus(): Promise<void> {
    await this.#explorer.workbench.command('View: Focus Active Editor Group');
    await this.#page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** A lens of the editor in sight by how its title begins. */
  lens(title: string): Locator {
    return this.#page.locator('.editor-instance .codelens-decoration a', { hasText: beginningWith(title) }).first();
  }

  /** Chooses a lens above a line by the keyboard. @param line counts from 1 */
  async useLens(line: number, title: string): Promise<void> {
    const row = this.#explorer.quickInput.locator('.monaco-list-row', { has: this.#page.locator('.label-name', { hasText: beginningWith(title) }) }).first();
    await this.lens(title).waitFor({ timeout: patient });
    await eventually(async () => {
      await this.goTo(line);
      await this.#explorer.workbench.command('Show CodeLens Commands for Current Line');
      return await appears(row, 5_000);
    });
    await this.#take(row, this.#explorer.quickInput.locator('input[placeholder="Select a command"]'));
  }

  /** @param line counts from 1 */
  async goTo(line: number): Promise<void> {
    await this.focus();
    await eventually(async () => {
      await this.#page.keyboard.press('Control+G');
      const input = this.#explorer.quickInput.locator('input').first();
      if (!(await input.fill(`:${line}`, { timeout: 5_000 }).then(() => true, () => false))) return false;
      await this.#page.keyboard.press('Enter');
      return await appears(this.#page.locator('.statusbar', { hasText: `Ln ${line},` }), 5_000);
    });
  }

  /** Chooses in the list with this title what begins like this. */
  async pick(title: string, label: string): Promise<void> {
    await this.#titled(title).waitFor({ timeout: patient });
    await this.#take(this.#explorer.quickInput.locator('.monaco-list-row', { hasText: label }).first());
  }

  /** Ticks exactly these of the list with this title, and sends it off. */
  async tick(title: string, ...labels: readonly string[]): Promise<void> {
    await this.#titled(title).waitFor({ timeout: patient });
    const rows = this.#explorer.quickInput.locator('.monaco-list-row');
    await rows.first().waitFor();
    for (const row of await rows.all()) {
      const text = (await row.textContent()) ?? '';
      const wanted = String(labels.some((label) => text.includes(label)));
      await eventually(async () => {
        if ((await row.locator('[role="checkbox"], input[type="checkbox"]').or(row).first().getAttribute('aria-checked')) === wanted) return true;
        await row.click({ timeout: 2_000 }).catch(() => undefined);
        return false;
      });
    }
    await this.#explorer.quickInput.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
    await this.#titled(title).waitFor({ state: 'hidden' });
  }

  #titled(title: string): Locator {
    return this.#explorer.quickInput.locator('.quick-input-title', { hasText: title });
  }

  /** Chooses a row of a list. @param list what is in sight for as long as it is this list and no other */
  async #take(row: Locator, list = row): Promise<void> {
    await row.waitFor({ timeout: patient });
    await eventually(async () => {
      if (!(await list.isVisible())) return true;
      // What VS Code tells of the row under the pointer may cover the next one, but not its beginning.
      await row.click({ timeout: 2_000, position: { x: 12, y: 8 } }).catch(() => this.#page.mouse.move(1, 1));
      return await list.waitFor({ state: 'hidden', timeout: 3_000 }).then(() => true, () => false);
    });
  }

  /** Waits for a review, and for what it is about. */
  async reviewed(title: string): Promise<FrameLocator> {
    await this.review.locator('h1', { hasText: title }).waitFor({ timeout: patient });
    return this.review;
  }

  /** The resources that a review is about: once it shows as many. */
  async parts(count: number): Promise<readonly string[]> {
    const parts = this.review.locator('[data-part]');
    await eventually(async () => (await parts.count()) === count);
    return await Promise.all((await parts.all()).map(async (part) => (await part.getAttribute('data-part')) ?? ''));
  }

  /** Runs what is reviewed, and waits for how it ends. */
  async run(state: 'running' | 'succeeded' | 'cancelled' | 'failed' = 'succeeded'): Promise<void> {
    await this.press('Run', this.review.locator('.run'));
    await this.review.locator(`.run[data-state="${state}"]`).waitFor({ timeout: patient });
  }

  /** Presses a button of a webview until its effect is in sight. */
  async press(action: string, effect: Locator): Promise<void> {
    const button = this.review.locator(`vscode-button[data-action="${action}"]:visible`).last();
    await button.waitFor({ timeout: patient });
    await eventually(async () => {
      await button.click({ timeout: 5_000 }).catch(() => undefined);
      return await appears(effect, 5_000);
    });
  }

  /** Closes the review: without a run, or after it. */
  async close(): Promise<void> {
    const tab = this.#page.locator('.tab.active', { hasText: 'Review:' });
    await eventually(async () => {
      await this.review.locator('vscode-button[data-action="Close"], vscode-button[data-action="Cancel"]').locator('visible=true').last().click({ timeout: 2_000 }).catch(() => undefined);
      return await tab.waitFor({ state: 'detached', timeout: 5_000 }).then(() => true, () => false);
    });
  }

  /** What was told: the driver keeps toasts from showing, but it is in the notification centre. */
  async told(text: RegExp): Promise<Locator> {
    const item = this.#page.locator('.notifications-center .notification-list-item', { hasText: text }).first();
    await eventually(async () => {
      if (await item.isVisible()) return true;
      await this.#explorer.workbench.command('Notifications: Show Notifications');
      return await appears(item, 5_000);
    }, 120);
    return item;
  }

  /** Takes what a notification offers. */
  async take(text: RegExp, action: string): Promise<void> {
    const item = await this.told(text);
    const button = item.locator('.monaco-button', { hasText: action });
    await button.waitFor();
    await eventually(async () => {
      await button.click({ timeout: 2_000 }).catch(() => undefined);
      return !(await button.isVisible());
    });
  }

  async forget(): Promise<void> {
    await this.#explorer.workbench.command('Notifications: Clear All Notifications');
  }

  /** Pictures of the whole window in each theme, light last: `<name>-dark.png`, … */
  async inThemes(name: string): Promise<void> {
    for (const [suffix, theme, kind] of [['high-contrast', 'Dark High Contrast', 'hc-black'], ['dark', 'Dark Modern', 'vs-dark'], ['light', 'Light Modern', 'vs']] as const) {
      await this.#explorer.workbench.command('Preferences: Color Theme');
      const input = this.#explorer.quickInput.locator('input[placeholder^="Select Color Theme"]');
      await input.fill(theme);
      await this.#take(this.#explorer.quickInput.locator('.monaco-list-row', { hasText: theme }).first(), input);
      await this.#page.locator(`.monaco-workbench.${kind}`).waitFor();
      await this.#explorer.workbench.screenshot(`${name}-${suffix}`);
    }
  }

  /** Answers a modal question. @returns what it said */
  async answer(question: RegExp, button: string): Promise<string> {
    const dialog = this.#page.locator('.monaco-dialog-box', { hasText: question });
    await dialog.waitFor({ timeout: patient });
    const text = await dialog.innerText();
    assert.match(text, question);
    await eventually(async () => {
      await dialog.locator('.monaco-button', { hasText: button }).first().click({ timeout: 2_000 }).catch(() => undefined);
      return await dialog.waitFor({ state: 'detached', timeout: 2_000 }).then(() => true, () => false);
    });
    return text;
  }
}

/** A title that begins with these words, or with an icon before them. */
function beginningWith(words: string): RegExp {
  return new RegExp(`^\\W*${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}

/** Whether something comes into sight in time. @param timeout milliseconds */
async function appears(locator: Locator, timeout: number): Promise<boolean> {
  return await locator.first().waitFor({ timeout }).then(() => true, () => false);
}
