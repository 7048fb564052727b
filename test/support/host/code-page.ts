import { strict as assert } from 'node:assert';
import { basename, join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { eventually } from '../eventually.ts';
import { appears, type ExplorerPage, webviewIn } from './explorer-page.ts';
import type { Workbench } from './workbench.ts';

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

  get #workbench(): Workbench {
    return this.#explorer.workbench;
  }

  get review(): FrameLocator {
    return webviewIn(this.#page);
  }

  /** Opens a file of the folder, and waits until it has the keyboard. @param path relative to the folder */
  async open(path: string): Promise<void> {
    await this.#workbench.driver.open(join(this.#workbench.folder, path));
    await this.#page.locator('.tab.active', { hasText: basename(path) }).waitFor();
    await this.focus();
  }

  /** Gives the keyboard to the editor in sight. */
  async focus(): Promise<void> {
    const focused = this.#page.locator('.editor-instance .monaco-editor.focused');
    await eventually(async () => {
      await this.#workbench.driver.command('workbench.action.focusActiveEditorGroup');
      if (await appears(focused, 2_000)) return true;
      // A webview that had the keyboard takes it along when it closes: the window has it again after a click.
      await this.#page.locator('.tab.active').click({ timeout: 2_000 }).catch(() => undefined);
      return await appears(focused, 1_000);
    });
  }

  /** Replaces what first matches in the editor in sight, and saves it. */
  async replace(pattern: RegExp, text: string): Promise<void> {
    await this.#workbench.driver.replace(pattern, text);
    await this.save();
  }

  async save(): Promise<void> {
    await this.#workbench.driver.save();
    await this.#page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** A lens of the editor in sight by how its title begins: where VS Code has scrolled away, it hides them. */
  lens(title: string): Locator {
    return this.#page.locator('.editor-instance .codelens-decoration a', { hasText: beginningWith(title) }).filter({ visible: true }).first();
  }

  /** Chooses a lens above a line by the keyboard. @param line counts from 1 */
  async useLens(line: number, title: string): Promise<void> {
    const row = this.#explorer.quickInput.locator('.monaco-list-row', { has: this.#page.locator('.label-name', { hasText: beginningWith(title) }) }).first();
    await this.goTo(line);
    await this.lens(title).waitFor({ timeout: patient });
    await eventually(async () => {
      await this.goTo(line);
      this.#workbench.driver.begin('codelens.showLensesInCurrentLine');
      return await appears(row, 5_000);
    });
    await this.#explorer.choose(beginningWith(title));
  }

  /** @param line counts from 1 */
  async goTo(line: number): Promise<void> {
    await this.#workbench.driver.goTo(line);
    await this.#page.locator('.statusbar', { hasText: `Ln ${line},` }).waitFor();
    await this.focus();
  }

  /** Puts the cursor behind what first matches in the editor in sight, ready to type. */
  async goBehind(pattern: RegExp): Promise<void> {
    await this.focus();
    await this.#workbench.driver.goBehind(pattern);
  }

  /** Chooses in the list with this title what begins like this. */
  async pick(title: string, label: string): Promise<void> {
    await this.#titled(title).waitFor({ timeout: patient });
    await this.#explorer.choose(label);
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
